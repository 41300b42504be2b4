"""What an image encoder computes, counted in its graph: without torch, weights or memory for them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from slimsam_core.arch import ArchSpec
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.families.encoder_graph import encoder_graph
from slimsam_core.families.graph_writer import GraphWriter, Node
from slimsam_core.families.weight_shapes import weight_shapes
from slimsam_core.inference.runtimes.quiet_openvino import import_openvino
from slimsam_core.torch_part import require_torch


@lru_cache(maxsize=256)
def encoder_macs(arch: ArchSpec) -> int:
    """Multiply-accumulates of convolutions, linear layers and attention products for one picture at the
    model's size; the number of ``models.cost.encoder_cost``, which answers where OpenVINO cannot be loaded.

    Raises TorchMissing where neither can.
    """
    try:
        ops = _ShapesAlone(import_openvino().opset13)
    except DeviceUnavailable:
        require_torch()
        from slimsam_core.models.cost import encoder_cost

        return encoder_cost(arch).macs
    one = np.float32(1)
    weights = {name: np.broadcast_to(one, shape) for name, shape in weight_shapes(arch).items()}
    encoder = encoder_graph(GraphWriter(ops, weights), arch)
    result = encoder.whole(encoder.write.parameter(1, 3, arch.image_size, arch.image_size))
    return sum(_macs(operation) for operation in _operations(result))


class _ShapesAlone:
    """OpenVINO's operations; a constant in floating point is an input: its shape is kept and no value."""

    def __init__(self, ops: Any) -> None:
        self._ops = ops

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ops, name)

    def constant(self, array: np.ndarray) -> Node:
        """In the place of the operation of this name."""
        if array.ndim and array.dtype == np.float32:
            return self._ops.parameter(list(array.shape), np.float32)
        return self._ops.constant(array)


def _operations(result: Node) -> list[Node]:
    """Everything that a result is computed from, each operation once."""
    found, waiting = {}, [result]
    while waiting:
        operation = waiting.pop()
        name = operation.get_name()
        if name not in found:
            found[name] = operation
            waiting += [source.get_source_output().get_node() for source in operation.inputs()]
    return list(found.values())


def _macs(operation: Node) -> int:
    counted = _COUNTED.get(operation.get_type_name())
    return counted(operation) if counted else 0


def _shape(operation: Node, index: int) -> list[int]:
    """Of an input."""
    return [int(length) for length in operation.get_input_shape(index)]


def _outputs(operation: Node) -> int:
    return math.prod(int(length) for length in operation.get_output_shape(0))


def _product(operation: Node) -> int:
    transposed = bool(operation.get_attributes()["transpose_a"])
    return _outputs(operation) * _shape(operation, 0)[-2 if transposed else -1]


def _attention(operation: Node) -> int:
    queries, keys, values = (_shape(operation, i) for i in range(3))
    return math.prod(queries[:-1]) * keys[-2] * (queries[-1] + values[-1])


_COUNTED: dict[str, Callable[[Node], int]] = {
    "Convolution": lambda operation: _outputs(operation) * math.prod(_shape(operation, 1)[1:]),
    "GroupConvolution": lambda operation: _outputs(operation) * math.prod(_shape(operation, 1)[2:]),
    "MatMul": _product,
    "ScaledDotProductAttention": _attention,
}
"""By the type of operation; what is not here multiplies nothing, or too little to be counted anywhere."""
