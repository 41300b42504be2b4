"""Scratch: no channel is inherited; the slim shape is distilled from random weights, as a baseline."""

from __future__ import annotations

from slimsam_core.compression.cutting.criteria.base import Criterion, Gathers
from slimsam_core.compression.recipe import SCRATCH

CRITERION = Criterion(name=SCRATCH, gathers=Gathers.NOTHING, objective=None, saliency=None)
