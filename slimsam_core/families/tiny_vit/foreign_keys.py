"""State dicts of MobileSAM: their names, and q, k and v of every head one behind the other in one tensor."""

from __future__ import annotations

import math
import re
from functools import partial

from slimsam_core.errors import CheckpointError
from slimsam_core.families.foreign import Shapes, State
from slimsam_core.families.tiny_vit.spec import TinyVitBlock, TinyVitEncoder, TinyVitStage
from slimsam_core.files.stored_array import Numbers, StoredArray
from slimsam_core.sentences import sentence

MARK = "image_encoder.layers."
IMAGE_SIZE = 1024
"""Of MobileSAM. The weights would take any size and do not tell it."""
_HALVINGS = 2
"""Mergings that stride; with the two strides before them the embedding has 16 pixels a cell, as SAM's."""

_UNUSED = re.compile(r"image_encoder\.(norm_head|head)\.|.*\.(num_batches_tracked|attention_bias_idxs)$")
"""The classifier that the encoder once was, counters of training, and what follows from the window."""
_PARTS = {
    "conv1": "expand", "conv2": "depthwise", "conv3": "project", "local_conv": "local", "mlp.norm": "norm",
    "mlp.fc1": "mlp.lin1", "mlp.fc2": "mlp.lin2", "attn.attention_biases": "attn.biases",
}  # fmt: skip
_LAYERS = {"c": "0", "bn": "1"}
"""Of a convolution with its norm."""


def ours(state: State) -> tuple[dict[str, StoredArray], str]:
    """See ``ForeignKeys.ours``."""
    renamed = {_ours(name): tensor for name, tensor in state.items() if not _UNUSED.match(name)}
    return _split(renamed), "MobileSAM state dict"


def described(shapes: Shapes) -> tuple[TinyVitEncoder, int]:
    """See ``ForeignKeys.described``."""
    count = shapes.count("image_encoder.stages.{}.merge.expand.0.weight")
    stages, head_widths = [], set()
    for i in range(count):
        stage = f"image_encoder.stages.{i}"
        blocks, windows = [], set()
        for j in range(shapes.count(f"{stage}.blocks.{{}}.attn.biases")):
            block = f"{stage}.blocks.{j}"
            heads, cells = shapes.get(f"{block}.attn.biases", 2)
            head_widths.add(shapes.get(f"{block}.attn.q.weight", 2)[0] // max(1, heads))
            windows.add(math.isqrt(cells))
            blocks.append(TinyVitBlock(heads, shapes.get(f"{block}.mlp.lin1.weight", 2)[0]))
        if len(windows) != 1:
            raise _unlike(sentence("one window size in {stage}", stage=stage), windows)
        stages.append(
            TinyVitStage(
                width=shapes.get(f"{stage}.merge.project.0.weight", 4)[0],
                merge=shapes.get(f"{stage}.merge.expand.0.weight", 4)[0],
                stride=2 if i < _HALVINGS else 1,
                window=windows.pop(),
                blocks=tuple(blocks),
            )
        )
    if len(head_widths) != 1:
        raise _unlike(sentence("heads of one width"), head_widths)
    expanded = "image_encoder.convolutions.{}.expand.0.weight"
    encoder = TinyVitEncoder(
        stem=shapes.get("image_encoder.patch_embed.0.0.weight", 4)[0],
        width=shapes.get("image_encoder.patch_embed.2.0.weight", 4)[0],
        hidden=tuple(shapes.get(expanded.format(i), 4)[0] for i in range(shapes.count(expanded))),
        stages=tuple(stages),
        head_width=head_widths.pop(),
    )
    return encoder, IMAGE_SIZE


def _unlike(expected: str, found: set[int]) -> CheckpointError:
    return CheckpointError(
        "The attention of the file's blocks does not fit together.",
        expected=expected,
        found=str(sorted(found)[:9]),
    )


def _ours(name: str) -> str:
    place = re.fullmatch(
        r"image_encoder\.(?:patch_embed\.seq\.(?P<stem>\d+)|layers\.(?P<layer>\d+)\."
        r"(?:blocks\.(?P<block>\d+)|downsample))\.(?P<rest>.+)",
        name,
    )
    if place is None:
        return name
    inside = re.sub(r"(^|\.)(c|bn)\.(?=\w+$)", lambda found: f"{found[1]}{_LAYERS[found[2]]}.", place["rest"])
    for theirs, own in _PARTS.items():
        if inside == theirs or inside.startswith(f"{theirs}."):
            inside = own + inside[len(theirs) :]
            break
    if place["stem"]:
        return f"image_encoder.patch_embed.{place['stem']}.{inside}"
    layer, block = int(place["layer"]), place["block"]
    if block is None:
        return f"image_encoder.stages.{layer}.merge.{inside}"
    if layer == 0:
        return f"image_encoder.convolutions.{block}.{inside}"
    return f"image_encoder.stages.{layer - 1}.blocks.{block}.{inside}"


def _split(state: State) -> dict[str, StoredArray]:
    """Fused q, k and v taken apart; a head has its q, its k and its v in its rows. Raises CheckpointError."""
    split: dict[str, StoredArray] = {}
    for name, tensor in state.items():
        fused = re.fullmatch(r"(.+\.attn)\.qkv\.(weight|bias)", name)
        if fused is None:
            split[name] = tensor
            continue
        biases = state.get(f"{fused[1]}.biases")
        heads = biases.shape[0] if biases is not None and biases.ndim == 2 else 0
        if not heads or tensor.ndim == 0 or tensor.shape[0] % (3 * heads):
            raise CheckpointError(
                "{name} cannot be cut into heads.",
                expected=sentence("rows for q, k and v of each head"),
                found=sentence("shape {shape} and {heads} heads", shape=tensor.shape, heads=heads),
                name=name,
            )
        for i, part in enumerate("qkv"):
            split[f"{fused[1]}.{part}.{fused[2]}"] = tensor.rearranged(partial(_part_of_heads, i, heads))
    return split


def _part_of_heads(index: int, heads: int, rows: Numbers) -> Numbers:
    shape = rows.shape[1:]
    return rows.reshape(heads, 3, len(rows) // (3 * heads), *shape)[:, index].reshape(len(rows) // 3, *shape)
