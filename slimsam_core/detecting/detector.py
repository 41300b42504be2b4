"""A detector: an ONNX file of a family that we know, computed by OpenVINO."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.detecting.class_names import given_names, numbered_names, usual_names
from slimsam_core.detecting.decoders import rf_detr, rt_detr, yolo_end_to_end, yolo_v5, yolo_v8, yolox
from slimsam_core.detecting.network import Decoder, Network, Port
from slimsam_core.detecting.picture_fit import InputPlacement
from slimsam_core.errors import CheckpointError, OutOfMemory, SlimSamError
from slimsam_core.files.onnx_file import OnnxFile, open_onnx
from slimsam_core.inference.runtimes.quiet_openvino import import_openvino
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.pixels.geometry import BoxXYXY, Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import Rle
from slimsam_core.pixels.mask_crop import paste
from slimsam_core.sentences import sentence

__all__ = ["Detection", "Detector"]

FAMILIES: Sequence[Callable[[Network], Decoder | None]] = (
    rf_detr.recognised, yolo_v5.recognised, yolo_v8.recognised, yolox.recognised,
    yolo_end_to_end.recognised, rt_detr.recognised,
)  # fmt: skip
"""Asked one after the other; the first that knows the network has it."""
KNOWN = "YOLOv5, 8, 10, 11, 12, 26, YOLOX, RT-DETR, RF-DETR"
USUAL_SIDE = 640
"""Pixels of the input of a network that takes any size and does not say which one it was trained with."""
_LEAST_SIDE, _MOST_SIDE = 32, 4096
"""Of an input: less has no cell, more takes more than a minute and 10 GB a picture."""
_MOST_VALUES = 1 << 27
"""Numbers of all outputs together, half a GB: a -seg network for pictures of 4096 pixels has a tenth."""
_FEW_VALUES = 100_000
"""Of an output whose values are kept after the trial, 0.4 MB; tables of chosen boxes have a tenth."""
_OTHER_TASKS = frozenset({"classify", "pose", "obb"})
"""What Ultralytics notes as the task of networks that give no boxes, or other ones."""


@dataclass(frozen=True, kw_only=True)
class Detection:
    """One thing in a picture, in its pixels."""

    box: BoxXYXY
    score: float
    class_index: int
    mask: Rle | None = None
    """What the detector itself takes for the thing, when it gives masks and they are wanted."""


class Detector:
    """Finds things in pictures. For one thread at a time."""

    def __init__(self, file: OnnxFile) -> None:
        """Raises CheckpointError for what is none of the known families, DeviceUnavailable, OutOfMemory."""
        self.path, self.digest = file.path, file.digest
        self._graph = _Graph(file)
        names = given_names(file.notes)
        network = Network(
            input=self._graph.size,
            outputs=self._graph.tried(),
            takes_size=self._graph.takes_size,
            notes=file.notes,
            names=names,
        )
        self._decoder = _decoder_for(file, network)
        fits = len(names) >= self._decoder.classes
        counted = self._decoder.counts_classes
        usual = usual_names(self._decoder.classes) if counted else numbered_names(self._decoder.classes)
        self.names = names[: self._decoder.classes] if fits else usual
        """Of its classes, by index."""
        self.names_classes = fits or self._decoder.counts_classes
        """Whether they are known; else ``names`` are numbers, and nothing says how many classes there are."""

    @staticmethod
    def open(path: Path) -> Detector:
        """Read a file. Raises CheckpointError, DeviceUnavailable, OutOfMemory."""
        return Detector(open_onnx(path))

    @property
    def title(self) -> str:
        """The family that it is of."""
        return self._decoder.title

    @property
    def input_size(self) -> Size:
        """Of the pictures that it computes on."""
        return self._graph.size

    @property
    def has_masks(self) -> bool:
        """Whether it gives a mask with each box."""
        return self._decoder.has_masks

    def find(self, rgb: RgbImage, least: float, overlap: float, *, masks: bool = False) -> list[Detection]:
        """What it sees in a picture, uint8 HxWx3, with at least this score, the best first.

        ``overlap``: IoU above which the worse of two boxes of a class goes, where the family needs that.
        Raises CheckpointError for outputs that cannot be understood, OutOfMemory.
        """
        values, placement = self._decoder.input.of(rgb)
        outputs = self._graph.run(values)
        with np.errstate(over="ignore", invalid="ignore"):
            found = self._decoder.decode(outputs, least)
            rows = found.chosen(least, overlap if self._decoder.overlapping else None)
        size = Size.of(rgb)
        made: list[Detection] = []
        for row, corners in zip(rows, placement.back(found.boxes_N4[rows]), strict=True):
            box = _inside(corners, size)
            index = int(found.classes_N[row])
            if box is None or not 0 <= index < len(self.names):
                continue
            mask = None
            if masks and found.mask_of is not None:
                mask = _mask(found.mask_of(int(row)), box, placement, self.input_size, size)
            made.append(Detection(box=box, score=float(found.scores_N[row]), class_index=index, mask=mask))
        return made


class _Graph:
    """The network in OpenVINO: one picture in, all outputs out as float32."""

    def __init__(self, file: OnnxFile) -> None:
        self._file = file
        ov = import_openvino()
        core = ov.Core()
        try:
            # a file without others beside it is read from memory: nothing else can be opened for it
            model = core.read_model(str(file.path) if file.beside else file.content)
        except _REFUSED as error:
            if _is_of_memory(file, error):
                raise _no_memory() from error
            raise CheckpointError(
                "{path} cannot be read by OpenVINO: {why}.",
                "Export your detector again, with an opset of 12 to 20.",
                path=file.path,
                why=_reason(error),
            ) from error
        picture, self.takes_size = _inputs(file, model)
        self.size = _input_size(file, model.inputs[picture])
        try:
            shapes = {picture: [1, 3, *self.size.hw]} | ({1 - picture: [1, 2]} if self.takes_size else {})
            model.reshape({model.inputs[i]: shape for i, shape in shapes.items()})
            _check_outputs(file, model)
            self._whole = [str(i.get_element_type().get_type_name()) for i in model.inputs]
            self._request = core.compile_model(
                model, "CPU", {"PERFORMANCE_HINT": "LATENCY"}
            ).create_infer_request()
        except _REFUSED as error:
            raise _cannot_compute(file, error) from error
        self._picture = picture
        self._names = [frozenset(map(str, out.get_names())) for out in model.outputs]

    def tried(self) -> tuple[Port, ...]:
        """The outputs for a grey picture: of some networks the shapes are only known then."""
        outputs = self.run(np.full((1, 3, *self.size.hw), 0.5, np.float32))
        return tuple(
            Port(names, value.shape, value if value.size <= _FEW_VALUES else None)
            for names, value in zip(self._names, outputs, strict=True)
        )

    def run(self, x_13HW: FloatArray) -> list[NDArray[np.float32]]:
        """All outputs, float32. Raises CheckpointError, OutOfMemory."""
        values: list[Any] = [x_13HW.astype(_TYPES[self._whole[self._picture]])]
        if self.takes_size:
            wanted = np.array([[self.size.width, self.size.height]], _TYPES[self._whole[1 - self._picture]])
            values.insert(1 - self._picture, wanted)
        try:
            results = self._request.infer(values)
            return [np.asarray(results[i], np.float32) for i in range(len(results))]
        except _REFUSED as error:
            raise _cannot_compute(self._file, error) from error


_TYPES = {"f32": np.float32, "f16": np.float16, "i64": np.int64, "i32": np.int32, "f64": np.float64}
"""Of inputs, by OpenVINO's names."""
_REALS = frozenset({"f32", "f16", "f64"})
_REFUSED = (RuntimeError, UnicodeDecodeError, MemoryError)
"""What OpenVINO raises; the second when it quotes a broken file."""
_OF_MEMORY = ("bad_alloc", "bad alloc", "out of memory", "not enough memory", "allocate")
"""In what it says when it got no memory."""


