"""``network`` as operations of an OpenVINO graph."""

from __future__ import annotations

import numpy as np

from slimsam_core.arch import ArchSpec
from slimsam_core.families.declaration import own
from slimsam_core.families.encoder_graph import WrittenEncoder
from slimsam_core.families.graph_layers import from_windows, mlp, windows
from slimsam_core.families.graph_writer import GraphWriter, Node, Values
from slimsam_core.families.tiny_vit.spec import TinyVitEncoder, TinyVitStage


class TinyVitGraph(WrittenEncoder):
    """See ``network.TinyVitSamEncoder``."""

    def __init__(self, write: GraphWriter, arch: ArchSpec) -> None:
        super().__init__(write, arch)
        self.spec = own(TinyVitEncoder, arch.encoder)

    def whole(self, x_13SS: Node) -> Node:
        """``1 C h w``."""
        write = self.write
        x = write.gelu(_conv(write, x_13SS, "patch_embed.0", stride=2))
        x = _conv(write, x, "patch_embed.2", stride=2)
        for index in range(len(self.spec.hidden)):
            inner = write.below(f"convolutions.{index}")
            x = write.gelu(write.add(x, _squeezed(inner, x)))
        for index, stage in enumerate(self.spec.stages):
            inner = write.below(f"stages.{index}")
            x = _squeezed(inner.below("merge"), x, stage.stride)
            for block in range(len(stage.blocks)):
                x = _block(inner.below(f"blocks.{block}"), x, stage, stage.blocks[block].heads)
        neck = write.below("neck")
        x = neck.channel_norm(neck.conv(x, "0"), "1")
        return neck.channel_norm(neck.conv(x, "2", padding=1), "3")


def _conv(write: GraphWriter, x: Node, name: str, *, stride: int = 1) -> Node:
    """A convolution with its batch norm."""
    padding = write.values(f"{name}.0.weight").shape[-1] // 2
    return write.conv(x, f"{name}.0", stride=stride, padding=padding, norm=f"{name}.1")


def _squeezed(write: GraphWriter, x: Node, stride: int = 1) -> Node:
    """Expand, depthwise convolution, project."""
    y = write.gelu(_conv(write, x, "expand"))
    return _conv(write, write.gelu(_conv(write, y, "depthwise", stride=stride)), "project")


def _block(write: GraphWriter, x_1CHW: Node, stage: TinyVitStage, heads: int) -> Node:
    _, _, height, width = x_1CHW.get_output_shape(0)
    x = write.permute(x_1CHW, (0, 2, 3, 1))
    attended = _attended(write.below("attn"), windows(write, x, stage.window), stage.window, heads)
    x = write.add(x, from_windows(write, attended, height, width))
    x = write.permute(_conv(write, write.permute(x, (0, 3, 1, 2)), "local"), (0, 2, 3, 1))
    out = write.add(x, mlp(write, write.layer_norm(x, "norm"), "mlp"))
    return write.permute(out, (0, 3, 1, 2))


def _attended(write: GraphWriter, x_nSSC: Node, side: int, heads: int) -> Node:
    count, _, _, channels = x_nSSC.get_output_shape(0)
    x = write.layer_norm(write.reshape(x_nSSC, (count, side * side, channels)), "norm")
    q, k, v = (
        write.permute(write.reshape(write.linear(x, name), (count, side * side, heads, -1)), (0, 2, 1, 3))
        for name in ("q", "k", "v")
    )
    y = write.attention(q, k, v, write.constant(_bias(write.values("biases"), side)[None]))
    y = write.linear(write.reshape(write.permute(y, (0, 2, 1, 3)), (count, side * side, -1)), "proj")
    return write.reshape(y, (count, side, side, channels))


def _bias(biases_nL: Values, side: int) -> Values:
    """``n N N``: what the distance of two cells adds to their score."""
    index = np.arange(side)
    rows, columns = index.repeat(side), np.tile(index, side)
    distance_NN = side * abs(rows[:, None] - rows) + abs(columns[:, None] - columns)
    return np.ascontiguousarray(biases_nL[:, distance_NN])


def encoder_graph(write: GraphWriter, arch: ArchSpec) -> TinyVitGraph:
    """The encoder of an architecture of this family."""
    return TinyVitGraph(write, arch)
