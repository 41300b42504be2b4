"""Disturbed Taylor: the distance to the own embedding plus noise, so that no label is needed.

Source: Chen et al., 0.1% Data Makes Segment Anything Slim, 2024, section 3.3. Without the noise the distance
and its gradient are 0.
"""

from __future__ import annotations

from torch import Generator, Tensor

from slimsam_core.compression.cutting.criteria.base import Criterion, Gathers, Probe


def disturbed_distance(probe: Probe) -> Tensor:
    """Sum over the batch of the mean squared distance of the embedding to its disturbed self."""
    target_BChw = probe.embedding_BChw.detach() + probe.noise_BChw
    return (probe.embedding_BChw - target_BChw).square().flatten(1).mean(1).sum()


def first_order(weight: Tensor, gradient: Tensor, _generator: Generator) -> Tensor:
    """``|w * dw|``: the change of the objective when the weight becomes 0, to first order."""
    return (weight * gradient).abs()


CRITERION = Criterion(
    name="disturbed_taylor",
    gathers=Gathers.GRADIENTS,
    objective=disturbed_distance,
    saliency=first_order,
)
