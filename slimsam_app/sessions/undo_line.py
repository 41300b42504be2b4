"""The quiet line about what was done just now, and its *Undo*, which is over when something else was done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_core.project import Change
from slimsam_core.project.edits import STEPS_BACK_AND_FORTH


class UndoLine(QObject):
    """Gives each line the way back of the command it tells of."""

    noted = Signal(str, object)
    """What was done just now, and a call that takes it back (None = there is none)."""
    over = Signal(str)
    """This line's *Undo* would take back something else by now."""
    told = Signal(str, str)
    """Words and what to do: a way back came too late."""

    def __init__(self, document: Document, undo: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._undo = document, undo
        self._words, self._seq = "", 0
        document.changed.connect(self._look)
        document.closed.connect(self._end)

    def say(self, words: str) -> None:
        """A line without a way back."""
        self.note(words, 0)

    def note(self, words: str, seq: int) -> None:
        """A line about the command with this number; 0 = it cannot be taken back."""
        self._words, self._seq = words, seq
        self.noted.emit(words, partial(self._undo_only, seq) if seq else None)

    def _is_last(self, seq: int) -> bool:
        return self._document.is_open and self._document.project.last_seq() == seq

    def _look(self, change: Change) -> None:
        """Without a question to the project: it may be out of reach just now."""
        if change.seq != self._seq or change.kind in STEPS_BACK_AND_FORTH:
            self._end()

    def _end(self) -> None:
        if self._seq:
            self._seq = 0
            self.over.emit(self._words)

    def _undo_only(self, seq: int) -> None:
        if self._is_last(seq):
            self._undo()
        else:
            self.told.emit(
                tr("Something else was done since then."), tr("Ctrl+Z takes back one step after another.")
            )
