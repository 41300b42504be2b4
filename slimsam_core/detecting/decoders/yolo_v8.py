"""YOLOv8, 11, 12 and what else Ultralytics exports: one box a cell, classes without an objectness."""

from __future__ import annotations

import numpy as np

from slimsam_core.detecting.found import Found, best_classes, centred
from slimsam_core.detecting.network import Arrays, Decoder, Network, is_grid
from slimsam_core.detecting.prototypes import YoloHead, yolo_head

BOX = 4
"""Rows before the classes: centre, width, height in pixels of the input."""


def recognised(network: Network) -> Decoder | None:
    """(1, 4 + classes [+ coefficients of masks], cells), with the prototypes of masks as second output."""
    head = yolo_head(network)
    if head is None:
        return None
    rows, count = head.lengths
    classes = rows - BOX - head.coefficients
    if not is_grid(network.input, count) or classes < 1:
        return None
    return head.decoder(
        "YOLOv8, 11 or 12", network, classes, lambda outputs, least: _decode(outputs, least, head, classes)
    )


def _decode(outputs: Arrays, least: float, head: YoloHead, classes: int) -> Found:
    rows_RN = outputs[head.output][0]
    good = np.flatnonzero(rows_RN[BOX : BOX + classes].max(0) >= least)
    rows_NR = np.ascontiguousarray(rows_RN[:, good].T)
    scores, chosen = best_classes(rows_NR[:, BOX : BOX + classes])
    masks = head.masks(outputs, rows_NR[:, BOX + classes :])
    return Found(centred(rows_NR[:, :BOX]), scores, chosen, masks)
