"""The right button: on the list of pictures (also several), on a class, on objects."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from slimsam_app.intents.objects import NewObject
from slimsam_app.windows import context_menus, stored_layout
from slimsam_app.windows.dialogs.class_editor import ClassEditor
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import ImageState, Provenance
from slimsam_core.pixels.mask import encode
from tests.app_canvas.canvas_hands import place
from tests.app_shell.test_grey_actions import told
from tests.app_shell.test_labelling import add_object

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NO_KEYS, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def row_place(view: QAbstractItemView, row: int) -> QPoint:
    return view.visualRect(view.model().index(row, 0)).center()


def right_click(view: QAbstractItemView, row: int, name: str) -> QMenu:
    """What a right click on a row sends, and the menu that is there then."""
    at = row_place(view, row)
    QTest.mousePress(view.viewport(), RIGHT, NO_KEYS, at)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    QTest.mouseRelease(view.viewport(), RIGHT, NO_KEYS, at)
    return menu_named(view.window(), name)


def menu_named(window: object, name: str) -> QMenu:
    assert isinstance(window, MainWindow)
    (menu,) = (m for m in window.findChildren(QMenu, name) if m.isVisible())
    return menu


def line(menu: QMenu, text: str) -> QPoint:
    action = next(a for a in menu.actions() if a.text().replace("&", "").split("\t")[0] == text)
    return menu.actionGeometry(action).center()


def choose(menu: QMenu, text: str) -> None:
    """Click a line of a menu."""
    QTest.mouseClick(menu, LEFT, NO_KEYS, line(menu, text))


def states(window: MainWindow) -> list[ImageState]:
    workbench = window.workbench
    return [workbench.document.image(i).state for i in workbench.navigator.ids]


def select_rows(window: MainWindow, first: int, last: int) -> None:
    view = window.images_dock.view
    QTest.mouseClick(view.viewport(), LEFT, NO_KEYS, row_place(view, first))
    QTest.mouseClick(view.viewport(), LEFT, SHIFT, row_place(view, last))


def test_several_pictures_get_a_state_in_one_step(qtbot: QtBot, opened: MainWindow) -> None:
    select_rows(opened, 0, 1)
    assert opened.images_dock.chosen_ids == tuple(opened.workbench.navigator.ids[:2])
    before = opened.workbench.document.project.last_seq()
    choose(right_click(opened.images_dock.view, 1, "imageMenu"), "Mark as “Done”")
    assert states(opened) == [ImageState.DONE, ImageState.DONE, ImageState.NEW]
    assert opened.workbench.document.project.last_seq() == before + 1
    assert told(opened) == (["2 images are now “Done”."], [])
    undo = next(b for b in opened.findChildren(QPushButton, "bannerOffer") if b.isVisible())
    QTest.mouseClick(undo, LEFT)
    assert states(opened) == [ImageState.NEW] * 3
    assert len(opened.images_dock.chosen_ids) == 2, "they are still chosen for the next thing"
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)


def test_a_right_click_beside_the_selection_is_for_the_picture_under_it(
    qtbot: QtBot, opened: MainWindow
) -> None:
    select_rows(opened, 0, 1)
    menu = right_click(opened.images_dock.view, 2, "imageMenu")
    assert opened.images_dock.chosen_ids == (opened.workbench.navigator.ids[2],)
    (new,) = (a for a in menu.actions() if a.data() == ImageState.NEW)
    assert not new.isEnabled(), "it is new already"
    choose(menu, "Mark as “Needs review”")
    assert states(opened) == [ImageState.NEW, ImageState.NEW, ImageState.NEEDS_REVIEW]
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)


def test_a_step_through_the_pictures_leaves_one_selected(qtbot: QtBot, opened: MainWindow) -> None:
    select_rows(opened, 0, 1)
    opened.actions_["image.next"].trigger()
    assert opened.images_dock.chosen_ids == (opened.workbench.navigator.ids[2],)
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)


def test_the_folder_of_a_picture_is_shown_or_missed(
    qtbot: QtBot, opened: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[QUrl] = []
    monkeypatch.setattr(context_menus.QDesktopServices, "openUrl", shown.append)
    choose(right_click(opened.images_dock.view, 2, "imageMenu"), "Show in folder")
    assert [Path(url.toLocalFile()) for url in shown] == [folder / "sub"]
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)
    shutil.rmtree(folder / "sub")
    choose(right_click(opened.images_dock.view, 2, "imageMenu"), "Show in folder")
    assert len(shown) == 1
    assert "is not there" in told(opened)[1][0]


@pytest.fixture
def two_classes(opened: MainWindow) -> MainWindow:
    """Cat, with one object, which is not selected, and dog, which new objects get."""
    opened.workbench.classes.add("cat")
    add_object(opened)
    opened.workbench.objects.select(())
    opened.workbench.classes.add("dog")
    return opened


def test_the_right_button_on_a_class_does_not_choose_it(two_classes: MainWindow) -> None:
    workbench = two_classes.workbench
    before = workbench.objects.category_id
    menu = right_click(two_classes.classes_dock.view, 0, "classListMenu")
    assert workbench.objects.category_id == before
    assert two_classes.classes_dock.view.currentIndex().row() == 1
    choose(menu, "Select its objects in this image")
    assert [a.id for a in workbench.objects.selected] == [workbench.objects.objects[0].id]


def test_a_class_is_renamed_in_place(qtbot: QtBot, two_classes: MainWindow) -> None:
    dock = two_classes.classes_dock
    choose(right_click(dock.view, 0, "classListMenu"), "Rename")
    field = dock.view.viewport().findChild(QLineEdit)
    assert field is not None
    field.setText("tiger")
    QTest.keyClick(field, Qt.Key.Key_Return)
    document = two_classes.workbench.document
    qtbot.waitUntil(lambda: [c.name for c in document.categories()] == ["tiger", "dog"], timeout=60_000)


def test_a_class_with_objects_is_deleted_after_a_question(two_classes: MainWindow) -> None:
    choose(right_click(two_classes.classes_dock.view, 0, "classListMenu"), "Delete class…")
    box = two_classes.findChild(QDialog, "deleteClassQuestion")
    assert box is not None
    words, choice = box.findChild(QLabel, "deleteClassWords"), box.findChild(QComboBox, "deleteClassMove")
    assert words is not None
    assert choice is not None
    assert words.text() == "1 object has the class “cat”."
    assert words.geometry().bottom() < choice.geometry().top()
    confirm = box.findChild(QPushButton, "confirmDeleteClass")
    assert confirm is not None
    assert choice.geometry().bottom() < confirm.mapTo(box, QPoint()).y()
    QTest.mouseClick(confirm, LEFT)
    assert [c.name for c in two_classes.workbench.document.categories()] == ["dog"]
    assert len(two_classes.workbench.objects.objects) == 1, "its object is a dog now"


def test_the_class_editor_opens_with_the_class(two_classes: MainWindow) -> None:
    choose(right_click(two_classes.classes_dock.view, 1, "classListMenu"), "Edit class…")
    editor = two_classes.findChild(ClassEditor)
    assert editor is not None
    assert editor.name.text() == "dog"
    editor.close()


def test_only_the_pictures_with_a_class_are_shown(qtbot: QtBot, two_classes: MainWindow) -> None:
    """What was typed before hides none of them."""
    with qtbot.waitSignal(two_classes.workbench.navigator.order_changed, timeout=60_000):
        two_classes.images_dock.search.setText("no such name")
    with qtbot.waitSignal(two_classes.workbench.navigator.order_changed, timeout=60_000):
        choose(
            right_click(two_classes.classes_dock.view, 0, "classListMenu"), "Show only images with this class"
        )
    assert two_classes.images_model.rowCount() == 1
    qtbot.waitUntil(lambda: not two_classes.workbench.pool.busy, timeout=120_000)


def object_menu(window: MainWindow) -> QMenu:
    """Right click on the picture, where the first object is, with the select tool."""
    canvas = window.workspace.canvas
    canvas.set_tool("select")
    QTest.mouseClick(canvas.viewport(), RIGHT, NO_KEYS, place(canvas, 10, 15))
    return menu_named(window, "objectMenu")


def test_the_menu_of_an_object_gives_it_a_class(two_classes: MainWindow) -> None:
    menu = object_menu(two_classes)
    classes = menu.findChild(QMenu, "classMenu")
    assert classes is not None
    assert [a.text() for a in classes.actions()] == ["cat\t1", "dog\t2"]
    classes.popup(QPoint(0, 0))
    choose(classes, "dog")
    menu.close()
    dog = next(c.id for c in two_classes.workbench.document.categories() if c.name == "dog")
    assert [a.category_id for a in two_classes.workbench.objects.objects] == [dog]


def test_the_menu_of_an_object_fills_its_holes_and_has_merge_grey(qtbot: QtBot, opened: MainWindow) -> None:
    ring = np.zeros((60, 80), np.bool_)
    ring[10:30, 5:25] = True
    ring[18:22, 13:17] = False
    image_id = opened.workbench.navigator.current_id
    assert image_id is not None
    opened.workbench.objects.add(NewObject(mask=encode(ring), provenance=Provenance()), image_id)
    menu = object_menu(opened)
    assert not opened.actions_["mask.merge"].isEnabled()
    assert opened.actions_["object.refine"] in menu.actions()
    choose(menu, "Fill holes")
    qtbot.waitUntil(lambda: not opened.workbench.masks.busy, timeout=60_000)
    assert opened.workbench.objects.objects[0].mask.area == 400


def test_the_menu_of_an_object_has_all_that_combines_masks(opened: MainWindow) -> None:
    add_object(opened)
    menu = object_menu(opened)
    for action_id in ("mask.merge", "mask.subtract", "mask.intersect", "mask.split", "mask.simplify"):
        assert opened.actions_[action_id] in menu.actions()
    menu.close()


def test_the_menu_of_several_pictures_begins_with_their_number(opened: MainWindow) -> None:
    select_rows(opened, 0, 1)
    first, line_below = right_click(opened.images_dock.view, 1, "imageMenu").actions()[:2]
    assert (first.text(), first.isEnabled(), first.isSeparator()) == ("2 images", False, False)
    assert line_below.isSeparator()


def test_the_classes_of_the_menu_tick_the_one_that_the_selected_objects_have(opened: MainWindow) -> None:
    add_object(opened, 5)
    other = opened.workbench.classes.add("other", choose=False)
    assert other is not None
    (one,) = opened.workbench.objects.objects
    opened.workbench.objects.select((one.id,))

    def ticked() -> list[str]:
        menu = opened.context._class_menu(QMenu(opened))
        return [action.text().split("\t")[0] for action in menu.actions() if action.isChecked()]

    assert ticked() == ["object"]
    opened.workbench.objects.set_category_of((one.id,), other.id)
    assert ticked() == ["other"]
    opened.workbench.objects.select(())
    assert ticked() == []


def test_a_window_that_is_wider_than_it_was_goes_back_to_a_place_where_none_of_it_is_cut(
    opened: MainWindow,
) -> None:
    room = opened.screen().availableGeometry()
    opened.resize(opened.minimumSizeHint().boundedTo(room.size()))
    stored_layout.go_back(
        opened, f"{room.right() - 20},{room.bottom() - 20},{room.width() + 1},{room.height()}"
    )
    assert opened.x() == max(room.left(), room.right() + 1 - opened.width())
    assert opened.y() == max(room.top(), room.bottom() + 1 - opened.height())
    stored_layout.go_back(opened, f"{room.left()},{room.top()}")
    assert (opened.x(), opened.y()) == (room.left(), room.top())
