"""Magnitude: channels with small weights go first (Han et al., 2015; Li et al., 2017)."""

from __future__ import annotations

from torch import Generator, Tensor

from slimsam_core.compression.cutting.criteria.base import Criterion, Gathers


def squared_weight(weight: Tensor, _gathered: Tensor, _generator: Generator) -> Tensor:
    """``w^2``, so that a channel's sum is its squared length."""
    return weight.square()


CRITERION = Criterion(name="magnitude", gathers=Gathers.NOTHING, objective=None, saliency=squared_weight)
