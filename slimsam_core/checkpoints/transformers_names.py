"""The names that ``transformers.SamModel`` gives to the tensors of SAM, and ours, in both directions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

_T = TypeVar("_T")

POSITIONS = "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"
SHARED_POSITIONS = (
    "shared_image_embedding.positional_embedding",
    "prompt_encoder.shared_embedding.positional_embedding",
)
_RULES = (  # (theirs, ours), tried in order on the start of a name
    ("vision_encoder.patch_embed.projection.", "image_encoder.patch_embed.proj."),
    ("vision_encoder.layers.{i}.layer_norm{k}.", "image_encoder.blocks.{i}.norm{k}."),
    ("vision_encoder.layers.", "image_encoder.blocks."),
    ("vision_encoder.neck.conv1.", "image_encoder.neck.0."),
    ("vision_encoder.neck.layer_norm1.", "image_encoder.neck.1."),
    ("vision_encoder.neck.conv2.", "image_encoder.neck.2."),
    ("vision_encoder.neck.layer_norm2.", "image_encoder.neck.3."),
    ("vision_encoder.backbone.", "image_encoder.trunk."),  # of Sam2Model
    ("vision_encoder.", "image_encoder."),
    ("prompt_encoder.point_embed.", "prompt_encoder.point_embeddings."),
    ("prompt_encoder.mask_embed.conv1.", "prompt_encoder.mask_downscaling.0."),
    ("prompt_encoder.mask_embed.layer_norm1.", "prompt_encoder.mask_downscaling.1."),
    ("prompt_encoder.mask_embed.conv2.", "prompt_encoder.mask_downscaling.3."),
    ("prompt_encoder.mask_embed.layer_norm2.", "prompt_encoder.mask_downscaling.4."),
    ("prompt_encoder.mask_embed.conv3.", "prompt_encoder.mask_downscaling.6."),
    ("mask_decoder.upscale_conv1.", "mask_decoder.output_upscaling.0."),
    ("mask_decoder.upscale_layer_norm.", "mask_decoder.output_upscaling.1."),
    ("mask_decoder.upscale_conv2.", "mask_decoder.output_upscaling.3."),
    ("mask_decoder.transformer.layer_norm_final_attn.", "mask_decoder.transformer.norm_final_attn."),
    (
        "mask_decoder.transformer.layers.{i}.layer_norm{k}.",
        "mask_decoder.transformer.layers.{i}.norm{k}.",
    ),
)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w)\\}", r"(?P<\1>\\d+)", re.escape(template)))


_TO_OURS = [(_pattern(theirs), ours) for theirs, ours in _RULES]
_TO_THEIRS = [(_pattern(ours), theirs) for theirs, ours in _RULES]
_HEAD = r"(mask_decoder\.(?:output_hypernetworks_mlps\.\d+|iou_prediction_head|pred_obj_score_head))"


def is_transformers(names: Iterable[str]) -> bool:
    """Whether these are the names of a ``transformers.SamModel`` or ``Sam2Model``."""
    return any(name.startswith(("vision_encoder.layers.", "vision_encoder.backbone.")) for name in names)


def from_transformers(state: Mapping[str, _T]) -> dict[str, _T]:
    """Rename to ours; q, k and v stay fused. Unknown names stay as they are."""
    depths = _depths(state)
    renamed = {_ours(name, depths): tensor for name, tensor in state.items() if name not in SHARED_POSITIONS}
    for name in SHARED_POSITIONS:
        if name in state:
            renamed[POSITIONS] = state[name]
    return renamed


def _depths(state: Iterable[str]) -> dict[str, int]:
    """Head -> number of its inner layers, which decides the number of its last one."""
    depths: dict[str, int] = {}
    for name in state:
        if match := re.match(_HEAD + r"\.layers\.(\d+)\.", name):
            depths[match[1]] = max(depths.get(match[1], 0), int(match[2]) + 1)
    return depths


def _ours(name: str, depths: Mapping[str, int]) -> str:
    if match := re.fullmatch(_HEAD + r"\.(proj_in|proj_out|layers\.(\d+))\.(weight|bias)", name):
        head, place, inner, kind = match.groups()
        last = depths.get(head, 0) + 1
        index = int(inner) + 1 if inner else 0 if place == "proj_in" else last
        return f"{head}.layers.{index}.{kind}"
    return _renamed(name, _TO_OURS)


def their_name(name: str, state: Mapping[str, object]) -> str:
    """What they call one of our tensors but q, k and v; ``state`` has all of ours."""
    if match := re.fullmatch(_HEAD + r"\.layers\.(\d+)\.(weight|bias)", name):
        head, index, kind = match[1], int(match[2]), match[3]
        last = f"{head}.layers.{index + 1}.{kind}" not in state
        place = "proj_in" if index == 0 else "proj_out" if last else f"layers.{index - 1}"
        return f"{head}.{place}.{kind}"
    return _renamed(name, _TO_THEIRS)


def _renamed(name: str, rules: list[tuple[re.Pattern[str], str]]) -> str:
    for pattern, template in rules:
        if match := pattern.match(name):
            return template.format(**match.groupdict()) + name[match.end() :]
    return name
