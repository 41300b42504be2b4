"""State dicts of every family made uniform, and their architecture read from the shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from slimsam_core.arch import ArchSpec, DecoderSpec
from slimsam_core.checkpoints.checkpoint import Checkpoint
from slimsam_core.checkpoints.transformers_names import from_transformers, is_transformers
from slimsam_core.errors import CheckpointError
from slimsam_core.families import preset, preset_names
from slimsam_core.families.foreign import ForeignKeys, Shapes, State, foreign_keys
from slimsam_core.files.safetensors_header import MAX_TENSOR_NAME, MAX_TENSORS
from slimsam_core.sentences import sentence

_CONSTANTS = frozenset({"pixel_mean", "pixel_std"})
"""Buffers that some programs save; every SAM has the same."""


def checkpoint_from_state(
    state: State,
    *,
    name: str,
    form: str = "",
    decoder_heads: int = 8,
    metadata: Mapping[str, str] | None = None,
) -> Checkpoint:
    """Make the names those of our modules and read the architecture from the shapes.

    ``decoder_heads`` is what shapes cannot tell; ``name`` is used when no preset has this architecture.
    Raises CheckpointError when this is a model of no family that is known.
    """
    if len(state) > MAX_TENSORS or any(len(key) > MAX_TENSOR_NAME for key in state):
        raise CheckpointError(
            "The file does not hold a SAM model.",
            expected=sentence(
                "at most {most:,} tensors with names of at most {letters} letters",
                most=MAX_TENSORS,
                letters=MAX_TENSOR_NAME,
            ),
            found=sentence("{count:,} tensors", count=len(state)),
        )
    state = {_without_wrappers(key): tensor for key, tensor in state.items() if key not in _CONSTANTS}
    renamed = is_transformers(state)
    if renamed:
        state = from_transformers(state)
    family, keys = foreign_keys(state)
    state, dialect = keys.ours(state)
    arch = named_like_preset(_arch(state, family, keys, name, decoder_heads))
    form = form or ("transformers state dict" if renamed else dialect)
    return Checkpoint(arch, state, form, metadata or {})


def named_like_preset(arch: ArchSpec) -> ArchSpec:
    """The same architecture under the name of the preset that has its widths, if there is one."""
    for name in preset_names():
        known = preset(name)
        decoder = replace(arch.decoder, norm_eps=known.decoder.norm_eps)
        if replace(arch, name=name, decoder=decoder) == known:
            return replace(arch, name=name)
    return arch


def _arch(state: State, family: str, keys: ForeignKeys, name: str, decoder_heads: int) -> ArchSpec:
    shapes = Shapes(state)
    try:
        encoder, image_size = keys.described(shapes)
        embed_dim = shapes.get("mask_decoder.iou_token.weight", 2)[1]
        return ArchSpec(
            name=name,
            family=family,
            image_size=image_size,
            encoder=encoder,
            embed_dim=embed_dim,
            decoder=_decoder(shapes, embed_dim, decoder_heads),
        )
    except ValueError as e:
        raise CheckpointError("The shapes in the file make no model: {e}.", e=e) from e


def _decoder(shapes: Shapes, dim: int, heads: int) -> DecoderSpec:
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
