"""What an object looks like as one vector: a model's features under and around its mask, form, colours."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.inference.prediction import Candidate, ImageEmbedding
from slimsam_core.inference.transforms import MASK_THRESHOLD, FloatArray, picture_part
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask, Rle
from slimsam_core.pixels.mask_crop import sample
from slimsam_core.pixels.square_fit import resized_size

__all__ = ["Describer", "Description"]

RIM_CELLS = 4
"""Width of what is looked at around an object, in cells of the mask: one cell of the features."""
RIM_WEIGHT, FORM_WEIGHT, COLOUR_WEIGHT = 0.7, 0.5, 0.5
"""Against the features under the mask; flat maxima of a search on four labelled sets."""
_LEAST_SAMPLED = 16
"""Pixels of a sampled mask that tell its form; of smaller ones every pixel is looked at."""
_SMALL_SIDE = 384
"""Colours are means over cells: every so many pixels of a large picture are enough."""


@dataclass(frozen=True, eq=False)
class Description:
    """An object as seen by one model. ``vector``: float32 (D,), read-only; D belongs to the model."""

    vector: FloatArray
    encoder_of: str

    def __post_init__(self) -> None:
        self.vector.setflags(write=False)


class Describer:
    """Describes objects of one picture; what all of them share is made once."""

    def __init__(self, embedding: ImageEmbedding, rgb: RgbImage) -> None:
        """``rgb``: the picture that was embedded, uint8 HxWx3. Raises ValueError when the sizes differ."""
        self._embedding = embedding
        self._size = embedding.original_size
        if rgb.shape[:2] != self._size.hw:
            raise ValueError(f"the embedding is of a picture of {self._size}, not of {rgb.shape[:2]}")
        features = embedding.features[0]
        self._grid = features.shape[1]
        self._mask_size = 4 * self._grid  # of all SAMs: four mask cells for one of the features
        self._inside = embedding.fit.inside(self._size, self._mask_size)
        self._cells_PC = np.ascontiguousarray(features.reshape(features.shape[0], -1).T)
        self._lab = _small_lab(rgb, self._inside)

    @property
    def size(self) -> Size:
        """Of the picture."""
        return self._size

    def candidate(self, candidate: Candidate) -> Description | None:
        """A mask that the model offers; None when it is empty."""
        return self.pixels(picture_part(candidate.low_res_logits, self._size, candidate.fit) > MASK_THRESHOLD)

    def mask(self, mask: Rle) -> Description | None:
        """A stored mask; None when it is empty or of a picture of another size."""
        if mask.size != self._size or not mask.area:
            return None
        if max(self._size.hw) > 2 * _SMALL_SIDE:
            shape = resized_size(self._size, _SMALL_SIDE)
            columns, rows = _centres(self._size.width, shape.width), _centres(self._size.height, shape.height)
            small = sample(mask, columns, rows)
            if np.count_nonzero(small) >= _LEAST_SAMPLED:
                return self.pixels(small)
        return self.pixels(mask.decode())

    def inside_and_rim(self, mask: Rle) -> tuple[FloatArray, FloatArray] | None:
        """What a stored mask looks like to the model inside and around, each of length 1, float32 (C,).

        None when it is empty or of a picture of another size.
        """
        if mask.size != self._size or not mask.area:
            return None
        share, rim = self._shares(mask.decode())
        return _unit(self._pooled(share)), _unit(self._pooled(rim))

    def pixels(self, pixels: BoolMask) -> Description | None:
        """A mask over the whole picture at any scale, bool HxW; None when it is empty."""
        if not pixels.any():
            return None
        share, rim = self._shares(pixels)
        parts = [
            _unit(self._pooled(share)),
            RIM_WEIGHT * _unit(self._pooled(rim)),
            FORM_WEIGHT * _form(pixels),
            COLOUR_WEIGHT * _colours(self._lab, share, rim),
        ]
        vector = np.concatenate(parts).astype(np.float32)
        return Description(vector, self._embedding.encoder_of)

    def _shares(self, pixels: BoolMask) -> tuple[FloatArray, FloatArray]:
        """How much of each cell of the mask is the object, and its rim."""
        shape = self._inside
        share = cv2.resize(
            pixels.astype(np.float32), (shape.width, shape.height), interpolation=cv2.INTER_AREA
        ).reshape(shape.hw)
        reach = np.ones((2 * RIM_CELLS + 1,) * 2, np.uint8)
        rim = np.clip(cv2.dilate(share, reach).reshape(shape.hw) - share, 0.0, 1.0)
        return np.asarray(share, np.float32), np.asarray(rim, np.float32)

    def _pooled(self, share: FloatArray) -> FloatArray:
        square = np.zeros((self._mask_size, self._mask_size), np.float32)
        square[: share.shape[0], : share.shape[1]] = share
        weights = square.reshape(self._grid, 4, self._grid, 4).mean((1, 3)).ravel()
        return np.asarray(weights @ self._cells_PC / max(float(weights.sum()), 1e-6), np.float32)


def _centres(side: int, parts: int) -> NDArray[np.int64]:
    """Pixels in the middle of equal parts of a side."""
    return ((np.arange(parts) + 0.5) * side / parts).astype(np.int64)


def _unit(values: FloatArray) -> FloatArray:
    return values / max(float(np.linalg.norm(values)), 1e-6)


def _small_lab(rgb: RgbImage, size: Size) -> FloatArray:
    step = max(1, min(rgb.shape[:2]) // _SMALL_SIDE)
    small = cv2.resize(
        np.ascontiguousarray(rgb[::step, ::step]), (size.width, size.height), interpolation=cv2.INTER_AREA
    )
    lab = cv2.cvtColor(small.reshape(*size.hw, 3), cv2.COLOR_RGB2LAB)
    return np.asarray(lab, np.float32) / 255.0


def _form(pixels: BoolMask) -> FloatArray:
    height, width = pixels.shape
    columns, rows = np.flatnonzero(pixels.any(0)), np.flatnonzero(pixels.any(1))
    x0, x1, y0, y1 = int(columns[0]), int(columns[-1]) + 1, int(rows[0]), int(rows[-1]) + 1
    area = int(np.count_nonzero(pixels))
    across, down = x1 - x0, y1 - y0
    return np.array(
        [
            np.log(area / pixels.size) / 4,  # as far apart as the features
            np.log(across / down) / 2,
            area / (across * down),
            (x0 + x1) / 2 / width,
            (y0 + y1) / 2 / height,
            float(x0 == 0),
            float(x1 == width),
            float(y0 == 0),
            float(y1 == height),
        ],
        np.float32,
    )


def _colours(lab: FloatArray, share: FloatArray, rim: FloatArray) -> FloatArray:
    inner = share / max(float(share.sum()), 1e-6)
    outer = rim / max(float(rim.sum()), 1e-6)
    mean = np.einsum("hw,hwc->c", inner, lab)
    spread = np.sqrt(np.maximum(np.einsum("hw,hwc->c", inner, (lab - mean) ** 2), 0.0))
    around = np.einsum("hw,hwc->c", outer, lab)
    return np.concatenate([mean, spread, around]).astype(np.float32)
