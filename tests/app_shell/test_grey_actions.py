"""What cannot work now is grey, and tells why: in its tip and at its key. No key is silently dead."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from slimsam_app.actions import ACTIONS, BY_ID
from slimsam_app.banner import Banner
from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.test_labelling import add_object

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NO_KEYS = Qt.KeyboardModifier.NoModifier


def told(window: MainWindow) -> tuple[list[str], list[str]]:
    """The quiet line, and the banners."""
    banners = [b for b in window.findChildren(Banner) if b.isVisible() and not b.going]
    return (
        [b.key[1] for b in banners if b.key[0] == "note"],
        [b.key[1] for b in banners if b.key[0] != "note"],
    )


def press(window: MainWindow, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    window.workspace.canvas.setFocus()
    QTest.keyClick(window.workspace.canvas, key, keys)


def select(window: MainWindow, count: int) -> None:
    """Make two objects and select so many of them."""
    ids = [add_object(window, x) for x in (5, 40)]
    window.workbench.objects.select(ids[:count])


@pytest.mark.parametrize(
    ("key", "keys", "selected", "why"),
    [
        (Qt.Key.Key_E, NO_KEYS, 0, "Select an object first."),
        (Qt.Key.Key_Delete, NO_KEYS, 0, "Select an object first."),
        (Qt.Key.Key_M, CTRL | SHIFT, 0, "Select an object first."),
        (Qt.Key.Key_M, CTRL | SHIFT, 1, "Select two objects or more: Shift+click adds one."),
        (Qt.Key.Key_G, NO_KEYS, 1, "Select two objects or more: Shift+click adds one."),
        (Qt.Key.Key_G, SHIFT, 1, "No selected object is in a group."),
        (Qt.Key.Key_E, NO_KEYS, 2, "Select one object alone."),
        (Qt.Key.Key_V, CTRL, 0, "Copy an object first."),
        (Qt.Key.Key_BracketLeft, NO_KEYS, 0, "Choose the brush or the eraser first."),
        (Qt.Key.Key_A, NO_KEYS, 0, "This is the first image."),
        (Qt.Key.Key_Return, NO_KEYS, 0, "Nothing is open: click on an object first."),
        (Qt.Key.Key_Backspace, NO_KEYS, 0, "Nothing is open: there is no step to take back."),
        (Qt.Key.Key_7, NO_KEYS, 0, "No class has the key 7 yet."),
        (Qt.Key.Key_7, CTRL, 0, "No class has the key 7 yet."),
        (Qt.Key.Key_Return, CTRL | SHIFT, 0, "There are objects in this image."),
    ],
)
def test_the_key_of_what_cannot_work_tells_why_in_the_quiet_line(
    opened: MainWindow, key: Qt.Key, keys: Qt.KeyboardModifier, selected: int, why: str
) -> None:
    select(opened, selected)
    before = opened.workbench.objects.objects
    press(opened, key, keys)
    assert told(opened) == ([why], [])
    assert opened.workbench.objects.objects == before


def test_a_locked_object_is_not_deleted_or_reshaped_and_no_error_is_shown(opened: MainWindow) -> None:
    select(opened, 1)
    press(opened, Qt.Key.Key_L)
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_E):
        press(opened, key)
        assert told(opened) == (["A locked object is selected: unlock it first (L)."], [])
    assert not opened.actions_["mask.fill"].isEnabled()
    press(opened, Qt.Key.Key_L)
    assert opened.actions_["mask.fill"].isEnabled()
    press(opened, Qt.Key.Key_Delete)
    assert len(opened.workbench.objects.objects) == 1


def test_with_a_project_closed_a_key_says_what_is_missing(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert told(window) == (["Open a folder of images first."], [])


def test_a_letter_in_a_list_is_the_key_that_it_is_on_the_picture(opened: MainWindow) -> None:
    opened.activateWindow()
    opened.images_dock.view.setFocus()
    before = opened.workbench.navigator.current_id
    QTest.keyClick(opened.images_dock.view, Qt.Key.Key_E)
    assert told(opened) == (["Select an object first."], [])
    assert opened.workbench.navigator.current_id == before


def test_a_letter_in_a_text_field_is_a_letter(opened: MainWindow) -> None:
    opened.activateWindow()
    opened.images_dock.search.setFocus()
    QTest.keyClick(opened.images_dock.search, Qt.Key.Key_E)
    assert opened.images_dock.search.text() == "e"
    assert told(opened) == ([], [])


def test_a_held_key_tells_once(opened: MainWindow) -> None:
    noted: list[str] = []
    opened.actions_.refused.connect(noted.append)
    opened.workspace.canvas.setFocus()
    for repeated in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, NO_KEYS, "a", repeated)
        QApplication.sendEvent(opened.workspace.canvas, event)
    assert noted == ["This is the first image."]


def look_at_tip(widget: QWidget, at: QPoint) -> None:
    """The mouse rests there."""
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))


@pytest.mark.parametrize("selected", [0, 1, 2])
def test_everything_grey_has_a_reason_in_its_tip(opened: MainWindow, selected: int) -> None:
    select(opened, selected)
    grey = [a.id for a in ACTIONS if not opened.actions_[a.id].isEnabled()]
    assert "model.toggle" in grey
    look_at_tip(opened.workspace, QPoint(1, 1))
    for action_id in grey:
        assert opened.actions_.why_not(action_id) in opened.actions_[action_id].toolTip().splitlines()
    for action in ACTIONS:
        if action.id not in grey:
            lines = opened.actions_[action.id].toolTip().splitlines()
            assert len(lines) == 1 + bool(action.more), "a reason that is over"


def tip_of(menu: QMenu, window: MainWindow, action_id: str) -> str:
    """What is shown when the mouse rests on a line of an open menu."""
    look_at_tip(menu, menu.actionGeometry(window.actions_[action_id]).center())
    return QToolTip.text()


def test_the_mouse_on_a_grey_line_of_a_menu_shows_why(opened: MainWindow) -> None:
    select(opened, 1)
    menu: QMenu = opened.menus[BY_ID["mask.merge"].menu]
    menu.popup(QPoint(0, 0))
    assert "Select two objects or more" in tip_of(menu, opened, "mask.merge")
    menu.close()
    QToolTip.hideText()


def test_what_is_open_counts_when_a_menu_is_opened(opened: MainWindow) -> None:
    menu: QMenu = opened.menus[BY_ID["prompt.accept"].menu]
    canvas = opened.workspace.canvas
    menu.popup(QPoint(0, 0))
    assert not opened.actions_["prompt.accept"].isEnabled()
    menu.close()
    assert opened.actions_["prompt.accept"].isEnabled(), "its key always works"
    canvas.set_tool("polygon")
    for x in (10, 30, 30):
        at = canvas.image_to_global(x, x)
        QTest.mouseClick(
            canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.viewport().mapFromGlobal(at)
        )
    menu.popup(QPoint(0, 0))
    assert opened.actions_["prompt.accept"].isEnabled()
    menu.close()


@pytest.mark.parametrize("action_id", ["mask.fill", "mask.specks", "mask.largest", "mask.split"])
def test_a_command_that_finds_nothing_to_do_says_so_and_makes_no_step(
    qtbot: QtBot, opened: MainWindow, action_id: str
) -> None:
    select(opened, 1)
    before = opened.workbench.document.project.last_seq()
    opened.actions_[action_id].trigger()
    qtbot.waitUntil(lambda: not opened.workbench.masks.busy, timeout=60_000)
    ((line,), errors) = told(opened)
    assert line.endswith("there is nothing to change.")
    assert errors == []
    assert opened.workbench.document.project.last_seq() == before
