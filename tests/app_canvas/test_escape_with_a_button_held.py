"""Esc with a button held drops what the hand does, and nothing else; what comes of the release is nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from slimsam_app.canvas.tools import TOOLS
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation
from slimsam_core.errors import SlimSamError
from tests.app_canvas.canvas_hands import LEFT, NO_KEYS, RIGHT, click, drag, move, place

MIDDLE = Qt.MouseButton.MiddleButton
WAY = ((60.0, 40.0), (80.0, 60.0), (100.0, 70.0), (110.0, 90.0))
"""Of the hand, in image pixels, far from everything that the tests put there."""


def escape(window: MainWindow) -> None:
    """Press the key as a person does."""
    window.activateWindow()
    window.workspace.canvas.setFocus()
    QTest.keyClick(window.workspace.canvas, Qt.Key.Key_Escape)


def dropped(
    window: MainWindow, button: Qt.MouseButton = LEFT, way: tuple[tuple[float, float], ...] = WAY
) -> None:
    """Press, drag, Esc with the button held, drag on, let go."""
    canvas = window.workspace.canvas
    move(canvas, *way[0])
    QTest.mousePress(canvas.viewport(), button, NO_KEYS, place(canvas, *way[0]))
    for x, y in way[1:-1]:
        move(canvas, x, y, button)
    escape(window)
    move(canvas, *way[-1], button)
    QTest.mouseRelease(canvas.viewport(), button, NO_KEYS, place(canvas, *way[-1]))


def objects(window: MainWindow) -> tuple[Annotation, ...]:
    return window.workbench.objects.objects


def rectangle(qtbot: QtBot, window: MainWindow) -> Annotation:
    """One object, drawn by hand in a corner."""
    window.actions_["tool.rectangle"].trigger()
    drag(window.workspace.canvas, [(10, 80), (20, 90), (40, 110)])
    qtbot.waitUntil(lambda: len(objects(window)) == 1, timeout=60_000)
    (drawn,) = objects(window)
    window.workbench.objects.select(())
    return drawn


def begun(window: MainWindow) -> None:
    """A prompt is open whose answer lasts: what a tool is used for must not touch it."""
    window.actions_["tool.point"].trigger()
    click(window.workspace.canvas, 20, 20)
    assert window.prompting.prompts.active


@pytest.mark.parametrize("button", [LEFT, RIGHT, MIDDLE])
def test_nothing_comes_of_it_with_any_tool_and_what_was_there_stays(
    qtbot: QtBot, labelling: MainWindow, button: Qt.MouseButton
) -> None:
    drawn = rectangle(qtbot, labelling)
    begun(labelling)
    canvas, prompts = labelling.workspace.canvas, labelling.prompting.prompts.prompts
    for tool in TOOLS:
        if tool in ("select", "review") and button == RIGHT:
            continue  # opens a menu, which has the mouse
        canvas.set_tool(tool)
        stood = canvas.visible_box()
        dropped(labelling, button)
        assert not canvas.holding, tool
        assert objects(labelling) == (drawn,), tool
        assert labelling.prompting.prompts.prompts == prompts, tool
        assert not labelling.workbench.objects.selection, tool
        assert not labelling.prompting.boxes.boxes, tool
        assert not canvas.tool.outline(), tool
        assert canvas.visible_box() == stood, tool
    escape(labelling)  # with the button up it is for what is open
    assert not labelling.prompting.prompts.active


def test_a_tool_that_begins_something_by_a_press_says_that_it_was_dropped(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    rectangle(qtbot, labelling)
    canvas = labelling.workspace.canvas
    for tool in TOOLS:
        canvas.set_tool(tool)
        start = place(canvas, 30, 100)  # the eraser finds something here
        QTest.mousePress(canvas.viewport(), LEFT, NO_KEYS, start)
        move(canvas, 60, 60, LEFT)
        assert canvas.drop_gesture() == (tool != "pan"), tool
        QTest.mouseRelease(canvas.viewport(), LEFT, NO_KEYS, place(canvas, 60, 60))
    assert len(objects(labelling)) == 1


def test_a_box_under_way_leaves_the_former_one(labelling: MainWindow) -> None:
    labelling.actions_["tool.box"].trigger()
    drag(labelling.workspace.canvas, [(10, 10), (20, 20), (50, 50)])
    before = labelling.prompting.prompts.prompts
    assert before.box is not None
    dropped(labelling)
    assert labelling.prompting.prompts.prompts == before


def test_a_mark_goes_back_to_where_it_was(labelling: MainWindow) -> None:
    begun(labelling)
    before = labelling.prompting.prompts.prompts
    dropped(labelling, way=((20.0, 20.0), *WAY))
    assert labelling.prompting.prompts.prompts == before


def test_an_object_that_is_dragged_goes_back_and_is_chosen_no_more_than_before(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    drawn = rectangle(qtbot, labelling)
    labelling.actions_["tool.select"].trigger()
    dropped(labelling, way=((30.0, 100.0), *WAY))
    assert objects(labelling) == (drawn,)
    assert not labelling.workbench.objects.selection
    click(labelling.workspace.canvas, 30, 100)
    handles = labelling.workspace.canvas.layers.draft.path()
    dropped(labelling, way=((10.0, 80.0), *WAY))  # a corner of it
    assert objects(labelling) == (drawn,)
    assert labelling.workbench.objects.selection == (drawn.id,)
    assert labelling.workspace.canvas.layers.draft.path() == handles


def test_of_a_polygon_the_corner_under_the_hand_goes(labelling: MainWindow) -> None:
    labelling.actions_["tool.polygon"].trigger()
    canvas = labelling.workspace.canvas
    for x, y in ((20, 20), (60, 20)):
        click(canvas, x, y)
    before = canvas.tool.outline()
    dropped(labelling)
    assert canvas.tool.outline() == before
    escape(labelling)
    assert not canvas.tool.outline()


def test_a_picture_that_is_moved_goes_back_and_space_accepts_nothing(labelling: MainWindow) -> None:
    begun(labelling)
    canvas = labelling.workspace.canvas
    canvas.set_zoom(12.0)
    stood, accepted = canvas.visible_box(), []
    canvas.accept_requested.connect(lambda: accepted.append(1))
    dropped(labelling, MIDDLE)
    assert canvas.visible_box() == stood
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    dropped(labelling)
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.visible_box() == stood
    assert not accepted
    assert labelling.prompting.prompts.active


def test_the_hand_comes_before_an_error_that_is_shown(labelling: MainWindow) -> None:
    labelling.messages.show_error(SlimSamError("Something failed.", "Do it again."))
    labelling.actions_["tool.brush"].trigger()
    dropped(labelling)
    assert not objects(labelling)
    assert labelling.messages.dismiss()


def test_a_button_held_by_keys_is_let_go_too(labelling: MainWindow) -> None:
    labelling.actions_["tool.brush"].trigger()
    cross = labelling.workspace.canvas.cross
    cross.click(left=True)
    assert labelling.workspace.canvas.hand_busy
    escape(labelling)
    assert not labelling.workspace.canvas.holding
    assert not objects(labelling)
