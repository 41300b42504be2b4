"""Notes for the annotator: a click says where something is to be done."""

from __future__ import annotations

from PySide6.QtCore import Qt

from slimsam_app.canvas.tool import Mouse, Tool
from slimsam_app.i18n import mark as _


class NoteTool(Tool):
    """A click, not a drag, asks for the note at its place."""

    id = "note"
    title = _("Send back with a note")
    icon = "chat-circle-text"
    hint = _("Click where something is to be done: the image goes back with your note")
    cursor = Qt.CursorShape.PointingHandCursor
    _start: Mouse | None = None

    def press(self, mouse: Mouse) -> None:
        self._start = mouse if mouse.button == Qt.MouseButton.LeftButton else None

    def release(self, mouse: Mouse) -> None:
        start, self._start = self._start, None
        if start is not None and not self.far((start.x, start.y), mouse):
            self.canvas.note_wanted.emit(*self.clamped(start))

    def cancel(self) -> bool:
        was_pressed, self._start = self._start is not None, None
        return was_pressed
