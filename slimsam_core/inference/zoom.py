"""Looking closer: where a small object is cut out of its picture, so that it fills the model's square.

A model with a small input sees little of a thing that covers a few of its cells. Encoders that are light
enough are therefore asked again, on the part of the picture around the box that the user drew, or on several
around a single click, of which the most convincing answer counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from slimsam_core.inference.transforms import FloatArray, picture_part
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask
from slimsam_core.pixels.square_fit import SquareFit

BOX_MARGIN = 1.5
"""Side of the window, in multiples of the box's longer side; by eye: what lies around a thing tells it
apart."""
MIN_SIDE = 24
"""Pixels of a window's side: what is smaller would be enlarged so far that the model sees blurred squares."""
CLICK_SHARE, WIDER_SHARE, NARROWER_SHARE = 1 / 4, 1 / 2, 1 / 8
"""Sides of the windows around a single click, as shares of the picture's longest side. Steps of two: an
object that fills too little of one fills twice as much of the next."""
LARGE, CONVINCING = 0.5, 0.5
"""An answer from the whole picture that spans more than the first share of it, and whose predicted IoU is
above the second number, is taken as it is. By eye, for the time: with the rule of ``CUT`` a click costs 1.25
looks in place of three (docs/BENCHMARKS.md)."""
CUT, SMALL = 0.02, 0.6
"""A mask that its window cuts more than this (see ``cut_share``) asks for a wider window, one that spans
less than the other share of it for a narrower one. By eye: 2 % of a mask are its rim, and from 0.6 on the
next window, half as wide, would cut it."""
SHRINKS = 0.5
"""A refined mask is looked at more closely when that makes the window at least this much smaller: the step
between the windows of a click, each of which costs an encoding."""
WORTHWHILE = 0.7
"""A window of more than this share of the picture's longest side is not worth a second look; by eye: it would
show the model everything at most 1.4 times as large."""


@dataclass(frozen=True)
class Window:
    """A part of a picture: corner and size in whole pixels."""

    x: int
    y: int
    size: Size

    @property
    def side(self) -> int:
        """The longer side, in pixels."""
        return max(self.size.hw)

    def holds_window(self, other: Window) -> bool:
        """Whether the other one lies inside."""
        right, bottom = other.x + other.size.width, other.y + other.size.height
        return (
            self.x <= other.x
            and self.y <= other.y
            and right <= self.x + self.size.width
            and bottom <= self.y + self.size.height
        )

    def cut(self, rgb: RgbImage) -> RgbImage:
        """Its pixels, an own copy, HxWx3."""
        return rgb[self.y : self.y + self.size.height, self.x : self.x + self.size.width].copy()

    def holds(self, point: PointPrompt) -> bool:
        """Whether the point lies inside."""
        return (
            self.x <= point.x <= self.x + self.size.width and self.y <= point.y <= self.y + self.size.height
        )

    def prompts(self, prompts: PromptSet) -> PromptSet:
        """The same prompts in the window's frame."""
        points = tuple(PointPrompt(p.x - self.x, p.y - self.y, p.positive) for p in prompts.points)
        if prompts.box is None:
            return PromptSet(points)
        x0, y0, x1, y1 = prompts.box.as_tuple()
        return PromptSet(points, BoxXYXY(x0 - self.x, y0 - self.y, x1 - self.x, y1 - self.y))

    def place(self, part: BoolMask, whole: Size) -> BoolMask:
        """A mask of the window as a mask of the picture."""
        result: BoolMask = np.zeros(whole.hw, np.bool_)
        result[self.y : self.y + self.size.height, self.x : self.x + self.size.width] = part
        return result

    def scaled(self, original: Size, target: Size) -> Window:
        """The window in a picture that is resized from ``original`` to ``target``; at least one pixel."""
        across, down = target.width / original.width, target.height / original.height
        x0, y0 = round(self.x * across), round(self.y * down)
        x1, y1 = round((self.x + self.size.width) * across), round((self.y + self.size.height) * down)
        x0, y0 = min(x0, target.width - 1), min(y0, target.height - 1)
        return Window(x0, y0, Size(max(1, y1 - y0), max(1, x1 - x0)))


