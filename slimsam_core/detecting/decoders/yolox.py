"""YOLOX: one box a cell with an objectness; mostly exported before the cells' places are added."""

from __future__ import annotations

import numpy as np

from slimsam_core.detecting.found import Found, best_classes, centred
from slimsam_core.detecting.network import YOLO_STRIDES, Arrays, Decoder, Network, cells
from slimsam_core.detecting.picture_fit import PictureFit, PictureInput
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.pixels.geometry import Size

BOX = 5
"""Columns before the classes: centre, width, height, objectness."""
_IN_PIXELS = 8.0
"""Centres further apart than this are pixels: from the middle of a cell they are less than a few cells."""
_LARGEST = 20.0
"""Logarithm of the sides in cells; more is no number that a box could have."""


def recognised(network: Network) -> Decoder | None:
    """(1, cells, 5 + classes), and nothing else."""
    if network.table is None:
        return None
    count, columns = network.table
    strides = next((s for s in YOLO_STRIDES if cells(network.input, s) == count), None)
    if strides is None or columns <= BOX:
        return None
    places = _places(network.input, strides)
    return Decoder(
        title="YOLOX",
        input=PictureInput(size=network.input, fit=PictureFit.CORNER, bgr=True, std=(1.0, 1.0, 1.0)),
        classes=columns - BOX,
        decode=lambda outputs, least: _decode(outputs, least, places),
    )


def _places(size: Size, strides: tuple[int, ...]) -> FloatArray:
    """Column, row and stride of each cell, float32 (N, 3)."""
    parts = []
    for stride in strides:
        rows, columns = np.mgrid[: size.height // stride, : size.width // stride]
        parts.append(np.stack([columns.ravel(), rows.ravel(), np.full(rows.size, stride)], 1))
    return np.concatenate(parts).astype(np.float32)


def _decode(outputs: Arrays, least: float, places_N3: FloatArray) -> Found:
    rows_NR = outputs[0][0]
    spread = float(np.nanpercentile(np.abs(rows_NR[:, :2]), 90))
    good = np.flatnonzero(rows_NR[:, BOX - 1] >= least)
    rows_NR, places_N3 = rows_NR[good], places_N3[good]
    boxes_N4 = rows_NR[:, :4]
    if spread < _IN_PIXELS:
        stride_N1 = places_N3[:, 2:]
        middles = (boxes_N4[:, :2] + places_N3[:, :2]) * stride_N1
        sides = np.exp(np.minimum(boxes_N4[:, 2:], _LARGEST)) * stride_N1
        boxes_N4 = np.concatenate([middles, sides], 1)
    scores, chosen = best_classes(rows_NR[:, BOX:] * rows_NR[:, BOX - 1 : BOX])
    return Found(centred(boxes_N4), scores, chosen)
