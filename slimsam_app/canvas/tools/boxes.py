"""Boxes around several objects, one after another, before any is accepted."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath

from slimsam_app.canvas.tool import Mouse, Tool
from slimsam_app.i18n import mark as _
from slimsam_core.pixels.geometry import BoxXYXY


class BoxesTool(Tool):
    """Drag = one more box, click on an edge = that box goes."""

    id = "boxes"
    title = _("Several boxes")
    icon = "mdi6.select-multiple"
    drags = True
    hint = _("Drag a box around each · click an edge: drop it · Enter: all")
    _start: Mouse | None = None
    _last: Mouse | None = None
    """Where the mouse came to with the button held."""

    def press(self, mouse: Mouse) -> None:
        self._start = mouse if mouse.button == Qt.MouseButton.LeftButton else None

    def move(self, mouse: Mouse) -> None:
        several = self.canvas.layers.several
        if mouse.button == Qt.MouseButton.NoButton:
            several.light(several.edge_at(mouse.x, mouse.y))
        self._last = mouse
        box = self._box(mouse)
        if box is not None:
            path = QPainterPath()
            path.addRect(box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0)
            self.canvas.layers.show_draft(path, fill=0.0)

    def release(self, mouse: Mouse) -> None:
        box, start = self._box(mouse), self._start
        self._drop_draft()
        if box is not None:
            self.canvas.several_added.emit(box)
        elif start is not None:
            edge = self.canvas.layers.several.edge_at(start.x, start.y)
            if edge is not None:
                self.canvas.several_removed.emit(edge)

    def leave(self) -> None:
        self.canvas.layers.several.light(None)

    def put_aside(self) -> None:
        """A box under way counts as if the button had been let go."""
        box = self._box(self._last) if self._last is not None else None
        self._drop_draft()
        if box is not None:
            self.canvas.several_added.emit(box)

    def reset(self) -> None:
        self._drop_draft()

    def cancel(self) -> bool:
        drawing = self._start is not None
        self._drop_draft()
        return drawing

    def _drop_draft(self) -> None:
        self._start = None
        self.canvas.layers.clear_draft()

    def _box(self, mouse: Mouse) -> BoxXYXY | None:
        """The box that is dragged; None for a click, or beside the picture."""
        start = self._start
        size = self.canvas.layers.image_size
        if start is None or size is None or not self.far((start.x, start.y), mouse):
            return None
        if start.x == mouse.x or start.y == mouse.y:
            return None
        return BoxXYXY.from_corners(start.x, start.y, mouse.x, mouse.y).clipped(size)
