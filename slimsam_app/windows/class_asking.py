"""The chooser of classes at the pointer: for what is open or selected, and for objects just made."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from slimsam_app.i18n import counted, tr
from slimsam_app.sessions.class_choice import ClassChoice, ClassFor
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.signals import tie
from slimsam_app.theme import Theme
from slimsam_app.windows.dialogs.class_chooser import ClassChooser


class ClassAsking:
    """Opens the chooser and hands on what was taken."""

    def __init__(
        self, workbench: Workbench, choice: ClassChoice, theme: Theme, canvas: QWidget, window: QWidget
    ) -> None:
        self._workbench, self._choice = workbench, choice
        self._theme, self._canvas, self._window = theme, canvas, window

    def choose(self) -> None:
        """Ask for the class of what is open, else of what is selected, else of new objects."""

        def make(name: str) -> None:
            category = self._workbench.classes.add(name, choose=False)
            if category is not None:
                self._choice.give(category.id)

        match self._choice.target:
            case ClassFor.OPEN:
                title = tr("Class of what is open")
            case ClassFor.SELECTED:
                one, several = tr("Class of the selected object"), tr("Class of {count} selected objects")
                title = counted(one, several, len(self._workbench.objects.selection))
            case ClassFor.NEW:
                title = tr("Class of new objects")
        self._open(title, self._choice.give, make, self._choice.recent)

    def ask_for(self, ids: tuple[int, ...], image_id: int) -> None:
        """Ask for the class of objects that were just made in a picture; another one may be shown already.

        The class that they have is offered first: it may be one that the program suggested.
        """
        workbench, objects = self._workbench, self._workbench.objects

        def give(category_id: int) -> None:
            objects.choose_category(category_id, for_next=False)
            objects.set_category_of(ids, category_id, image_id)

        title = counted(tr("Class of the new object"), tr("Class of {count} new objects"), len(ids))
        if image_id != workbench.navigator.current_id:
            name = workbench.document.image(image_id).path.rsplit("/", 1)[-1]
            title = tr("{what} in {name}").format(what=title, name=name)
        has = {a.category_id for a in workbench.document.annotations(image_id) if a.id in ids}
        first = tuple(has) if len(has) == 1 else ()
        recent = (*first, *(known for known in self._choice.recent if known not in first))
        self._open(title, give, lambda name: workbench.classes.name_for(ids, name, image_id), recent)

    def _open(
        self,
        title: str,
        give: Callable[[int], object],
        make: Callable[[str], object],
        recent: Sequence[int],
    ) -> None:
        categories = self._workbench.document.categories()
        chooser = ClassChooser(categories, recent, give, make, self._theme, parent=self._window, title=title)
        canvas = self._canvas
        tie(chooser.finished, canvas, lambda _: canvas.setFocus(Qt.FocusReason.OtherFocusReason))
        chooser.show_at(self._place())

    def _place(self) -> QPoint:
        """The pointer; the middle of the picture when the pointer is elsewhere."""
        pointer = QCursor.pos()
        if self._canvas.rect().contains(self._canvas.mapFromGlobal(pointer)):
            return pointer
        return self._canvas.mapToGlobal(self._canvas.rect().center())
