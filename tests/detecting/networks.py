"""Small detectors, made here: each finds red and blue squares of one cell, and says so as its family does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE = 64
"""Of the input, in pixels."""
CELL = 8
GRID = SIDE // CELL
CELLS = GRID * GRID
ALL_CELLS = CELLS + 16 + 4
"""With those of the strides 16 and 32, which find nothing."""
HALF_WAY = (1 - 90 / 255) / 2
"""Between a square and the grey around it, which is -90 / 255."""
IMAGENET = ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))
NAMES = {"names": "{0: 'red', 1: 'blue'}", "task": "detect"}


class Writer:
    """Collects nodes and constants of an ONNX graph."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, values: object, kind: type = np.float32) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def add(self, op: str, *inputs: str, out: str = "", **attributes: object) -> str:
        name = out or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], **attributes))
        return name

    def reshape(self, x: str, *shape: int) -> str:
        return self.add("Reshape", x, self.constant(shape, np.int64))

    def concat(self, *parts: str, axis: int, out: str = "") -> str:
        return self.add("Concat", *parts, axis=axis, out=out)


def levels(writer: Writer, *, mean: object = 0.0, std: object = 255.0, bgr: bool = False) -> tuple[str, str]:
    """What was fed, as 0..1 for red and blue alone: of each cell (1, 2, cells), and each 4 pixels."""

    def of_channels(value: object) -> str:
        return writer.constant(np.broadcast_to(np.reshape(value, (-1, 1, 1)), (3, 1, 1))[None])

    pixels = writer.add("Add", writer.add("Mul", "images", of_channels(std)), of_channels(mean))
    weights = np.array([[1, -1, -1], [-1, -1, 1]], np.float32) / 255
    weights = weights[:, ::-1] if bgr else weights
    colours = writer.add("Conv", pixels, writer.constant(weights[:, :, None, None]))
    low, high = writer.constant(0.0), writer.constant(1.0)
    fine = writer.add("AveragePool", colours, kernel_shape=[4, 4], strides=[4, 4])
    coarse = writer.add("AveragePool", colours, kernel_shape=[CELL] * 2, strides=[CELL] * 2)
    scores = writer.add("Clip", coarse, low, high)
    return writer.reshape(scores, 1, 2, CELLS), fine


def boxes() -> np.ndarray:
    """Of the cells, centre and sides in pixels of the input, (cells, 4)."""
    rows, columns = np.mgrid[:GRID, :GRID]
    middles = np.stack([columns.ravel(), rows.ravel()], 1) * CELL + CELL / 2
    return np.concatenate([middles, np.full((CELLS, 2), CELL)], 1).astype(np.float32)


def corners() -> np.ndarray:
    """The same as x0, y0, x1, y1."""
    found = boxes()
    return np.concatenate([found[:, :2] - CELL / 2, found[:, :2] + CELL / 2], 1)


def save(
    path: Path,
    writer: Writer,
    outputs: Mapping[str, int],
    notes: Mapping[str, str] = NAMES,
    *,
    takes_size: bool = False,
    side: object = SIDE,
) -> Path:
    """``outputs``: name -> kind of its numbers."""
    inputs = [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, side, side])]
    if takes_size:
        inputs.append(helper.make_tensor_value_info("orig_target_sizes", TensorProto.INT64, [1, 2]))
    given = [helper.make_tensor_value_info(name, kind, None) for name, kind in outputs.items()]
    graph = helper.make_graph(writer.nodes, "g", inputs, given, writer.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, dict(notes))
    onnx.save(model, path)
    return path


def _padded(writer: Writer, rows_1RN: str, rows: int) -> str:
    """With the cells of the other strides behind."""
    return writer.concat(rows_1RN, writer.constant(np.zeros((1, rows, ALL_CELLS - CELLS))), axis=2)


def yolo_v8(path: Path, notes: Mapping[str, str] = NAMES, side: object = SIDE) -> Path:
    writer = Writer()
    scores, _ = levels(writer)
    rows = writer.concat(writer.constant(boxes().T[None]), scores, axis=1)
    writer.add("Identity", _padded(writer, rows, 6), out="output0")
    return save(path, writer, {"output0": TensorProto.FLOAT}, notes, side=side)


def yolo_v8_seg(path: Path) -> Path:
    writer = Writer()
    scores, fine = levels(writer)
    rows = writer.concat(writer.constant(boxes().T[None]), scores, scores, axis=1)
    writer.add("Identity", _padded(writer, rows, 8), out="output0")
    writer.add("Sub", fine, writer.constant(HALF_WAY), out="output1")
    return save(path, writer, {"output0": TensorProto.FLOAT, "output1": TensorProto.FLOAT})


def yolo_v5(path: Path, notes: Mapping[str, str] = NAMES) -> Path:
    """Each cell answers three times, the second and third less sure: one thing has three boxes."""
    writer = Writer()
    scores, _ = levels(writer)
    per_cell = writer.add("Transpose", scores, perm=[0, 2, 1])
    ones = writer.constant(np.ones((1, CELLS, 1)))
    parts = []
    for sure in (1.0, 0.8, 0.6):
        objectness = writer.add("Mul", ones, writer.constant(sure))
        parts.append(writer.concat(writer.constant(boxes()[None]), objectness, per_cell, axis=2))
    rest = writer.constant(np.zeros((1, 3 * (ALL_CELLS - CELLS), 7)))
    writer.concat(*parts, rest, axis=1, out="output0")
    return save(path, writer, {"output0": TensorProto.FLOAT}, notes)


