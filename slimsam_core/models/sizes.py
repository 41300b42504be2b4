"""How large a model of some architecture is, without its weights."""

from __future__ import annotations

from slimsam_core.arch import ArchSpec
from slimsam_core.models.registry import meta_model


def count_parameters(arch: ArchSpec) -> tuple[int, int]:
    """Parameters of the image encoder, and of prompt encoder and mask decoder together."""
    model = meta_model(arch)
    encoder = sum(p.numel() for p in model.image_encoder.parameters())
    return encoder, sum(p.numel() for p in model.parameters()) - encoder
