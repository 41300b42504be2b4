"""Scratch: no channel is inherited; the slim shape is distilled from random weights, as a baseline."""

from __future__ import annotations

from slimsam_core.compression.cutting.criteria import SCRATCH
from slimsam_core.compression.cutting.criteria.base import Criterion, Gathers

CRITERION = Criterion(
    name=SCRATCH, title="Scratch distillation", gathers=Gathers.NOTHING, objective=None, saliency=None
)
