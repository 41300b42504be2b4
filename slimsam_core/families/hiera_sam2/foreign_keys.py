"""State dicts of SAM 2 and 2.1 for still pictures: its own names, or those that ``transformers`` gives.

What only videos need (the memory of former frames) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import numpy as np

from slimsam_core.errors import CheckpointError
from slimsam_core.families.foreign import Shapes, State
from slimsam_core.families.hiera_sam2.spec import LAYOUTS, HieraBlock, HieraEncoder, HieraStage, Layout
from slimsam_core.files.stored_array import Numbers, StoredArray
from slimsam_core.sentences import sentence

MARK = "image_encoder.trunk."
IMAGE_SIZE = 1024
"""Of every published SAM 2. The weights would take any size and do not tell it."""

_VIDEO = re.compile(
    r"(memory_attention|memory_encoder|mask_downsample|maskmem_tpos_enc|obj_ptr_proj|obj_ptr_tpos_proj"
    r"|no_obj_ptr|no_obj_embed_spatial|no_mem_pos_enc|memory_temporal_positional_encoding"
    r"|no_memory_positional_encoding|no_object_pointer|occlusion_spatial_embedding_parameter"
    r"|object_pointer_proj|temporal_positional_encoding_projection_layer)(\.|$)"
)
"""Names of the part that remembers former frames, in either dialect."""

_RULES = [
    (re.compile(theirs), ours)
    for theirs, ours in (
        (r"sam_(prompt_encoder|mask_decoder)\.", r"\1."),
        (r"(no_mem_embed|no_memory_embedding)$", "image_encoder.neck.no_memory"),
        (r"image_encoder\.trunk\.patch_embed\.(?:proj|projection)\.", "image_encoder.patch_embed.proj."),
        (r"image_encoder\.trunk\.(pos_embed\w*)$", r"image_encoder.\1"),
        (r"(image_encoder\.trunk\.blocks\.\d+)\.layer_norm(\d)\.", r"\1.norm\2."),
        (r"(image_encoder\.trunk\.blocks\.\d+)\.proj\.", r"\1.shortcut."),
        (r"(.*\.mlp)\.(?:layers\.0|proj_in)\.", r"\1.lin1."),
        (r"(.*\.mlp)\.(?:layers\.1|proj_out)\.", r"\1.lin2."),
        (r"(mask_decoder\.transformer\..*)\.o_proj\.", r"\1.out_proj."),
        (r"mask_decoder\.conv_s([01])\.", r"image_encoder.neck.fine.\1."),
    )
]
_BLOCK = re.compile(r"image_encoder\.trunk\.blocks\.(\d{1,4})\.(.+)")
_LATERAL = re.compile(r"image_encoder\.neck\.convs\.([0-3])\.(?:conv\.)?(weight|bias)")


def ours(state: State) -> tuple[dict[str, StoredArray], str]:
    """See ``ForeignKeys.ours``."""
    renamed: dict[str, StoredArray] = {}
    for name, tensor in state.items():
        if not _VIDEO.match(name):
            renamed.update(_without_fusion(_renamed(name), tensor))
    return _in_stages(renamed), "SAM 2 state dict"


def described(shapes: Shapes) -> tuple[HieraEncoder, int]:
    """See ``ForeignKeys.described``."""
    depths = tuple(shapes.count(f"image_encoder.stages.{s}.{{}}.norm1.weight") for s in range(4))
    layout = LAYOUTS.get((depths[0], depths[1], depths[2], depths[3]))
    if layout is None:
        known = "; ".join(", ".join(map(str, known)) for known in LAYOUTS)
        raise CheckpointError(
            "The encoder of the file is none of SAM 2's four sizes.",
            expected=sentence("stages of {counts} blocks", counts=known),
            found=sentence("stages of {counts} blocks", counts=", ".join(map(str, depths))),
        )
    fine = [shapes.get(f"image_encoder.neck.fine.{i}.weight", 4)[1] for i in range(2)]
    encoder = HieraEncoder(
        stages=tuple(_stage(shapes, s, depth, layout) for s, depth in enumerate(depths)),
        background=shapes.get("image_encoder.pos_embed", 4)[1],
        fine=(fine[0], fine[1]),
    )
    return encoder, IMAGE_SIZE


def _stage(shapes: Shapes, index: int, depth: int, layout: Layout) -> HieraStage:
    names = [f"image_encoder.stages.{index}.{b}" for b in range(depth)]
    return HieraStage(
        width=shapes.get(f"{names[0]}.attn.proj.weight", 2)[0],
        heads=layout.heads << index,
        window=layout.windows[index],
        blocks=tuple(
            HieraBlock(shapes.get(f"{name}.attn.q.weight", 2)[0], shapes.get(f"{name}.mlp.lin1.weight", 2)[0])
            for name in names
        ),
        global_blocks=layout.global_blocks if index == 2 else (),
    )


def _renamed(name: str) -> str:
    for pattern, new in _RULES:
        name = pattern.sub(new, name, count=1) if pattern.match(name) else name
    lateral = _LATERAL.fullmatch(name)
    if lateral:  # theirs begin with the coarsest
        return f"image_encoder.neck.laterals.{3 - int(lateral[1])}.{lateral[2]}"
    return name


def _without_fusion(name: str, tensor: StoredArray) -> Iterator[tuple[str, StoredArray]]:
    """Fused q, k and v and the four kinds of points in one table are taken apart; tables of positions have
    their channels last, and a vector is a map of one cell."""
    fused = re.fullmatch(r"(image_encoder\..+\.attn)\.qkv\.(weight|bias)", name)
    if fused:
        _check_rows(name, tensor, 3, sentence("3 x width rows"))
        for i, part in enumerate("qkv"):
            yield f"{fused[1]}.{part}.{fused[2]}", tensor.rearranged(partial(_share, i, 3))
    elif name == "prompt_encoder.point_embeddings.weight":
        _check_rows(name, tensor, 4, sentence("4 rows"))
        for i in range(4):
            yield f"prompt_encoder.point_embeddings.{i}.weight", tensor.rearranged(partial(_share, i, 4))
    elif name == "image_encoder.neck.no_memory":
        yield name, tensor.rearranged(_as_map)
    elif name.startswith("image_encoder.pos_embed") and tensor.ndim == 4:
        yield name, tensor.rearranged(_channels_last)
    else:
        yield name, tensor


def _check_rows(name: str, tensor: StoredArray, parts: int, expected: str) -> None:
    if tensor.ndim == 0 or tensor.shape[0] % parts:
        raise CheckpointError(
            "{name} cannot be cut in {parts}.",
            expected=expected,
            found=sentence("shape {shape}", shape=tensor.shape),
            name=name,
            parts=parts,
        )


def _share(index: int, parts: int, rows: Numbers) -> Numbers:
    length = len(rows) // parts
    return rows[index * length : (index + 1) * length]


def _as_map(vector: Numbers) -> Numbers:
    return vector.reshape(1, -1, 1, 1)


def _channels_last(table: Numbers) -> Numbers:
    return np.moveaxis(table, 1, -1)


def _in_stages(state: State) -> dict[str, StoredArray]:
    """Blocks numbered by stage; a block with a shortcut of its own begins one."""
    places: dict[int, str] = {}
    blocks = sorted({int(block[1]) for name in state if (block := _BLOCK.fullmatch(name))})
    stage, place = 0, 0
    for number in blocks:
        if f"image_encoder.trunk.blocks.{number}.shortcut.weight" in state:
            stage, place = stage + 1, 0
        places[number] = f"image_encoder.stages.{stage}.{place}"
        place += 1
    renamed = {}
    for name, tensor in state.items():
        block = _BLOCK.fullmatch(name)
        renamed[f"{places[int(block[1])]}.{block[2]}" if block else name] = tensor
    return renamed
