"""Ctrl+Z while a button is held: what the hand is doing is dropped, and nothing else is taken back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from tests.app_canvas.canvas_hands import CTRL, LEFT, NO_KEYS, SHIFT, move, place
from tests.app_shell.test_labelling import add_object
from tests.app_shell.test_masks import settle


def begin(window: MainWindow, tool: str) -> None:
    """Press at the left, and go to the right with the button held."""
    canvas = window.workspace.canvas
    canvas.set_tool(tool)
    QTest.mousePress(canvas.viewport(), LEFT, NO_KEYS, place(canvas, 10, 20))
    for x in (20, 30, 40):
        move(canvas, x, 24, LEFT)


def let_go(window: MainWindow) -> None:
    canvas = window.workspace.canvas
    QTest.mouseRelease(canvas.viewport(), LEFT, NO_KEYS, place(canvas, 40, 24))


@pytest.mark.parametrize("tool", ["brush", "lasso", "rectangle", "box", "boxes", "select", "point"])
def test_undo_drops_what_the_hand_is_doing_and_keeps_the_object_before(
    qtbot: QtBot, opened: MainWindow, tool: str
) -> None:
    add_object(opened, 50)
    opened.workbench.objects.select(())
    before, count = opened.workbench.objects.objects, opened.workbench.document.undo_stack.index()
    begin(opened, tool)
    QTest.keyClick(opened.workspace.canvas, Qt.Key.Key_Z, CTRL)
    move(opened.workspace.canvas, 45, 30, LEFT)
    let_go(opened)
    settle(qtbot, opened)
    assert opened.workbench.objects.objects == before
    assert opened.workbench.document.undo_stack.index() == count
    assert not opened.workspace.canvas.layers.prompts_open
    QTest.keyClick(opened.workspace.canvas, Qt.Key.Key_Z, CTRL)
    assert not opened.workbench.objects.objects, "with the button up it takes the object back"


def test_redo_waits_until_the_button_is_up(qtbot: QtBot, opened: MainWindow) -> None:
    add_object(opened, 50)
    opened.workbench.undo()
    begin(opened, "brush")
    QTest.keyClick(opened.workspace.canvas, Qt.Key.Key_Z, CTRL | SHIFT)
    assert not opened.workbench.objects.objects
    QTest.keyClick(opened.workspace.canvas, Qt.Key.Key_Z, CTRL)
    let_go(opened)
    settle(qtbot, opened)
    QTest.keyClick(opened.workspace.canvas, Qt.Key.Key_Z, CTRL | SHIFT)
    assert len(opened.workbench.objects.objects) == 1


def test_what_is_painted_is_told_below_the_picture_not_over_it(qtbot: QtBot, opened: MainWindow) -> None:
    begin(opened, "brush")
    let_go(opened)
    settle(qtbot, opened)
    assert opened.status._state.text() == "Painting object – Enter or N ends it"
    assert not opened.prompting.bar.isVisible()
    QTest.keyClick(opened.workspace.canvas, Qt.Key.Key_Return)
    assert "Painting" not in opened.status._state.text()
