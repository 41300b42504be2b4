"""Several boxes drawn one after another become objects by one command."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation
from slimsam_core.errors import OutOfMemory
from tests.app_canvas.canvas_hands import SHIFT, click, drag, move

FIRST, SECOND = [(20.0, 20.0), (40.0, 50.0), (70.0, 90.0)], [(90.0, 30.0), (120.0, 60.0), (150.0, 100.0)]


def objects(window: MainWindow) -> tuple[Annotation, ...]:
    return window.workbench.objects.objects


def choose_tool(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window.workspace.canvas, Qt.Key.Key_W, SHIFT)
    assert window.workspace.canvas.tool.id == "boxes"


def answered(window: MainWindow, count: int) -> bool:
    answers = window.prompting.boxes.answers
    return len(answers) == count and all(answer is not None for answer in answers)


def test_boxes_are_previewed_together_and_accepted_as_one_command(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    canvas, boxes = labelling.workspace.canvas, labelling.prompting.boxes
    choose_tool(qtbot, labelling)
    drag(canvas, FIRST)
    drag(canvas, SECOND)
    qtbot.waitUntil(lambda: answered(labelling, 2), timeout=60_000)
    shown = [a.prediction.preferred.finest[0] for a in boxes.answers if a is not None]
    assert all(a is b for a, b in zip(canvas.layers.several.masks, shown, strict=True))
    with qtbot.waitSignal(boxes.accepted, timeout=60_000):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    made = objects(labelling)
    assert len(made) == 2
    first, second = (a.provenance.prompts.box for a in made if a.provenance.prompts)
    assert first is not None
    assert second is not None
    assert abs(first.x0 - 20) < 1
    assert abs(second.x1 - 150) < 1
    assert not canvas.layers.several.boxes
    qtbot.keyClick(labelling, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not objects(labelling)
    qtbot.keyClick(labelling, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert objects(labelling) == made


def test_masks_are_those_that_each_box_gives_alone(qtbot: QtBot, labelling: MainWindow) -> None:
    canvas, prompts, boxes = (
        labelling.workspace.canvas,
        labelling.prompting.prompts,
        labelling.prompting.boxes,
    )
    choose_tool(qtbot, labelling)
    drag(canvas, FIRST)
    drag(canvas, SECOND)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(objects(labelling)) == 2, timeout=60_000)
    together = [a.mask for a in objects(labelling)]
    qtbot.keyClick(canvas, Qt.Key.Key_W)
    for way in (FIRST, SECOND):
        drag(canvas, way)
        with qtbot.waitSignal(prompts.accepted, timeout=60_000):
            qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert [a.mask for a in objects(labelling)][2:] == together
    assert not boxes.active


def test_shift_with_the_box_tool_keeps_the_first_box(qtbot: QtBot, labelling: MainWindow) -> None:
    canvas = labelling.workspace.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_W)
    drag(canvas, FIRST)
    drag(canvas, SECOND, keys=SHIFT)
    assert canvas.tool.id == "boxes"
    assert not labelling.prompting.prompts.active
    assert len(labelling.prompting.boxes.boxes) == 2
    assert labelling.actions_["tool.boxes"].isChecked()


def test_shift_accepts_an_object_that_has_more_than_a_box(qtbot: QtBot, labelling: MainWindow) -> None:
    canvas = labelling.workspace.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_W)
    drag(canvas, FIRST)
    click(canvas, 45, 50)
    drag(canvas, SECOND, keys=SHIFT)
    qtbot.waitUntil(lambda: len(objects(labelling)) == 1, timeout=60_000)
    assert len(labelling.prompting.boxes.boxes) == 1


def test_a_box_is_dropped_by_its_edge_by_backspace_and_all_by_escape(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    canvas, boxes = labelling.workspace.canvas, labelling.prompting.boxes
    choose_tool(qtbot, labelling)
    for way in (FIRST, SECOND, [(5.0, 5.0), (15.0, 15.0)]):
        drag(canvas, way)
    move(canvas, 20, 60)
    click(canvas, 20, 60)
    assert [round(b.x0) for b in boxes.boxes] == [90, 5]
    click(canvas, 120, 60)  # inside, not on an edge
    assert len(boxes.boxes) == 2
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    assert [round(b.x0) for b in boxes.boxes] == [90]
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not boxes.boxes
    assert not canvas.layers.several.boxes
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert not objects(labelling)


def test_another_tool_leaves_the_boxes_and_another_picture_keeps_them(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    canvas, boxes = labelling.workspace.canvas, labelling.prompting.boxes
    choose_tool(qtbot, labelling)
    drag(canvas, FIRST)
    before = boxes.boxes
    assert len(before) == 1
    qtbot.keyClick(canvas, Qt.Key.Key_Q)
    assert boxes.boxes == before
    qtbot.keyClick(labelling, Qt.Key.Key_D)
    assert not boxes.boxes
    assert not canvas.layers.several.boxes
    qtbot.keyClick(labelling, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: boxes.boxes == before, timeout=60_000)


def test_accepted_boxes_go_to_their_own_picture(qtbot: QtBot, labelling: MainWindow) -> None:
    first = labelling.workbench.navigator.current_id
    choose_tool(qtbot, labelling)
    drag(labelling.workspace.canvas, FIRST)
    drag(labelling.workspace.canvas, SECOND)
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Return)
    qtbot.keyClick(labelling, Qt.Key.Key_D)
    document = labelling.workbench.document
    assert first is not None
    qtbot.waitUntil(lambda: len(document.annotations(first)) == 2, timeout=60_000)
    assert labelling.workbench.navigator.current_id != first
    assert not objects(labelling)


def test_a_failed_accept_gives_the_boxes_back(qtbot: QtBot, labelling: MainWindow) -> None:
    boxes, client = labelling.prompting.boxes, labelling.prompting.client
    choose_tool(qtbot, labelling)
    drag(labelling.workspace.canvas, FIRST)
    qtbot.waitUntil(lambda: answered(labelling, 1), timeout=60_000)
    wanted = boxes.boxes
    with qtbot.waitSignal(boxes.failed):
        qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Return)
        slot = next(iter(boxes._finishing))
        client.refused.emit(boxes.image_id, slot, OutOfMemory("No memory is left.", "Close something."))
    assert boxes.boxes == wanted


def test_a_class_key_over_several_boxes_says_that_all_of_them_change(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    workbench, canvas = labelling.workbench, labelling.workspace.canvas
    cat, dog = workbench.classes.add("cat"), workbench.classes.add("dog")
    assert cat is not None
    assert dog is not None
    told: list[str] = []
    workbench.noted.connect(lambda words, _: told.append(words))
    choose_tool(qtbot, labelling)
    drag(canvas, FIRST)
    labelling.actions_["class.1"].trigger()
    assert told == [], "one box, as one prompt: it shows its class"
    drag(canvas, SECOND)
    labelling.actions_["class.2"].trigger()
    assert told == ["The 2 open boxes become “dog”."]
    labelling.actions_["class.2"].trigger()
    assert len(told) == 1, "nothing changed"
    with qtbot.waitSignal(labelling.prompting.boxes.accepted, timeout=60_000):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert {one.category_id for one in objects(labelling)} == {dog.id}
