"""What an architecture costs, counted without weights or memory on torch's meta device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
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
    macs = _macs(lambda: model.image_encoder(_meta_input(arch)))
    return Cost(parameters, sum(macs.values()))


def published_cost(arch: ArchSpec) -> Cost:
    """Counted as in the tables of arXiv 2312.05284, which reads "encoder" there.

    Those figures fit the whole model with one point prompt: without the absolute position table among the
    parameters and without the products inside the encoder's attention among the MACs.
    """
    model = meta_model(arch)
    skipped = {"image_encoder.pos_embed"}
    parameters = sum(p.numel() for name, p in model.named_parameters() if name not in skipped)
    encoder = _macs(lambda: model.image_encoder(_meta_input(arch)))
    with torch.device("meta"):
        embedding = torch.empty(1, arch.embed_dim, arch.embedding_size, arch.embedding_size)
        point, label = torch.empty(1, 1, 2), torch.ones(1, 1)
    decoder = _macs(lambda: model.decode(embedding, point, label))
    return Cost(
        parameters, sum(count for name, count in encoder.items() if "bmm" not in name) + sum(decoder.values())
    )


def training_bytes(arch: ArchSpec, pictures: int, checkpointing: bool = False) -> int:
    """Estimate of the memory to train the encoder in float32 with ``pictures`` a forward pass.

    Weights, gradients, Adam's two moments, and the activations that the backward pass needs. With
    ``checkpointing`` the largest block's activations and one input a block remain.
    """
    from slimsam_core.compression.families.base import slimming_family

    model = meta_model(arch)
    encoder = model.image_encoder.requires_grad_(True)
    weights = sum(parameter.numel() for parameter in encoder.parameters()) * 16
    if not checkpointing:
        return weights + pictures * _saved_bytes(lambda: encoder(_meta_input(arch)))
    inputs: list[tuple[nn.Module, Tensor]] = []
    blocks = slimming_family(arch.family).checkpointed(encoder)
    handles = [block.register_forward_pre_hook(lambda m, i: inputs.append((m, i[0]))) for block in blocks]
    with torch.no_grad():
        encoder(_meta_input(arch))
    for handle in handles:
        handle.remove()
    held = sum(x.numel() * 4 for _, x in inputs)
    largest = max(_saved_bytes(lambda m=m, x=x: m(x.detach())) for m, x in inputs)  # type: ignore[misc]
    return weights + pictures * (held + largest)


def _meta_input(arch: ArchSpec) -> Tensor:
    return torch.empty(1, 3, arch.image_size, arch.image_size, device="meta")


def _macs(run: Callable[[], object]) -> dict[str, int]:
    """MACs by operator."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        run()
    counts = counter.get_flop_counts()["Global"]
    return {str(operator): int(count) // 2 for operator, count in counts.items()}


def _saved_bytes(run: Callable[[], object]) -> int:
    """Bytes of distinct tensors that autograd keeps, without parameters."""
    kept: dict[int, Tensor] = {}

    def keep(tensor: Tensor) -> Tensor:
        if not isinstance(tensor, nn.Parameter):
            kept[tensor.untyped_storage()._cdata] = tensor
        return tensor

    with torch.enable_grad(), saved_tensors_hooks(keep, lambda tensor: tensor):
        run()
    return sum(tensor.untyped_storage().nbytes() for tensor in kept.values())
