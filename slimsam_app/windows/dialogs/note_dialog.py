"""What is to be done at a place in the picture: a note for its annotator."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.sentences import in_words
from slimsam_core.errors import SlimSamError

SEND_KEYS = ("Ctrl+Return", "Ctrl+Enter")
"""Of the letters and of the number pad."""


class NoteDialog(QDialog):
    """``send`` gets the note; what it raises is told below the text, and nothing is lost."""

    def __init__(self, send: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("noteDialog")
        self.setWindowTitle(tr("Send back with a note"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._send = send
        self.text = QPlainTextEdit(self)
        self.text.setObjectName("noteText")
        self.text.setPlaceholderText(tr("What is to be done here? Ctrl+Enter sends it."))
        self.text.setAccessibleName(tr("Note for the annotator"))
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(2 * self.text.fontMetrics().lineSpacing())  # the rest is for what is told
        self.text.textChanged.connect(self._look)
        self.trouble = PlainLabel("", self)
        self.trouble.setObjectName("noteTrouble")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("Send back"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("noteGo")
        self.go.setDefault(True)
        self.go.setToolTip(plain_tip(tr("Ctrl+Enter")))
        for keys in SEND_KEYS:  # Enter alone begins a line
            QShortcut(QKeySequence(keys), self, self._take)
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for widget in (self.text, self.trouble, buttons):
            column.addWidget(widget)
        self._look()

    def sizeHint(self) -> QSize:
        return QSize(380, 200)

    def _look(self) -> None:
        self.go.setEnabled(bool(self.text.toPlainText().strip()))

    def _take(self) -> None:
        if not self.go.isEnabled():
            return
        try:
            self._send(self.text.toPlainText())
        except SlimSamError as error:
            self.trouble.setText(f"{in_words(error.message)} {in_words(error.hint)}")
            self.trouble.show()
            return
        self.close()
