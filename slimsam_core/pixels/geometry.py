"""Sizes, boxes and prompts in the one frame of this program.

Frame: image pixels of the EXIF-transposed picture, x right, y down, continuous; the pixel in column ``i``
covers ``i <= x < i + 1`` and has its centre at ``i + 0.5``. SAM counts pixel indices and its prompt encoder
adds 0.5 by itself, so the one place that feeds a model (``inference.transforms``) subtracts 0.5 first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BoxXYXY", "PointPrompt", "PromptSet", "Size"]


@dataclass(frozen=True, order=True)
class Size:
    """Height and width in pixels, both at least 1."""

    height: int
    width: int

    def __post_init__(self) -> None:
        if self.height < 1 or self.width < 1:
            raise ValueError(f"a size must be at least 1x1, not {self.width}x{self.height}")

    @staticmethod
    def of(pixels: NDArray[Any]) -> Size:
        """That of a picture or mask, an array HxW or HxWx3."""
        return Size(pixels.shape[0], pixels.shape[1])

    @property
    def area(self) -> int:
        """Number of pixels."""
        return self.height * self.width

    @property
    def hw(self) -> tuple[int, int]:
        """``(height, width)``, the order of array shapes."""
        return (self.height, self.width)

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True)
class BoxXYXY:
    """A box by its edges: ``x0 < x1`` and ``y0 < y1`` in image pixels (may reach outside the picture)."""

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.x0, self.y0, self.x1, self.y1))):
            raise ValueError("box coordinates must be finite")
        if self.x1 <= self.x0 or self.y1 <= self.y0:
            raise ValueError(f"empty box: {self.as_tuple()}")

    @staticmethod
    def from_corners(xa: float, ya: float, xb: float, yb: float) -> BoxXYXY:
        """The box between two opposite corners in any order. Raises ValueError when it has no area."""
        return BoxXYXY(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))

    def as_tuple(self) -> tuple[float, float, float, float]:
        """``(x0, y0, x1, y1)``."""
        return (self.x0, self.y0, self.x1, self.y1)

    def clipped(self, size: Size) -> BoxXYXY | None:
        """The part inside the picture, None when there is none."""
        x0, y0 = max(0.0, self.x0), max(0.0, self.y0)
        x1, y1 = min(float(size.width), self.x1), min(float(size.height), self.y1)
        return BoxXYXY(x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


Edges = tuple[float, float, float, float]
"""``(x0, y0, x1, y1)`` of a box."""


def iou_of_boxes(a: Edges, b: Edges) -> float:
    """Intersection over union of two boxes; 0.0 when they share nothing."""
    across = min(a[2], b[2]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[1], b[1])
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    both = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return shared / (both - shared)


@dataclass(frozen=True)
class PointPrompt:
    """A click at ``(x, y)`` image pixels; positive = belongs to the object."""

    x: float
    y: float
    positive: bool = True

    def __post_init__(self) -> None:
        if not (math.isfinite(self.x) and math.isfinite(self.y)):
            raise ValueError("point coordinates must be finite")


@dataclass(frozen=True)
class PromptSet:
    """What the user asked for one object: points, and at most one box. Order is the order of the clicks."""

    points: tuple[PointPrompt, ...] = ()
    box: BoxXYXY | None = None

    @property
    def empty(self) -> bool:
        """No point and no box."""
        return not self.points and self.box is None

    def with_point(self, point: PointPrompt) -> PromptSet:
        """A copy with one more point at the end."""
        return replace(self, points=(*self.points, point))

    def without_point(self, index: int) -> PromptSet:
        """A copy without the point at ``index``."""
        return replace(self, points=self.points[:index] + self.points[index + 1 :])

    def with_box(self, box: BoxXYXY | None) -> PromptSet:
        """A copy with this box (or none)."""
        return replace(self, box=box)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, the inverse of ``from_json``."""
        return {
            "points": [[p.x, p.y, int(p.positive)] for p in self.points],
            "box": list(self.box.as_tuple()) if self.box else None,
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> PromptSet:
        """Read what ``to_json`` wrote. Raises ValueError or TypeError on other content."""
        points = tuple([PointPrompt(float(x), float(y), bool(v)) for x, y, v in data.get("points", ())])
        box = data.get("box")
        return PromptSet(points, BoxXYXY(*map(float, box)) if box else None)
