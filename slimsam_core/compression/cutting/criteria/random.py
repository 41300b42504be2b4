"""Random: any channel may go; what every criterion has to beat."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from slimsam_core.compression.cutting.criteria.base import Criterion, Gathers


def uniform_draw(weight: Tensor, _gathered: Tensor, generator: Generator) -> Tensor:
    """Independent uniform numbers in 0..1 from the run's seed."""
    return torch.rand(weight.shape, generator=generator).to(weight.device)


CRITERION = Criterion(name="random", gathers=Gathers.NOTHING, objective=None, saliency=uniform_draw)