def _inputs(file: OnnxFile, model: Any) -> tuple[int, bool]:
    """Which input is the picture, and whether another one is its size. Raises CheckpointError."""
    ranks = [
        i.get_partial_shape().rank.get_length() if i.get_partial_shape().rank.is_static else 0
        for i in model.inputs
    ]
    kinds = [str(i.get_element_type().get_type_name()) for i in model.inputs]
    pictures = [n for n, rank in enumerate(ranks) if rank == 4]
    fits = len(pictures) == 1 and kinds[pictures[0]] in _REALS
    size_too = sorted(ranks) == [2, 4] and set(kinds) <= set(_TYPES)
    if not fits or not (len(ranks) == 1 or size_too):
        raise CheckpointError(
            "{path} takes something else than one picture.",
            "Export your detector for pictures as numbers of channel, row and column.",
            expected=sentence("one input of the shape 1x3xHxW"),
            found=", ".join(f"{k} {i.get_partial_shape()}" for k, i in zip(kinds, model.inputs, strict=True)),
            path=file.path,
        )
    return pictures[0], size_too


def _input_size(file: OnnxFile, port: Any) -> Size:
    """Of the picture; what the file leaves open is as it was trained, or usual. Raises CheckpointError."""
    shape = port.get_partial_shape()
    batch, channels, *sides = [shape[i].get_length() if shape[i].is_static else -1 for i in range(4)]
    noted = [int(text) for text in re.findall(r"\d{1,5}", file.notes.get("imgsz", ""))[:2]]
    usual = noted * (2 // len(noted)) if noted else [USUAL_SIDE] * 2
    sides = [side if side > 0 else other for side, other in zip(sides, usual, strict=True)]
    if (
        batch not in (-1, 1)
        or channels not in (-1, 3)
        or not all(_LEAST_SIDE <= side <= _MOST_SIDE for side in sides)
    ):
        raise CheckpointError(
            "{path} takes pictures of another shape.",
            "Export it for one picture at a time, with the channels first.",
            expected=sentence(
                "1x3xHxW with sides from {least} to {most}",
                least=_LEAST_SIDE,
                most=_MOST_SIDE,
            ),
            found=str(shape),
            path=file.path,
        )
    return Size(*sides)


def _check_outputs(file: OnnxFile, model: Any) -> None:
    """Raises CheckpointError for outputs of absurd size, before they are computed."""
    total = 0
    for out in model.outputs:
        shape = out.get_partial_shape()
        if shape.is_static:
            total += int(np.prod([max(1, d.get_length()) for d in shape], dtype=np.float64))
    if total > _MOST_VALUES:
        raise CheckpointError(
            "{path} gives too many numbers for one picture: {count}.", path=file.path, count=f"{total:,}"
        )


def _decoder_for(file: OnnxFile, network: Network) -> Decoder:
    task = file.notes.get("task", "")
    if task in _OTHER_TASKS:
        raise CheckpointError(
            "{path} is a network for another task: {task}.",
            "Choose one that finds boxes or masks.",
            path=file.path,
            task=task,
        )
    for recognised in FAMILIES:
        decoder = recognised(network)
        if decoder is not None:
            return decoder
    raise CheckpointError(
        "{path} is no detector that this program knows.",
        "Known are {known}, exported by their own tools.",
        found=", ".join("x".join(map(str, port.shape)) for port in network.outputs)[:500],
        path=file.path,
        known=KNOWN,
    )


def _is_of_memory(file: OnnxFile, error: Exception) -> bool:
    words = str(error).replace(str(file.path), "").lower()  # its name says nothing
    return isinstance(error, MemoryError) or any(one in words for one in _OF_MEMORY)


def _no_memory() -> OutOfMemory:
    return OutOfMemory("There is not enough memory to run the detector.", "Close other programs.")


def _cannot_compute(file: OnnxFile, error: Exception) -> SlimSamError:
    if _is_of_memory(file, error):
        return _no_memory()
    return CheckpointError(
        "{path} cannot be computed by OpenVINO: {why}.", path=file.path, why=_reason(error)
    )


def _reason(error: Exception) -> str:
    """The last line of what OpenVINO says, without its own places in sources."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("Exception from", "Check '"))]
    return (told or lines or [type(error).__name__])[-1].rstrip(".")[:300]


def _inside(corners: FloatArray, size: Size) -> BoxXYXY | None:
    """The part of a box in the picture; None for less than a pixel."""
    x0, y0, x1, y1 = (float(v) for v in corners)
    x0, y0, x1, y1 = max(0.0, x0), max(0.0, y0), min(float(size.width), x1), min(float(size.height), y1)
    return BoxXYXY(x0, y0, x1, y1) if x1 - x0 >= 1.0 and y1 - y0 >= 1.0 else None


def _mask(
    logits_hw: FloatArray, box: BoxXYXY, placement: InputPlacement, network: Size, size: Size
) -> Rle | None:
    """Logits over the network's input, as a mask of the picture inside the box; None when it is empty."""
    left, top = int(box.x0), int(box.y0)
    right, bottom = min(size.width, int(np.ceil(box.x1))), min(size.height, int(np.ceil(box.y1)))
    # from the middle of a picture's pixel to a place between the middles of the logits' cells
    steps = np.zeros((2, 3))
    for axis, (first, cells, side) in enumerate(
        zip((left, top), logits_hw.shape[::-1], network.hw[::-1], strict=True)
    ):
        share, scale, shift = cells / side, placement.scale[axis], placement.shift[axis]
        steps[axis, axis] = scale * share
        steps[axis, 2] = ((first + 0.5) * scale + shift) * share - 0.5
    values = cv2.warpAffine(
        np.ascontiguousarray(logits_hw, np.float32),
        steps,
        (right - left, bottom - top),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    pixels = np.asarray(values > 0).reshape(bottom - top, right - left)
    return paste(pixels, left, top, size) if pixels.any() else None
