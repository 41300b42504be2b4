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


class GraphWriter:
    """Writes layers by the names that their weights have."""

    def __init__(self, ops: Any, weights: Mapping[str, Values], prefix: str = "") -> None:
        """``ops``: an operation set of OpenVINO; ``weights``: float32 by name, checked against the
        architecture; ``prefix``: how the names of this part begin."""
        self.ops, self._weights, self._prefix = ops, weights, prefix

    def below(self, name: str) -> GraphWriter:
        """A writer for the layers whose names begin with ``name`` and a dot."""
        return GraphWriter(self.ops, self._weights, f"{self._prefix}{name}.")

    def values(self, name: str) -> Values:
        """The weights of this name, float32."""
        return self._weights[f"{self._prefix}{name}"]

    def has(self, name: str) -> bool:
        """Whether there are weights of this name."""
        return f"{self._prefix}{name}" in self._weights

    def parameter(self, *shape: int, whole_numbers: bool = False) -> Node:
        """An input: float32 (int64 for ``whole_numbers``); -1 is any length."""
        return self.ops.parameter(list(shape), np.int64 if whole_numbers else np.float32)

    def constant(self, values: Any) -> Node:
        """A constant; arrays keep their type, Python's numbers become float32."""
        array = np.asarray(values)
        return self.ops.constant(array if isinstance(values, np.ndarray) else array.astype(np.float32))

    def add(self, a: Node, b: Node) -> Node:
        """Elementwise, shapes broadcast."""
        return self.ops.add(a, b)

    def scaled(self, x: Node, factor: float) -> Node:
        """Each value times a number."""
        return self.ops.multiply(x, self.constant(factor))

    def matmul(self, a: Node, b: Node, *, transposed: bool = False) -> Node:
        """Product of matrices in the last two axes; ``transposed``: b's rows are columns."""
        return self.ops.matmul(a, b, False, transposed)

    def reshape(self, x: Node, shape: Sequence[int]) -> Node:
        """Same order in memory; 0 keeps the length of that axis, -1 is what is left."""
        return self.ops.reshape(x, np.array(shape, np.int64), special_zero=True)

    def permute(self, x: Node, axes: Sequence[int]) -> Node:
        """Axes in another order."""
        return self.ops.transpose(x, np.array(axes, np.int64))

    def concat(self, parts: Sequence[Node], axis: int) -> Node:
        """Side by side along an axis."""
        return self.ops.concat(list(parts), axis)

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
            out = self.ops.group_convolution(x, kernel, strides, pads, pads, dilations=ones)
        else:
            kernel = self.constant(np.ascontiguousarray(weight_oikk))
            out = self.ops.convolution(x, kernel, strides, pads, pads, dilations=ones)
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
        out = self.ops.mvn(x, np.array([-1], np.int64), True, eps, "inside_sqrt")
        out = self.ops.multiply(out, self.constant(self.values(f"{name}.weight")))
        return self.add(out, self.constant(self.values(f"{name}.bias")))

    def channel_norm(self, x_BCHW: Node, name: str) -> Node:
        """``families.layers.LayerNorm2d``."""
        return self.permute(self.layer_norm(self.permute(x_BCHW, (0, 2, 3, 1)), name, eps=1e-6), (0, 3, 1, 2))

    def gelu(self, x: Node) -> Node:
        """By the error function."""
        return self.ops.gelu(x, "erf")

    def attention(self, q: Node, k: Node, v: Node, bias: Node | None = None) -> Node:
        """Scaled dot products, ``B n T d`` each; ``bias`` is added to the scores."""
        given = [] if bias is None else [bias]
        return self.ops.scaled_dot_product_attention(q, k, v, *given)