def two_names_for_one(path: Path) -> Path:
    """A YOLOv8 that answers for one thing as class 0 and, a little aside, as class 1; and for another one."""
    writer = Writer()
    nothing = writer.add("Mul", writer.add("ReduceMean", "images", keepdims=0), writer.constant(0.0))
    rows = np.zeros((1, 6, ALL_CELLS), np.float32)
    rows[0, :, 0] = [20, 12, 8, 8, 0.8, 0.1]
    rows[0, :, 1] = [20.3, 12.2, 8, 8, 0.1, 0.9]
    rows[0, :, 2] = [44, 36, 8, 8, 0.7, 0.0]
    writer.add("Add", writer.constant(rows), nothing, out="output0")
    return save(path, writer, {"output0": TensorProto.FLOAT}, {"names": "{0: 'car', 1: 'truck'}"})


def yolox(path: Path, *, in_pixels: bool = False) -> Path:
    """Boxes as cells have them (the middle of the cell, as wide as the stride), or in pixels."""
    writer = Writer()
    scores, _ = levels(writer, std=1.0, bgr=True)
    cell = np.tile(np.array([0.5, 0.5, 0, 0, 1]), (CELLS, 1))
    if in_pixels:
        cell[:, :4] = boxes()
    per_cell = writer.add("Transpose", scores, perm=[0, 2, 1])
    rows = writer.concat(writer.constant(cell[None]), per_cell, axis=2)
    rest = writer.constant(np.zeros((1, ALL_CELLS - CELLS, 7)))
    writer.concat(rows, rest, axis=1, out="output")
    return save(path, writer, {"output": TensorProto.FLOAT}, {})


def yolo_end_to_end(path: Path, notes: Mapping[str, str] = NAMES) -> Path:
    writer = Writer()
    scores, _ = levels(writer)
    best = writer.reshape(writer.add("ReduceMax", scores, axes=[1]), 1, CELLS, 1)
    number = writer.add("ArgMax", scores, axis=1)
    number = writer.reshape(writer.add("Cast", number, to=TensorProto.FLOAT), 1, CELLS, 1)
    writer.concat(writer.constant(corners()[None]), best, number, axis=2, out="output0")
    return save(path, writer, {"output0": TensorProto.FLOAT}, notes)


def _shares() -> np.ndarray:
    return boxes()[None] / SIDE


def rt_detr_ultralytics(
    path: Path, description: str = "Ultralytics rtdetr-l model trained on two.yaml"
) -> Path:
    """``description``: as the exporter writes it; empty = nothing."""
    writer = Writer()
    scores, _ = levels(writer)
    per_cell = writer.add("Transpose", scores, perm=[0, 2, 1])
    writer.concat(writer.constant(_shares()), per_cell, axis=2, out="output0")
    notes = {**NAMES, "description": description}
    return save(path, writer, {"output0": TensorProto.FLOAT}, notes)


def rt_detr_makers(path: Path, notes: Mapping[str, str] = NAMES) -> Path:
    """Boxes in the size that it is told, width first."""
    writer = Writer()
    scores, _ = levels(writer)
    writer.add("ReduceMax", scores, axes=[1], keepdims=0, out="scores")
    writer.add("ArgMax", scores, axis=1, keepdims=0, out="labels")
    size = writer.add("Cast", "orig_target_sizes", to=TensorProto.FLOAT)
    twice = writer.reshape(writer.concat(size, size, axis=1), 1, 1, 4)
    writer.add("Mul", writer.constant(corners()[None] / SIDE), twice, out="boxes")
    kinds = {"labels": TensorProto.INT64, "boxes": TensorProto.FLOAT, "scores": TensorProto.FLOAT}
    return save(path, writer, kinds, notes, takes_size=True)


def _logits(writer: Writer, scores: str, out: str) -> str:
    steep = writer.add("Mul", writer.add("Sub", scores, writer.constant(0.5)), writer.constant(20.0))
    return writer.add("Transpose", steep, perm=[0, 2, 1], out=out)


def rt_detr_transformers(path: Path) -> Path:
    writer = Writer()
    scores, _ = levels(writer)
    _logits(writer, scores, "logits")
    writer.add("Identity", writer.constant(_shares()), out="pred_boxes")
    return save(path, writer, {"logits": TensorProto.FLOAT, "pred_boxes": TensorProto.FLOAT})


def rf_detr(path: Path, *, masks: bool = False) -> Path:
    writer = Writer()
    mean, std = IMAGENET
    scores, fine = levels(writer, mean=mean, std=std)
    writer.add("Identity", writer.constant(_shares()), out="dets")
    _logits(writer, scores, "labels")
    kinds = {"dets": TensorProto.FLOAT, "labels": TensorProto.FLOAT}
    if masks:
        either = writer.add("ReduceMax", fine, axes=[1])
        logits = writer.add("Sub", either, writer.constant(HALF_WAY))
        writer.add("Tile", logits, writer.constant([1, CELLS, 1, 1], np.int64), out="masks")
        kinds["masks"] = TensorProto.FLOAT
    return save(path, writer, kinds)


FAMILIES: Mapping[str, Callable[[Path], Path]] = {
    "YOLOv8, 11 or 12": yolo_v8,
    "YOLOv8, 11 or 12 with masks": yolo_v8_seg,
    "YOLOv5": yolo_v5,
    "YOLOX": yolox,
    "YOLOX in pixels": lambda path: yolox(path, in_pixels=True),
    "YOLO without overlaps": yolo_end_to_end,
    "RT-DETR of Ultralytics": rt_detr_ultralytics,
    "RT-DETR of its makers": rt_detr_makers,
    "RT-DETR from transformers": rt_detr_transformers,
    "RF-DETR": rf_detr,
    "RF-DETR with masks": lambda path: rf_detr(path, masks=True),
}
