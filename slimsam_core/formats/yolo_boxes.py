"""YOLO for detectors: a box an object, upright in and out, or turned (YOLO-OBB) out."""

from __future__ import annotations

import functools
from pathlib import Path

import cv2
import numpy as np

from slimsam_core.annotation import Annotation, ShapeKind
from slimsam_core.formats.folder_export import Rules
from slimsam_core.formats.records import Dataset
from slimsam_core.formats.registry import Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.yolo import DIGITS, looks_like_yolo, write_rows
from slimsam_core.formats.yolo_read import has_only_boxes, read_yolo
from slimsam_core.pixels.mask import Ring, Rle

read_boxes = functools.partial(read_yolo, boxes=True)


def write_boxes(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write the boxes of the objects; those that a person drew stay as they were drawn."""
    return write_rows(
        dataset, target, options, _box, Rules(read=read_boxes, exact=False, loss="become boxes")
    )


def write_turned(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write the smallest turned boxes of the objects, four corners each."""
    rules = Rules(read=read_yolo, exact=False, loss="become turned boxes")
    return write_rows(dataset, target, options, _corners, rules)


def _box(annotation: Annotation) -> str:
    size, drawn = annotation.mask.size, annotation.drawn
    x, y, width, height = map(float, annotation.mask.bbox_xywh)
    if drawn is not None and drawn.kind is ShapeKind.RECTANGLE:
        (xa, ya), (xb, yb) = drawn.rings[0]
        inside = min(xa, ya, xb, yb) >= 0 and max(xa, xb) <= size.width and max(ya, yb) <= size.height
        if inside:
            x, y, width, height = min(xa, xb), min(ya, yb), abs(xb - xa), abs(yb - ya)
    shares = ((x + width / 2) / size.width, (y + height / 2) / size.height, width / size.width)
    return " ".join(f"{share:.{DIGITS}f}" for share in (*shares, height / size.height))


def _corners(annotation: Annotation) -> str:
    size = annotation.mask.size
    ring = smallest_box(annotation.mask)
    return " ".join(f"{x / size.width:.{DIGITS}f} {y / size.height:.{DIGITS}f}" for x, y in ring)


def smallest_box(mask: Rle) -> Ring:
    """The four corners of the rectangle of the smallest area around all pixels of a mask that has some."""
    x, y, width, height = mask.bbox_xywh
    ys, xs = np.nonzero(mask.decode()[y : y + height, x : x + width])
    # the corners of the first and the last pixel of each row are enough
    firsts = np.flatnonzero(np.diff(ys, prepend=-1))
    lasts = np.append(firsts[1:], len(ys)) - 1
    left = np.stack([xs[firsts], ys[firsts]], axis=1)
    right = np.stack([xs[lasts] + 1, ys[lasts]], axis=1)
    below, corner = np.array([0, 1]), np.array([x, y])
    points = np.concatenate([left, left + below, right, right + below]) + corner
    corners = cv2.boxPoints(cv2.minAreaRect(points.astype(np.float32)))
    return tuple((float(px), float(py)) for px, py in corners)


def _recognises(path: Path) -> bool:
    return looks_like_yolo(path) and has_only_boxes(path)


register(
    Format(
        name="yolo-detect",
        title="YOLO detection (txt)",
        is_folder=True,
        suffix=".txt",
        read=read_boxes,
        write=write_boxes,
        recognises=_recognises,
        knows_splits=True,
        numbers_classes=True,
        pictures=Placement.COPY,
    )
)
register(
    Format(
        name="yolo-obb",
        title="YOLO turned boxes (txt)",
        is_folder=True,
        suffix=".txt",
        read=None,
        write=write_turned,
        recognises=lambda _: False,
        knows_splits=True,
        numbers_classes=True,
        pictures=Placement.COPY,
    )
)
