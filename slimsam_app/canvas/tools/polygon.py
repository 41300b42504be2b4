"""A polygon drawn vertex by vertex."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPolygonF

from slimsam_app.canvas.shapes import handle_path
from slimsam_app.canvas.surface import Surface
from slimsam_app.canvas.tool import Mouse, Tool
from slimsam_app.i18n import mark as _
from slimsam_core.annotation import DrawnShape, ShapeKind


class PolygonTool(Tool):
    """Each click adds a vertex; the first vertex, a double click or Enter closes the ring."""

    id = "polygon"
    title = _("Polygon")
    icon = "mdi6.vector-polygon"
    hint = _("Click the corners · Enter closes · Backspace takes one back")

    _pointer: tuple[float, float] | None = None

    def __init__(self, canvas: Surface) -> None:
        super().__init__(canvas)
        self._vertices: list[tuple[float, float]] = []
        self._setting = False
        """Whether the button that set the last vertex is still down."""

    def press(self, mouse: Mouse) -> None:
        if mouse.button == Qt.MouseButton.RightButton:
            self.step_back()
        elif mouse.button == Qt.MouseButton.LeftButton:
            if len(self._vertices) >= 3 and not self.far(self._vertices[0], mouse, 8.0):
                self.finish()
            else:
                self._vertices.append(self.clamped(mouse))
                self._setting = True
                self.refresh()

    def move(self, mouse: Mouse) -> None:
        self._pointer = self.clamped(mouse)
        self.refresh()

    def double_click(self, mouse: Mouse) -> None:
        if not self.finish():
            self.press(mouse)

    def leave(self) -> None:
        self._pointer = None
        self.refresh()

    def refresh(self) -> None:
        if not self._vertices or self.canvas.tool is not self:
            return
        ring = [*self._vertices, *([self._pointer] if self._pointer else [])]
        path = handle_path(self._vertices, self.canvas.zoom)
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in ring]))
        self.canvas.layers.show_draft(path)

    def finish(self) -> bool:
        if len(self._vertices) < 3:
            return False
        ring, category_id = tuple(self._vertices), self.category_id
        self.cancel()
        self.canvas.shape_drawn.emit(DrawnShape(ShapeKind.POLYGON, (ring,)), category_id)
        return True

    def cancel(self) -> bool:
        was_open, self._setting = bool(self._vertices), False
        self._vertices.clear()
        self.category_id = 0
        self.canvas.layers.clear_draft()
        return was_open

    def release(self, mouse: Mouse) -> None:
        self._setting = False

    def drop_gesture(self) -> bool:
        """The vertex that the press has set; those before it stay."""
        was_setting, self._setting = self._setting, False
        return was_setting and self.step_back()

    def put_aside(self) -> None:
        self._pointer, self._setting = None, False
        self.canvas.layers.clear_draft()

    def outline(self) -> tuple[tuple[float, float], ...]:
        return tuple(self._vertices)

    def take_up(self, points: tuple[tuple[float, float], ...], category_id: int = 0) -> None:
        self._vertices, self.category_id = list(points), category_id
        self.refresh()

    def step_back(self) -> bool:
        if not self._vertices:
            return False
        self._vertices.pop()
        if self._vertices:
            self.refresh()
        else:
            self.cancel()
        return True
