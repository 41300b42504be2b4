"""State dicts of SAM in all their dialects: made uniform, and their architecture read from the shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import torch

from slimsam_core.arch import ArchSpec, DecoderSpec
from slimsam_core.checkpoints.checkpoint import Checkpoint
from slimsam_core.checkpoints.transformers_names import from_transformers, is_transformers
from slimsam_core.errors import CheckpointError
from slimsam_core.families import preset, preset_names
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder
from slimsam_core.files.safetensors_header import MAX_TENSOR_NAME, MAX_TENSORS

_CONSTANTS = frozenset({"pixel_mean", "pixel_std"})
"""Buffers that some programs save; every SAM has the same."""


def checkpoint_from_state(
    state: Mapping[str, torch.Tensor],
    *,
    name: str,
    form: str = "",
    decoder_heads: int = 8,
    metadata: Mapping[str, str] | None = None,
) -> Checkpoint:
    """Make uniform names, split fused q, k and v, and read the architecture from the shapes.

    ``decoder_heads`` is what shapes cannot tell; ``name`` is used when no preset has this architecture.
    Raises CheckpointError when this is not a SAM ViT.
    """
    if len(state) > MAX_TENSORS or any(len(key) > MAX_TENSOR_NAME for key in state):
        raise CheckpointError(
            "The file does not hold a SAM model.",
            expected=f"at most {MAX_TENSORS:,} tensors with names of at most {MAX_TENSOR_NAME} letters",
            found=f"{len(state):,} tensors",
        )
    state = {_without_wrappers(key): tensor for key, tensor in state.items() if key not in _CONSTANTS}
    dialect = "state dict with split q, k, v"
    if is_transformers(state):
        state, dialect = from_transformers(state), "transformers state dict"
    elif any(key.endswith(".attn.qkv.weight") for key in state):
        dialect = "state dict with fused qkv"
    state = split_qkv(state)
    arch = named_like_preset(arch_from_shapes(state, decoder_heads=decoder_heads, name=name))
    return Checkpoint(arch, state, form or dialect, metadata or {})


def split_qkv(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Fused ``attn.qkv`` tensors cut in thirds along their first axis. Raises CheckpointError."""
    split: dict[str, torch.Tensor] = {}
    for key, tensor in state.items():
        match = re.fullmatch(r"(image_encoder\.blocks\.\d+\.attn)\.qkv\.(weight|bias)", key)
        if not match:
            split[key] = tensor
            continue
        if tensor.ndim == 0 or tensor.shape[0] % 3:
            raise CheckpointError(
                f"{key} cannot be cut in three.", expected="3 x width rows", found=f"{tuple(tensor.shape)}"
            )
        for part, third in zip("qkv", tensor.chunk(3), strict=True):
            split[f"{match[1]}.{part}.{match[2]}"] = third
    return split


def named_like_preset(arch: ArchSpec) -> ArchSpec:
    """The same architecture under the name of the preset that has its widths, if there is one."""
    for name in preset_names():
        known = preset(name)
        decoder = replace(arch.decoder, norm_eps=known.decoder.norm_eps)
        if replace(arch, name=name, decoder=decoder) == known:
            return replace(arch, name=name)
    return arch


def arch_from_shapes(state: Mapping[str, torch.Tensor], *, name: str, decoder_heads: int = 8) -> ArchSpec:
    """The architecture of a SAM ViT from the shapes of its weights. Raises CheckpointError."""
    shapes = _Shapes(state)
    width, _, patch, _ = shapes.get("image_encoder.patch_embed.proj.weight", 4)
    grid = shapes.get("image_encoder.pos_embed", 4)[1]
    depth = shapes.count("image_encoder.blocks.{}.attn.q.weight")
    blocks, tables, heads = [], [], set()
    for i in range(depth):
        block = f"image_encoder.blocks.{i}"
        attention = shapes.get(f"{block}.attn.q.weight", 2)[0]
        length, head_width = shapes.get(f"{block}.attn.rel_pos_h", 2)
        blocks.append(VitBlock(attention, shapes.get(f"{block}.mlp.lin1.weight", 2)[0]))
        tables.append((length + 1) // 2)
        heads.add(attention // max(1, head_width))
    windows = {side for side in tables if side != grid}
    if len(heads) != 1 or len(windows) > 1:
        raise CheckpointError(
            "The attention of the file's blocks does not fit together.",
            expected="one number of heads and one window size",
            found=f"{sorted(heads)[:9]} heads and windows of {sorted(windows)[:9]}",
        )
    encoder_dim = shapes.get("image_encoder.neck.0.weight", 4)[0]
    try:
        return ArchSpec(
            name=name,
            family="sam_vit",
            image_size=grid * patch,
            encoder=VitEncoder(
                width=width,
                heads=heads.pop(),
                blocks=tuple(blocks),
                global_blocks=tuple(i for i, side in enumerate(tables) if side == grid),
                window=windows.pop() if windows else 14,
                patch=patch,
            ),
            embed_dim=encoder_dim,
            decoder=_decoder(shapes, encoder_dim, decoder_heads),
        )
    except ValueError as e:
        raise CheckpointError(f"The shapes in the file make no model: {e}.") from e


def _decoder(shapes: _Shapes, dim: int, heads: int) -> DecoderSpec:
    layer = "mask_decoder.transformer.layers.0"
    inner = shapes.get(f"{layer}.cross_attn_token_to_image.q_proj.weight", 2)[0]
    return DecoderSpec(
        depth=shapes.count("mask_decoder.transformer.layers.{}.norm1.weight"),
        heads=heads,
        mlp_dim=shapes.get(f"{layer}.mlp.lin1.weight", 2)[0],
        attention_downsample=max(1, dim // max(1, inner)),
        multimask_outputs=shapes.get("mask_decoder.mask_tokens.weight", 2)[0] - 1,
        iou_depth=shapes.count("mask_decoder.iou_prediction_head.layers.{}.weight"),
        iou_hidden=shapes.get("mask_decoder.iou_prediction_head.layers.0.weight", 2)[0],
        mask_channels=shapes.get("prompt_encoder.mask_downscaling.3.weight", 4)[0],
    )


def _without_wrappers(key: str) -> str:
    """``module.`` is left by (Distributed)DataParallel around the whole or the encoder."""
    return key.removeprefix("module.").replace("image_encoder.module.", "image_encoder.", 1)


class _Shapes:
    """Shapes by name; a missing one is a CheckpointError that says what the file has instead."""

    def __init__(self, state: Mapping[str, torch.Tensor]) -> None:
        self._state = state

    def get(self, name: str, dims: int) -> tuple[int, ...]:
        tensor = self._state.get(name)
        if tensor is None:
            names = list(self._state)
            found = f"{len(names)} tensor{'s' * (len(names) != 1)}"
            if names:
                found += f": {', '.join(n[:100] for n in names[:3])}" + f" and {len(names) - 3} more" * (
                    len(names) > 3
                )
            raise CheckpointError(
                "The file does not hold a complete SAM model.",
                "Models of other families (SAM 2, MobileSAM, HQ-SAM ...) are not supported.",
                expected=f"a tensor {name}",
                found=found,
            )
        if tensor.ndim != dims:
            raise CheckpointError(
                f"{name} has the wrong shape.",
                expected=f"{dims} axes",
                found=f"shape {tuple(tensor.shape)}",
            )
        return tuple(tensor.shape)

    def count(self, template: str) -> int:
        """How many of a numbered series are there, from 0 without a gap."""
        number = 0
        while template.format(number) in self._state:
            number += 1
        return number
