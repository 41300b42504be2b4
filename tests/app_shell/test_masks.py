"""Masks drawn, combined and cleaned through the window, and random work taken back and done again."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.sessions.object_session import resized_canvas
from slimsam_app.windows.dialogs.simplify_sheet import SimplifySheet
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, DrawnShape, ImageState, ShapeKind
from slimsam_core.labelling.mask_edit import Stroke
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import encode
from tests.app_shell.test_grey_actions import told
from tests.app_shell.test_labelling import add_object, banner_texts


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(
        lambda: not window.workbench.masks.busy and not window.workbench.pool.busy, timeout=120_000
    )


def square_stroke(x: int, y: int, size: int, adds: bool) -> Stroke:
    pixels = np.ones((size, size), np.bool_)
    pixels.setflags(write=False)
    return Stroke(x, y, pixels, adds)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> DrawnShape:
    return DrawnShape(ShapeKind.RECTANGLE, (((x0, y0), (x1, y1)),))


def masks(window: MainWindow) -> list[int]:
    return [annotation.mask.area for annotation in window.workbench.objects.objects]


def test_a_drawn_shape_becomes_an_object_that_keeps_its_outline(qtbot: QtBot, opened: MainWindow) -> None:
    opened.workbench.masks.draw(rectangle(10, 10, 30, 20))
    settle(qtbot, opened)
    (annotation,) = opened.workbench.objects.objects
    assert annotation.mask.area == 200
    assert annotation.drawn == rectangle(10, 10, 30, 20)
    opened.workbench.masks.edit_shape(annotation.id, rectangle(10, 10, 20, 20))
    settle(qtbot, opened)
    assert masks(opened) == [100]


def test_strokes_on_one_object_come_in_their_order(qtbot: QtBot, opened: MainWindow) -> None:
    target = add_object(opened)
    for x in (30, 40, 50):
        opened.workbench.masks.stroke(square_stroke(x, 10, 10, True), target)
    opened.workbench.masks.stroke(square_stroke(40, 10, 10, False), target)
    settle(qtbot, opened)
    assert masks(opened) == [20 * 20 + 2 * 100]
    assert opened.workbench.objects.objects[0].provenance.human_edits == 4


def test_erasing_everything_deletes_the_object(qtbot: QtBot, opened: MainWindow) -> None:
    target = add_object(opened)
    opened.workbench.masks.stroke(square_stroke(0, 0, 60, False), target)
    settle(qtbot, opened)
    assert masks(opened) == []
    opened.actions_["edit.undo"].trigger()
    assert masks(opened) == [400]


def test_a_stroke_without_a_target_begins_an_object(qtbot: QtBot, opened: MainWindow) -> None:
    opened.workbench.masks.stroke(square_stroke(70, 50, 40, True))
    settle(qtbot, opened)
    assert masks(opened) == [10 * 10]


@pytest.mark.parametrize(
    ("action_id", "areas"),
    [("mask.merge", [600]), ("mask.subtract", [200, 400]), ("mask.intersect", [200])],
)
def test_two_objects_are_combined(qtbot: QtBot, opened: MainWindow, action_id: str, areas: list[int]) -> None:
    add_object(opened, 5)
    add_object(opened, 15)
    opened.workbench.objects.select(())  # of those selected at once the rearmost is cut
    opened.actions_["edit.select_all"].trigger()
    opened.actions_[action_id].trigger()
    settle(qtbot, opened)
    assert masks(opened) == areas
    opened.actions_["edit.undo"].trigger()
    assert masks(opened) == [400, 400]


def test_objects_with_nothing_in_common_stay(qtbot: QtBot, opened: MainWindow) -> None:
    add_object(opened, 5)
    add_object(opened, 50)
    opened.actions_["edit.select_all"].trigger()
    opened.actions_["mask.intersect"].trigger()
    settle(qtbot, opened)
    assert masks(opened) == [400, 400]
    assert told(opened)[0] == ["Intersect: nothing would be left, so the objects stay as they are."]


def test_an_object_that_is_cut_away_whole_is_named(qtbot: QtBot, opened: MainWindow) -> None:
    rearmost = add_object(opened, 5)
    add_object(opened, 5)
    opened.workbench.objects.select(())
    opened.actions_["edit.select_all"].trigger()
    opened.actions_["mask.subtract"].trigger()
    settle(qtbot, opened)
    assert masks(opened) == [400]
    assert told(opened)[0] == [f"Nothing was left of object #{rearmost}: it is removed."]


def test_parts_specks_and_holes(qtbot: QtBot, opened: MainWindow) -> None:
    target = add_object(opened)
    opened.workbench.masks.stroke(square_stroke(60, 40, 3, True), target)
    opened.workbench.masks.stroke(square_stroke(10, 15, 4, False), target)
    settle(qtbot, opened)
    assert masks(opened) == [400 + 9 - 16]
    opened.actions_["mask.fill"].trigger()
    opened.actions_["mask.specks"].trigger()
    settle(qtbot, opened)
    assert masks(opened) == [400]
    opened.workbench.masks.stroke(square_stroke(60, 40, 10, True), target)
    settle(qtbot, opened)
    opened.actions_["mask.split"].trigger()
    settle(qtbot, opened)
    assert sorted(masks(opened)) == [100, 400]


def test_a_simplified_outline_can_be_made_exact_again(qtbot: QtBot, opened: MainWindow) -> None:
    target = add_object(opened)
    opened.workbench.masks.stroke(square_stroke(25, 18, 2, True), target)
    settle(qtbot, opened)
    opened.workbench.masks.simplify(4.0)
    settle(qtbot, opened)
    assert opened.workbench.objects.objects[0].drawn is not None
    opened.workbench.masks.simplify(0.0)
    settle(qtbot, opened)
    assert masks(opened) == [404]


def simplify_sheet(window: MainWindow) -> SimplifySheet:
    window.actions_["mask.simplify"].trigger()
    return next(sheet for sheet in window.findChildren(SimplifySheet) if sheet.isVisible())


@pytest.fixture
def notched(qtbot: QtBot, opened: MainWindow) -> MainWindow:
    """An object of 404 pixels, selected; simplified it has 400."""
    target = add_object(opened)
    opened.workbench.masks.stroke(square_stroke(25, 18, 2, True), target)
    settle(qtbot, opened)
    opened.workbench.objects.select((target,))
    return opened


def test_the_simplify_slider_shows_outlines_and_ok_is_one_command(qtbot: QtBot, notched: MainWindow) -> None:
    sheet = simplify_sheet(notched)
    stack, draft = notched.workbench.document.undo_stack, notched.workspace.canvas.layers.draft
    before = stack.count()
    for place in (4, 8, 16):
        sheet.slider.setValue(place)
        settle(qtbot, notched)
        assert draft.isVisible(), "the outline is shown while the slider moves"
    assert stack.count() == before
    assert masks(notched) == [404]
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    settle(qtbot, notched)
    assert stack.count() == before + 1
    assert masks(notched) == [400]
    assert not draft.isVisible()
    notched.workbench.undo()
    assert masks(notched) == [404]


def test_a_cancelled_simplification_leaves_all_as_it_was(qtbot: QtBot, notched: MainWindow) -> None:
    sheet = simplify_sheet(notched)
    objects, count = notched.workbench.objects.objects, notched.workbench.document.undo_stack.count()
    sheet.slider.setValue(16)
    settle(qtbot, notched)
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    settle(qtbot, notched)
    assert notched.workbench.objects.objects == objects
    assert notched.workbench.document.undo_stack.count() == count
    assert not notched.workspace.canvas.layers.draft.isVisible()


def test_simplifying_again_begins_where_it_was_left(qtbot: QtBot, notched: MainWindow) -> None:
    sheet = simplify_sheet(notched)
    assert sheet.slider.value() == 0
    sheet.slider.setValue(17)
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    settle(qtbot, notched)
    count = notched.workbench.document.undo_stack.count()
    sheet = simplify_sheet(notched)
    assert sheet.tolerance == 4.25
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    settle(qtbot, notched)
    assert notched.workbench.document.undo_stack.count() == count, "nothing was changed"
    sheet = simplify_sheet(notched)
    sheet.slider.setValue(0)
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    settle(qtbot, notched)
    assert masks(notched) == [404]
    assert simplify_sheet(notched).slider.value() == 0


@pytest.mark.parametrize("action_id", ["mask.merge", "mask.subtract", "mask.intersect", "object.delete"])
def test_undo_selects_what_was_selected_before(qtbot: QtBot, opened: MainWindow, action_id: str) -> None:
    objects = opened.workbench.objects
    first, second = add_object(opened, 5), add_object(opened, 12)
    objects.select((second,))
    objects.select((second, first))
    before = objects.objects
    opened.actions_[action_id].trigger()
    settle(qtbot, opened)
    objects.select(())
    opened.actions_["edit.undo"].trigger()
    assert objects.objects == before
    assert objects.selection == (first, second)
    assert objects.first_chosen == second


def test_undo_of_what_made_objects_selects_what_was_selected_before(qtbot: QtBot, opened: MainWindow) -> None:
    objects = opened.workbench.objects
    first = add_object(opened, 5)
    objects.select((first,))
    opened.actions_["edit.duplicate"].trigger()
    settle(qtbot, opened)
    assert len(objects.objects) == 2
    assert objects.selection != (first,)
    opened.actions_["edit.undo"].trigger()
    assert objects.selection == (first,)


def test_a_locked_object_is_not_painted_on(qtbot: QtBot, opened: MainWindow) -> None:
    target = add_object(opened)
    opened.actions_["object.lock"].trigger()
    opened.workbench.masks.stroke(square_stroke(30, 10, 10, True), target)
    settle(qtbot, opened)
    assert masks(opened) == [400]
    assert "locked" in banner_texts(opened)


def test_a_mask_keeps_its_place_in_a_picture_of_another_size() -> None:
    pixels = np.zeros((10, 12), np.bool_)
    pixels[2:9, 3:11] = True
    moved = resized_canvas(encode(pixels), Size(5, 20)).decode()
    assert moved.shape == (5, 20)
    assert moved.sum() == 3 * 8
    assert moved[2:, 3:11].all()


def everything(window: MainWindow) -> object:
    project = window.workbench.document.project
    return (
        [replace(image, size=None, content_hash="") for image in project.images()],
        project.categories(),
        [project.annotations(image_id) for image_id in project.image_ids()],
    )


@pytest.mark.parametrize("seed", range(6))
def test_random_work_is_taken_back_and_done_again_bit_for_bit(
    qtbot: QtBot, opened: MainWindow, seed: int
) -> None:
    chance, workbench = random.Random(seed), opened.workbench
    start = everything(opened)

    def some_object() -> Annotation | None:
        return chance.choice(workbench.objects.objects) if workbench.objects.objects else None

    def on_object(action_id: str) -> None:
        if (annotation := some_object()) is not None:
            workbench.objects.select((annotation.id,))
            opened.actions_[action_id].trigger()

    def paint() -> None:
        if (annotation := some_object()) is not None:
            stroke = square_stroke(chance.randrange(70), chance.randrange(50), 8, chance.random() < 0.6)
            workbench.masks.stroke(stroke, annotation.id)

    steps = [
        lambda: add_object(opened, chance.randrange(50)),
        lambda: workbench.classes.add(f"class {chance.randrange(8)}"),
        lambda: workbench.navigator.step(chance.choice((-1, 1))),
        lambda: workbench.set_state(chance.choice(list(ImageState))),
        paint,
        *(
            (lambda action_id=action_id: on_object(action_id))
            for action_id in (
                "object.delete", "object.hide", "object.lock", "object.group", "object.raise",
                "edit.duplicate", "class.1", "mask.smooth", "mask.split", "edit.undo", "edit.redo",
            )
        ),
    ]  # fmt: skip
    for _ in range(40):
        chance.choice(steps)()
        settle(qtbot, opened)
        current = workbench.navigator.current_id
        assert current is not None
        assert workbench.objects.objects == workbench.document.annotations(current)
    end = everything(opened)
    stack = workbench.document.undo_stack
    while stack.canUndo():
        workbench.undo()
    assert everything(opened) == start
    while stack.canRedo():
        workbench.redo()
    # what had been undone when the work ended is done now as well; go back to there
    session_end = stack.count()
    for _ in range(session_end):
        if everything(opened) == end:
            break
        workbench.undo()
    assert everything(opened) == end


def test_enter_ends_painting_on_a_chosen_object(qtbot: QtBot, opened: MainWindow) -> None:
    chosen = add_object(opened)
    opened.workbench.objects.select((chosen,))
    opened.workspace.canvas.set_tool("brush")
    opened.workbench.masks.stroke(square_stroke(60, 40, 10, True), chosen)
    settle(qtbot, opened)
    opened.actions_["prompt.accept"].trigger()
    assert opened.workbench.objects.selection == ()
    assert told(opened)[0] == [], "the hint of the brush says that Enter ends the object"
    opened.actions_["prompt.accept"].trigger()
    assert told(opened)[0] == ["Nothing is open: click on an object first."]
