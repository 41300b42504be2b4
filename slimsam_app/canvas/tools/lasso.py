"""A free-hand outline."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF

from slimsam_app.canvas.surface import Surface
from slimsam_app.canvas.tool import Mouse, Tool
from slimsam_app.i18n import mark as _
from slimsam_core.annotation import DrawnShape, ShapeKind

_TOLERANCE_PX = 0.7
"""Screen pixels that the kept polygon may leave the way of the hand by."""


class LassoTool(Tool):
    """Drag around the object; the release closes the ring."""

    id = "lasso"
    title = _("Lasso")
    icon = "mdi6.lasso"
    hint = _("Drag around the object")

    def __init__(self, canvas: Surface) -> None:
        super().__init__(canvas)
        self._way: list[tuple[float, float]] = []

    def press(self, mouse: Mouse) -> None:
        self.cancel()
        if mouse.button == Qt.MouseButton.LeftButton:
            self._way = [self.clamped(mouse)]

    def move(self, mouse: Mouse) -> None:
        if not self._way or not self.far(self._way[-1], mouse, 1.0):
            return
        self._way.append(self.clamped(mouse))
        path = QPainterPath()
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in self._way]))
        self.canvas.layers.show_draft(path)

    def release(self, mouse: Mouse) -> None:
        way = self._way
        self.cancel()
        if len(way) < 3:
            return
        kept = _simpler(way, self.canvas.zoom, closed=True)
        if len(kept) >= 3:
            ring = tuple((float(x), float(y)) for x, y in kept)
            self.canvas.shape_drawn.emit(DrawnShape(ShapeKind.POLYGON, (ring,)), 0)

    def put_aside(self) -> None:
        """The hand had not come to the end of its way: the polygon tool goes on from there."""
        way = self.outline()
        self.cancel()
        polygon = self.canvas.tools["polygon"]
        if len(way) > 1 and not polygon.outline():
            polygon.take_up(way)

    def outline(self) -> tuple[tuple[float, float], ...]:
        kept = _simpler(self._way, self.canvas.zoom, closed=False) if len(self._way) > 1 else []
        return tuple((float(x), float(y)) for x, y in kept)

    def cancel(self) -> bool:
        was_open = bool(self._way)
        self._way = []
        self.canvas.layers.clear_draft()
        return was_open


def _simpler(way: list[tuple[float, float]], zoom: float, *, closed: bool) -> list[list[float]]:
    """The corners of a way that leave it by less than the screen shows."""
    points = np.array(way, np.float32)[:, None, :]
    kept: list[list[float]] = cv2.approxPolyDP(points, _TOLERANCE_PX / zoom, closed=closed)[:, 0, :].tolist()
    return kept
