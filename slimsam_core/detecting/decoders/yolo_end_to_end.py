"""YOLOs that choose their boxes themselves: YOLOv10, YOLO26, and those that were exported with their NMS."""

from __future__ import annotations

import numpy as np

from slimsam_core.detecting.class_names import COCO_CLASSES
from slimsam_core.detecting.found import Found
from slimsam_core.detecting.network import Arrays, Decoder, Network, is_grid
from slimsam_core.detecting.picture_fit import PictureFit, PictureInput
from slimsam_core.detecting.prototypes import Prototypes, prototypes_of

BOX = 6
"""Columns: x0, y0, x1, y1 in pixels of the input, score, number of the class."""
MOST_ROWS = 1000
"""More rows are those of grids."""

_SIMILAR = "RT-DETR"
"""A family that looks alike when it has two classes, and says its name."""


def recognised(network: Network) -> Decoder | None:
    """(1, rows, 6 [+ coefficients of masks])."""
    protos = prototypes_of(network)
    main = [i for i, port in enumerate(network.outputs) if len(port.shape) == 3]
    if len(main) != 1:
        return None
    _, count, columns = network.outputs[main[0]].shape
    if columns != BOX + (protos.count if protos else 0) or count > MOST_ROWS:
        return None
    if is_grid(network.input, count) or _SIMILAR in network.notes.get("description", ""):
        return None
    return Decoder(
        title="YOLO without overlaps" + (" with masks" if protos else ""),
        input=PictureInput(size=network.input, fit=PictureFit.CENTRED),
        classes=len(network.names) or COCO_CLASSES,
        decode=lambda outputs, least: _decode(outputs, least, main[0], protos),
        overlapping=False,
        has_masks=protos is not None,
    )


def _decode(outputs: Arrays, least: float, main: int, protos: Prototypes | None) -> Found:
    rows_NR = outputs[main][0]
    rows_NR = rows_NR[(rows_NR[:, 4] >= least) & np.isfinite(rows_NR[:, 5])]
    masks = protos.masks(outputs, rows_NR[:, BOX:]) if protos else None
    numbers = np.clip(rows_NR[:, 5], -1, 1 << 20).astype(np.int64)
    return Found(rows_NR[:, :4], rows_NR[:, 4], numbers, masks)
