"""RT-DETR, in the three forms that it is exported in: Ultralytics, its makers' own, transformers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from slimsam_core.detecting.class_names import UNCOUNTED_CLASSES
from slimsam_core.detecting.found import Found, best_classes, centred, sigmoid
from slimsam_core.detecting.network import Arrays, Decoder, Network, is_grid
from slimsam_core.detecting.picture_fit import PictureFit, PictureInput
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.pixels.geometry import Size

MOST_QUERIES = 1000
"""Boxes that it answers with; more are those of grids."""


def recognised(network: Network) -> Decoder | None:
    """(1, queries, 4 + classes); or labels, boxes, scores; or logits and pred_boxes."""
    for form in (_by_its_makers, _from_transformers, _by_ultralytics):
        found = form(network)
        if found is not None:
            return found
    return None


def _decoder(
    network: Network, classes: int, decode: Callable[[Arrays, float], Found], *, counts_classes: bool = True
) -> Decoder:
    return Decoder(
        title="RT-DETR",
        input=PictureInput(size=network.input, fit=PictureFit.STRETCHED),
        classes=classes,
        decode=decode,
        overlapping=False,
        counts_classes=counts_classes,
    )


def _by_its_makers(network: Network) -> Decoder | None:
    labels, boxes, scores = (network.output(name) for name in ("labels", "boxes", "scores"))
    if labels is None or boxes is None or scores is None or not network.takes_size:
        return None
    shapes = [network.outputs[i].shape for i in (labels, boxes, scores)]
    if shapes[0] != shapes[2] or shapes[1] != (*shapes[0], 4):
        return None

    def decode(outputs: Arrays, least: float) -> Found:
        good = np.flatnonzero(outputs[scores][0] >= least)
        numbers = np.nan_to_num(outputs[labels][0][good], nan=-1).clip(-1, 1 << 20).astype(np.int64)
        return Found(outputs[boxes][0][good], outputs[scores][0][good], numbers)

    named = len(network.names)
    return _decoder(network, named or UNCOUNTED_CLASSES, decode, counts_classes=bool(named))


def _from_transformers(network: Network) -> Decoder | None:
    found = query_outputs(network, "logits", "pred_boxes")
    if found is None:
        return None
    logits, boxes = found

    def decode(outputs: Arrays, least: float) -> Found:
        scores, chosen = best_classes(sigmoid(outputs[logits][0]))
        good = np.flatnonzero(scores >= least)
        return Found(in_pixels(outputs[boxes][0][good], network.input), scores[good], chosen[good])

    return _decoder(network, network.outputs[logits].shape[2], decode)


def _by_ultralytics(network: Network) -> Decoder | None:
    if network.table is None:
        return None
    queries, columns = network.table
    if queries > MOST_QUERIES or columns < 5 or is_grid(network.input, queries):
        return None

    def decode(outputs: Arrays, least: float) -> Found:
        rows_NR = outputs[0][0]
        scores, chosen = best_classes(rows_NR[:, 4:])
        good = np.flatnonzero(scores >= least)
        return Found(in_pixels(rows_NR[good, :4], network.input), scores[good], chosen[good])

    return _decoder(network, columns - 4, decode)


def query_outputs(network: Network, logits: str, boxes: str) -> tuple[int, int] | None:
    """The outputs of these names when they are (1, queries, classes) and (1, queries, 4); else None."""
    first, second = network.output(logits), network.output(boxes)
    if first is None or second is None or len(network.outputs[first].shape) != 3:
        return None
    fits = network.outputs[second].shape == (*network.outputs[first].shape[:2], 4)
    return (first, second) if fits else None


def in_pixels(shares_N4: FloatArray, size: Size) -> FloatArray:
    """Centre, width and height as shares of the input -> x0 y0 x1 y1 in its pixels."""
    return centred(shares_N4 * np.array([size.width, size.height] * 2, np.float32))
