"""Cutting the mask decoder: hidden channels of its MLPs, which hold half of its parameters."""

from __future__ import annotations

from dataclasses import replace

import torch

from slimsam_core.models import Sam, build_model


def with_narrower_mlps(model: Sam, hidden: int) -> Sam:
    """A copy on the CPU whose decoder's MLPs keep their ``hidden`` strongest channels each: those with the
    largest product of the squared weights that lead to a channel and away from it."""
    arch = replace(model.arch, decoder=replace(model.arch.decoder, mlp_dim=hidden))
    state = {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}
    for layer in range(arch.decoder.depth):
        name = f"mask_decoder.transformer.layers.{layer}.mlp"
        rows, columns = state[f"{name}.lin1.weight"], state[f"{name}.lin2.weight"]
        strength = rows.square().sum(1) * columns.square().sum(0)
        kept = torch.topk(strength, hidden).indices.sort().values
        state[f"{name}.lin1.weight"] = rows[kept]
        state[f"{name}.lin1.bias"] = state[f"{name}.lin1.bias"][kept]
        state[f"{name}.lin2.weight"] = columns[:, kept]
    slim = build_model(arch)
    slim.load_state_dict(state, strict=True)
    return slim
