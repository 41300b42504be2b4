"""Promptable segmentation models: a family's image encoder with SAM's prompt encoder and mask decoder."""

from slimsam_core.models.registry import build_model, meta_model
from slimsam_core.models.sam import Sam

__all__ = ["Sam", "build_model", "meta_model"]
