"""Layers as operations of an OpenVINO graph, written straight from the tensors of a model's file.

The writer gets OpenVINO's operations from its caller and the weights as arrays, so that neither OpenVINO nor
torch is imported here. What it writes computes what the layers of ``families.layers`` and of torch do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Node = Any
"""An operation of a graph with one output."""

Values = NDArray[np.float32]

_BIAS_VALUES = 1 << 25
"""Values of an attention's bias that exist at a time; beyond, it goes a few heads at a time."""


class GraphWriter:
    """Writes layers by the names that their weights have."""

    def __init__(self, ops: Any, weights: Mapping[str, Values], prefix: str = "") -> None:
        """``ops``: an operation set of OpenVINO; ``weights``: float32 by name, checked against the
        architecture; ``prefix``: how the names of this part begin."""
        self._ops, self._weights, self._prefix = ops, weights, prefix

    def below(self, name: str) -> GraphWriter:
        """A writer for the layers whose names begin with ``name`` and a dot."""
        return GraphWriter(self._ops, self._weights, f"{self._prefix}{name}.")

    def values(self, name: str) -> Values:
        """The weights of this name, float32."""
        return self._weights[f"{self._prefix}{name}"]

    def has(self, name: str) -> bool:
        """Whether there are weights of this name."""
        return f"{self._prefix}{name}" in self._weights

    def parameter(self, *shape: int, whole_numbers: bool = False) -> Node:
        """An input: float32 (int64 for ``whole_numbers``); -1 is any length."""
        return self._ops.parameter(list(shape), np.int64 if whole_numbers else np.float32)

    def constant(self, values: Any) -> Node:
        """A constant; arrays keep their type, Python's numbers become float32."""
        array = np.asarray(values)
        return self._ops.constant(array if isinstance(values, np.ndarray) else array.astype(np.float32))

    def add(self, a: Node, b: Node) -> Node:
        """Elementwise, shapes broadcast."""
        return self._ops.add(a, b)

    def scaled(self, x: Node, factor: float) -> Node:
        """Each value times a number."""
        return self._ops.multiply(x, self.constant(factor))

    def matmul(self, a: Node, b: Node, *, transposed: bool = False) -> Node:
        """Product of matrices in the last two axes; ``transposed``: b's rows are columns."""
        return self._ops.matmul(a, b, False, transposed)

    def reshape(self, x: Node, *shape: int) -> Node:
        """Same order in memory; 0 keeps the length of that axis, -1 is what is left."""
        return self._ops.reshape(x, np.array(shape, np.int64), special_zero=True)

    def permute(self, x: Node, *axes: int) -> Node:
        """Axes in another order."""
        return self._ops.transpose(x, np.array(axes, np.int64))

    def concat(self, parts: Sequence[Node], axis: int) -> Node:
        """Side by side along an axis."""
        return self._ops.concat(list(parts), axis)

    def split(self, x: Node, lengths: Sequence[int], axis: int) -> list[Node]:
        """Cut along an axis into parts of these lengths."""
        cut = self._ops.variadic_split(x, np.int64(axis), np.array(lengths, np.int64))
        return [cut.output(i) for i in range(len(lengths))]

    def linear(self, x: Node, name: str, *, scale: float = 1.0) -> Node:
        """``[..., in]`` to ``[..., out]``, times ``scale``, which costs nothing."""
        weight, bias = self.values(f"{name}.weight"), self.values(f"{name}.bias")
        return self.affine(x, weight * np.float32(scale), bias * np.float32(scale))

    def affine(self, x: Node, weight_oi: Values, bias_o: Values) -> Node:
        """``[..., in]`` to ``[..., out]`` with the given weights."""
        product = self.matmul(x, self.constant(np.ascontiguousarray(weight_oi)), transposed=True)
        return self.add(product, self.constant(bias_o))

    def conv(
        self, x: Node, name: str, *, stride: int = 1, padding: int = 0, norm: str = "", eps: float = 1e-5
    ) -> Node:
        """A convolution of ``B C H W``, depthwise where its weights have one channel of many; the batch norm
        ``norm`` behind it is part of its weights."""
        weight = self.values(f"{name}.weight")
        bias = self.values(f"{name}.bias") if self.has(f"{name}.bias") else None
        if norm:
            weight, bias = self._with_norm(weight, bias, norm, eps)
        return self.convolved(x, weight, bias, stride=stride, padding=padding)

    def convolved(
        self, x: Node, weight_oikk: Values, bias_o: Values | None, *, stride: int = 1, padding: int = 0
    ) -> Node:
        """The same with the given weights."""
        strides, pads, ones = [stride] * 2, [padding] * 2, [1, 1]
        if weight_oikk.shape[1] == 1 < int(x.get_output_shape(0)[1]):
            kernel = self.constant(np.ascontiguousarray(weight_oikk[:, None]))
            out = self._ops.group_convolution(x, kernel, strides, pads, pads, ones)
        else:
            kernel = self.constant(np.ascontiguousarray(weight_oikk))
            out = self._ops.convolution(x, kernel, strides, pads, pads, ones)
        return out if bias_o is None else self.add(out, self.constant(bias_o.reshape(1, -1, 1, 1)))

    def _with_norm(self, weight: Values, bias: Values | None, norm: str, eps: float) -> tuple[Values, Values]:
        """In float64, so that the fold rounds once."""
        gain, shift, mean, var = (
            self.values(f"{norm}.{part}").astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        factor = gain / np.sqrt(var + eps)
        moved = shift + ((0.0 if bias is None else bias) - mean) * factor
        return (weight * factor[:, None, None, None]).astype(np.float32), moved.astype(np.float32)

    def layer_norm(self, x: Node, name: str, *, eps: float = 1e-5) -> Node:
        """Over the last axis."""
        out = self._ops.mvn(x, np.array([-1], np.int64), True, eps, "inside_sqrt")
        out = self._ops.multiply(out, self.constant(self.values(f"{name}.weight")))
        return self.add(out, self.constant(self.values(f"{name}.bias")))

    def channel_norm(self, x_BCHW: Node, name: str) -> Node:
        """``families.layers.LayerNorm2d``."""
        return self.permute(self.layer_norm(self.permute(x_BCHW, 0, 2, 3, 1), name, eps=1e-6), 0, 3, 1, 2)

    def gelu(self, x: Node) -> Node:
        """By the error function."""
        return self._ops.gelu(x, "erf")

    def relu(self, x: Node) -> Node:
        """Nothing below zero."""
        return self._ops.relu(x)

    def relu6(self, x: Node) -> Node:
        """Nothing below zero, nothing above six."""
        return self._ops.clamp(x, 0.0, 6.0)

    def softmax(self, x: Node) -> Node:
        """Over the last axis."""
        return self._ops.softmax(x, -1)

    def attention(self, q: Node, k: Node, v: Node, bias: Node | None = None) -> Node:
        """Scaled dot products, ``B n T d`` each; ``bias`` is added to the scores."""
        given = [] if bias is None else [bias]
        return self._ops.scaled_dot_product_attention(q, k, v, *given)

    def mlp(self, x: Node, name: str, *, gelu: bool = True) -> Node:
        """``families.layers.Mlp``."""
        hidden = self.linear(x, f"{name}.lin1")
        return self.linear(self.gelu(hidden) if gelu else self.relu(hidden), f"{name}.lin2")

    def doubled(self, x_BCHW: Node) -> Node:
        """Twice as high and wide, linear between the centres of pixels."""
        height, width = (2 * side for side in x_BCHW.get_output_shape(0)[2:])
        return self._ops.interpolate(
            x_BCHW, np.array([height, width], np.int64), "linear_onnx", "sizes",
            axes=np.array([2, 3], np.int64), coordinate_transformation_mode="half_pixel",
        )  # fmt: skip

    def windows(self, x_1HWC: Node, side: int) -> Node:
        """``n side side C``: all windows, those over the edge filled up with zeros."""
        _, height, width, channels = x_1HWC.get_output_shape(0)
        below, right = -height % side, -width % side
        if below or right:
            begin, end = np.zeros(4, np.int64), np.array([0, below, right, 0], np.int64)
            x_1HWC = self._ops.pad(x_1HWC, begin, end, "constant", np.float32(0))
        rows, columns = (height + below) // side, (width + right) // side
        cut = self.permute(self.reshape(x_1HWC, rows, side, columns, side, channels), 0, 2, 1, 3, 4)
        return self.reshape(cut, rows * columns, side, side, channels)

    def from_windows(self, x_nSSC: Node, height: int, width: int) -> Node:
        """The inverse of ``windows`` for a grid of that size, ``1 H W C``."""
        _, side, _, channels = x_nSSC.get_output_shape(0)
        rows, columns = -(-height // side), -(-width // side)
        x = self.permute(self.reshape(x_nSSC, rows, columns, side, side, channels), 0, 2, 1, 3, 4)
        x = self.reshape(x, 1, rows * side, columns * side, channels)
        if (rows * side, columns * side) == (height, width):
            return x
        start, stop, step = np.zeros(2, np.int64), np.array([height, width], np.int64), np.ones(2, np.int64)
        return self._ops.slice(x, start, stop, step, np.array([1, 2], np.int64))

    def relative_attention(
        self, q_BnNd: Node, k_BnNd: Node, v_BnNd: Node, rel_h_HHd: Values, rel_w_WWd: Values
    ) -> Node:
        """``families.layers.relative_attention``, a few heads at a time where the bias is large: that cuts
        every tensor along its memory, so that only their share of it exists and no slice is copied."""
        batch, heads, cells, _ = q_BnNd.get_output_shape(0)
        group = min(heads, max(1, _BIAS_VALUES // (batch * cells * cells)))
        lengths = [min(group, heads - first) for first in range(0, heads, group)]
        parts = [q_BnNd, k_BnNd, v_BnNd, *self._relative_bias(q_BnNd, rel_h_HHd, rel_w_WWd)]
        if len(lengths) == 1:
            return self._biased(*parts)
        cut = zip(*(self.split(part, lengths, 1) for part in parts), strict=True)
        return self.concat([self._biased(*some) for some in cut], 1)

    def _relative_bias(self, q_BnNd: Node, rel_h_HHd: Values, rel_w_WWd: Values) -> tuple[Node, Node]:
        """``B n H W H`` and ``B n H W W``. The tables are broadcast over windows and heads, not repeated."""
        batch, heads, _, d = q_BnNd.get_output_shape(0)
        height, width = len(rel_h_HHd), len(rel_w_WWd)
        q = self.reshape(q_BnNd, batch * heads, height, width, d)
        rows = self.matmul(q, self.constant(rel_h_HHd[None]), transposed=True)
        columns = self.matmul(self.permute(q, 0, 2, 1, 3), self.constant(rel_w_WWd[None]), transposed=True)
        return (
            self.reshape(rows, batch, heads, height, width, height),
            self.reshape(self.permute(columns, 0, 2, 1, 3), batch, heads, height, width, width),
        )

    def _biased(self, q: Node, k: Node, v: Node, bias_h_BnHWH: Node, bias_w_BnHWW: Node) -> Node:
        rows = self._ops.unsqueeze(bias_h_BnHWH, np.array([-1], np.int64))
        columns = self._ops.unsqueeze(bias_w_BnHWW, np.array([-2], np.int64))
        batch, heads, height, width, *_ = rows.get_output_shape(0)
        cells = height * width
        bias = self.reshape(self.add(rows, columns), batch, heads, cells, cells)
        return self.attention(q, k, v, bias)

    def fourier(self, xy: Node, matrix_2c: Values) -> Node:
        """Positions ``[..., 2]`` in 0..1 as sines and cosines, ``[..., 2c]`` (``RandomPositions``)."""
        centred = self._ops.subtract(self.scaled(xy, 2.0), self.constant(1.0))
        phase = self.scaled(self.matmul(centred, self.constant(matrix_2c)), 2 * np.pi)
        return self.concat([self._ops.sin(phase), self._ops.cos(phase)], -1)

    def of_kinds(self, values_BTC: Node, labels_BT: Node, kinds_KC: Values) -> Node:
        """Positions of tokens, none for label -1, and a vector for each label, counted from -1."""
        labels = self._ops.unsqueeze(labels_BT, np.array([-1], np.int64))
        padding = self._ops.equal(labels, self.constant(np.array(-1, np.int64)))
        placed = self._ops.select(padding, self.constant(0.0), values_BTC)
        index = self._ops.add(labels_BT, self.constant(np.array(1, np.int64)))
        return self.add(placed, self._ops.gather(self.constant(kinds_KC), index, np.int64(0)))
