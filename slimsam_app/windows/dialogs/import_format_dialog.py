"""Which format a file or folder has, when more than one fits, or none that the program can tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sentences import in_words
from slimsam_core.formats.registry import Format, FormatGuess
from slimsam_core.visible_text import one_line


class ImportFormatDialog(QDialog):
    """Calls ``take`` with the format when it is accepted."""

    def __init__(
        self,
        path: Path,
        guesses: Sequence[FormatGuess],
        fits: bool,
        take: Callable[[Format], object],
        parent: QWidget,
    ) -> None:
        """``fits``: each of the formats is possible; else they are all that can be read."""
        super().__init__(parent)
        self.setObjectName("importFormatDialog")
        self.setWindowTitle(tr("Import annotations"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._guesses, self._take = guesses, take
        words = (
            tr("{name} can be read in more than one way. What is it?")
            if fits
            else tr("The format of {name} is not known. Choose it, if it is one of these:")
        )
        column = QVBoxLayout(self)
        question = PlainLabel(words.format(name=one_line(path.name)), self)
        question.setObjectName("importFormatQuestion")
        question.setWordWrap(True)
        column.addWidget(question)
        self.list = QListWidget(self)
        self.list.setObjectName("importFormats")
        self.list.setAccessibleName(tr("Format"))
        for guess in guesses:
            QListWidgetItem(one_line(tr(guess.format.title)), self.list)
        column.addWidget(self.list, 1)
        self.sentence = PlainLabel("", self)
        self.sentence.setObjectName("importFormatSentence")
        self.sentence.setProperty("role", "muted")
        self.sentence.setWordWrap(True)
        column.addWidget(self.sentence)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("Import"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("importFormatGo")
        self.go.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.list.currentRowChanged.connect(self._show)
        self.list.itemDoubleClicked.connect(lambda _: self.accept())
        self.accepted.connect(self._go)
        self.list.setCurrentRow(0)
        self.list.setFocus()

    def sizeHint(self) -> QSize:
        return QSize(480, 340)

    def _show(self, row: int) -> None:
        self.sentence.setText(in_words(self._guesses[row].sentence) if row >= 0 else "")
        self.go.setEnabled(row >= 0)

    def _go(self) -> None:
        self._take(self._guesses[self.list.currentRow()].format)
