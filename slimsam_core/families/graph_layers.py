"""Layers of several families and of SAM's decoder as operations of an OpenVINO graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slimsam_core.families.graph_writer import GraphWriter, Node, Values

_BIAS_VALUES = 1 << 25
"""Values of an attention's bias that exist at a time; beyond, it goes a few heads at a time."""


def split(write: GraphWriter, x: Node, lengths: Sequence[int], axis: int) -> list[Node]:
    """Cut along an axis into parts of these lengths."""
    cut = write.ops.variadic_split(x, np.int64(axis), np.array(lengths, np.int64))
    return [cut.output(i) for i in range(len(lengths))]


def mlp(write: GraphWriter, x: Node, name: str, *, gelu: bool = True) -> Node:
    """``families.layers.Mlp``."""
    hidden = write.linear(x, f"{name}.lin1")
    return write.linear(write.gelu(hidden) if gelu else write.ops.relu(hidden), f"{name}.lin2")


def doubled(write: GraphWriter, x_BCHW: Node) -> Node:
    """Twice as high and wide, linear between the centres of pixels."""
    height, width = (2 * side for side in x_BCHW.get_output_shape(0)[2:])
    return write.ops.interpolate(
        x_BCHW, np.array([height, width], np.int64), "linear_onnx", "sizes",
        axes=np.array([2, 3], np.int64), coordinate_transformation_mode="half_pixel",
    )  # fmt: skip


def windows(write: GraphWriter, x_1HWC: Node, side: int) -> Node:
    """``n side side C``: all windows, those over the edge filled up with zeros."""
    _, height, width, channels = x_1HWC.get_output_shape(0)
    below, right = -height % side, -width % side
    if below or right:
        begin, end = np.zeros(4, np.int64), np.array([0, below, right, 0], np.int64)
        x_1HWC = write.ops.pad(x_1HWC, begin, end, "constant", np.float32(0))
    rows, columns = (height + below) // side, (width + right) // side
    cut = write.permute(write.reshape(x_1HWC, (rows, side, columns, side, channels)), (0, 2, 1, 3, 4))
    return write.reshape(cut, (rows * columns, side, side, channels))


def from_windows(write: GraphWriter, x_nSSC: Node, height: int, width: int) -> Node:
    """The inverse of ``windows`` for a grid of that size, ``1 H W C``."""
    _, side, _, channels = x_nSSC.get_output_shape(0)
    rows, columns = -(-height // side), -(-width // side)
    x = write.permute(write.reshape(x_nSSC, (rows, columns, side, side, channels)), (0, 2, 1, 3, 4))
    x = write.reshape(x, (1, rows * side, columns * side, channels))
    if (rows * side, columns * side) == (height, width):
        return x
    start, stop, step = np.zeros(2, np.int64), np.array([height, width], np.int64), np.ones(2, np.int64)
    return write.ops.slice(x, start, stop, step, np.array([1, 2], np.int64))


def relative_attention(
    write: GraphWriter, q_BnNd: Node, k_BnNd: Node, v_BnNd: Node, tables: tuple[Values, Values]
) -> Node:
    """``families.layers.relative_attention``, a few heads at a time where the bias is large: that cuts
    every tensor along its memory, so that only their share of it exists and no slice is copied. ``tables``:
    ``rel_h_HHd`` and ``rel_w_WWd``."""
    batch, heads, cells, _ = q_BnNd.get_output_shape(0)
    group = min(heads, max(1, _BIAS_VALUES // (batch * cells * cells)))
    lengths = [min(group, heads - first) for first in range(0, heads, group)]
    parts = [q_BnNd, k_BnNd, v_BnNd, *_relative_bias(write, q_BnNd, *tables)]
    if len(lengths) == 1:
        return _biased(write, *parts)
    cut = zip(*(split(write, part, lengths, 1) for part in parts), strict=True)
    return write.concat([_biased(write, *some) for some in cut], 1)


def _relative_bias(
    write: GraphWriter, q_BnNd: Node, rel_h_HHd: Values, rel_w_WWd: Values
) -> tuple[Node, Node]:
    """``B n H W H`` and ``B n H W W``. The tables are broadcast over windows and heads, not repeated."""
    batch, heads, _, d = q_BnNd.get_output_shape(0)
    height, width = len(rel_h_HHd), len(rel_w_WWd)
    q = write.reshape(q_BnNd, (batch * heads, height, width, d))
    rows = write.matmul(q, write.constant(rel_h_HHd[None]), transposed=True)
    columns = write.matmul(write.permute(q, (0, 2, 1, 3)), write.constant(rel_w_WWd[None]), transposed=True)
    return (
        write.reshape(rows, (batch, heads, height, width, height)),
        write.reshape(write.permute(columns, (0, 2, 1, 3)), (batch, heads, height, width, width)),
    )


def _biased(write: GraphWriter, *parts: Node) -> Node:
    q, k, v, bias_h_BnHWH, bias_w_BnHWW = parts
    rows = write.ops.unsqueeze(bias_h_BnHWH, np.array([-1], np.int64))
    columns = write.ops.unsqueeze(bias_w_BnHWW, np.array([-2], np.int64))
    batch, heads, height, width, *_ = rows.get_output_shape(0)
    cells = height * width
    bias = write.reshape(write.add(rows, columns), (batch, heads, cells, cells))
    return write.attention(q, k, v, bias)


def fourier(write: GraphWriter, xy: Node, matrix_2c: Values) -> Node:
    """Positions ``[..., 2]`` in 0..1 as sines and cosines, ``[..., 2c]`` (``RandomPositions``)."""
    centred = write.ops.subtract(write.scaled(xy, 2.0), write.constant(1.0))
    phase = write.scaled(write.matmul(centred, write.constant(matrix_2c)), 2 * np.pi)
    return write.concat([write.ops.sin(phase), write.ops.cos(phase)], -1)


def of_kinds(write: GraphWriter, values_BTC: Node, labels_BT: Node, kinds_KC: Values) -> Node:
    """Positions of tokens, none for label -1, and a vector for each label, counted from -1."""
    labels = write.ops.unsqueeze(labels_BT, np.array([-1], np.int64))
    padding = write.ops.equal(labels, write.constant(np.array(-1, np.int64)))
    placed = write.ops.select(padding, write.constant(0.0), values_BTC)
    index = write.ops.add(labels_BT, write.constant(np.array(1, np.int64)))
    return write.add(placed, write.ops.gather(write.constant(kinds_KC), index, np.int64(0)))