@dataclass(frozen=True, eq=False)
class CloseUp:
    """Low-resolution logits, float32 (hm, wm), over the square in which a window lies."""

    window: Window
    logits: FloatArray
    fit: SquareFit


class PlacedLogits(NamedTuple):
    """Low-resolution logits, float32 (hm, wm), and what they cover: the square in which the picture lies, or
    one of its windows."""

    logits: FloatArray
    window: Window | None
    fit: SquareFit


def logits_in_window(
    logits: FloatArray,
    source: Window,
    target: Window,
    fit: SquareFit,
    *,
    given: SquareFit | None = None,
    cells: int = 0,
) -> FloatArray:
    """Low-resolution logits of one window, float32 (hm, wm), resampled over another one, which lies in its
    square as ``fit`` says; ``given``: how the first one does, the same without. ``cells``: how many logits
    the result has a side; 0 = as many as ``logits``.

    What lies outside ``source`` is far below zero; ``whole_of`` gives the window that is the picture itself.
    """
    spans, wanted = (given or fit).spans(source.size), fit.spans(target.size)
    scales = [logits.shape[0] / span for span in spans]
    cells = cells or logits.shape[0]
    coarser = logits.shape[0] / cells
    ratios = (coarser * wanted[0] / spans[0], coarser * wanted[1] / spans[1])
    corner = ((target.x - source.x) * scales[0], (target.y - source.y) * scales[1])
    inside = source.holds_window(target)
    return _resampled(logits, ratios, corner, None if inside else min(-8.0, float(logits.min())), cells)


def logits_in_picture(close_up: CloseUp, picture: Size) -> FloatArray:
    """Low-resolution logits of a window resampled over its picture; far below zero beyond the window."""
    return logits_in_window(close_up.logits, close_up.window, whole_of(picture), close_up.fit)


def _resampled(
    logits: FloatArray,
    scales: tuple[float, float],
    corner: tuple[float, float],
    outside: float | None,
    cells: int,
) -> FloatArray:
    """``cells`` x ``cells`` logits: cell centre ``i + 0.5`` reads from ``scale * (i + 0.5) + corner``, across
    and down; edges repeat, or are filled."""
    shifts = [start + (0.5 * scale - 0.5) for scale, start in zip(scales, corner, strict=True)]
    matrix = np.array([[scales[0], 0, shifts[0]], [0, scales[1], shifts[1]]])
    border = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    result: FloatArray = cv2.warpAffine(
        np.ascontiguousarray(logits), matrix, (cells, cells), flags=flags, borderMode=border,
        borderValue=outside or 0.0,
    )  # fmt: skip
    result.setflags(write=False)
    return result


def whole_of(picture: Size) -> Window:
    """The window that is the picture itself."""
    return Window(0, 0, picture)


def extent(logits: FloatArray, window: Window, fit: SquareFit) -> BoxXYXY | None:
    """Where in the picture the mask of a window's low-resolution logits lies; None when it is empty."""
    found = picture_part(logits, window.size, fit) > 0
    ys, xs = np.flatnonzero(found.any(1)), np.flatnonzero(found.any(0))
    if not ys.size:
        return None
    across, down = window.size.width / found.shape[1], window.size.height / found.shape[0]
    return BoxXYXY(
        window.x + xs[0] * across, window.y + ys[0] * down,
        window.x + (xs[-1] + 1) * across, window.y + (ys[-1] + 1) * down,
    )  # fmt: skip


