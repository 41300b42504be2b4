"""Clicks that ask the model: left = belongs to the object, right or Shift = does not."""

from __future__ import annotations

from PySide6.QtCore import Qt

from slimsam_app.canvas.tool import Mouse, Tool
from slimsam_app.i18n import mark as _
from slimsam_core.pixels.geometry import PointPrompt


class PointTool(Tool):
    """Adds clicks; a mark is moved by dragging and removed by clicking it."""

    id = "point"
    title = _("Points")
    icon = "mdi6.cursor-default-click-outline"
    hint = _("Click: part of it · right click: not · Enter accepts · Tab: others")

    def press(self, mouse: Mouse) -> None:
        self._pressed = mouse
        self._mark = self._mark_at(mouse)
        if self._mark is not None:
            self._moved = self.canvas.layers.prompts.points[self._mark]
        self._dragging = self._second = False

    def move(self, mouse: Mouse) -> None:
        if mouse.button == Qt.MouseButton.NoButton:
            over = self._mark_at(mouse)
            self.canvas.layers.light_mark(over)
            self._hover(mouse if over is None else None)
            return
        if self._mark is None:
            return
        self._dragging |= self.far((self._pressed.x, self._pressed.y), mouse)
        if self._dragging:
            old = self.canvas.layers.prompts.points[self._mark]
            x, y = self._clamped(mouse)
            self.canvas.point_moved.emit(self._mark, PointPrompt(x, y, old.positive))

    def release(self, mouse: Mouse) -> None:
        if self._mark is not None:
            if not self._dragging:
                self.canvas.point_removed.emit(self._mark)
            self._mark = None
            return
        size = self.canvas.layers.image_size
        pressed = self._pressed
        inside = (
            not self._second
            and size is not None
            and 0 <= pressed.x < size.width
            and 0 <= pressed.y < size.height
        )
        if inside and pressed.button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            positive = pressed.button == Qt.MouseButton.LeftButton and not pressed.shift
            self.canvas.point_added.emit(PointPrompt(pressed.x, pressed.y, positive), mouse.ctrl)

    def double_click(self, mouse: Mouse) -> None:
        # the first click of the pair has already put a prompt here: the second neither moves nor removes it
        self.press(mouse)
        self._mark, self._second = None, True

    def leave(self) -> None:
        self.canvas.layers.light_mark(None)
        self._hover(None)

    def modifiers_changed(self, ctrl: bool) -> None:
        if not ctrl:
            self.canvas.decoding_released.emit()

    def put_aside(self) -> None:
        """Prompts belong to the object that is open, not to the tool: they stay on the picture.

        A click that is not let go yet is none: one more costs nothing.
        """
        self.reset()

    def drop_gesture(self) -> bool:
        if self._dragging and self._mark is not None:
            self.canvas.point_moved.emit(self._mark, self._moved)
        self.reset()
        return True

    def reset(self) -> None:
        self._mark, self._pressed = None, Mouse(x=-1, y=-1)
        self._dragging = self._second = False

    def _mark_at(self, mouse: Mouse) -> int | None:
        return self.canvas.layers.mark_at(mouse.x, mouse.y, self.canvas.zoom)

    def _hover(self, mouse: Mouse | None) -> None:
        size = self.canvas.layers.image_size
        inside = size and mouse and 0 <= mouse.x < size.width and 0 <= mouse.y < size.height
        self.canvas.hovered.emit(PointPrompt(mouse.x, mouse.y) if inside and mouse else None)

    def _clamped(self, mouse: Mouse) -> tuple[float, float]:
        rect = self.canvas.layers.image_rect
        return (
            min(max(mouse.x, 0.0), rect.width() - 1e-3),
            min(max(mouse.y, 0.0), rect.height() - 1e-3),
        )
