"""State dicts of SAM and SlimSAM: q, k and v are often fused; the architecture is read from the shapes."""

from __future__ import annotations

import re
from functools import partial

from slimsam_core.errors import CheckpointError
from slimsam_core.families.foreign import Shapes, State
from slimsam_core.families.sam_vit.spec import VitBlock, VitEncoder
from slimsam_core.files.stored_array import Numbers, StoredArray
from slimsam_core.sentences import sentence

MARK = "image_encoder.blocks."


def ours(state: State) -> tuple[dict[str, StoredArray], str]:
    """See ``ForeignKeys.ours``."""
    fused = any(key.endswith(".attn.qkv.weight") for key in state)
    dialect = "state dict with fused qkv" if fused else "state dict with split q, k, v"
    return split_qkv(state), dialect


def split_qkv(state: State) -> dict[str, StoredArray]:
    """Fused ``attn.qkv`` tensors cut in thirds along their first axis. Raises CheckpointError."""
    split: dict[str, StoredArray] = {}
    for key, tensor in state.items():
        match = re.fullmatch(r"(image_encoder\.blocks\.\d+\.attn)\.qkv\.(weight|bias)", key)
        if not match:
            split[key] = tensor
            continue
        if tensor.ndim == 0 or tensor.shape[0] % 3:
            raise CheckpointError(
                "{key} cannot be cut in three.",
                expected=sentence("3 x width rows"),
                found=f"{tensor.shape}",
                key=key,
            )
        for i, part in enumerate("qkv"):
            split[f"{match[1]}.{part}.{match[2]}"] = tensor.rearranged(partial(_third, i))
    return split


def _third(index: int, rows: Numbers) -> Numbers:
    length = len(rows) // 3
    return rows[index * length : (index + 1) * length]


def described(shapes: Shapes) -> tuple[VitEncoder, int]:
    """See ``ForeignKeys.described``."""
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
            expected=sentence("one number of heads and one window size"),
            found=sentence(
                "{heads} heads and windows of {windows}", heads=sorted(heads)[:9], windows=sorted(windows)[:9]
            ),
        )
    encoder = VitEncoder(
        width=width,
        heads=heads.pop(),
        blocks=tuple(blocks),
        global_blocks=tuple(i for i, side in enumerate(tables) if side == grid),
        window=windows.pop() if windows else 14,
        patch=patch,
    )
    return encoder, grid * patch
