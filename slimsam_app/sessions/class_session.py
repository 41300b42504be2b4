"""What the user does with classes."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document, Intent
from slimsam_app.i18n import tr
from slimsam_app.intents import classes
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_core.annotation import Category
from slimsam_core.errors import ProjectError, SlimSamError
from slimsam_core.project import remove_category


class ClassSession(QObject):
    """Intents on classes. What goes wrong comes out of ``failed``."""

    failed = Signal(object)

    def __init__(self, document: Document, objects: ObjectSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._objects = document, objects

    def add(self, name: str) -> Category | None:
        """Make a class and choose it for new objects; None when the name cannot be used."""
        try:
            cleaned = classes.clean_name(name, self._document.categories())
            category = Category(id=self._document.project.next_id(Category), name=cleaned)
            self._document.run(classes.add(category))
        except SlimSamError as error:
            self.failed.emit(error)
            return None
        self._objects.choose_category(category.id)
        return category

    def rename(self, category_id: int, name: str) -> None:
        """Give a class another name."""
        before = self._document.category(category_id)
        if before is not None and name != before.name:
            self.change(replace(before, name=name))

    def change(self, after: Category) -> bool:
        """Replace a class by this value of the same id; False when it was refused."""
        before = self._document.category(after.id)
        if before is None:
            return False
        others = [category for category in self._document.categories() if category.id != after.id]
        try:
            cleaned = replace(after, name=classes.clean_name(after.name, others))
            thief = next((c for c in others if cleaned.hotkey and c.hotkey == cleaned.hotkey), None)
            if thief is not None:
                raise ProjectError(
                    tr("The key {key} belongs to the class “{name}”.").format(
                        key=cleaned.hotkey, name=thief.name
                    ),
                    tr("Choose another key, or take it from that class first."),
                )
            self._document.run(classes.change(before, cleaned))
        except SlimSamError as error:
            self.failed.emit(error)
            return False
        return True

    def object_count(self, category_id: int) -> int:
        """How many objects of the project have this class."""
        return self._document.project.count_annotations(category_id=category_id)

    def remove(self, category_id: int, move_to: int | None) -> bool:
        """Delete a class; its objects go to the class ``move_to``, or are deleted when that is None."""
        edits = remove_category(self._document.project, category_id, move_to)
        try:
            self._document.run(Intent(tr("Delete class"), tuple(edits)))
        except SlimSamError as error:
            self.failed.emit(error)
            return False
        return True
