"""Ctrl+Z takes back what was done last: while something is open that is a prompt, a box or a corner of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import ImageState
from tests.app_canvas.canvas_hands import CTRL, RIGHT, SHIFT, click, drag
from tests.app_canvas.test_class_of_objects import accept, objects, press

FIRST, SECOND = ((20.0, 20.0), (40.0, 50.0), (70.0, 90.0)), ((90.0, 30.0), (120.0, 60.0), (150.0, 100.0))


def undo(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window.workspace.canvas, Qt.Key.Key_Z, CTRL)


def answered(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: bool(window.prompting.prompts.candidates), timeout=60_000)


def test_the_clicks_go_one_by_one_and_then_the_object_before_them(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    canvas, prompts = labelling.workspace.canvas, labelling.prompting.prompts
    click(canvas, 40, 40)
    accept(qtbot, labelling)
    click(canvas, 90, 70)
    answered(qtbot, labelling)
    click(canvas, 110, 80, RIGHT)
    answered(qtbot, labelling)
    for left in (1, 0):
        undo(qtbot, labelling)
        assert len(prompts.prompts.points) == left
        assert len(objects(labelling)) == 1
    assert not prompts.active
    undo(qtbot, labelling)
    assert not objects(labelling)


def test_the_boxes_go_one_by_one(qtbot: QtBot, labelling: MainWindow) -> None:
    canvas, boxes = labelling.workspace.canvas, labelling.prompting.boxes
    click(canvas, 40, 40)
    accept(qtbot, labelling)
    qtbot.keyClick(canvas, Qt.Key.Key_W, SHIFT)
    for way in (FIRST, SECOND):
        drag(canvas, way)
    for left in (1, 0):
        undo(qtbot, labelling)
        assert len(boxes.boxes) == left
        assert len(objects(labelling)) == 1
    undo(qtbot, labelling)
    assert not objects(labelling)


@pytest.mark.parametrize("open_", ["prompt", "boxes", "outline"])
def test_it_works_before_anything_else_was_done(qtbot: QtBot, labelling: MainWindow, open_: str) -> None:
    canvas, action = labelling.workspace.canvas, labelling.actions_["edit.undo"]
    assert not action.isEnabled()
    if open_ == "outline":
        press(qtbot, labelling, Qt.Key.Key_P)
        click(canvas, 40, 40)
    elif open_ == "boxes":
        qtbot.keyClick(canvas, Qt.Key.Key_W, SHIFT)
        drag(canvas, FIRST)
    else:
        click(canvas, 40, 40)
    assert action.isEnabled()
    undo(qtbot, labelling)
    assert not labelling.workspace.something_open
    assert not action.isEnabled()


def test_while_refining_the_clicks_go_then_the_refining_then_the_object(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    canvas, prompts = labelling.workspace.canvas, labelling.prompting.prompts
    click(canvas, 40, 40)
    accept(qtbot, labelling)
    qtbot.keyClick(canvas, Qt.Key.Key_A, CTRL)
    press(qtbot, labelling, Qt.Key.Key_E)
    click(canvas, 90, 70)
    undo(qtbot, labelling)
    assert prompts.prompts.empty
    assert prompts.refined is not None
    undo(qtbot, labelling)
    assert not prompts.active
    assert len(objects(labelling)) == 1
    undo(qtbot, labelling)
    assert not objects(labelling)


def test_a_click_that_was_dragged_takes_the_others_not_with_it(qtbot: QtBot, labelling: MainWindow) -> None:
    canvas, prompts = labelling.workspace.canvas, labelling.prompting.prompts
    for place in ((40, 40), (60, 60), (80, 40)):
        click(canvas, *place)
        answered(qtbot, labelling)
    drag(canvas, ((80.0, 40.0), (90.0, 45.0), (100.0, 50.0)))
    assert len(prompts.prompts.points) == 3
    for left in (2, 1, 0):
        answered(qtbot, labelling)
        undo(qtbot, labelling)
        assert len(prompts.prompts.points) == left


def test_while_another_tool_is_in_hand_the_open_mask_still_comes_first(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    canvas, prompts = labelling.workspace.canvas, labelling.prompting.prompts
    click(canvas, 40, 40)
    press(qtbot, labelling, Qt.Key.Key_V)
    undo(qtbot, labelling)
    assert not prompts.active
    assert labelling.workbench.navigator.entry is not None
    assert labelling.workbench.navigator.entry.state is ImageState.NEW


def test_the_menu_does_the_same(labelling: MainWindow) -> None:
    click(labelling.workspace.canvas, 40, 40)
    labelling.actions_["edit.undo"].trigger()
    assert not labelling.prompting.prompts.active
