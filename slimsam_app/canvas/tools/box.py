"""A dragged box that asks the model; short clicks add points to it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from slimsam_app.canvas.tool import Mouse
from slimsam_app.canvas.tools.point import PointTool
from slimsam_app.i18n import mark as _
from slimsam_core.pixels.geometry import BoxXYXY


class BoxTool(PointTool):
    """Drag = the box of the object (it replaces the former one), click = a point as with the point tool.

    Shift+drag goes over to several boxes.
    """

    id = "box"
    title = _("Box")
    icon = "mdi6.select-drag"
    drags = True
    hint = _("Drag a box around it · click: points · Shift+drag: several")

    def press(self, mouse: Mouse) -> None:
        super().press(mouse)
        self._last = mouse
        self._drawing = False

    def move(self, mouse: Mouse) -> None:
        if mouse.button != Qt.MouseButton.LeftButton or self._mark is not None:
            super().move(mouse)
            return
        self._last = mouse
        self._drawing |= self.far((self._pressed.x, self._pressed.y), mouse)
        if self._drawing:
            self.canvas.hovered.emit(None)
            self.canvas.layers.show_box(self._box(mouse))

    def release(self, mouse: Mouse) -> None:
        if not self._drawing:
            super().release(mouse)
            return
        self._drawing = False
        box = self._box(mouse)
        self.canvas.layers.show_box(self.canvas.layers.prompts.box)
        if box is not None and mouse.shift:
            self._start_several(box)
        elif box is not None:
            self.canvas.box_added.emit(box, mouse.ctrl)

    def put_aside(self) -> None:
        """A box under way counts as if the button had been let go."""
        if self._drawing:
            self.release(self._last)
        super().put_aside()

    def drop_gesture(self) -> bool:
        self.canvas.layers.show_box(self.canvas.layers.prompts.box)
        return super().drop_gesture()

    def reset(self) -> None:
        super().reset()
        self._drawing = False

    def _start_several(self, box: BoxXYXY) -> None:
        open_now = self.canvas.layers.prompts
        if open_now.points:
            self.canvas.accept_requested.emit()  # it has more than a box: an object of its own
        elif open_now.box is not None:
            self.canvas.prompts_handed_over.emit()
        self.canvas.set_tool("boxes")
        if open_now.box is not None and not open_now.points:
            self.canvas.several_added.emit(open_now.box)
        self.canvas.several_added.emit(box)

    def _box(self, mouse: Mouse) -> BoxXYXY | None:
        size = self.canvas.layers.image_size
        if size is None or mouse.x == self._pressed.x or mouse.y == self._pressed.y:
            return None
        return BoxXYXY.from_corners(self._pressed.x, self._pressed.y, mouse.x, mouse.y).clipped(size)