def window_of(
    prompts: PromptSet, picture: Size, before: Window | None = None, found: BoxXYXY | None = None
) -> Window | None:
    """Where to look for these prompts; None = at the whole picture.

    A box decides, so that clicks that refine it keep its window while they lie inside. Without a box,
    ``before`` and ``found`` are the window of the answer that is refined (None = the whole picture) and the
    box around its mask: the window is kept until a click or the mask leaves it, or the mask fills little
    of it.
    """
    if prompts.box is not None:
        box = prompts.box.clipped(picture)
        window = _around(box, picture) if box is not None else None
        if box is None or window is None or all(window.holds(point) for point in prompts.points):
            return window
        return _around(_with_points(box, prompts.points), picture)
    if found is None:
        return before if before is not None and all(before.holds(p) for p in prompts.points) else None
    wanted = _around(_with_points(found, prompts.points), picture)
    current = before or whole_of(picture)
    fits = all(current.holds(point) for point in prompts.points) and not _touches(current, found, picture)
    if fits and (wanted is None or wanted.side >= SHRINKS * current.side):
        return before
    return wanted


def click_window(point: PointPrompt, picture: Size, share: float) -> Window | None:
    """The square around a click whose side is a share of the picture's; None when that is too small."""
    side = max(picture.hw) * share
    return _square(point.x, point.y, side, picture) if side >= MIN_SIDE else None


def span(logits: FloatArray, window: Window, fit: SquareFit) -> float:
    """The longer side of the mask of a window's logits, as a share of the window's longer side."""
    found = extent(logits, window, fit)
    return max(found.x1 - found.x0, found.y1 - found.y0) / window.side if found is not None else 0.0


def further_share(close_up: CloseUp, picture: Size) -> float | None:
    """Which window to try after the first one around a click; None = no other."""
    if cut_share(close_up, picture) > CUT:
        return WIDER_SHARE
    return NARROWER_SHARE if span(close_up.logits, close_up.window, close_up.fit) < SMALL else None


def cut_share(close_up: CloseUp, picture: Size) -> float:
    """How much of a mask's window border is mask, summed over the sides that are not the picture's own, 0..4.

    A mask that runs into the border goes on beyond it: it is a part of something larger.
    """
    window = close_up.window
    inside = picture_part(close_up.logits, window.size, close_up.fit) > 0
    sides = (
        (inside[0], window.y == 0),
        (inside[-1], window.y + window.size.height == picture.height),
        (inside[:, 0], window.x == 0),
        (inside[:, -1], window.x + window.size.width == picture.width),
    )
    return float(sum(side.mean() for side, is_picture_edge in sides if not is_picture_edge))


def _with_points(box: BoxXYXY, points: Sequence[PointPrompt]) -> BoxXYXY:
    xs, ys = [box.x0, box.x1, *(p.x for p in points)], [box.y0, box.y1, *(p.y for p in points)]
    return BoxXYXY(min(xs), min(ys), max(xs), max(ys))


def _touches(window: Window, found: BoxXYXY, picture: Size) -> bool:
    """Whether a mask reaches a side of the window that is not the picture's own."""
    edge = window.side / 64
    right, bottom = window.x + window.size.width, window.y + window.size.height
    return (
        (window.x > 0 and found.x0 < window.x + edge)
        or (window.y > 0 and found.y0 < window.y + edge)
        or (right < picture.width and found.x1 > right - edge)
        or (bottom < picture.height and found.y1 > bottom - edge)
    )


def _around(box: BoxXYXY, picture: Size) -> Window | None:
    """The square around a box with its margin."""
    side = BOX_MARGIN * max(box.x1 - box.x0, box.y1 - box.y0)
    return _square((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, max(side, MIN_SIDE), picture)


def _square(x: float, y: float, side: float, picture: Size) -> Window | None:
    """The square around a place, cut at the picture's edges; None when it is not worth a second look."""
    if side > WORTHWHILE * max(picture.hw):
        return None
    width, height = min(round(side), picture.width), min(round(side), picture.height)
    return Window(
        _start(x - width / 2, width, picture.width),
        _start(y - height / 2, height, picture.height),
        Size(height, width),
    )


def _start(wanted: float, length: int, limit: int) -> int:
    return min(max(0, round(wanted)), limit - length)
