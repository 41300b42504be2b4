"""A free-hand outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF

from slimsam_app.canvas.tool import Mouse, Tool
from slimsam_app.i18n import mark as _
from slimsam_core.annotation import DrawnShape, ShapeKind

if TYPE_CHECKING:
    from slimsam_app.canvas.view import CanvasView

_TOLERANCE_PX = 0.7
"""Screen pixels that the kept polygon may leave the way of the hand by."""


class LassoTool(Tool):
    """Drag around the object; the release closes the ring."""

    id = "lasso"
    title = _("Lasso")
    icon = "mdi6.lasso"
    hint = _("Drag around the object")

    def __init__(self, canvas: CanvasView) -> None:
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
        way = np.array(self._way, np.float32)
        self.cancel()
        if len(way) < 3:
            return
        kept = cv2.approxPolyDP(way[:, None, :], _TOLERANCE_PX / self.canvas.zoom, closed=True)[:, 0, :]
        if len(kept) >= 3:
            ring = tuple((float(x), float(y)) for x, y in kept.tolist())
            self.canvas.shape_drawn.emit(DrawnShape(ShapeKind.POLYGON, (ring,)))

    def cancel(self) -> bool:
        was_open = bool(self._way)
        self._way = []
        self.canvas.layers.clear_draft()
        return was_open
