"""Who works on the open project: a name, for this project alone or for all."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sentences import in_words
from slimsam_app.sessions.team_session import TeamSession
from slimsam_core.errors import ProjectError
from slimsam_core.visible_text import one_line

_TROUBLE_LINES = 2
"""Kept free, so that the buttons stay where they are when a name is refused: its sentence takes two."""
SHOWN = 8
"""Other people who are named: more do not fit into the line."""


class AnnotatorDialog(QDialog):
    """Takes the name when it is accepted; a name that cannot be is told below the line."""

    def __init__(self, session: TeamSession, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("annotatorDialog")
        self.setWindowTitle(tr("Your name"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        words = PlainLabel(self._words(), self)
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        self.line = QLineEdit(session.name, self)
        self.line.setObjectName("annotatorName")
        self.line.setAccessibleName(tr("Your name as annotator"))
        self.line.setPlaceholderText(tr("Name"))
        self.everywhere = QCheckBox(tr("In all projects that have no name of their own"), self)
        self.everywhere.setObjectName("annotatorEverywhere")
        self.everywhere.setChecked(not session.name)
        self.trouble = PlainLabel("", self)
        self.trouble.setObjectName("annotatorTrouble")
        self.trouble.setWordWrap(True)
        self.trouble.setMinimumHeight(_TROUBLE_LINES * self.trouble.fontMetrics().lineSpacing())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("That is me"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("annotatorGo")
        self.go.setDefault(True)
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for widget in (words, self.line, self.everywhere, self.trouble, buttons):
            column.addWidget(widget)

    def sizeHint(self) -> QSize:
        return QSize(440, 225)

    def _words(self) -> str:
        others = [name for name in self._session.people if name != self._session.name]
        usual = tr(
            "It stands with each object that you make and in the history, for all who get the project."
        )
        if not others:
            return usual
        shown = ", ".join(one_line(name) for name in others[:SHOWN])
        return tr("Others who work here: {names}.").format(names=shown) + " " + usual

    def _take(self) -> None:
        try:
            self._session.call_me(self.line.text(), self.everywhere.isChecked())
        except ProjectError as error:
            self.trouble.setText(f"{in_words(error.message)} {in_words(error.hint)}")
            return
        self.close()
