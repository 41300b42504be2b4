"""The question that a class in use is deleted by: what becomes of its objects and proposals."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.class_session import ClassSession
from slimsam_core.annotation import Category
from slimsam_core.visible_text import one_line


def ask_delete_class(
    category: Category, session: ClassSession, classes: Iterable[Category], parent: QWidget
) -> None:
    """Delete a class; where it has objects or proposals wait with it, ask first which class gets them."""
    count, (waiting, images) = session.object_count(category.id), session.waiting_count(category.id)
    if not count and not waiting:
        session.remove(category.id, None)
        return
    one, many = tr("1 object has the class “{name}”."), tr("{n} objects have the class “{name}”.")
    lines = [(one if count == 1 else many).format(n=figures.count(count), name=category.name)]
    if waiting:
        words = tr(
            "Proposals of it that wait: {count}, in {images} images; without a class none is accepted."
        )
        lines.append(words.format(count=figures.count(waiting), images=figures.count(images)))
    DeleteClassDialog("\n".join(lines), category, session, classes, parent).open()


class DeleteClassDialog(QDialog):
    """What is to be deleted, what becomes of its objects, and the two buttons, one below the other."""

    def __init__(
        self,
        words: str,
        category: Category,
        session: ClassSession,
        classes: Iterable[Category],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("deleteClassQuestion")
        self.setWindowTitle(tr("Delete class"))
        self.finished.connect(self.deleteLater)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        said = PlainLabel(words, self)
        said.setObjectName("deleteClassWords")
        said.setWordWrap(True)
        self.move_to = QComboBox(self)
        self.move_to.setObjectName("deleteClassMove")
        for other in classes:
            if other.id != category.id:
                self.move_to.addItem(
                    tr("Give them the class “{name}”").format(name=one_line(other.name)), other.id
                )
        self.move_to.addItem(tr("Delete them too"), None)
        undone = PlainLabel(tr("This can be undone."), self)
        undone.setProperty("role", "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        delete = buttons.addButton(tr("Delete class"), QDialogButtonBox.ButtonRole.AcceptRole)
        delete.setObjectName("confirmDeleteClass")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: session.remove(category.id, self.move_to.currentData()))
        for widget in (said, self.move_to, undone, buttons):
            column.addWidget(widget)
