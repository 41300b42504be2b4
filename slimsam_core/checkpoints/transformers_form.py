"""``transformers.SamModel`` and ``Sam2Model``: ``model.safetensors`` with ``config.json`` beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from slimsam_core.arch_limits import short
from slimsam_core.checkpoints.checkpoint import Checkpoint
from slimsam_core.checkpoints.sam_state import checkpoint_from_state
from slimsam_core.errors import CheckpointError
from slimsam_core.files.foreign import read_json
from slimsam_core.files.stored_array import StoredArray
from slimsam_core.sentences import sentence

MAX_CONFIG_BYTES = 1 << 20
"""Of ``config.json``; those of published models have 5 kB."""


def read_transformers(
    state: dict[str, StoredArray], metadata: dict[str, str], config_path: Path, name: str
) -> Checkpoint:
    """Weights with the configuration in ``config_path`` (defaults when there is none).

    Raises CheckpointError when the configuration is of another model or does not fit the weights.
    """
    of_sam2 = any(name.startswith("vision_encoder.backbone.") for name in state)
    config = _config(config_path, _SAM2 if of_sam2 else _SAM) if config_path.is_file() else {}
    decoder = config.get("mask_decoder_config") or {}
    vision = config.get("vision_config") or {}
    heads, eps = (
        decoder.get("num_attention_heads", 8),
        decoder.get("layer_norm_eps", 1e-5 if of_sam2 else 1e-6),
    )
    checkpoint = checkpoint_from_state(
        state,
        name=name,
        form="transformers Sam2Model" if of_sam2 else "transformers SamModel",
        decoder_heads=heads,
        metadata=metadata,
    )
    for key, value in (("hidden_act", "gelu"), ("use_rel_pos", True), ("use_abs_pos", True)):
        if vision.get(key, value) != value:
            raise CheckpointError(
                "{name} describes an encoder that is not supported.",
                expected=f"{key} = {value}",
                found=short(vision[key]),
                name=config_path.name,
            )
    try:
        spec = replace(checkpoint.arch.decoder, norm_eps=eps)
    except ValueError as e:
        raise CheckpointError("{name} is damaged: {e}.", name=config_path.name, e=e) from e
    return replace(checkpoint, arch=replace(checkpoint.arch, decoder=spec))


_SAM, _SAM2 = ("sam",), ("sam2", "sam2_video")
"""Kinds of models in configurations; of the one for videos the part for still pictures is read."""


def _config(path: Path, kinds: tuple[str, ...]) -> dict[str, Any]:
    try:
        config: Any = read_json(path, MAX_CONFIG_BYTES)
    except (OSError, ValueError) as e:
        raise CheckpointError(
            "{name} beside the weights cannot be read.", found=str(e)[:200], name=path.name
        ) from e
    kind = config.get("model_type") if isinstance(config, dict) else None
    if not isinstance(config, dict) or kind not in kinds:
        raise CheckpointError(
            "{name} describes another kind of model.",
            expected=" / ".join(f'model_type "{known}"' for known in kinds),
            found=short(kind),
            name=path.name,
        )
    for part in ("vision_config", "mask_decoder_config"):
        if not isinstance(config.get(part) or {}, dict):
            raise CheckpointError(
                "{name} is damaged.", expected=sentence("{part} to be an object", part=part), name=path.name
            )
    return config
