"""Go to a picture by its number or its name; what is found is named before Enter goes there."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.going_to import is_left_out, meant_picture
from slimsam_app.sessions.workbench import Workbench
from slimsam_core.visible_text import one_line


class GoToDialog(QDialog):
    """Goes to a picture when it is accepted."""

    def __init__(self, workbench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("goToDialog")
        self.setWindowTitle(tr("Go to image"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workbench = workbench
        self._found: int | None = None
        self.line = QLineEdit(self)
        self.line.setObjectName("goToLine")
        self.line.setPlaceholderText(tr("Number or name"))
        self.line.setAccessibleName(tr("Number or name of the image"))
        self.words = PlainLabel("", self)
        self.words.setObjectName("goToFound")
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("Go there"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("goToGo")
        self.go.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (self.line, self.words, buttons):
            column.addWidget(widget)
        self.line.textChanged.connect(self._look)
        workbench.navigator.order_changed.connect(self._look)
        self.accepted.connect(self._go)
        self._look()

    def sizeHint(self) -> QSize:
        return QSize(420, 140)

    def _look(self) -> None:
        workbench, text = self._workbench, self.line.text()
        self._found = meant_picture(workbench.document, workbench.navigator, text)
        self.go.setEnabled(self._found is not None)
        count = figures.count(len(workbench.navigator.ids))
        if self._found is not None:
            number = figures.count(workbench.navigator.row_of(self._found) + 1)
            words = tr("Image {number} of {count}: {name}")
            name = one_line(workbench.document.image(self._found).path)
            self.words.setText(words.format(number=number, count=count, name=name))
        elif is_left_out(workbench.document, workbench.navigator, text):
            self.words.setText(tr("The filter leaves this image out of the list."))
        elif text.strip():
            self.words.setText(tr("No image of the list has this number or name."))
        else:
            self.words.setText(tr("Images in the list: {count}").format(count=count))

    def _go(self) -> None:
        if self._found is not None:
            self._workbench.navigator.go(self._found)
