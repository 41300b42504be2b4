"""Shapes between two corners: what rectangle and ellipse have in common."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import Qt

from slimsam_app.canvas.shapes import handle_path, shape_path
from slimsam_app.canvas.tool import Mouse, Tool
from slimsam_core.annotation import DrawnShape
from slimsam_core.pixels.geometry import BoxXYXY


class TwoCornerTool(Tool):
    """Drag from corner to corner, or click both; Shift keeps the sides equal."""

    _start: tuple[float, float] | None = None

    @abstractmethod
    def shape(self, box: BoxXYXY) -> DrawnShape:
        """The shape that fills the box."""

    def press(self, mouse: Mouse) -> None:
        if mouse.button != Qt.MouseButton.LeftButton:
            self.cancel()
        elif self._start is None:
            self._start = self.clamped(mouse)
        else:
            self._complete(mouse)

    def move(self, mouse: Mouse) -> None:
        box = self._box(mouse)
        if box is not None:
            self.canvas.layers.show_draft(shape_path(self.shape(box)))

    def release(self, mouse: Mouse) -> None:
        # a release at the place of the press was a click: the other corner is still to come
        if self._start is not None and self.far(self._start, mouse):
            self._complete(mouse)

    def cancel(self) -> bool:
        was_open, self._start, self.category_id = self._start is not None, None, 0
        self.canvas.layers.clear_draft()
        return was_open

    def put_aside(self) -> None:
        self.canvas.layers.clear_draft()

    def outline(self) -> tuple[tuple[float, float], ...]:
        return (self._start,) if self._start is not None else ()

    def take_up(self, points: tuple[tuple[float, float], ...], category_id: int = 0) -> None:
        self._start, self.category_id = points[0], category_id
        self.refresh()

    def refresh(self) -> None:
        """The first corner alone, until the mouse moves."""
        if self._start is not None and self.canvas.tool is self:
            self.canvas.layers.show_draft(handle_path((self._start,), self.canvas.zoom))

    def _complete(self, mouse: Mouse) -> None:
        box, category_id = self._box(mouse), self.category_id
        self.cancel()
        if box is not None:
            self.canvas.shape_drawn.emit(self.shape(box), category_id)

    def _box(self, mouse: Mouse) -> BoxXYXY | None:
        if self._start is None:
            return None
        (x0, y0), (x1, y1) = self._start, self.clamped(mouse)
        if mouse.shift:
            side = min(abs(x1 - x0), abs(y1 - y0))
            x1 = x0 + (side if x1 > x0 else -side)
            y1 = y0 + (side if y1 > y0 else -side)
        return BoxXYXY.from_corners(x0, y0, x1, y1) if x0 != x1 and y0 != y1 else None
