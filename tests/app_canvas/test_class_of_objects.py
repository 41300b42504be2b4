"""Which object a class is for: by keys, by a click in the list, before and after the click on the picture."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.banner import Banner
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation
from tests.app_canvas.canvas_hands import LEFT, NO_KEYS, click, drag
from tests.app_shell.conftest import open_and_wait
from tests.app_shell.test_grey_actions import told

CAR, PERSON = "car", "person"


@pytest.fixture
def classes(labelling: MainWindow) -> MainWindow:
    """The class car has the key 1, person the key 2."""
    for name in (CAR, PERSON):
        assert labelling.workbench.classes.add(name) is not None
    return labelling


def objects(window: MainWindow) -> tuple[Annotation, ...]:
    return window.workbench.objects.objects


def names(window: MainWindow) -> list[str]:
    """The class of each object, the oldest first."""
    known = {c.id: c.name for c in window.workbench.document.categories()}
    return [known[a.category_id] for a in sorted(objects(window), key=lambda a: a.id)]


def press(qtbot: QtBot, window: MainWindow, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(window.workspace.canvas, key)


def accept(qtbot: QtBot, window: MainWindow, key: Qt.Key = Qt.Key.Key_Return) -> None:
    before = len(objects(window))
    press(qtbot, window, key)
    qtbot.waitUntil(lambda: len(objects(window)) > before, timeout=60_000)


def choose_in_list(qtbot: QtBot, window: MainWindow, name: str) -> None:
    view, model = window.classes_dock.view, window.classes_model
    row = next(r for r in range(model.rowCount()) if model.index(r).data() == name)
    qtbot.mouseClick(view.viewport(), LEFT, NO_KEYS, view.visualRect(model.index(row)).center())


def lines(window: MainWindow) -> list[str]:
    return [banner.key[1] for banner in window.findChildren(Banner)]


@pytest.mark.parametrize("by", ["key", "list"])
def test_the_class_of_an_open_prompt_leaves_the_object_before_it_alone(
    qtbot: QtBot, classes: MainWindow, by: str
) -> None:
    canvas = classes.workspace.canvas
    press(qtbot, classes, Qt.Key.Key_1)
    click(canvas, 40, 40)
    accept(qtbot, classes)
    assert classes.workbench.objects.selection == ()
    click(canvas, 110, 80)
    if by == "key":
        press(qtbot, classes, Qt.Key.Key_2)
    else:
        choose_in_list(qtbot, classes, PERSON)
    accept(qtbot, classes)
    assert names(classes) == [CAR, PERSON]


def test_a_key_before_the_click_is_for_the_next_object_alone(qtbot: QtBot, classes: MainWindow) -> None:
    canvas = classes.workspace.canvas
    press(qtbot, classes, Qt.Key.Key_1)
    click(canvas, 40, 40)
    accept(qtbot, classes, Qt.Key.Key_N)
    press(qtbot, classes, Qt.Key.Key_2)
    click(canvas, 110, 80)
    accept(qtbot, classes)
    assert names(classes) == [CAR, PERSON]


def test_a_key_right_after_enter_is_not_for_the_mask_that_is_on_its_way(
    qtbot: QtBot, classes: MainWindow
) -> None:
    canvas = classes.workspace.canvas
    press(qtbot, classes, Qt.Key.Key_1)
    click(canvas, 40, 40)
    press(qtbot, classes, Qt.Key.Key_Return, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: len(objects(classes)) == 1, timeout=60_000)
    assert names(classes) == [CAR]


def test_a_batch_of_boxes_gets_the_class_and_the_objects_before_it_do_not(
    qtbot: QtBot, classes: MainWindow
) -> None:
    canvas = classes.workspace.canvas
    press(qtbot, classes, Qt.Key.Key_1)
    click(canvas, 40, 40)
    accept(qtbot, classes)
    classes.actions_["tool.boxes"].trigger()
    drag(canvas, [(10, 10), (40, 30), (60, 50)])
    drag(canvas, [(90, 60), (120, 90), (140, 110)])
    press(qtbot, classes, Qt.Key.Key_2)
    press(qtbot, classes, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(objects(classes)) == 3, timeout=60_000)
    assert names(classes) == [CAR, PERSON, PERSON]
    assert classes.workbench.objects.selection == ()


@pytest.mark.parametrize("by", ["key", "list"])
def test_what_the_user_selected_is_relabelled_in_one_line_with_undo(
    qtbot: QtBot, classes: MainWindow, by: str
) -> None:
    canvas = classes.workspace.canvas
    press(qtbot, classes, Qt.Key.Key_1)
    for place in ((40, 40), (110, 80)):
        click(canvas, *place)
        accept(qtbot, classes)
    qtbot.keyClick(canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    if by == "key":
        press(qtbot, classes, Qt.Key.Key_2)
    else:
        choose_in_list(qtbot, classes, PERSON)
    assert names(classes) == [PERSON, PERSON]
    assert f"2 objects are now “{PERSON}”." in lines(classes)
    banner = next(b for b in classes.findChildren(Banner) if PERSON in b.key[1])
    qtbot.mouseClick(banner.findChild(object, "bannerOffer"), LEFT)
    assert names(classes) == [CAR, CAR]


def test_the_undo_of_a_line_takes_back_nothing_else(qtbot: QtBot, classes: MainWindow) -> None:
    press(qtbot, classes, Qt.Key.Key_1)
    click(classes.workspace.canvas, 40, 40)
    accept(qtbot, classes)
    heard: list[object] = []
    classes.workbench.noted.connect(lambda _, undo: heard.append(undo))
    qtbot.keyClick(classes.workspace.canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, classes, Qt.Key.Key_2)
    assert classes.workbench.classes.add("tree") is not None
    (undo,) = heard
    assert callable(undo)
    undo()
    assert names(classes) == [PERSON]
    assert len(classes.workbench.document.categories()) == 3


def test_another_class_while_refining_is_for_the_refined_object_when_it_is_accepted(
    qtbot: QtBot, classes: MainWindow
) -> None:
    canvas = classes.workspace.canvas
    press(qtbot, classes, Qt.Key.Key_1)
    click(canvas, 40, 40)
    accept(qtbot, classes)
    mask = objects(classes)[0].mask
    qtbot.keyClick(canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, classes, Qt.Key.Key_E, Qt.Key.Key_2)
    assert names(classes) == [CAR]
    assert PERSON in classes.prompting.bar.label.text()
    press(qtbot, classes, Qt.Key.Key_Return)
    assert names(classes) == [PERSON]
    assert objects(classes)[0].mask == mask
    classes.workbench.undo()
    qtbot.keyClick(canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, classes, Qt.Key.Key_E, Qt.Key.Key_2, Qt.Key.Key_Escape)
    assert names(classes) == [CAR]


def test_an_outline_that_is_begun_takes_the_class_and_no_selection_does(
    qtbot: QtBot, classes: MainWindow
) -> None:
    canvas = classes.workspace.canvas
    press(qtbot, classes, Qt.Key.Key_1)
    click(canvas, 40, 40)
    accept(qtbot, classes)
    qtbot.keyClick(canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, classes, Qt.Key.Key_P)
    for place in ((60, 60), (100, 60), (100, 100)):
        click(canvas, *place)
    press(qtbot, classes, Qt.Key.Key_2)
    accept(qtbot, classes)
    assert names(classes) == [CAR, PERSON]


def test_strokes_go_on_with_the_object_until_enter_or_n_and_never_with_the_one_before(
    qtbot: QtBot, classes: MainWindow
) -> None:
    canvas, masks = classes.workspace.canvas, classes.workbench.masks
    press(qtbot, classes, Qt.Key.Key_1)
    click(canvas, 40, 40)
    accept(qtbot, classes)
    first = objects(classes)[0]
    press(qtbot, classes, Qt.Key.Key_B)
    for key in (Qt.Key.Key_N, Qt.Key.Key_Return):
        drag(canvas, [(90, 20), (110, 20)])
        drag(canvas, [(90, 60), (110, 60)])
        press(qtbot, classes, Qt.Key.Key_2)
        qtbot.waitUntil(lambda: not masks.busy and not classes.workbench.pool.busy, timeout=120_000)
        press(qtbot, classes, key)
        assert masks.painting is None
    assert names(classes) == [CAR, PERSON, PERSON]
    kept = {a.id: a for a in objects(classes)}
    assert kept[first.id] == first
    areas = [a.mask.area for a in kept.values() if a.id != first.id]
    assert areas[0] == areas[1]


def test_painting_that_another_picture_ends_is_told(qtbot: QtBot, classes: MainWindow) -> None:
    canvas, masks = classes.workspace.canvas, classes.workbench.masks
    press(qtbot, classes, Qt.Key.Key_B)
    drag(canvas, [(90, 20), (110, 20)])
    qtbot.waitUntil(lambda: not masks.busy and not classes.workbench.pool.busy, timeout=120_000)
    press(qtbot, classes, Qt.Key.Key_D)
    assert masks.painting is None
    assert told(classes)[0] == ["The painted object is finished: select it to paint on it."]
    press(qtbot, classes, Qt.Key.Key_A)
    assert len(objects(classes)) == 1


def test_a_stroke_that_is_still_computed_when_the_project_closes_is_in_it(
    qtbot: QtBot, classes: MainWindow
) -> None:
    folder = classes.workbench.document.project.path.parent.parent
    press(qtbot, classes, Qt.Key.Key_B)
    drag(classes.workspace.canvas, [(90, 20), (110, 20)])
    drag(classes.workspace.canvas, [(90, 60), (110, 60)])
    classes.actions_["file.close"].trigger()
    assert not classes.workbench.document.is_open
    open_and_wait(qtbot, classes, folder)
    (made,) = objects(classes)
    assert made.provenance.human_edits == 1
