"""The keys belong to the picture unless somebody brought them elsewhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from slimsam_app.windows.action_set import is_text_field
from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.test_labelling import add_object


def button_of(window: MainWindow, action_id: str) -> QToolButton:
    """Its button in the bar above the picture."""
    bar = window.findChild(QToolBar, "topBar")
    assert bar is not None
    button = bar.widgetForAction(window.actions_[action_id])
    assert isinstance(button, QToolButton)
    return button


def test_a_project_that_opens_gives_the_keys_to_its_picture(opened: MainWindow) -> None:
    opened.activateWindow()
    assert opened.focusWidget() is opened.workspace.canvas


def test_a_button_that_becomes_grey_gives_the_keys_to_the_picture(qtbot: QtBot, opened: MainWindow) -> None:
    opened.activateWindow()
    add_object(opened)
    undo = button_of(opened, "edit.undo")
    undo.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(undo.hasFocus, timeout=60_000)
    while undo.isEnabled():
        QTest.keyClick(undo, Qt.Key.Key_Space)
    assert opened.focusWidget() is opened.workspace.canvas


def test_a_line_that_is_put_away_gives_the_keys_to_the_picture(qtbot: QtBot, opened: MainWindow) -> None:
    opened.activateWindow()
    opened.actions_["class.new"].trigger()
    line = opened.classes_dock.new_name
    qtbot.waitUntil(line.hasFocus, timeout=60_000)
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert opened.focusWidget() is opened.workspace.canvas


def stops(window: MainWindow) -> list[QWidget]:
    """All that Tab comes by, from the picture once around."""
    canvas, found = window.workspace.canvas, []
    canvas.setFocus()
    for _ in range(100):
        here = window.focusWidget()
        assert here is not None
        if here is canvas and found:
            return found
        found.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
    raise AssertionError("Tab never came back to the picture")


def test_tab_goes_from_the_picture_through_the_panels_and_a_bar_is_one_stop(opened: MainWindow) -> None:
    """Twenty buttons of the bars came first."""
    opened.activateWindow()
    add_object(opened)
    found = stops(opened)
    lists = [widget for widget in found if widget.objectName() in {"objectList", "classList", "imageList"}]
    assert [widget.objectName() for widget in lists] == ["objectList", "classList", "imageList"]
    assert found.index(opened.objects_dock.view) == 1
    assert found.index(opened.images_dock.view) <= 12
    bars = [widget for widget in found if isinstance(widget.parent(), QToolBar)]
    assert len(bars) == 2
    assert found.index(bars[0]) > found.index(opened.images_dock.view)
    tools = next(widget for widget in bars if widget.parent() is opened.tool_bar)
    assert isinstance(tools, QToolButton)
    assert tools.isChecked(), "the tool in use is where a bar of tools is entered"
    opened.workspace.canvas.setFocus()
    back = []
    for _ in found:
        here = opened.focusWidget()
        assert here is not None
        QTest.keyClick(here, Qt.Key.Key_Backtab)
        back.append(opened.focusWidget())
    assert back == [*reversed(found[1:]), found[0]]


def test_arrow_keys_go_through_a_bar(opened: MainWindow) -> None:
    opened.activateWindow()
    placed = (opened.tool_bar.widgetForAction(action) for action in opened.tool_bar.actions())
    buttons = [b for b in placed if isinstance(b, QToolButton) and b.isEnabled() and b.isVisible()]
    buttons[0].setFocus()
    for key, expected in (
        (Qt.Key.Key_Down, buttons[1]),
        (Qt.Key.Key_Up, buttons[0]),
        (Qt.Key.Key_Left, buttons[-1]),
        (Qt.Key.Key_Right, buttons[0]),
    ):
        here = opened.focusWidget()
        assert here is not None
        QTest.keyClick(here, key)
        assert opened.focusWidget() is expected, key


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Q])
def test_the_keys_come_back_to_the_picture_from_wherever_tab_brings_them(
    opened: MainWindow, key: Qt.Key
) -> None:
    """They stayed in the list, and arrow keys did there what was meant for the picture."""
    opened.activateWindow()
    add_object(opened)
    canvas = opened.workspace.canvas
    places = stops(opened)[1:]
    assert len(places) > 15
    for place in places:
        place.setFocus()
        assert opened.focusWidget() is place
        if key == Qt.Key.Key_Q and is_text_field(place):
            continue  # there it is a letter
        QTest.keyClick(place, key)
        assert opened.focusWidget() is canvas, place.objectName()
    assert canvas.tool.id == "point"
