"""What the user does with classes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import counted, tr
from slimsam_app.i18n import mark as _
from slimsam_app.intents import classes
from slimsam_app.kept import Intent
from slimsam_app.on_demand import class_lists
from slimsam_app.sessions.draft_session import DraftSession
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_core.annotation import Category, color_for_new, colors_of
from slimsam_core.errors import SlimSamError
from slimsam_core.project import order_classes, remove_category, take_classes


class ClassSession(QObject):
    """Intents on classes. What goes wrong comes out of ``failed``."""

    failed = Signal(object)
    told = Signal(str, str)
    """What was done with a list of classes, and its file."""
    settled = Signal()
    """What went wrong was read where it happened: nobody else needs to tell it any longer."""

    def __init__(
        self,
        document: Document,
        objects: ObjectSession,
        drafts: DraftSession,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._objects, self._drafts = document, objects, drafts

    def add(self, name: str, *, choose: bool = True, for_next: bool = True) -> Category | None:
        """Make a class, and ``choose`` it for new objects (``for_next`` as in ``choose_category``); None when
        the name cannot be used."""
        try:
            cleaned = classes.clean_name(name, self._document.categories())
            number = self._document.project.next_id(Category)
            color = color_for_new(number, colors_of(self._document.categories()))
            category = Category(id=number, name=cleaned, color=color)
            self._document.run(classes.add(category))
        except SlimSamError as error:
            self.failed.emit(error)
            return None
        if choose:
            self._objects.choose_category(category.id, for_next=for_next)
        return category

    def name_for(self, ids: Collection[int], name: str, image_id: int) -> None:
        """Give these objects of a picture a new class.

        A class that was made for want of any other, for them alone, gets the name instead: it would be left
        behind empty, in front of the ones that the user named.
        """
        categories = self._document.categories()
        made = {a.category_id for a in self._document.annotations(image_id) if a.id in ids}
        only = categories[0]
        for_want = len(categories) == 1 and {only.id} == made and only.name == tr("object")
        if for_want and self.object_count(only.id) == len(ids):
            self.rename(only.id, name)
            return
        category = self.add(name, for_next=False)
        if category is not None:
            self._objects.set_category_of(ids, category.id, image_id)

    def rename(self, category_id: int, name: str) -> None:
        """Give a class another name."""
        before = self._document.category(category_id)
        if before is not None and name != before.name:
            self.change(replace(before, name=name))

    def change(self, after: Category) -> bool:
        """Replace a class by this value of the same id; False when it was refused.

        A key that another class has is exchanged with it; no other key moves.
        """
        before = self._document.category(after.id)
        if before is None:
            return False
        categories = self._document.categories()
        others = [category for category in categories if category.id != after.id]
        try:
            kept = after.name == before.name  # two of one name came from before capitals counted alike
            cleaned = after if kept else replace(after, name=classes.clean_name(after.name, others))
            self._document.run(classes.change(categories, cleaned))
        except SlimSamError as error:
            self.failed.emit(error)
            return False
        return True

    def order(self, ids: Sequence[int]) -> bool:
        """Put the classes in this order; those not named follow."""
        return self._run(Intent(_("Order classes"), tuple(order_classes(self._document.categories(), ids))))

    def load(self, path: Path) -> bool:
        """Take the classes of a list, a COCO file or another project, as one command."""
        document = self._document
        try:
            listed = class_lists.read_class_list(path)
        except (SlimSamError, OSError) as error:
            self.failed.emit(error)
            return False
        edits = take_classes(document.categories(), listed, lambda: document.project.next_id(Category))
        if not self._run(Intent(_("Load classes"), tuple(edits))):
            return False
        new = sum(edit.before is None for edit in edits)
        words = counted(
            tr("{count} class of the list is new."), tr("{count} classes of the list are new."), new
        )
        self.told.emit(words if new else tr("All classes of the list are in the project already."), str(path))
        return True

    def save(self, path: Path) -> bool:
        """Write the classes as a list for the next project; a file that exists is replaced."""
        try:
            class_lists.write_class_list(path, self._document.categories())
        except SlimSamError as error:
            self.failed.emit(error)
            return False
        count = len(self._document.categories())
        words = counted(
            tr("{count} class is saved as a list."), tr("{count} classes are saved as a list."), count
        )
        self.told.emit(words, str(path))
        return True

    def number_keys(self) -> bool:
        """Give the keys 1, 2, 3 ... 0 to the first ten classes in their order."""
        return self._run(classes.number_keys(self._document.categories()))

    def object_count(self, category_id: int) -> int:
        """How many objects of the project have this class."""
        return self._document.project.count_annotations(category_id=category_id)

    def waiting_count(self, category_id: int) -> tuple[int, int]:
        """How many proposals of this class wait to be accepted, and in how many images."""
        return self._drafts.proposals_of(category_id)

    def remove(self, category_id: int, move_to: int | None) -> bool:
        """Delete a class; its objects go to the class ``move_to``, or are deleted when that is None.

        What waits to be accepted goes there, too; proposals that no class takes over stay and are refused.
        """
        edits = remove_category(self._document.project, category_id, move_to)
        with self._objects.class_moves.goes(category_id, move_to) as done:
            done.append(self._run(Intent(_("Delete class"), tuple(edits))))
        return done[0]

    def _run(self, intent: Intent) -> bool:
        try:
            self._document.run(intent)
        except SlimSamError as error:
            self.failed.emit(error)
            return False
        return True
