"""A model that takes squares of another size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor
from torch.nn import functional

from slimsam_core.errors import RecipeError
from slimsam_core.models.registry import build_model
from slimsam_core.models.sam import Sam


def resized(model: Sam, size: int) -> Sam:
    """A model with the same weights for squares of ``size`` pixels, on the same device; the model itself
    where it has that size already.

    Tables with an entry for each cell or distance (SAM's ViT has them) are stretched, those of windows stay.
    Raises RecipeError for a size that the architecture cannot have.
    """
    if size == model.arch.image_size:
        return model
    try:
        fresh = build_model(replace(model.arch, image_size=size))
    except ValueError as error:
        raise RecipeError("{error}.", where="image_size", error=error) from error
    wanted = fresh.state_dict()
    state = {name: _stretched(value, wanted[name].shape) for name, value in model.state_dict().items()}
    fresh.load_state_dict(state, strict=True)
    return fresh.to(next(model.parameters()).device)


def _stretched(value: Tensor, shape: Sequence[int]) -> Tensor:
    """``(1, cells, cells, width)`` and ``(distances, width)`` to other numbers of cells and distances."""
    if value.shape == tuple(shape):
        return value
    if value.ndim == 2:
        row = functional.interpolate(value.float().T[None], shape[0], mode="linear")
        return row[0].T.to(value.dtype)
    grid = value.float().permute(0, 3, 1, 2)
    grid = functional.interpolate(grid, tuple(shape[1:3]), mode="bicubic", antialias=True)
    return grid.permute(0, 2, 3, 1).to(value.dtype)
