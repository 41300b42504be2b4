"""How large a model of some architecture is, without its weights."""

from __future__ import annotations

import torch

from slimsam_core.arch import ArchSpec
from slimsam_core.models.registry import build_model


def count_parameters(arch: ArchSpec) -> tuple[int, int]:
    """Parameters of the image encoder, and of prompt encoder and mask decoder together."""
    with torch.device("meta"):
        model = build_model(arch)
    encoder = sum(p.numel() for p in model.image_encoder.parameters())
    return encoder, sum(p.numel() for p in model.parameters()) - encoder
