"""What an architecture costs, counted without weights or memory on torch's meta device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from slimsam_core.arch import ArchSpec
from slimsam_core.models import meta_model


@dataclass(frozen=True)
class Cost:
    """Of the image encoder for one picture at the model's size."""

    parameters: int
    macs: int
    """Multiply-accumulates of convolutions, linear layers and attention products."""


@lru_cache(maxsize=256)
def encoder_cost(arch: ArchSpec) -> Cost:
    """Parameters and MACs of the image encoder."""
    model = meta_model(arch)
    parameters = sum(parameter.numel() for parameter in model.image_encoder.parameters())
    macs = _macs(lambda: model.image_encoder(meta_input(arch)))
    return Cost(parameters, sum(macs.values()))


def meta_input(arch: ArchSpec) -> Tensor:
    """One picture of the model's size, 1x3xSxS float32 without memory."""
    return torch.empty(1, 3, arch.image_size, arch.image_size, device="meta")


def _macs(run: Callable[[], object]) -> dict[str, int]:
    """MACs by operator."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        run()
    counts = counter.get_flop_counts()["Global"]
    return {str(operator): int(count) // 2 for operator, count in counts.items()}
