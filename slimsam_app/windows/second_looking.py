"""The second look on the picture: pins and notes of the picture that is shown, and asking for a note."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF
from PySide6.QtWidgets import QWidget

from slimsam_app.canvas.tools.note import NoteTool
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.signals import tie
from slimsam_app.windows.action_set import ActionSet
from slimsam_app.windows.beside import open_beside
from slimsam_app.windows.dialogs.note_dialog import NoteDialog
from slimsam_app.windows.notes_bar import NotesBar
from slimsam_app.windows.workspace import Workspace
from slimsam_core.annotation import ReviewNote

_AROUND = 16.0
"""Pixels of the picture around a place that the note is about: what is at it can still be seen."""


class SecondLooking(QObject):
    """Follows the navigator for as long as the window lives."""

    def __init__(
        self, workbench: Workbench, workspace: Workspace, actions: ActionSet, window: QWidget
    ) -> None:
        super().__init__(window)
        self._workbench, self._canvas, self._window = workbench, workspace.canvas, window
        self.bar = NotesBar(actions["review.approve"], actions["review.fixed"], workspace)
        workspace.column.insertWidget(0, self.bar)
        self.bar.note_chosen.connect(self._look_at)
        self._canvas.note_wanted.connect(self._ask)
        self._before = workspace.canvas.tool.id
        """The tool that was in use when the one for notes was taken."""
        self._canvas.tool_changed.connect(self._remember)
        self._canvas.image_shown.connect(self._show)
        tie(workbench.navigator.image_changed, self, lambda _: self._show())

    def _show(self) -> None:
        entry = self._workbench.navigator.entry
        review = entry.review if entry is not None else None
        self.bar.show_review(review)
        there = entry is not None and self._canvas.image_id == entry.id
        self._canvas.layers.pins.show(review.notes if review is not None and there else ())

    def _look_at(self, note: ReviewNote) -> None:
        self._canvas.center_at(note.x, note.y)

    def _remember(self, tool_id: str) -> None:
        if tool_id != NoteTool.id:
            self._before = tool_id

    def _go_back(self) -> None:
        """One click, one note: the next click is not to send another picture back."""
        if self._canvas.tool.id == NoteTool.id:
            self._canvas.set_tool(self._before)

    def _ask(self, x: float, y: float) -> None:
        image_id = self._canvas.image_id
        if image_id is None:
            return
        dialog = NoteDialog(
            lambda text: self._workbench.second_look.send_back(image_id, text, (x, y)), self._window
        )
        place = QRectF(x - _AROUND, y - _AROUND, 2 * _AROUND, 2 * _AROUND)
        dialog.finished.connect(self._go_back)
        open_beside(dialog, self._canvas, place)
