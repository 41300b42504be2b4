"""YOLO for detectors: a box an object, upright in and out, or turned (YOLO-OBB) out."""

from __future__ import annotations

import functools
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.annotation import Annotation, ShapeKind
from slimsam_core.formats.folder_export import Rules
from slimsam_core.formats.records import Dataset
from slimsam_core.formats.registry import ByStem, Format, Placement, WriteOptions, register
from slimsam_core.formats.report import ExportReport, LossKind
from slimsam_core.formats.yolo import DIGITS, looks_like_yolo, write_rows
from slimsam_core.formats.yolo_read import has_only_boxes, read_yolo
from slimsam_core.pixels.mask import Ring, Rle
from slimsam_core.pixels.mask_crop import crop

Corners = NDArray[np.float64]
MAX_REACH = 0.01
"""Pixels outside of the picture that come from rounding and are cut off."""
read_boxes = functools.partial(read_yolo, boxes=True)


def write_boxes(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write the boxes of the objects; those that a person drew stay as they were drawn."""
    return write_rows(
        dataset, target, options, _box, Rules(read=read_boxes, exact=False, loss=LossKind.BOXES)
    )


def write_turned(dataset: Dataset, target: Path, options: WriteOptions) -> ExportReport:
    """Write the smallest turned boxes of the objects, four corners each."""
    rules = Rules(read=read_yolo, exact=False, loss=LossKind.TURNED_BOXES)
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
    ring = smallest_box(annotation.mask, inside=True)  # trainers leave pictures out that have others
    return " ".join(f"{x / size.width:.{DIGITS}f} {y / size.height:.{DIGITS}f}" for x, y in ring)


def smallest_box(mask: Rle, *, inside: bool = False) -> Ring:
    """The four corners of the rectangle of the smallest area around all pixels of a mask that has some.

    ``inside``: of those that do not reach out of the picture; an upright one always does not.
    """
    x, y, width, height = mask.bbox_xywh
    pixels = crop(mask, x, y, width, height)
    # the corners of the first and the last pixel of each row are enough
    rows = np.flatnonzero(pixels.any(axis=1))
    left = np.stack([pixels.argmax(axis=1)[rows], rows], axis=1)
    right = np.stack([width - pixels[:, ::-1].argmax(axis=1)[rows], rows], axis=1)
    below, corner = np.array([0, 1]), np.array([x, y])
    points = np.concatenate([left, left + below, right, right + below]) + corner
    corners = cv2.boxPoints(cv2.minAreaRect(points.astype(np.float32)))
    sides = np.array([mask.size.width, mask.size.height])
    if inside:
        if _reach(corners, sides) > MAX_REACH:
            corners = _smallest_inside(cv2.convexHull(points.astype(np.float32))[:, 0], sides)
        corners = corners.clip(0, sides)
    return tuple((float(px), float(py)) for px, py in corners)


def _reach(corners: Corners, sides: Corners) -> float:
    """How far corners lie outside of a picture, in pixels."""
    return float(max(0.0, -corners.min(), (corners - sides).max()))


def _smallest_inside(hull: Corners, sides: Corners) -> Corners:
    """The smallest rectangle inside the picture around a convex outline: along an edge, or upright."""
    edges = np.roll(hull, -1, axis=0) - hull
    directions = np.concatenate([np.array([[1.0, 0.0]]), edges[np.hypot(*edges.T) > 0]])
    found = []
    for x, y in directions / np.hypot(*directions.T)[:, None]:
        axes = np.array([[x, y], [-y, x]])
        turned = hull @ axes.T
        (x0, y0), (x1, y1) = turned.min(axis=0), turned.max(axis=0)
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]) @ axes
        if _reach(corners, sides) <= MAX_REACH:
            found.append(((x1 - x0) * (y1 - y0), corners))
    smallest: Corners = min(found, key=lambda each: each[0])[1]
    return smallest


def _recognises(path: Path) -> bool:
    return looks_like_yolo(path) and has_only_boxes(path)


register(
    Format(
        name="yolo-detect",
        title="YOLO detection (txt)",
        is_folder=True,
        suffix=".txt",
        by_stem=ByStem.WHOLE,
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
        by_stem=ByStem.WHOLE,
        read=None,
        write=write_turned,
        recognises=lambda _: False,
        knows_splits=True,
        numbers_classes=True,
        pictures=Placement.COPY,
    )
)
