"""Outlines of masks as painter paths, as detailed as the zoom can show and no more."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QRect
from PySide6.QtGui import QPainterPath

from slimsam_core.labelling.mask_edit import edge_rings
from slimsam_core.pixels.mask import Rle
from slimsam_core.pixels.mask_crop import crop, sample

EXACT = -1
"""The detail at which outlines run along pixel edges."""
_TOLERANCE = 0.6
"""Cells that an outline may leave the centres of its rim by."""
_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])


def detail_for(scale: float) -> int:
    """How many image pixels (as a power of two) an outline may skip at ``scale`` device pixels a pixel."""
    return EXACT if scale >= 2 else max(0, math.floor(math.log2(1.0 / scale) + 1e-6))


def outline(rle: Rle, detail: int, window: QRect) -> QPainterPath:
    """The outline of the part of a mask inside ``window`` (whole pixels, inside the picture), even-odd.

    With ``EXACT`` along the pixel edges; otherwise through the centres of cells of ``2 ** detail`` pixels,
    without the stairs that the screen could not show.
    """
    x, y, width, height = window.x(), window.y(), window.width(), window.height()
    if width < 1 or height < 1:
        return QPainterPath()
    if detail == EXACT:
        rings = edge_rings(crop(rle, x, y, width, height))
        return path_of([ring + np.array((x, y)) for ring in rings])
    step = 1 << detail
    if detail < 2:
        pixels = crop(rle, x, y, width, height)[::step, ::step]
    else:
        pixels = sample(rle, np.arange(x, x + width, step), np.arange(y, y + height, step))
    rings = _rings(np.ascontiguousarray(pixels).view(np.uint8))
    return path_of([(ring + 0.5) * step + np.array((x, y)) for ring in rings])


def _rings(pixels: NDArray[np.uint8]) -> list[NDArray[np.float64]]:
    contours, _ = cv2.findContours(pixels, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    smoother = (cv2.approxPolyDP(contour, _TOLERANCE, closed=True) for contour in contours)
    return [ring[:, 0, :].astype(np.float64) for ring in smoother]


def path_of(rings: Sequence[NDArray[np.float64]]) -> QPainterPath:
    """Closed rings as one painter path with the even-odd rule, built in one piece."""
    if not rings:
        return QPainterPath()
    closed = [np.concatenate((ring, ring[:1])) for ring in rings]
    lengths = [len(ring) for ring in closed]
    points = np.concatenate(closed)
    elements = np.zeros(len(points), _ELEMENT)
    elements["kind"] = 1
    elements["kind"][np.concatenate(([0], np.cumsum(lengths[:-1], dtype=np.intp)))] = 0
    elements["x"], elements["y"] = points.T
    # QPainterPath's own stream form: count, elements, start of the last ring, fill rule
    head = np.array([len(points)], ">i4").tobytes()
    tail = np.array([len(points) - lengths[-1], 0], ">i4").tobytes()
    path = QPainterPath()
    QDataStream(QByteArray(head + elements.tobytes() + tail)) >> path
    return path
