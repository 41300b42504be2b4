"""Where in a picture a class may be: each cell of a model's features judged by those under labelled masks.

Linear discriminant analysis (Fisher 1936) of the cells of a class against all others, with one scatter for
all classes. What is summed up of a picture is kept apart, so that a picture can be judged by the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.inference.zoom import Window, whole_of
from slimsam_core.pixels.geometry import PointPrompt, Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask

if TYPE_CHECKING:
    from slimsam_core.inference.predictor import Predictor

__all__ = ["CellModel", "CellSums", "Peak", "View", "views_of"]

_QUARTER_SIDE = 0.62
"""Of a picture's sides: four windows that overlap by a quarter, so that what one cuts is whole in another."""
_LEAST_COVERED = 0.5
"""Of a cell that counts as the class's own; of the other cells nothing of the class may lie in them.
By eye: the larger part of it."""
_RIDGE = 0.01
"""Of the mean scatter: directions that were hardly seen do not decide. By eye, a hundredth."""
_PEAK_BELOW = 1.7
"""Standard deviations below the class's mean that a peak may lie: 19 of 20 of its cells lie above."""
UNLIKE_PEAKS = 3
"""Further ones of a view, however unlike: what is none of the class must be seen, too, to be refused. By
eye, a few."""
MOST_PEAKS = 12
"""Of one view, the best: a click each, some 5 ms. By eye: what a person would look through."""


@dataclass(frozen=True, eq=False)
class View:
    """A part of a picture, or all of it, as the model sees it."""

    embedding: ImageEmbedding
    window: Window

    @cached_property
    def cells_PC(self) -> FloatArray:
        """What each cell over the picture looks like, alone and with its neighbours: float32 (P, 2C)."""
        rows, columns = self.grid
        alone = self.embedding.features[0].transpose(1, 2, 0)[:rows, :columns]
        padded = np.pad(alone, ((1, 1), (1, 1), (0, 0)), mode="edge")
        shifted = [padded[y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
        both = [alone, np.asarray(np.sum(shifted, 0), np.float32)]
        return np.concatenate([unit(one.reshape(rows * columns, -1)) for one in both], 1)

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of cells that lie over the picture."""
        inside = self.embedding.fit.inside(self.window.size, self.embedding.features.shape[2])
        return inside.hw

    def covered(self, pixels: BoolMask) -> FloatArray:
        """The share of each cell that a mask of the picture covers, float32 (P,)."""
        rows, columns = self.grid
        window = self.window
        part = pixels[window.y : window.y + window.size.height, window.x : window.x + window.size.width]
        share = cv2.resize(part.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
        return np.asarray(share, np.float32).ravel()


@dataclass(frozen=True)
class Peak:
    """A place of a view that looks like the class more than what is around it."""

    point: PointPrompt
    """In the frame of the view."""
    likeness: float
    """Standard deviations above what lies half way between the class and the rest."""


def views_of(predictor: Predictor, embedding: ImageEmbedding, rgb: RgbImage) -> Iterator[View]:
    """The picture, and for a light model its four quarters, each when it is wanted. Raises OutOfMemory."""
    size = embedding.original_size
    yield View(embedding, whole_of(size))
    if not predictor.assisted:
        return
    height, width = round(size.height * _QUARTER_SIDE), round(size.width * _QUARTER_SIDE)
    for y in (0, size.height - height):
        for x in (0, size.width - width):
            window = Window(x, y, Size(max(1, height), max(1, width)))
            yield View(predictor.embed(window.cut(rgb)), window)


class CellSums:
    """Count, sum and products of the cells of one picture, and of those of each class."""

    def __init__(self) -> None:
        self.count = 0
        self.total: NDArray[np.float64] = np.zeros(0)
        self.products: NDArray[np.float64] = np.zeros((0, 0))
        self.own: dict[int, tuple[int, NDArray[np.float64]]] = {}
        """By class: count and sum."""

    def add(self, view: View, classes: Mapping[int, BoolMask]) -> None:
        """Take in a view; ``classes``: all that belongs to each, pixels of the picture."""
        cells = view.cells_PC
        shares = {i: view.covered(pixels) for i, pixels in classes.items()}
        exact = cells.astype(np.float64)
        self._add(len(exact), exact.sum(0), (cells.T @ cells).astype(np.float64))
        for category_id, share in shares.items():
            inside = exact[share > _LEAST_COVERED]
            if not len(inside):  # smaller than a cell: the one that it lies in
                inside = exact[[int(share.argmax())]] if share.max() > 0 else inside
            if len(inside):
                count, total = self.own.get(category_id, (0, np.zeros(exact.shape[1])))
                self.own[category_id] = (count + len(inside), total + inside.sum(0))

    def merged(self, others: Sequence[CellSums]) -> CellSums:
        """All together."""
        found = CellSums()
        for one in (self, *others):
            if one.count:
                found._add(one.count, one.total, one.products)
            for category_id, (count, total) in one.own.items():
                before = found.own.get(category_id, (0, np.zeros_like(total)))
                found.own[category_id] = (before[0] + count, before[1] + total)
        return found

    def model(self, category_id: int) -> CellModel | None:
        """What tells the class from the rest; None when none of its cells was seen, or no other."""
        count, total = self.own.get(category_id, (0, np.zeros(0)))
        if not count or count >= self.count:
            return None
        mean = self.total / self.count
        scatter = self.products / self.count - np.outer(mean, mean)
        scatter[np.diag_indices_from(scatter)] += _RIDGE * max(float(np.trace(scatter)), 1e-9) / len(mean)
        own, rest = total / count, (self.total - total) / (self.count - count)
        weights = np.linalg.solve(scatter, own - rest)
        apart = float(np.sqrt(max(float(weights @ (own - rest)), 1e-12)))
        return CellModel(
            (weights / apart).astype(np.float32), float(weights @ (own + rest)) / 2 / apart, apart
        )

    def _add(self, count: int, total: NDArray[np.float64], products: NDArray[np.float64]) -> None:
        if not self.count:
            self.total, self.products = np.zeros_like(total), np.zeros_like(products)
        self.count += count
        self.total = self.total + total
        self.products = self.products + products


@dataclass(frozen=True, eq=False)
class CellModel:
    """Tells cells of a class from the rest."""

    weights: FloatArray
    middle: float
    apart: float
    """Standard deviations between the mean of the class and that of the rest."""

    def likeness(self, view: View) -> FloatArray:
        """Of each cell over the picture, float32 (rows, columns), in standard deviations; 0 is half way."""
        return np.asarray(view.cells_PC @ self.weights - self.middle, np.float32).reshape(view.grid)

    def peaks(self, view: View) -> tuple[Peak, ...]:
        """Places that may be the class, the likest first."""
        found = self.likeness(view)
        highest = cv2.dilate(found, np.ones((3, 3), np.uint8))
        rows, columns = np.nonzero(found >= highest)
        order = np.argsort(-found[rows, columns], kind="stable")[:MOST_PEAKS]
        like = np.count_nonzero(found[rows[order], columns[order]] > self.apart / 2 - _PEAK_BELOW)
        order = order[: like + UNLIKE_PEAKS]
        size, (down, across) = view.window.size, found.shape
        return tuple(
            Peak(
                PointPrompt(
                    (float(columns[i]) + 0.5) * size.width / across,
                    (float(rows[i]) + 0.5) * size.height / down,
                ),
                float(found[rows[i], columns[i]]),
            )
            for i in order
        )


def unit(values: FloatArray) -> FloatArray:
    """Rows NxC of length 1; rows of zeros stay."""
    return np.asarray(values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-6), np.float32)
