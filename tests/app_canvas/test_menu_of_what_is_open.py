"""With something open on the picture the right button offers what can be done with it; nothing hides it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from slimsam_app.sessions.proposal_table import FoundProposals
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Provenance
from slimsam_core.labelling.drafts import Proposal
from slimsam_core.pixels.mask import encode
from tests.app_canvas.canvas_hands import NO_KEYS, RIGHT, click, drag, place
from tests.app_canvas.test_drafts import answered
from tests.app_shell.test_context_menus import choose, menu_named
from tests.app_shell.test_grey_actions import press, told


def open_menu(window: MainWindow, x: float = 100, y: float = 90, name: str = "openMenu") -> QMenu:
    """Right click with the select tool."""
    canvas = window.workspace.canvas
    canvas.set_tool("select")
    QTest.mouseClick(canvas.viewport(), RIGHT, NO_KEYS, place(canvas, x, y))
    return menu_named(window, name)


@pytest.fixture
def prompted(qtbot: QtBot, labelling: MainWindow) -> MainWindow:
    for name in ("cat", "dog"):
        labelling.workbench.classes.add(name)
    click(labelling.workspace.canvas, 60, 60)
    answered(qtbot, labelling)
    return labelling


def test_nothing_in_the_menu_is_grey(prompted: MainWindow) -> None:
    menu = open_menu(prompted)
    assert [a.text() for a in menu.actions() if not a.isEnabled() and not a.isSeparator()] == []
    menu.close()


def test_it_accepts_what_is_open(qtbot: QtBot, prompted: MainWindow) -> None:
    with qtbot.waitSignal(prompted.workbench.objects.added, timeout=60_000):
        choose(open_menu(prompted), "Accept the mask")
    assert len(prompted.workbench.objects.objects) == 1


def test_it_drops_what_is_open_with_a_way_back(prompted: MainWindow) -> None:
    choose(open_menu(prompted), "Cancel the open mask")
    assert not prompted.prompting.prompts.active
    assert told(prompted)[0] == ["What was open was dropped."]


def test_it_gives_what_is_open_a_class(qtbot: QtBot, prompted: MainWindow) -> None:
    menu = open_menu(prompted)
    classes = menu.findChild(QMenu, "classMenu")
    assert classes is not None
    classes.popup(QPoint(0, 0))
    choose(classes, "cat")
    menu.close()
    with qtbot.waitSignal(prompted.workbench.objects.added, timeout=60_000):
        press(prompted, Qt.Key.Key_Return)
    document = prompted.workbench.document
    category = document.category(prompted.workbench.objects.objects[0].category_id)
    assert category is not None
    assert category.name == "cat"


def test_boxes_and_begun_outlines_have_it_too(labelling: MainWindow) -> None:
    canvas = labelling.workspace.canvas
    canvas.set_tool("polygon")
    click(canvas, 10, 10)
    click(canvas, 50, 10)
    open_menu(labelling).close()
    press(labelling, Qt.Key.Key_P)
    press(labelling, Qt.Key.Key_Escape)
    canvas.set_tool("boxes")
    drag(canvas, [(20, 20), (60, 60)])
    open_menu(labelling).close()


def test_with_nothing_open_a_place_without_objects_has_a_short_menu(labelling: MainWindow) -> None:
    menu = open_menu(labelling, name="pictureMenu")
    assert labelling.actions_["view.fit"] in menu.actions()
    menu.close()


def test_with_a_mask_open_the_key_of_what_is_for_objects_says_so(prompted: MainWindow) -> None:
    press(prompted, Qt.Key.Key_E)
    assert told(prompted) == (["A mask is open: accept it (Enter) or drop it (Esc) first."], [])


def propose(window: MainWindow) -> None:
    """Put one proposal on the table, around (100, 30)."""
    pixels = np.zeros((120, 160), np.bool_)
    pixels[20:40, 90:110] = True
    image_id = window.workbench.navigator.current_id
    assert image_id is not None
    proposal = Proposal(
        id=1, mask=encode(pixels), provenance=Provenance(source="everything", predicted_iou=0.9)
    )
    window.prompting.everything._take(FoundProposals(image_id, (proposal,), 0), ())
    window.workspace.canvas.set_tool("review")


def test_proposals_do_not_lie_over_an_open_mask(labelling: MainWindow) -> None:
    canvas, layer = labelling.workspace.canvas, labelling.workspace.canvas.layers.proposals
    propose(labelling)
    assert layer.at(100, 30) == 1
    canvas.set_tool("point")
    click(canvas, 60, 60)
    assert layer.at(100, 30) is None, "an open mask is seen alone"
    canvas.set_tool("review")
    assert layer.at(100, 30) == 1, "they are there for the tool that chooses them"
    canvas.set_tool("point")
    press(labelling, Qt.Key.Key_Escape)
    assert layer.at(100, 30) == 1


def test_after_the_last_proposal_the_former_tool_is_there_again(labelling: MainWindow) -> None:
    labelling.workspace.canvas.set_tool("box")
    propose(labelling)
    labelling.actions_["proposal.discard"].trigger()
    assert labelling.workspace.canvas.tool.id == "box"
