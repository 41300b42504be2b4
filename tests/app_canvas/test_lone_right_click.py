"""A click that only takes away needs something to take away from: alone it makes no mask elsewhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from tests.app_canvas.canvas_hands import LEFT, NO_KEYS, RIGHT, SHIFT, click
from tests.app_shell.test_grey_actions import told


@pytest.mark.parametrize("keys", [NO_KEYS, SHIFT], ids=["right click", "Shift and a click"])
def test_a_lone_click_that_takes_away_makes_no_mask_elsewhere(
    labelling: MainWindow, keys: Qt.KeyboardModifier
) -> None:
    prompts, canvas = labelling.prompting.prompts, labelling.workspace.canvas
    click(canvas, 80, 60, RIGHT if keys == NO_KEYS else LEFT, keys)
    assert not prompts.active
    assert told(labelling)[0] == [
        "Nothing is open: click on an object first. A right click takes away from it."
    ]


def test_with_an_object_selected_a_lone_right_click_says_what_refines_it(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    prompts, canvas = labelling.prompting.prompts, labelling.workspace.canvas
    with qtbot.waitSignal(prompts.accepted, timeout=60_000):
        click(canvas, 80, 60)
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    labelling.workbench.objects.select(a.id for a in labelling.workbench.objects.objects)
    click(canvas, 80, 60, RIGHT)
    assert told(labelling)[0] == ["Press E first: then clicks refine the selected object."]
    qtbot.keyClick(canvas, Qt.Key.Key_E)
    click(canvas, 80, 60, RIGHT)
    assert [point.positive for point in prompts.prompts.points] == [False]


def test_with_the_last_click_on_the_object_the_others_go_too(qtbot: QtBot, labelling: MainWindow) -> None:
    prompts, canvas = labelling.prompting.prompts, labelling.workspace.canvas
    click(canvas, 80, 60)
    click(canvas, 20, 20, RIGHT)
    qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=60_000)
    click(canvas, 80, 60)  # on its mark: it goes
    assert not prompts.active
