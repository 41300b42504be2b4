"""YOLOv5 (and v7): three boxes a cell, each with an objectness and its classes."""

from __future__ import annotations

import numpy as np

from slimsam_core.detecting.found import Found, best_classes, centred
from slimsam_core.detecting.network import YOLO_STRIDES, Arrays, Decoder, Network, cells
from slimsam_core.detecting.prototypes import YoloHead, yolo_head

BOX = 5
"""Columns before the classes: centre, width, height in pixels of the input, objectness."""
ANCHORS = 3
"""Boxes a cell."""


def recognised(network: Network) -> Decoder | None:
    """(1, 3 x cells, 5 + classes [+ coefficients of masks]); the raw heads, when exported, are left alone."""
    head = yolo_head(network)
    if head is None:
        return None
    count, columns = head.lengths
    classes = columns - BOX - head.coefficients
    if count not in [ANCHORS * cells(network.input, strides) for strides in YOLO_STRIDES] or classes < 1:
        return None
    return head.decoder(
        "YOLOv5", network, classes, lambda outputs, least: _decode(outputs, least, head, classes)
    )


def _decode(outputs: Arrays, least: float, head: YoloHead, classes: int) -> Found:
    rows_NR = outputs[head.output][0]
    rows_NR = rows_NR[np.flatnonzero(rows_NR[:, BOX - 1] >= least)]  # classes are at most 1
    scores, chosen = best_classes(rows_NR[:, BOX : BOX + classes] * rows_NR[:, BOX - 1 : BOX])
    masks = head.masks(outputs, rows_NR[:, BOX + classes :])
    return Found(centred(rows_NR[:, :4]), scores, chosen, masks)
