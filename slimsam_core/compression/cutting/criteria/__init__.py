"""Ways to tell which channels matter least, one module each, found by name."""

from __future__ import annotations

__all__: list[str] = []

SCRATCH = "scratch"
"""Ranks nothing: the slim shape starts from random weights."""
CRITERIA: tuple[str, ...] = (
    "disturbed_taylor", "taylor", "taylor_published", "magnitude", "random", "hessian", SCRATCH
)  # fmt: skip
"""Names in a recipe; each is a module of this package that defines ``CRITERION``."""
