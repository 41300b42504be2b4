"""Scratch: no channel is inherited; the slim shape is distilled from random weights, as a baseline."""

from __future__ import annotations

from slimsam_core.compression.cutting.criteria.base import Criterion

CRITERION = Criterion("scratch", "Scratch distillation", "nothing", None, None)
