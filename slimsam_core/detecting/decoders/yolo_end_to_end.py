"""YOLOs that choose their boxes themselves: YOLOv10, YOLO26, and those that were exported with their NMS."""

from __future__ import annotations

import numpy as np

from slimsam_core.detecting.class_names import UNCOUNTED_CLASSES
from slimsam_core.detecting.found import Found
from slimsam_core.detecting.network import Arrays, Decoder, Network, is_grid
from slimsam_core.detecting.prototypes import YoloHead, yolo_head

BOX = 6
"""Columns: x0, y0, x1, y1 in pixels of the input, score, number of the class."""
MOST_ROWS = 1000
"""More rows are those of grids."""

_SIMILAR = "rtdetr"
"""A family that looks alike when it has two classes, in what Ultralytics writes of it (``rtdetr-l``)."""


def recognised(network: Network) -> Decoder | None:
    """(1, rows, 6 [+ coefficients of masks])."""
    head = yolo_head(network)
    if head is None:
        return None
    count, columns = head.lengths
    if columns != BOX + head.coefficients or count > MOST_ROWS:
        return None
    described = network.notes.get("description", "").casefold().replace("-", "")
    if is_grid(network.input, count) or _SIMILAR in described or _is_similar(network, head):
        return None
    return head.decoder(
        "YOLO without overlaps",
        network,
        len(network.names) or UNCOUNTED_CLASSES,
        lambda outputs, least: _decode(outputs, least, head),
        overlapping=False,
        counts_classes=bool(network.names),
    )


def _is_similar(network: Network, head: YoloHead) -> bool:
    """Whether the answer to the grey picture is centre, width and height as shares, and two scores."""
    values = network.outputs[head.output].values
    if values is None or head.protos is not None:
        return False
    rows_NR = values[0]
    boxes, numbers = rows_NR[:, :4], rows_NR[:, BOX - 1]
    if not np.isfinite(rows_NR).all() or not boxes.any():  # nothing was found, and it says so with zeros
        return False
    return bool((boxes >= 0).all() and (boxes <= 1).all()) or bool((numbers != np.round(numbers)).any())


def _decode(outputs: Arrays, least: float, head: YoloHead) -> Found:
    rows_NR = outputs[head.output][0]
    rows_NR = rows_NR[(rows_NR[:, 4] >= least) & np.isfinite(rows_NR[:, 5])]
    masks = head.masks(outputs, rows_NR[:, BOX:])
    numbers = np.clip(rows_NR[:, 5], -1, 1 << 20).astype(np.int64)
    return Found(rows_NR[:, :4], rows_NR[:, 4], numbers, masks)
