"""Hessian: second-order change of the objective, with the diagonal of the Gauss-Newton matrix.

Source: LeCun et al., Optimal Brain Damage, 1989. The expected squared gradient of the disturbed distance is
that diagonal up to a factor, because the noise of every output is independent.
"""

from __future__ import annotations

from torch import Generator, Tensor

from slimsam_core.compression.cutting.criteria.base import Criterion, Gathers
from slimsam_core.compression.cutting.criteria.disturbed_taylor import disturbed_distance


def second_order(weight: Tensor, squares: Tensor, _generator: Generator) -> Tensor:
    """``w^2 h / 2`` with the diagonal curvature ``h``."""
    return 0.5 * weight.square() * squares


CRITERION = Criterion(
    name="hessian",
    gathers=Gathers.SQUARES,
    objective=disturbed_distance,
    saliency=second_order,
)
