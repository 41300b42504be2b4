"""Looking closer: where a small object is cut out of its picture, so that it fills the model's square.

A model with a small input sees little of a thing that covers a few of its cells. Encoders that are light
enough are therefore asked again, on the part of the picture around the box that the user drew, or on several
around a single click, of which the most convincing answer counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from slimsam_core.geometry import BoxXYXY, PointPrompt, PromptSet, Size
from slimsam_core.image_io import RgbImage
from slimsam_core.inference.transforms import FloatArray, picture_part
from slimsam_core.mask import BoolMask

BOX_MARGIN = 1.5
"""Side of the window, in multiples of the box's longer side."""
MIN_SIDE = 24
CLICK_SHARES = (1 / 2, 1 / 4, 1 / 8)
"""Sides of the windows around a single click, as shares of the picture's longest side."""
CUT_PENALTY = 0.5
"""How much predicted IoU a mask loses that its window cuts; see ``cut_share``."""
WORTHWHILE = 0.7
"""A window of more than this share of the picture's longest side is not worth a second look."""


@dataclass(frozen=True)
class Window:
    """A part of a picture: corner and size in whole pixels."""

    x: int
    y: int
    size: Size

    def cut(self, rgb: RgbImage) -> RgbImage:
        """Its pixels, an own copy, HxWx3."""
        return np.ascontiguousarray(
            rgb[self.y : self.y + self.size.height, self.x : self.x + self.size.width]
        )

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
    """Low-resolution logits, float32 (hm, wm), over the padded square of a window."""

    window: Window
    logits: FloatArray


def logits_in_window(whole: FloatArray, picture: Size, window: Window) -> FloatArray:
    """Low-resolution logits of a picture, float32 (hm, wm), resampled over its window."""
    scale, close_scale = whole.shape[0] / max(picture.hw), whole.shape[0] / max(window.size.hw)
    return _resampled(whole, scale / close_scale, window.x * scale, window.y * scale, None)


def logits_in_picture(close_up: CloseUp, picture: Size) -> FloatArray:
    """Low-resolution logits of a window resampled over its picture; far below zero beyond the window."""
    logits, window = close_up.logits, close_up.window
    scale, close_scale = logits.shape[0] / max(picture.hw), logits.shape[0] / max(window.size.hw)
    outside = min(-8.0, float(logits.min()))
    return _resampled(logits, close_scale / scale, -window.x * close_scale, -window.y * close_scale, outside)


def _resampled(
    logits: FloatArray, scale: float, left: float, top: float, outside: float | None
) -> FloatArray:
    """Cell centre ``i + 0.5`` reads from ``scale * (i + 0.5) + left``; edges repeat, or are filled."""
    shift = 0.5 * scale - 0.5
    matrix = np.array([[scale, 0, left + shift], [0, scale, top + shift]])
    border = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    result: FloatArray = cv2.warpAffine(
        np.ascontiguousarray(logits), matrix, logits.shape[::-1], flags=flags, borderMode=border,
        borderValue=outside or 0.0,
    )  # fmt: skip
    result.setflags(write=False)
    return result


def window_of(prompts: PromptSet, picture: Size, before: Window | None = None) -> Window | None:
    """Where to look for these prompts; None = at the whole picture.

    A box decides alone, so that clicks that refine it keep its window. Without a box the window of the answer
    that is refined is kept (``before``). A click outside, or a large box, brings the whole picture back.
    """
    box = prompts.box.clipped(picture) if prompts.box is not None else None
    if box is None:
        window = before if prompts.box is None else None
    else:
        side = BOX_MARGIN * max(box.x1 - box.x0, box.y1 - box.y0)
        window = _square((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, max(side, MIN_SIDE), picture)
    return window if window is not None and all(window.holds(point) for point in prompts.points) else None


def click_windows(point: PointPrompt, picture: Size) -> tuple[Window, ...]:
    """Where a single click may find its object besides the whole picture: ever smaller squares around it."""
    sides = [max(picture.hw) * share for share in CLICK_SHARES]
    found = (_square(point.x, point.y, side, picture) for side in sides if side >= MIN_SIDE)
    return tuple(window for window in found if window is not None)


def cut_share(close_up: CloseUp, picture: Size) -> float:
    """How much of a mask's window border is mask, summed over the sides that are not the picture's own, 0..4.

    A mask that runs into the border goes on beyond it: it is a part of something larger.
    """
    window = close_up.window
    inside = picture_part(close_up.logits, window.size) > 0
    sides = (
        (inside[0], window.y == 0),
        (inside[-1], window.y + window.size.height == picture.height),
        (inside[:, 0], window.x == 0),
        (inside[:, -1], window.x + window.size.width == picture.width),
    )
    return float(sum(side.mean() for side, is_picture_edge in sides if not is_picture_edge))


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
