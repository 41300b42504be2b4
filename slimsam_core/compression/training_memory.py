"""How much memory it takes to train an encoder, estimated without weights on torch's meta device."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from slimsam_core.arch import ArchSpec
from slimsam_core.families.cutting import prunable_family
from slimsam_core.models import meta_model
from slimsam_core.models.cost import meta_input


def training_bytes(arch: ArchSpec, pictures: int, checkpointing: bool = False) -> int:
    """Estimate of the memory to train the encoder in float32 with ``pictures`` a forward pass.

    Weights, gradients, Adam's two moments, and the activations that the backward pass needs. With
    ``checkpointing`` the largest block's activations and one input a block remain.
    """
    model = meta_model(arch)
    encoder = model.image_encoder.requires_grad_(True)
    weights = sum(parameter.numel() for parameter in encoder.parameters()) * 16
    if not checkpointing:
        return weights + pictures * _saved_bytes(lambda: encoder(meta_input(arch)))
    inputs: list[tuple[nn.Module, Tensor]] = []
    blocks = prunable_family(arch.family).checkpointed(encoder)
    handles = [block.register_forward_pre_hook(lambda m, i: inputs.append((m, i[0]))) for block in blocks]
    with torch.no_grad():
        encoder(meta_input(arch))
    for handle in handles:
        handle.remove()
    held = sum(x.numel() * 4 for _, x in inputs)
    largest = max(_saved_bytes(lambda m=m, x=x: m(x.detach())) for m, x in inputs)  # type: ignore[misc]
    return weights + pictures * (held + largest)


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
