"""Proposals that are listed can be worked on whatever the tool is, and a finished picture has none."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.item_models.images_model import ImageRole
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import ImageState
from tests.app_canvas.canvas_hands import CTRL, LEFT, SHIFT, click
from tests.app_canvas.test_everything_review import finds, objects, press, reviewing, shown
from tests.app_shell.test_grey_actions import look_at_tip

__all__ = ["finds", "reviewing"]


def leave_and_come_back(qtbot: QtBot, window: MainWindow) -> None:
    navigator = window.workbench.navigator
    for key in (Qt.Key.Key_D, Qt.Key.Key_A):
        press(qtbot, window, key)
        qtbot.waitUntil(lambda: navigator.picture is not None, timeout=60_000)


@pytest.fixture
def erasing(qtbot: QtBot, reviewing: MainWindow) -> MainWindow:
    """Back at the picture with its proposals, the eraser in the hand."""
    press(qtbot, reviewing, Qt.Key.Key_X)
    leave_and_come_back(qtbot, reviewing)
    assert reviewing.workspace.canvas.tool.id == "eraser"
    assert shown(reviewing) == [1, 2, 3]
    return reviewing


def test_the_button_accepts_all_with_another_tool(erasing: MainWindow) -> None:
    button = erasing.proposals_dock.accept_shown
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)
    assert len(objects(erasing)) == 3


def test_choosing_in_the_list_brings_the_tool_along(qtbot: QtBot, erasing: MainWindow) -> None:
    view = erasing.proposals_dock.view
    place = view.visualRect(view.model().index(1, 0)).center()
    QTest.mouseClick(view.viewport(), LEFT, pos=place)
    assert erasing.workspace.canvas.tool.id == "review"
    erasing.workspace.canvas.setFocus()
    press(qtbot, erasing, Qt.Key.Key_Delete)
    assert shown(erasing) == [1, 3]


def test_keys_work_on_proposals_while_nothing_else_is_chosen(qtbot: QtBot, erasing: MainWindow) -> None:
    press(qtbot, erasing, Qt.Key.Key_Tab)
    assert erasing.prompting.everything.selection == (1,)
    press(qtbot, erasing, Qt.Key.Key_Return)
    assert len(objects(erasing)) == 1
    press(qtbot, erasing, Qt.Key.Key_Return, SHIFT)
    assert len(objects(erasing)) == 3


def test_a_chosen_object_keeps_its_keys(qtbot: QtBot, erasing: MainWindow) -> None:
    press(qtbot, erasing, Qt.Key.Key_Tab)
    press(qtbot, erasing, Qt.Key.Key_Return)
    press(qtbot, erasing, Qt.Key.Key_V)
    click(erasing.workspace.canvas, 20, 20)
    assert len(erasing.workbench.objects.selection) == 1
    press(qtbot, erasing, Qt.Key.Key_Delete)
    assert not objects(erasing)
    assert 2 in shown(erasing), "no proposal was rejected"


def test_an_open_mask_says_why_a_chosen_proposal_waits(qtbot: QtBot, erasing: MainWindow) -> None:
    press(qtbot, erasing, Qt.Key.Key_Q)
    click(erasing.workspace.canvas, 130, 20)
    qtbot.waitUntil(lambda: erasing.prompting.prompts.active, timeout=60_000)
    actions = erasing.actions_
    assert "A mask is open" in actions.why_not("proposal.reject")
    assert not actions.why_not("proposal.accept_shown")
    assert not actions.why_not("proposal.discard")


def test_the_button_is_grey_and_says_why_when_none_is_good_enough(erasing: MainWindow) -> None:
    erasing.prompting.everything.set_threshold(1.0)
    button = erasing.proposals_dock.accept_shown
    assert not button.isEnabled()
    look_at_tip(button, QPoint(1, 1))
    assert "No proposal is shown." in button.toolTip()


def test_the_way_back_to_dropped_proposals_stays_where_something_opens_again(
    qtbot: QtBot, reviewing: MainWindow
) -> None:
    workbench, canvas = reviewing.workbench, reviewing.workspace.canvas
    lines: list[str] = []
    workbench.noted.connect(lambda words, _: lines.append(words))
    press(qtbot, reviewing, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    press(qtbot, reviewing, Qt.Key.Key_P)
    for place in ((20, 20), (60, 30)):
        click(canvas, *place)
    press(qtbot, reviewing, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    press(qtbot, reviewing, Qt.Key.Key_Return, CTRL)
    again = "4 proposals were dropped with it. What was open on this picture is open again."
    qtbot.waitUntil(lambda: lines[-1] == again, timeout=60_000)
    undo = next(b for b in reviewing.findChildren(QPushButton, "bannerOffer") if b.isVisible())
    QTest.mouseClick(undo, LEFT)
    press(qtbot, reviewing, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    assert len(reviewing.prompting.everything.proposals) == 4


def test_a_finished_picture_has_no_proposals_and_a_line_brings_them_back(
    qtbot: QtBot, reviewing: MainWindow
) -> None:
    workbench, first = reviewing.workbench, reviewing.workbench.navigator.current_id
    assert first is not None
    lines: list[str] = []
    workbench.noted.connect(lambda words, _: lines.append(words))
    reviewing.prompting.everything.set_threshold(0.95)
    press(qtbot, reviewing, Qt.Key.Key_Return, SHIFT)
    press(qtbot, reviewing, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: workbench.navigator.current_id not in (None, first), timeout=60_000)
    assert workbench.document.image(first).state is ImageState.DONE
    assert lines == ["1 proposal was accepted.", "3 proposals were dropped with it."]
    row = reviewing.images_model.row_of(first)
    assert not reviewing.images_model.index(row).data(ImageRole.DRAFT)
    undo = next(b for b in reviewing.findChildren(QPushButton, "bannerOffer") if b.isVisible())
    QTest.mouseClick(undo, LEFT)
    press(qtbot, reviewing, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    assert len(reviewing.prompting.everything.proposals) == 3
    assert reviewing.images_model.index(row).data(ImageRole.DRAFT)


def test_nothing_to_label_waits_for_what_is_open_and_drops_proposals(
    qtbot: QtBot, reviewing: MainWindow
) -> None:
    workbench, first = reviewing.workbench, reviewing.workbench.navigator.current_id
    assert first is not None
    press(qtbot, reviewing, Qt.Key.Key_Q)
    click(reviewing.workspace.canvas, 130, 20)
    qtbot.waitUntil(lambda: reviewing.prompting.prompts.active, timeout=60_000)
    press(qtbot, reviewing, Qt.Key.Key_Return, CTRL | SHIFT)
    assert workbench.document.image(first).state is ImageState.NEW
    press(qtbot, reviewing, Qt.Key.Key_Escape)
    press(qtbot, reviewing, Qt.Key.Key_Return, CTRL | SHIFT)
    qtbot.waitUntil(lambda: workbench.navigator.current_id not in (None, first), timeout=60_000)
    assert workbench.document.image(first).state is ImageState.EMPTY_CHECKED
    assert not workbench.drafts.has(first)
