"""A picture in halving sizes, and its parts as pixmaps made when they are first seen."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, SignalInstance
from PySide6.QtGui import QImage, QPixmap

from slimsam_core.errors import Cancelled
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.progress import CancelToken

TILE = 512
"""Side of a tile in pixels of its level."""
CACHE_BYTES = 256 << 20
_SMALL_PIXELS = 1 << 22
_STRIP_ROWS = 1024

Pixels = NDArray[np.uint8] | NDArray[np.uint16]


@dataclass(frozen=True)
class TileId:
    """Column and row of a tile in level ``level`` (0 = full size, each next half of it)."""

    level: int
    column: int
    row: int


def level_count(height: int, width: int) -> int:
    """Levels until the whole picture fits one tile."""
    return max(1, int(np.ceil(np.log2(max(height, width, TILE) / TILE))) + 1)


def halve(rgb: Pixels, cancel: CancelToken | None = None) -> Pixels:
    """The next level: each pixel the mean of 2x2 (odd last rows and columns repeat). Raises Cancelled."""
    height, width = (rgb.shape[0] + 1) // 2, (rgb.shape[1] + 1) // 2
    result: Pixels = np.empty((height, width, *rgb.shape[2:]), rgb.dtype)
    for top in range(0, height, _STRIP_ROWS):
        if cancel:
            cancel.raise_if_cancelled()
        strip: NDArray[Any] = rgb[2 * top : 2 * (top + _STRIP_ROWS)]
        odd = (strip.shape[0] % 2, strip.shape[1] % 2)
        if any(odd):
            strip = np.pad(strip, ((0, odd[0]), (0, odd[1]), (0, 0))[: strip.ndim], mode="edge")
        size = (strip.shape[1] // 2, strip.shape[0] // 2)
        result[top : top + _STRIP_ROWS] = cv2.resize(strip, size, interpolation=cv2.INTER_AREA)
    result.setflags(write=False)
    return result


class Pyramid(QObject):
    """Levels of one picture. Large ones are halved in the background; until then pixels are skipped instead.

    ``pixels`` are uint8 HxWx3, or levels, uint16 HxW or HxWx3, to be seen through a curve of 65,536 shades;
    read-only. ``improved`` says that smoother tiles can be had now.
    """

    improved = Signal()

    def __init__(self, rgb: Pixels, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pixels = rgb
        self.levels = level_count(*rgb.shape[:2])
        self._known: dict[int, Pixels] = {0: rgb}
        self._tiles: OrderedDict[TileId, QPixmap] = OrderedDict()
        self._bytes = 0
        self._curve: NDArray[np.uint8] | None = None
        self._cancel = CancelToken()
        if self.levels > 1 and rgb.shape[0] * rgb.shape[1] <= _SMALL_PIXELS:
            self._known.update(enumerate(_all_levels(rgb, self.levels, self._cancel)))

    def start(self, pool: QThreadPool) -> None:
        """Make the missing levels in ``pool``."""
        if len(self._known) < self.levels:
            job = _HalvingJob(self.pixels, self.levels, self._cancel)
            job.reports.done.connect(self._take_levels)
            self._job_reports = job.reports  # the receiver lives as long as we want to hear it
            pool.start(job)

    def stop(self) -> None:
        """Give up the background work; nothing is heard of it afterwards."""
        self._cancel.cancel()

    def set_curve(self, curve: NDArray[np.uint8] | None) -> None:
        """Show pixels through these shades, one for each value they may have (None = as they are)."""
        self._curve = curve
        self._forget_tiles()

    @property
    def curve(self) -> NDArray[np.uint8] | None:
        """The shades that pixels are shown through, None = as they are."""
        return self._curve

    def overview(self, step: int) -> RgbImage:
        """The smallest level that is there and has at least a pixel for ``step`` of the picture, as shown."""
        level = max((found for found in self._known if 1 << found <= step), default=0)
        every = max(1, step >> level)
        return self._shown(self._known[level][::every, ::every])

    def tile(self, where: TileId) -> QPixmap:
        """The pixmap of a tile (at the right and lower edge smaller than ``TILE``)."""
        pixmap = self._tiles.get(where)
        if pixmap is None:
            pixmap = self._make(where)
            self._tiles[where] = pixmap
            self._bytes += pixmap.width() * pixmap.height() * 4
            while self._bytes > CACHE_BYTES and len(self._tiles) > 1:
                _, old = self._tiles.popitem(last=False)
                self._bytes -= old.width() * old.height() * 4
        else:
            self._tiles.move_to_end(where)
        return pixmap

    def _make(self, where: TileId) -> QPixmap:
        base = max(level for level in self._known if level <= where.level)
        step = 1 << (where.level - base)
        side = TILE * step
        block = self._known[base][
            where.row * side : (where.row + 1) * side : step,
            where.column * side : (where.column + 1) * side : step,
        ]
        pixels = self._shown(block)
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        return QPixmap.fromImage(image)

    def _shown(self, block: Pixels) -> RgbImage:
        shades: NDArray[Any] = np.ascontiguousarray(block if self._curve is None else self._curve[block])
        return np.repeat(shades[:, :, None], 3, axis=2) if shades.ndim == 2 else shades

    def _take_levels(self, levels: tuple[Pixels, ...]) -> None:
        if self._cancel.cancelled:
            return
        self._known.update(enumerate(levels))
        self._forget_tiles()
        self.improved.emit()

    def _forget_tiles(self) -> None:
        self._tiles.clear()
        self._bytes = 0


def _all_levels(rgb: Pixels, count: int, cancel: CancelToken) -> tuple[Pixels, ...]:
    levels = [rgb]
    while len(levels) < count:
        levels.append(halve(levels[-1], cancel))
    return tuple(levels)


class _Reports(QObject):
    done = Signal(object)


class _HalvingJob(QRunnable):
    """Makes all levels of a picture; silent when cancelled."""

    def __init__(self, rgb: Pixels, count: int, cancel: CancelToken) -> None:
        super().__init__()
        self._rgb, self._count, self._cancel = rgb, count, cancel
        self.reports = _Reports()

    def run(self) -> None:
        try:
            levels = _all_levels(self._rgb, self._count, self._cancel)
        except Cancelled:
            return
        done: SignalInstance = self.reports.done
        done.emit(levels)
