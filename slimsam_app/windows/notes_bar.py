"""The line above the picture when a second person spoke of it: the word, the notes, what comes next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from slimsam_app.i18n import tr
from slimsam_app.intents.images import REVIEW_TEXT
from slimsam_app.plain_text import PlainElidingLabel, plain_tip
from slimsam_app.signals import tie
from slimsam_core.annotation import PictureReview, ReviewNote, ReviewState
from slimsam_core.visible_text import one_line

SHOWN = 6
"""Notes that are listed: more would leave too little of the picture; the pins have them all."""

NOTE_LETTERS = 1000
"""Of a note: more than fit into the line, however narrow they are."""
NOTE_PX = 420
"""Of a note that is seen in the line: the picture beside two panels is as wide on a small screen."""


class NotesBar(QWidget):
    """Hidden while nobody said anything of the picture."""

    note_chosen = Signal(object)
    """ReviewNote: its place is to be seen."""

    def __init__(self, approve: QAction, fixed: QAction, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notesBar")
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.words = PlainElidingLabel("", self)
        self.words.setObjectName("notesWords")
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.words, 1)
        self.buttons = [self._button(action) for action in (fixed, approve)]
        for button in self.buttons:
            row.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 4, 8, 4)
        self._column.setSpacing(2)
        self._column.addLayout(row)
        self.notes: list[QToolButton] = []
        self.show_review(None)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setObjectName(f"notes_{action.objectName()}")
        button.setAccessibleName(action.text())
        return button

    def show_review(self, review: PictureReview | None) -> None:
        """Say this; None hides the line."""
        for button in self.notes:
            self._column.removeWidget(button)
            button.deleteLater()
        self.notes = []
        self.setVisible(review is not None)
        if review is None:
            return
        state = tr(REVIEW_TEXT[review.state])
        by = tr("{state}, {name}") if review.author else "{state}"
        self.words.setText(by.format(state=state, name=one_line(review.author, NOTE_LETTERS)))
        fixed, approve = self.buttons
        fixed.setVisible(review.state is ReviewState.REJECTED)
        approve.setVisible(review.state is not ReviewState.APPROVED)
        for number, note in enumerate(review.notes[:SHOWN], 1):
            self._add(number, note)

    def _add(self, number: int, note: ReviewNote) -> None:
        words = f"{number}.  {one_line(note.text, NOTE_LETTERS)}"
        button = QToolButton(self)
        button.setObjectName(f"note{number}")
        shown = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, NOTE_PX)
        button.setText(one_line(shown))
        button.setToolTip(plain_tip(note.text))
        button.setAccessibleName(words)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        tie(button.clicked, self, lambda: self.note_chosen.emit(note))
        self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.notes.append(button)
