"""An error in the program itself: what is told, and the text to report."""

from __future__ import annotations

import traceback
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel


class BugReport(QDialog):
    """Something in the program went wrong: the work is on disk, here is what to report."""

    def __init__(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("bugReport")
        self.setWindowTitle(tr("An error in the program"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 420)
        self.text = "".join(traceback.format_exception(kind, error, trace))
        column = QVBoxLayout(self)
        title = PlainLabel(tr("Something went wrong in SlimSAM"), self)
        title.setProperty("role", "title")
        words = PlainLabel(
            tr("Your work is saved. You can go on; please send the text below to the developers."), self
        )
        words.setWordWrap(True)
        view = QPlainTextEdit(self.text, self)
        view.setReadOnly(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(tr("Copy the report"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text))
        buttons.rejected.connect(self.close)
        for widget in (title, words, view, buttons):
            column.addWidget(widget)
