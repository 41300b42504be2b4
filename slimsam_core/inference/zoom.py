"""Looking closer: where a small object is cut out of its picture, so that it fills the model's square.

A model with a small input sees little of a thing that covers a few of its cells. Encoders that are light
enough are therefore asked again, on the part of the picture around the box that the user drew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slimsam_core.geometry import BoxXYXY, PointPrompt, PromptSet, Size
from slimsam_core.image_io import RgbImage
from slimsam_core.mask import BoolMask

BOX_MARGIN = 1.5
"""Side of the window, in multiples of the box's longer side."""
MIN_SIDE = 24
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


def window_of(prompts: PromptSet, picture: Size) -> Window | None:
    """Where to look for these prompts; None = at the whole picture.

    Depends on the box alone, so that clicks that refine a box keep its window; a click outside it, or a box
    that is large already, brings the whole picture back.
    """
    box = prompts.box.clipped(picture) if prompts.box is not None else None
    if box is None:
        return None
    side = max(BOX_MARGIN * max(box.x1 - box.x0, box.y1 - box.y0), MIN_SIDE)
    if side > WORTHWHILE * max(picture.hw):
        return None
    width, height = min(round(side), picture.width), min(round(side), picture.height)
    window = Window(
        _start((box.x0 + box.x1 - width) / 2, width, picture.width),
        _start((box.y0 + box.y1 - height) / 2, height, picture.height),
        Size(height, width),
    )
    return window if all(window.holds(point) for point in prompts.points) else None


def _start(wanted: float, length: int, limit: int) -> int:
    return min(max(0, round(wanted)), limit - length)
