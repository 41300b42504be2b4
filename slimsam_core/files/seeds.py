"""Which numbers may seed what is drawn by chance in a long run."""

from __future__ import annotations

from slimsam_core.errors import RecipeError

SEEDS = 1 << 63
"""Seeds are below this: NumPy takes no negative ones, PyTorch none beyond 64 bits."""


def check_seed(seed: int) -> None:
    """Raise RecipeError at ``seed`` unless 0 <= ``seed`` < ``SEEDS``."""
    if not 0 <= seed < SEEDS:
        raise RecipeError("{seed} is no seed.", "Use a whole number from 0 to 2^63 - 1.", "seed", seed=seed)
