"""What a detector found in a picture: chosen by score, and one box for each thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.inference.transforms import FloatArray

MOST = 300
"""Boxes of a picture that are kept, the best: what YOLO and DETR give at most."""
_LOOKED_AT = 5000
"""Boxes, the best, that are compared with each other: time grows with their square."""

MaskLogits = FloatArray
"""A mask's logits over the whole of the network's input at a lower resolution: inside above 0."""


@dataclass(frozen=True, eq=False)
class Found:
    """Boxes in pixels of the network's input, x0 y0 x1 y1, float32 (N, 4), with score and class of each."""

    boxes_N4: FloatArray
    scores_N: FloatArray
    classes_N: NDArray[np.int64]
    mask_of: Callable[[int], MaskLogits] | None = None
    """From the row to its mask, where the network gives masks."""

    def chosen(self, least: float, overlap: float | None) -> NDArray[np.int64]:
        """Rows with at least this score, the best first; of those of one class that overlap by more than an
        IoU of ``overlap`` only the best one. Rows with numbers that are none are left out."""
        whole = np.isfinite(self.boxes_N4).all(1) & np.isfinite(self.scores_N)
        full = (self.boxes_N4[:, 2:] > self.boxes_N4[:, :2]).all(1)
        rows = np.flatnonzero(whole & full & (self.scores_N >= least))
        rows = rows[np.argsort(-self.scores_N[rows], kind="stable")][:_LOOKED_AT]
        if overlap is not None and len(rows):
            corners = self.boxes_N4[rows].astype(np.float64)
            sides = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], 1)
            kept = cv2.dnn.NMSBoxesBatched(
                sides.tolist(), self.scores_N[rows].tolist(), self.classes_N[rows].tolist(), 0.0, overlap
            )
            rows = rows[np.sort(np.asarray(kept, np.int64).ravel())]
        return rows[:MOST]


def best_classes(scores_NC: FloatArray) -> tuple[FloatArray, NDArray[np.int64]]:
    """Score and index of the best class of each row."""
    classes = scores_NC.argmax(1)
    return np.take_along_axis(scores_NC, classes[:, None], 1)[:, 0], classes


def centred(boxes_N4: FloatArray) -> FloatArray:
    """Centre, width and height as x0 y0 x1 y1."""
    half = boxes_N4[:, 2:4] / 2
    return np.concatenate([boxes_N4[:, :2] - half, boxes_N4[:, :2] + half], 1)


def sigmoid(values: FloatArray) -> FloatArray:
    """1 / (1 + exp(-x)), without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * values)), np.float32)
