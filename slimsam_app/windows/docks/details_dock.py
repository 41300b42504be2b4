"""What is written about the current picture: its state, comment and flags."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from slimsam_app.i18n import tr
from slimsam_app.intents import images
from slimsam_app.plain_text import plain_tip
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.windows.docks.panel import Panel
from slimsam_core.annotation import ImageEntry, ImageState


class NoteLine(QLineEdit):
    """Enter stores what was typed and Esc gives it up; both go back to the picture."""

    left = Signal()
    """The keys belong to the picture again."""
    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                super().keyPressEvent(event)
                self.left.emit()
            case Qt.Key.Key_Escape:
                self.setModified(False)
                self.given_up.emit()
                self.left.emit()
            case _:
                super().keyPressEvent(event)


class DetailsDock(Panel):
    """Follows the navigator; every change is a command."""

    def __init__(self, workbench: Workbench, parent: QWidget) -> None:
        super().__init__("detailsDock", tr("Image"), parent)
        self._workbench = workbench
        self._entry: ImageEntry | None = None
        form = QFormLayout()
        form.setContentsMargins(12, 2, 12, 8)
        form.setVerticalSpacing(8)
        self.state = QComboBox(self)
        self.state.setObjectName("imageState")
        self.state.setAccessibleName(tr("State"))
        self.state.setToolTip(tr("State of the image"))
        self.state.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # no word is cut
        for state in ImageState:
            self.state.addItem(tr(images.STATE_TEXT[state]), state)
        self.state.activated.connect(lambda _: self._set_state())
        self.comment = NoteLine(self)
        self.comment.setObjectName("imageComment")
        self.comment.setPlaceholderText(tr("none"))
        self.comment.editingFinished.connect(self._set_comment)
        self.flags = NoteLine(self)
        self.flags.setObjectName("imageFlags")
        self.flags.setPlaceholderText(tr("e.g. night"))
        self.flags.editingFinished.connect(self._set_flags)
        form.addRow(self.state)  # its words say what it is, and need the whole width
        for text, widget in (
            (tr("Comment"), self.comment),
            (tr("Flags"), self.flags),
        ):
            form.addRow(text, widget)
            widget.given_up.connect(lambda: self._show(self._entry))
        self.column.addLayout(form)
        self.be_no_higher()
        workbench.navigator.image_changed.connect(self._show)
        workbench.navigator.leaving.connect(self._apply)
        self._show(None)

    def _apply(self) -> None:
        """Store what is being typed, before another picture is shown."""
        for line, store in ((self.comment, self._set_comment), (self.flags, self._set_flags)):
            if line.isModified():
                line.setModified(False)
                store()

    def _show(self, entry: ImageEntry | None) -> None:
        same = entry is not None and self._entry is not None and entry.id == self._entry.id
        self._entry = entry
        writable = entry is not None and not self._workbench.document.project.read_only
        for widget in (self.state, self.comment, self.flags):
            widget.setEnabled(writable)
        self.state.setCurrentIndex(self.state.findData(entry.state) if entry else 0)
        for line, text in (
            (self.comment, entry.comment if entry else ""),
            (self.flags, ", ".join(sorted(entry.flags)) if entry else ""),
        ):
            if not (same and line.isModified()):  # else a person is typing
                line.setText(text)
                line.setCursorPosition(0)  # its beginning is read
                line.setToolTip(plain_tip(text))
            if line.hasFocus() and not same:
                line.left.emit()  # what is typed now is for the new picture, not for its notes

    def _set_state(self) -> None:
        if self._entry is not None:
            self._workbench.set_state_of((self._entry.id,), ImageState(self.state.currentData()))
            self._show(self._workbench.navigator.entry)  # what may not be goes back to what is

    def _set_comment(self) -> None:
        if self._entry is not None:
            self._workbench.run(images.set_comment(self._entry, self.comment.text().strip()))

    def _set_flags(self) -> None:
        if self._entry is not None:
            words = (" ".join(part.split()) for part in self.flags.text().split(","))
            self._workbench.run(images.set_flags(self._entry, frozenset(word for word in words if word)))
