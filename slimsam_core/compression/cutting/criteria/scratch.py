"""Scratch: no channel is inherited; the slim shape is distilled from random weights, as a baseline."""

from __future__ import annotations

from slimsam_core.compression.cutting.criteria.base import Criterion

CRITERION = Criterion(
    name="scratch", title="Scratch distillation", gathers="nothing", objective=None, saliency=None
)
