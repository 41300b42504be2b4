"""What the right button offers: on the picture, in the lists of objects, classes and pictures."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QUrl
from PySide6.QtGui import QAction, QColor, QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.intents.images import STATE_TEXT
from slimsam_app.item_models.classes_model import ClassesModel, ClassRole
from slimsam_app.sentences import MARK_AS
from slimsam_app.sessions.class_choice import ClassChoice
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.signals import tie
from slimsam_app.swatch import SWATCH_PX, swatch_icon
from slimsam_app.theme import Theme
from slimsam_app.windows.action_set import ActionSet
from slimsam_app.windows.delegates import STATE_ICON
from slimsam_app.windows.dialogs.class_editor import ClassEditor
from slimsam_app.windows.dialogs.delete_class import ask_delete_class
from slimsam_app.windows.docks.classes_dock import ClassesDock
from slimsam_app.windows.docks.images_dock import ImagesDock
from slimsam_app.windows.docks.objects_dock import ObjectsDock
from slimsam_app.windows.docks.proposals_dock import ProposalsDock
from slimsam_core.annotation import Category, ImageState
from slimsam_core.errors import ProjectError
from slimsam_core.files.listing import is_folder
from slimsam_core.visible_text import one_line

CLASSES = "class"
"""Stands for a menu of all classes."""
OBJECT = (
    "object.refine", CLASSES, "class.choose", "object.edit", "",
    "mask.merge", "mask.subtract", "mask.intersect", "mask.split", "",
    "mask.fill", "mask.specks", "mask.largest", "mask.smooth", "mask.simplify", "",
    "edit.copy", "edit.duplicate", "edit.paste", "",
    "object.hide", "object.lock", "object.group", "object.ungroup", "object.raise", "object.lower", "",
    "object.same_thing", "object.other_thing", "",
    "object.delete",
)  # fmt: skip
"""What is offered for the selected objects; empty = a line."""
OPEN = (
    "prompt.accept",
    "prompt.accept_next",
    CLASSES,
    "class.choose",
    "",
    "prompt.cycle",
    "prompt.remove_last",
    "",
    "prompt.cancel",
)
"""What is offered while something is open on the picture."""
PROPOSALS = (
    "prompt.accept", "proposal.reject", "proposal.merge", "",
    "proposal.accept_shown", "proposal.restore", "proposal.discard",
)  # fmt: skip
"""What is offered for the chosen proposals, and for all of them."""
NOTHING = ("edit.paste", "edit.select_all", "", "view.fit", "view.toggle_all")
"""What is offered beside all objects."""


class ContextMenus(QObject):
    """Shows a menu of actions that work now; the others are grey and say why."""

    def __init__(
        self,
        actions: ActionSet,
        workbench: Workbench,
        choice: ClassChoice,
        classes: ClassesModel,
        theme: Theme,
        *,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._actions, self._workbench, self._choice = actions, workbench, choice
        self._classes, self._theme, self._window = classes, theme, window

    def show_picture(self, place: QPoint, on_object: bool, is_open: bool) -> None:
        """On the picture: for what is open, else for what is selected, else for the picture."""
        name, entries = ("openMenu", OPEN) if is_open else self._calm(on_object)
        self._show(name, entries, place)

    def serve(
        self, objects: ObjectsDock, images: ImagesDock, classes: ClassesDock, proposals: ProposalsDock
    ) -> None:
        """Show the menus of these lists, too."""
        objects.menu_wanted.connect(self.show_objects)
        window = self._window
        tie(proposals.menu_wanted, window, lambda place: self._show("proposalMenu", PROPOSALS, place))
        tie(images.menu_wanted, window, lambda place: self.show_images(place, images))
        tie(classes.menu_wanted, window, lambda place, of: self.show_class(place, of, classes, images))

    def _calm(self, on_object: bool) -> tuple[str, tuple[str, ...]]:
        if on_object:
            return "objectMenu", OBJECT
        return (
            ("proposalMenu", PROPOSALS) if self._workbench.everything.selection else ("pictureMenu", NOTHING)
        )

    def show_objects(self, place: QPoint) -> None:
        """For the selected objects."""
        self._show("objectMenu", OBJECT, place)

    def _show(self, name: str, entries: Iterable[str], place: QPoint) -> None:
        menu = self._menu(name)
        for entry in entries:
            if entry == CLASSES:
                menu.addMenu(self._class_menu(menu))
            elif entry:
                menu.addAction(self._actions[entry])
            else:
                menu.addSeparator()
        menu.popup(place)

    def _menu(self, name: str) -> QMenu:
        menu = QMenu(self._window)
        menu.setObjectName(name)
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _class_menu(self, parent: QMenu) -> QMenu:
        """All classes with their colours and keys; a tick at the one that all selected objects have."""
        menu = QMenu(tr("Class"), parent)
        menu.setObjectName("classMenu")
        have = {one.category_id for one in self._workbench.objects.selected}
        for row in range(self._classes.rowCount()):
            index = self._classes.index(row)
            category, key = index.data(ClassRole.CATEGORY), index.data(ClassRole.KEY)
            name = one_line(category.name).replace("&", "&&")
            action = menu.addAction(
                swatch_icon(QColor(category.display_color), SWATCH_PX, SWATCH_PX),
                name + (f"\t{one_line(key)}" if key else ""),
            )
            if have == {category.id}:
                action.setCheckable(True)
                action.setChecked(True)
            action.triggered.connect(lambda _=False, chosen=category.id: self._choice.give(chosen))
        menu.setEnabled(not menu.isEmpty())
        return menu

    def show_images(self, place: QPoint, dock: ImagesDock) -> None:
        """For the selected pictures of the list."""
        ids = dock.chosen_ids
        if not ids:
            return
        workbench, menu = self._workbench, self._menu("imageMenu")
        found = workbench.document.project.images_by_id(ids)
        if len(ids) > 1:
            heading = menu.addAction(tr("{n} images").format(n=figures.count(len(ids))))
            heading.setEnabled(False)
            menu.addSeparator()
        read_only = workbench.document.project.read_only
        for state in ImageState:
            text = tr(MARK_AS).format(name=tr(STATE_TEXT[state]))
            action = menu.addAction(self._theme.icon(*STATE_ICON[state]), text)
            action.setData(state)
            action.setEnabled(not read_only and any(entry.state is not state for entry in found.values()))
            action.triggered.connect(lambda _=False, chosen=state: workbench.set_state_of(ids, chosen))
        menu.addSeparator()
        self._add(menu, "folder-open", tr("Show in folder")).triggered.connect(
            lambda: self._show_folder(ids[0])
        )
        remove = self._add(menu, "minus-circle", tr("Remove from the project"))
        remove.setEnabled(not read_only)
        remove.triggered.connect(lambda: workbench.removal.remove(ids))
        menu.popup(place)

    def _add(self, menu: QMenu, icon: str, text: str) -> QAction:
        return menu.addAction(self._theme.icon(icon), one_line(text))

    def _show_folder(self, image_id: int) -> None:
        document = self._workbench.document

        def show() -> None:
            folder: Path = document.project.image_path(document.image(image_id)).parent
            if not is_folder(folder):
                raise ProjectError(
                    tr("The folder {folder} is not there.").format(folder=folder),
                    tr("It may have been moved, or its drive is not connected."),
                )
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

        self._workbench.attempt(show)

    def show_class(self, place: QPoint, category: Category, dock: ClassesDock, images: ImagesDock) -> None:
        """For a class of the list."""
        workbench, menu = self._workbench, self._menu("classListMenu")
        objects = workbench.objects
        here = [a.id for a in objects.objects if a.category_id == category.id]
        self._add(menu, "pencil-simple", tr("Rename")).triggered.connect(lambda: dock.rename(category.id))
        self._add(menu, "tag-simple", tr("Edit class…")).triggered.connect(
            lambda: ClassEditor(
                self._classes, workbench.classes, self._theme, self._window, chosen_id=category.id
            ).open()
        )
        menu.addSeparator()
        select = self._add(menu, "selection-all", tr("Select its objects in this image"))
        select.setEnabled(bool(here))
        select.triggered.connect(lambda: objects.select(here))
        self._add(menu, "funnel", tr("Show only images with this class")).triggered.connect(
            lambda: images.show_class(category.id)
        )
        menu.addSeparator()
        self._add(menu, "trash", tr("Delete class…")).triggered.connect(
            lambda: ask_delete_class(
                category, workbench.classes, workbench.document.categories(), self._window
            )
        )
        for action in menu.actions():
            if action is not select and workbench.document.project.read_only:
                action.setEnabled(action.text() == tr("Show only images with this class"))
        menu.popup(place)
