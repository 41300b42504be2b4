"""YOLOv8, 11, 12 and what else Ultralytics exports: one box a cell, classes without an objectness."""

from __future__ import annotations

import numpy as np

from slimsam_core.detecting.found import Found, best_classes, centred
from slimsam_core.detecting.network import Arrays, Decoder, Network, is_grid
from slimsam_core.detecting.picture_fit import PictureFit, PictureInput
from slimsam_core.detecting.prototypes import Prototypes, prototypes_of

BOX = 4
"""Rows before the classes: centre, width, height in pixels of the input."""


def recognised(network: Network) -> Decoder | None:
    """(1, 4 + classes [+ coefficients of masks], cells), with the prototypes of masks as second output."""
    protos = prototypes_of(network)
    main = [i for i, port in enumerate(network.outputs) if len(port.shape) == 3]
    if len(main) != 1:
        return None
    _, rows, count = network.outputs[main[0]].shape
    more = protos.count if protos else 0
    classes = rows - BOX - more
    if not is_grid(network.input, count) or classes < 1:
        return None
    return Decoder(
        title="YOLOv8, 11 or 12" + (" with masks" if protos else ""),
        input=PictureInput(size=network.input, fit=PictureFit.CENTRED),
        classes=classes,
        decode=lambda outputs, least: _decode(outputs, least, main[0], classes, protos),
        has_masks=protos is not None,
    )


def _decode(outputs: Arrays, least: float, main: int, classes: int, protos: Prototypes | None) -> Found:
    rows_RN = outputs[main][0]
    good = np.flatnonzero(rows_RN[BOX : BOX + classes].max(0) >= least)
    rows_NR = np.ascontiguousarray(rows_RN[:, good].T)
    scores, chosen = best_classes(rows_NR[:, BOX : BOX + classes])
    masks = protos.masks(outputs, rows_NR[:, BOX + classes :]) if protos else None
    return Found(centred(rows_NR[:, :BOX]), scores, chosen, masks)
