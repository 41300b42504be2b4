"""YOLOv5 (and v7): three boxes a cell, each with an objectness and its classes."""

from __future__ import annotations

import numpy as np

from slimsam_core.detecting.found import Found, best_classes, centred
from slimsam_core.detecting.network import YOLO_STRIDES, Arrays, Decoder, Network, cells
from slimsam_core.detecting.picture_fit import PictureFit, PictureInput
from slimsam_core.detecting.prototypes import Prototypes, prototypes_of

BOX = 5
"""Columns before the classes: centre, width, height in pixels of the input, objectness."""
ANCHORS = 3
"""Boxes a cell."""


def recognised(network: Network) -> Decoder | None:
    """(1, 3 x cells, 5 + classes [+ coefficients of masks]); the raw heads, when exported, are left alone."""
    protos = prototypes_of(network)
    main = [i for i, port in enumerate(network.outputs) if len(port.shape) == 3]
    if len(main) != 1:
        return None
    _, count, columns = network.outputs[main[0]].shape
    more = protos.count if protos else 0
    classes = columns - BOX - more
    if count not in [ANCHORS * cells(network.input, strides) for strides in YOLO_STRIDES] or classes < 1:
        return None
    return Decoder(
        title="YOLOv5" + (" with masks" if protos else ""),
        input=PictureInput(size=network.input, fit=PictureFit.CENTRED),
        classes=classes,
        decode=lambda outputs, least: _decode(outputs, least, main[0], classes, protos),
        has_masks=protos is not None,
    )


def _decode(outputs: Arrays, least: float, main: int, classes: int, protos: Prototypes | None) -> Found:
    rows_NR = outputs[main][0]
    rows_NR = rows_NR[np.flatnonzero(rows_NR[:, BOX - 1] >= least)]  # classes are at most 1
    scores, chosen = best_classes(rows_NR[:, BOX : BOX + classes] * rows_NR[:, BOX - 1 : BOX])
    masks = protos.masks(outputs, rows_NR[:, BOX + classes :]) if protos else None
    return Found(centred(rows_NR[:, :4]), scores, chosen, masks)
