"""RF-DETR: boxes as shares of the picture and the logits of its classes, and of masks in the -seg form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from slimsam_core.detecting.decoders.rt_detr import in_pixels, query_outputs
from slimsam_core.detecting.found import Found, best_classes, sigmoid
from slimsam_core.detecting.network import Arrays, Decoder, Network
from slimsam_core.detecting.picture_fit import PictureFit, PictureInput
from slimsam_core.inference.transforms import FloatArray

MEAN, STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
"""Of the levels of ImageNet's pictures."""


def recognised(network: Network) -> Decoder | None:
    """Outputs dets (1, queries, 4), labels (1, queries, classes) and perhaps masks (1, queries, h, w)."""
    found, masks = query_outputs(network, "labels", "dets"), network.output("masks")
    if found is None:
        return None
    labels, boxes = found
    queries = network.outputs[labels].shape[1]
    if masks is not None and (
        len(network.outputs[masks].shape) != 4 or network.outputs[masks].shape[1] != queries
    ):
        return None

    def decode(outputs: Arrays, least: float) -> Found:
        scores, chosen = best_classes(sigmoid(outputs[labels][0]))
        good = np.flatnonzero(scores >= least)
        mask_of: Callable[[int], FloatArray] | None = None
        if masks is not None:
            logits_Nhw = outputs[masks][0][good]
            mask_of = logits_Nhw.__getitem__
        return Found(in_pixels(outputs[boxes][0][good], network.input), scores[good], chosen[good], mask_of)

    return Decoder(
        title="RF-DETR" + (" with masks" if masks is not None else ""),
        input=PictureInput(size=network.input, fit=PictureFit.STRETCHED, mean=MEAN, std=STD),
        classes=network.outputs[labels].shape[2],
        decode=decode,
        overlapping=False,
        has_masks=masks is not None,
    )
