"""Our tensors as ``transformers.SamModel`` has them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch

from slimsam_core.checkpoints.transformers_names import POSITIONS, SHARED_POSITIONS, their_name


def to_transformers(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Rename ours to theirs and fuse q, k and v; the inverse of ``from_transformers`` and the split."""
    renamed: dict[str, torch.Tensor] = {}
    for name, tensor in state.items():
        if name == POSITIONS:
            renamed.update({shared: tensor.clone() for shared in SHARED_POSITIONS})
        elif match := re.fullmatch(r"(image_encoder\.blocks\.\d+\.attn)\.([qkv])\.(weight|bias)", name):
            block, part, kind = match.groups()
            if part == "q":
                fused = torch.cat([state[f"{block}.{p}.{kind}"] for p in "qkv"])
                renamed[their_name(f"{block}.qkv.{kind}", state)] = fused
        else:
            renamed[their_name(name, state)] = tensor
    return renamed
