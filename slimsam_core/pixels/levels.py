"""Pictures of more than 8 bits a channel: their values, and the window of them that is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOP = 65535
"""The highest level."""
Window = tuple[float, float]
"""Levels shown as black and as white, 0..65535, the first the lower one."""

_STRIP_ROWS = 256
"""Rows that are computed at a time: numbers in between need eight times the memory of a level."""
_TAIL = 0.001
"""Share of the pixels beyond each end of the automatic window: hot pixels and dead ones."""


@dataclass(frozen=True, eq=False)
class Levels:
    """What the file holds, in 65,536 levels: uint16 HxW or HxWx3, read-only, oriented as seen."""

    values: NDArray[np.uint16]
    zero: float
    """The value in the file that level 0 stands for."""
    step: float
    """Difference in the file between two levels; 1 when levels are the very values of the file."""
    window: Window
    """The automatic window, through which the 8-bit picture was made."""

    def value(self, level: float) -> float:
        """The value in the file that a level stands for."""
        return self.zero + level * self.step

    def level(self, value: float) -> float:
        """The level, not clipped, that stands for a value in the file."""
        return (value - self.zero) / self.step

    def span(self) -> Window:
        """Lowest and highest level in the picture."""
        return float(self.values.min()), float(self.values.max())


def levels_of(pixels: NDArray[np.generic]) -> Levels:
    """The levels of uint16, integer or float pixels, HxW or HxWx3; what is not a number is the lowest.

    Whole numbers that span at most 65,536 keep their values; other values are spread over all levels between
    the lowest and the highest finite one. Grey pictures get the window between their 0.1 and 99.9
    percentiles, colour pictures the whole range, as their colours are meant to be seen.
    """
    if pixels.dtype.kind == "u" and pixels.dtype.itemsize == 2:
        values, zero, step = pixels.astype(np.uint16), 0.0, 1.0
    else:
        values, zero, step = _quantised(pixels)
    values.setflags(write=False)
    return Levels(values, zero, step, auto_window(values) if values.ndim == 2 else (0.0, float(TOP)))


def auto_window(values: NDArray[np.uint16]) -> Window:
    """The 0.1 and 99.9 percentiles, whole levels, at least one apart; depends on the pixels alone."""
    found = np.zeros(TOP + 1, np.int64)
    for top in range(0, values.shape[0], _STRIP_ROWS):
        found += np.bincount(values[top : top + _STRIP_ROWS].ravel(), minlength=TOP + 1)
    counts = np.cumsum(found)
    total = int(counts[-1])
    low, high = np.searchsorted(counts, (total * _TAIL, total * (1 - _TAIL)), side="left")
    if high <= low:  # all but a few pixels are alike: what is left tells
        low, high = int(values.min()), int(values.max())
    low = min(int(low), TOP - 1)
    return float(low), float(max(int(high), low + 1))


def window_curve(window: Window) -> NDArray[np.uint8]:
    """The shade 0..255 of each of the 65,536 levels."""
    low, high = window
    shades = (np.arange(TOP + 1, dtype=np.float64) - low) * (255.0 / max(high - low, 1e-6))
    curve: NDArray[np.uint8] = np.rint(np.clip(shades, 0, 255)).astype(np.uint8)
    return curve


def to_rgb(levels: Levels) -> NDArray[np.uint8]:
    """The 8-bit picture through the automatic window, uint8 HxWx3."""
    shades: NDArray[np.uint8] = window_curve(levels.window)[levels.values]
    return np.repeat(shades[:, :, None], 3, axis=2) if shades.ndim == 2 else shades


def _quantised(pixels: NDArray[np.generic]) -> tuple[NDArray[np.uint16], float, float]:
    low, high = _finite_span(pixels)
    whole = np.issubdtype(pixels.dtype, np.integer) and high - low <= TOP
    step = 1.0 if whole or high <= low else (high - low) / TOP
    values: NDArray[np.uint16] = np.empty(pixels.shape, np.uint16)
    for top in range(0, pixels.shape[0], _STRIP_ROWS):
        spread = (pixels[top : top + _STRIP_ROWS].astype(np.float64) - low) / step
        spread = np.nan_to_num(spread, nan=0.0, posinf=TOP, neginf=0.0)
        values[top : top + _STRIP_ROWS] = np.rint(np.clip(spread, 0, TOP))
    return values, low, step


def _finite_span(pixels: NDArray[np.generic]) -> tuple[float, float]:
    """Lowest and highest value that is a number; 0 and 0 when there is none."""
    low, high = np.inf, -np.inf
    for top in range(0, pixels.shape[0], _STRIP_ROWS):
        strip = pixels[top : top + _STRIP_ROWS].astype(np.float64)
        finite = strip[np.isfinite(strip)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return (low, high) if low <= high else (0.0, 0.0)
