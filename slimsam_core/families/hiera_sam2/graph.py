"""``network`` as operations of an OpenVINO graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slimsam_core.arch import ArchSpec
from slimsam_core.families.declaration import own
from slimsam_core.families.encoder_graph import WrittenEncoder
from slimsam_core.families.graph_layers import from_windows, mlp, windows
from slimsam_core.families.graph_writer import GraphWriter, Node, Values
from slimsam_core.families.hiera_sam2.spec import PATCH, PATCH_STRIDE, HieraEncoder

_CUBIC = -0.75
"""The slope at distance 1 of torch's bicubic kernel."""


class HieraGraph(WrittenEncoder):
    """See ``network.HieraSam2Encoder``."""

    def __init__(self, write: GraphWriter, arch: ArchSpec) -> None:
        super().__init__(write, arch)
        self.spec = own(HieraEncoder, arch.encoder)

    def whole(self, x_13SS: Node) -> Node:
        """``1 4C h w``."""
        write = self.write
        x = write.conv(x_13SS, "patch_embed.proj", stride=PATCH_STRIDE, padding=PATCH // 2)
        x = write.permute(x, (0, 2, 3, 1))
        x = write.add(x, write.constant(self._positions(x.get_output_shape(0)[1])))
        features = []
        for s, stage in enumerate(self.spec.stages):
            for b in range(len(stage.blocks)):
                pools = s > 0 and b == 0
                window = 0 if b in stage.global_blocks else stage.window
                if pools:
                    window = self.spec.stages[s - 1].window
                x = _layer(write.below(f"stages.{s}.{b}"), x, stage.heads, window, pools)
            features.append(write.permute(x, (0, 3, 1, 2)))
        return self._pyramid(features)

    def _positions(self, side: int) -> Values:
        """``1 side side C``."""
        table, window = self.write.values("pos_embed")[0], self.write.values("pos_embed_window")[0]
        stretch = _bicubic(len(table), side)
        across = stretch @ table.astype(np.float64)  # h x C: each row of the table at the full width
        wide = np.tensordot(stretch, across, 1)
        times = -(-side // len(window))
        tiled = np.tile(window, (times, times, 1))[:side, :side]
        return np.asarray((wide + tiled)[None], np.float32)

    def _pyramid(self, features: list[Node]) -> Node:
        write = self.write.below("neck")
        third, fourth = (write.conv(features[i], f"laterals.{i}") for i in (2, 3))
        height, width = third.get_output_shape(0)[2:]
        doubled = write.ops.interpolate(
            fourth, np.array([height, width], np.int64), "nearest", "sizes", axes=np.array([2, 3], np.int64),
            coordinate_transformation_mode="asymmetric", nearest_mode="floor",
        )  # fmt: skip
        joined = write.add(write.add(third, doubled), write.constant(write.values("no_memory")))
        double, fourfold = (write.conv(write.conv(features[i], f"laterals.{i}"), f"fine.{i}") for i in (1, 0))
        dim = self.arch.embed_dim
        double = write.permute(write.reshape(double, (1, dim // 4, height, 2, width, 2)), (0, 3, 5, 1, 2, 4))
        fourfold = write.permute(
            write.reshape(fourfold, (1, dim // 8, height, 2, 2, width, 2, 2)), (0, 3, 6, 4, 7, 1, 2, 5)
        )
        parts = [joined, *(write.reshape(part, (1, -1, height, width)) for part in (double, fourfold))]
        return write.concat(parts, 1)


def _layer(write: GraphWriter, x_1HWC: Node, heads: int, window: int, pools: bool) -> Node:
    _, height, width, _ = x_1HWC.get_output_shape(0)
    y = write.layer_norm(x_1HWC, "norm1", eps=1e-6)
    kept = _pooled(write, write.linear(y, "shortcut")) if pools else x_1HWC
    attention = write.below("attn")
    if window:
        attended = _attended(attention, windows(write, y, window), heads, pools)
        halves = 2 if pools else 1
        attended = from_windows(write, attended, height // halves, width // halves)
    else:
        attended = _attended(attention, y, heads, pools)
    x = write.add(kept, attended)
    return write.add(x, mlp(write, write.layer_norm(x, "norm2", eps=1e-6), "mlp"))


def _attended(write: GraphWriter, x_nHWC: Node, heads: int, pools: bool) -> Node:
    q_nHWA = write.linear(x_nHWC, "q")
    if pools:
        q_nHWA = _pooled(write, q_nHWA)
    count, height, width, channels = q_nHWA.get_output_shape(0)
    q, k, v = (
        write.permute(write.reshape(part, (count, -1, heads, channels // heads)), (0, 2, 1, 3))
        for part in (q_nHWA, write.linear(x_nHWC, "k"), write.linear(x_nHWC, "v"))
    )
    out = write.permute(write.attention(q, k, v), (0, 2, 1, 3))
    return write.linear(write.reshape(out, (count, height, width, channels)), "proj")


def _pooled(write: GraphWriter, x_nHWC: Node) -> Node:
    """The largest value of every four cells."""
    count, height, width, channels = x_nHWC.get_output_shape(0)
    parts = write.reshape(x_nHWC, (count, height // 2, 2, width // 2, 2, channels))
    return write.ops.reduce_max(parts, np.array([2, 4], np.int64), False)


def _bicubic(before: int, after: int) -> NDArray[np.float64]:
    """``after before``, float64: how much of each of a row's values is in each of the stretched row's."""
    places = (np.arange(after) + 0.5) * before / after - 0.5
    start = np.floor(places).astype(int)
    weights = np.zeros((after, before))
    for offset in range(-1, 3):
        x = np.abs(places - start - offset)
        near = ((_CUBIC + 2) * x - (_CUBIC + 3)) * x * x + 1
        far = ((_CUBIC * x - 5 * _CUBIC) * x + 8 * _CUBIC) * x - 4 * _CUBIC
        index = np.clip(start + offset, 0, before - 1)
        np.add.at(weights, (np.arange(after), index), np.where(x <= 1, near, far))
    return weights


def encoder_graph(write: GraphWriter, arch: ArchSpec) -> HieraGraph:
    """The encoder of an architecture of this family."""
    return HieraGraph(write, arch)
