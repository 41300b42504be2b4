"""The class of what is open stays with it: refined, taken back, left with its picture, and finished later."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.banner import Banner
from slimsam_app.sessions import boxes_session
from slimsam_app.windows.main_window import MainWindow
from tests.app_canvas.canvas_hands import CTRL, LEFT, SHIFT, click, drag
from tests.app_canvas.test_class_asked_later import names_in
from tests.app_canvas.test_class_of_objects import accept, lines, objects, press
from tests.app_canvas.test_drafts import restarted

NAMES = ("person", "car", "tree")
FIRST, SECOND = ((20.0, 20.0), (40.0, 50.0), (70.0, 90.0)), ((90.0, 30.0), (120.0, 60.0), (150.0, 100.0))


@pytest.fixture
def classes(labelling: MainWindow) -> MainWindow:
    """Persons, cars, trees; new objects are persons."""
    for name in NAMES:
        assert labelling.workbench.classes.add(name) is not None
    person = labelling.workbench.document.categories()[0].id
    labelling.workbench.objects.choose_category(person)
    return labelling


def next_class(window: MainWindow) -> str:
    """The class that new objects get."""
    category = window.workbench.document.category(window.workbench.objects.category_id)
    assert category is not None
    return category.name


def go(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        press(qtbot, window, key)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=60_000)


@pytest.fixture
def refining(qtbot: QtBot, classes: MainWindow) -> MainWindow:
    """A person, selected; E and the key of another class pressed."""
    click(classes.workspace.canvas, 40, 40)
    accept(qtbot, classes)
    qtbot.keyClick(classes.workspace.canvas, Qt.Key.Key_A, CTRL)
    press(qtbot, classes, Qt.Key.Key_E, Qt.Key.Key_2)
    assert names_in(classes, 0) == ["person"]
    return classes


def test_ctrl_enter_accepts_a_class_that_was_given_while_refining(qtbot: QtBot, refining: MainWindow) -> None:
    mask = objects(refining)[0].mask
    qtbot.keyClick(refining.workspace.canvas, Qt.Key.Key_Return, CTRL)
    assert names_in(refining, 0) == ["car"]
    navigator = refining.workbench.navigator
    assert refining.workbench.document.annotations(navigator.ids[0])[0].mask == mask
    assert navigator.current_id == navigator.ids[1]
    assert any("accepted: 1 object" in line for line in lines(refining))
    assert not refining.workbench.drafts.has(navigator.ids[0])


def test_a_class_that_was_given_while_refining_is_kept_with_the_picture(
    qtbot: QtBot, refining: MainWindow
) -> None:
    prompts = refining.prompting.prompts
    go(qtbot, refining, Qt.Key.Key_D)
    assert any("kept with 0.png" in line for line in lines(refining))
    assert not prompts.active
    go(qtbot, refining, Qt.Key.Key_A)
    assert prompts.refined is not None
    assert "Refining car" in refining.prompting.bar.label.text()
    press(qtbot, refining, Qt.Key.Key_Return)
    assert names_in(refining, 0) == ["car"]
    refining.prompting.drafting.keep()
    assert not refining.workbench.drafts.has(refining.workbench.navigator.ids[0])


def test_refining_without_a_change_is_left_without_a_word(qtbot: QtBot, classes: MainWindow) -> None:
    click(classes.workspace.canvas, 40, 40)
    accept(qtbot, classes)
    qtbot.keyClick(classes.workspace.canvas, Qt.Key.Key_A, CTRL)
    press(qtbot, classes, Qt.Key.Key_E, Qt.Key.Key_1)  # the class that it has
    go(qtbot, classes, Qt.Key.Key_D)
    assert not any("kept with" in line for line in lines(classes))
    assert not classes.workbench.drafts.has(classes.workbench.navigator.ids[0])


def test_escape_drops_a_class_that_was_given_while_refining_with_a_way_back(
    qtbot: QtBot, refining: MainWindow
) -> None:
    press(qtbot, refining, Qt.Key.Key_Escape)
    assert not refining.prompting.prompts.active
    banner = next(b for b in refining.findChildren(Banner) if "dropped" in b.key[1])
    qtbot.mouseClick(banner.findChild(object, "bannerOffer"), LEFT)
    press(qtbot, refining, Qt.Key.Key_Return)
    assert names_in(refining, 0) == ["car"]


def test_a_step_back_takes_the_class_first(qtbot: QtBot, refining: MainWindow) -> None:
    prompts = refining.prompting.prompts
    press(qtbot, refining, Qt.Key.Key_Backspace)
    assert prompts.active
    assert "Refining person" in refining.prompting.bar.label.text()
    press(qtbot, refining, Qt.Key.Key_Backspace)
    assert not prompts.active


def test_checked_and_empty_waits_for_a_class_that_was_given_while_refining(refining: MainWindow) -> None:
    (part,) = refining.prompting.drafting.open_parts
    assert refining.prompting.drafting.parts == (part,)


def test_a_boxes_draft_that_is_passed_by_leaves_the_class_of_new_objects_alone(
    qtbot: QtBot, classes: MainWindow
) -> None:
    canvas, boxes = classes.workspace.canvas, classes.prompting.boxes
    qtbot.keyClick(canvas, Qt.Key.Key_W, SHIFT)
    drag(canvas, FIRST)
    go(qtbot, classes, Qt.Key.Key_D)
    press(qtbot, classes, Qt.Key.Key_2)
    go(qtbot, classes, Qt.Key.Key_A)
    assert boxes.active
    assert next_class(classes) == "car"
    assert "person" in classes.prompting.bar.label.text()
    go(qtbot, classes, Qt.Key.Key_D)
    assert next_class(classes) == "car"
    press(qtbot, classes, Qt.Key.Key_3)
    go(qtbot, classes, Qt.Key.Key_A)
    press(qtbot, classes, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(objects(classes)) == 1, timeout=60_000)
    assert names_in(classes, 0) == ["person"]
    assert next_class(classes) == "tree"


def test_a_key_gives_boxes_that_came_back_their_class_and_no_other(qtbot: QtBot, classes: MainWindow) -> None:
    canvas = classes.workspace.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_W, SHIFT)
    drag(canvas, FIRST)
    go(qtbot, classes, Qt.Key.Key_D)
    go(qtbot, classes, Qt.Key.Key_A)
    press(qtbot, classes, Qt.Key.Key_2)
    assert next_class(classes) == "person"
    press(qtbot, classes, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(objects(classes)) == 1, timeout=60_000)
    assert names_in(classes, 0) == ["car"]
    drag(canvas, SECOND)
    press(qtbot, classes, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(objects(classes)) == 2, timeout=60_000)
    assert sorted(names_in(classes, 0)) == ["car", "person"], "the next boxes are no cars"


def test_boxes_that_are_taken_back_before_they_are_stored_keep_their_class(
    qtbot: QtBot, classes: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, made = threading.Event(), boxes_session.finishing

    def later(*given: object) -> object:
        assert go_on.wait(30)
        return made(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(boxes_session, "finishing", later)
    canvas, boxes = classes.workspace.canvas, classes.prompting.boxes
    qtbot.keyClick(canvas, Qt.Key.Key_W, SHIFT)
    drag(canvas, FIRST)
    qtbot.waitUntil(lambda: all(boxes.answers), timeout=60_000)
    press(qtbot, classes, Qt.Key.Key_Return, Qt.Key.Key_2)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    assert boxes.active
    go_on.set()
    press(qtbot, classes, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(objects(classes)) == 1, timeout=60_000)
    assert names_in(classes, 0) == ["person"]
    assert next_class(classes) == "car"


def test_boxes_that_come_back_beside_others_of_another_class_wait_their_turn(
    qtbot: QtBot, classes: MainWindow
) -> None:
    canvas, boxes = classes.workspace.canvas, classes.prompting.boxes
    qtbot.keyClick(canvas, Qt.Key.Key_W, SHIFT)
    drag(canvas, FIRST)
    (former,) = boxes.drafts
    press(qtbot, classes, Qt.Key.Key_Escape, Qt.Key.Key_2)
    drag(canvas, SECOND)
    image_id = classes.workbench.navigator.current_id
    assert image_id is not None
    classes.prompting.drafting.put_back(image_id, former)
    assert len(boxes.boxes) == 1
    press(qtbot, classes, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(objects(classes)) == 1 and boxes.active, timeout=60_000)
    press(qtbot, classes, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(objects(classes)) == 2, timeout=60_000)
    assert names_in(classes, 0) == ["car", "person"]


def corners(window: MainWindow) -> None:
    for place in ((20, 20), (60, 20), (60, 60)):
        click(window.workspace.canvas, *place)


def test_an_outline_that_is_left_keeps_the_class_that_it_was_begun_with(
    qtbot: QtBot, classes: MainWindow
) -> None:
    press(qtbot, classes, Qt.Key.Key_P)
    corners(classes)
    go(qtbot, classes, Qt.Key.Key_D)
    press(qtbot, classes, Qt.Key.Key_2)
    go(qtbot, classes, Qt.Key.Key_A)
    assert classes.status._state.text() == "person – Enter accepts, Esc drops it"
    accept(qtbot, classes)
    assert names_in(classes, 0) == ["person"]
    assert next_class(classes) == "car"
    assert "person" not in classes.status._state.text()
    corners(classes)
    accept(qtbot, classes)
    assert names_in(classes, 0) == ["person", "car"], "the next outline is one of its own"


def test_a_key_gives_an_outline_that_came_back_its_class_and_no_other(
    qtbot: QtBot, classes: MainWindow
) -> None:
    press(qtbot, classes, Qt.Key.Key_P)
    corners(classes)
    go(qtbot, classes, Qt.Key.Key_D)
    go(qtbot, classes, Qt.Key.Key_A)
    press(qtbot, classes, Qt.Key.Key_3)
    assert next_class(classes) == "person"
    assert "tree" in classes.status._state.text()
    accept(qtbot, classes)
    assert names_in(classes, 0) == ["tree"]


def test_an_outline_that_escape_dropped_comes_back_with_its_class(qtbot: QtBot, classes: MainWindow) -> None:
    said = []
    classes.workbench.noted.connect(lambda _, way_back: said.append(way_back))
    press(qtbot, classes, Qt.Key.Key_P)
    corners(classes)
    press(qtbot, classes, Qt.Key.Key_Escape, Qt.Key.Key_2)
    said[0]()
    accept(qtbot, classes)
    assert names_in(classes, 0) == ["person"]


@pytest.mark.parametrize("then", ["nothing", "finish", "choose"])
def test_the_tool_of_an_outline_that_is_passed_by_goes_with_it(
    qtbot: QtBot, classes: MainWindow, then: str
) -> None:
    canvas = classes.workspace.canvas
    press(qtbot, classes, Qt.Key.Key_P)
    corners(classes)
    go(qtbot, classes, Qt.Key.Key_D)
    press(qtbot, classes, Qt.Key.Key_Q)
    go(qtbot, classes, Qt.Key.Key_A)
    assert canvas.tool.id == "polygon"
    if then == "finish":
        accept(qtbot, classes)
    elif then == "choose":
        press(qtbot, classes, Qt.Key.Key_P)
    go(qtbot, classes, Qt.Key.Key_D)
    assert canvas.tool.id == ("polygon" if then == "choose" else "point")
    if then == "nothing":
        go(qtbot, classes, Qt.Key.Key_A)
        assert len(canvas.tool.outline()) == 3, "it is still there"


def test_the_tool_of_an_outline_goes_with_it_after_a_restart_too(
    qtbot: QtBot, qapp: QApplication, classes: MainWindow, pictures: Path
) -> None:
    press(qtbot, classes, Qt.Key.Key_P)
    corners(classes)
    go(qtbot, classes, Qt.Key.Key_D)
    press(qtbot, classes, Qt.Key.Key_Q)
    go(qtbot, classes, Qt.Key.Key_A)
    window = restarted(qtbot, qapp, classes, pictures)
    try:
        canvas = window.workspace.canvas
        qtbot.waitUntil(lambda: len(canvas.tools["polygon"].outline()) == 3, timeout=60_000)
        assert canvas.tool.id == "polygon"
        go(qtbot, window, Qt.Key.Key_D)
        assert canvas.tool.id == "point"
    finally:
        window.close()
        window.deleteLater()
