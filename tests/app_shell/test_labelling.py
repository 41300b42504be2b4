"""Objects, classes, undo and export through the sessions and the actions of the window."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pycocotools.coco import COCO
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.banner import Banner
from slimsam_app.intents.objects import NewObject
from slimsam_app.item_models.objects_model import ObjectRole
from slimsam_app.kept import Intent
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Category, ImageState, Provenance
from slimsam_core.labelling.drafts import BoxesDraft
from slimsam_core.pixels.geometry import BoxXYXY
from slimsam_core.pixels.mask import Rle, encode
from slimsam_core.project import Edit, ImageFilter
from slimsam_core.project.tracks import TRACK_KEY
from tests.app_shell.conftest import open_and_wait


def a_mask(x: int = 5, size: int = 20) -> Rle:
    pixels = np.zeros((60, 80), np.bool_)
    pixels[10 : 10 + size, x : x + size] = True
    return encode(pixels)


def add_object(window: MainWindow, x: int = 5) -> int:
    workbench = window.workbench
    assert workbench.navigator.current_id is not None
    new = NewObject(mask=a_mask(x), provenance=Provenance(source="model", predicted_iou=0.9))
    assert workbench.objects.add(new, workbench.navigator.current_id)
    assert workbench.objects.selection == ()  # nothing that was made stays chosen
    made = max(annotation.id for annotation in workbench.objects.objects)
    workbench.objects.select((made,))
    return made


def banner_texts(window: MainWindow) -> str:
    return "\n".join(" ".join(banner.key[1:]) for banner in window.findChildren(Banner))


def test_the_first_object_makes_a_class_and_starts_the_image(opened: MainWindow) -> None:
    add_object(opened)
    entry = opened.workbench.navigator.entry
    assert [c.name for c in opened.workbench.document.categories()] == ["object"]
    assert entry is not None
    assert entry.state is ImageState.IN_PROGRESS
    assert opened.objects_model.rowCount() == 1
    opened.actions_["edit.undo"].trigger()
    assert opened.objects_model.rowCount() == 0
    assert not opened.workbench.document.categories()


def test_an_empty_mask_adds_nothing_and_says_so(opened: MainWindow) -> None:
    image_id = opened.workbench.navigator.current_id
    assert image_id is not None
    opened.workbench.objects.add(
        NewObject(mask=encode(np.zeros((60, 80), np.bool_)), provenance=Provenance()), image_id
    )
    assert opened.objects_model.rowCount() == 0
    assert "empty" in banner_texts(opened)


def test_digits_give_the_selection_a_class_and_choose_it_for_new_objects(
    qtbot: QtBot, opened: MainWindow
) -> None:
    for name in ("cat", "dog"):
        opened.workbench.classes.add(name)
    add_object(opened)
    qtbot.keyClick(opened, Qt.Key.Key_1)
    categories = {c.name: c.id for c in opened.workbench.document.categories()}
    assert [a.category_id for a in opened.workbench.objects.objects] == [categories["cat"]]
    assert opened.workbench.objects.category_id == categories["cat"]


def test_bare_keys_are_text_while_a_field_has_the_focus(qtbot: QtBot, opened: MainWindow) -> None:
    opened.activateWindow()
    before = opened.workbench.navigator.current_id
    opened.images_dock.search.setFocus()
    qtbot.keyClicks(opened.images_dock.search, "dad")
    assert opened.images_dock.search.text() == "dad"
    assert opened.workbench.navigator.current_id == before


def test_keys_step_through_the_images(qtbot: QtBot, opened: MainWindow) -> None:
    ids = opened.workbench.navigator.ids
    qtbot.keyClick(opened, Qt.Key.Key_D)
    assert opened.workbench.navigator.current_id == ids[1]
    qtbot.keyClick(opened, Qt.Key.Key_PageUp)
    assert opened.workbench.navigator.current_id == ids[0]
    qtbot.keyClick(opened, Qt.Key.Key_A)
    assert opened.workbench.navigator.current_id == ids[0]


def test_done_goes_on_to_the_next_unfinished_image(opened: MainWindow) -> None:
    ids = opened.workbench.navigator.ids
    opened.actions_["image.done"].trigger()
    assert opened.workbench.navigator.current_id == ids[1]
    assert opened.workbench.document.image(ids[0]).state is ImageState.DONE
    opened.actions_["image.empty"].trigger()
    opened.actions_["image.done"].trigger()
    assert "last unfinished" in banner_texts(opened)


def test_the_last_unfinished_image_tells_what_is_left_all_the_same(qtbot: QtBot, opened: MainWindow) -> None:
    workbench = opened.workbench
    first, second, third = workbench.navigator.ids
    workbench.second_look.send_back(first, "a hair is missing", (3.0, 4.0))
    workbench.drafts.keep(second, (BoxesDraft((BoxXYXY(1, 1, 20, 20),)),))
    for image_id in (first, second):
        workbench.set_state_of([image_id], ImageState.DONE)
    workbench.navigator.go(third)
    opened.messages.clear()
    opened.actions_["image.done"].trigger()
    told = banner_texts(opened)
    assert "last unfinished" in told
    assert "1 image was sent back" in told
    assert "In 1 image something is open" in told
    assert "Export" not in told
    workbench.set_state_of([first], ImageState.NEW)
    workbench.navigator.set_filter(ImageFilter(text=workbench.document.image(third).path), show=third)
    qtbot.waitUntil(lambda: list(workbench.navigator.ids) == [third], timeout=60_000)
    opened.messages.clear()
    opened.actions_["image.done"].trigger()
    assert "1 unfinished image is hidden by the filter" in banner_texts(opened)


def test_done_on_the_last_image_goes_on_with_the_first_unfinished_one(opened: MainWindow) -> None:
    navigator = opened.workbench.navigator
    first, _, last = navigator.ids
    navigator.go(last)
    opened.actions_["image.done"].trigger()
    assert navigator.current_id == first


def test_undo_and_redo_survive_a_restart(
    qtbot: QtBot, opened: MainWindow, folder: Path, make_window: Callable[[], MainWindow]
) -> None:
    add_object(opened)
    add_object(opened, 40)
    opened.actions_["object.delete"].trigger()
    opened.actions_["edit.undo"].trigger()
    opened.close()
    second = make_window()
    open_and_wait(qtbot, second, folder)
    stack = second.workbench.document.undo_stack
    assert (stack.undoText(), stack.redoText()) == ("Add object", "Delete object")
    assert second.objects_model.rowCount() == 2
    second.actions_["edit.redo"].trigger()
    assert second.objects_model.rowCount() == 1
    second.actions_["edit.undo"].trigger()
    second.actions_["edit.undo"].trigger()
    second.actions_["edit.undo"].trigger()
    assert second.objects_model.rowCount() == 0
    assert not stack.canUndo()


def test_a_branch_that_was_left_is_not_offered_again_after_a_restart(
    qtbot: QtBot, opened: MainWindow, folder: Path, make_window: Callable[[], MainWindow]
) -> None:
    add_object(opened)
    add_object(opened, 40)
    for _ in range(2):
        opened.actions_["edit.undo"].trigger()
    opened.workbench.classes.add("other")
    opened.actions_["edit.undo"].trigger()
    opened.close()
    second = make_window()
    open_and_wait(qtbot, second, folder)
    stack = second.workbench.document.undo_stack
    assert (stack.count(), stack.index(), stack.redoText()) == (1, 0, "Add class")


def test_objects_are_copied_to_another_image(opened: MainWindow) -> None:
    add_object(opened)
    opened.actions_["edit.copy"].trigger()
    opened.workbench.navigator.step(+1)
    assert opened.objects_model.rowCount() == 0
    # the picture must be read before anything can be pasted into it
    entry = opened.workbench.navigator.entry
    assert entry is not None
    opened.actions_["edit.paste"].trigger()
    assert opened.objects_model.rowCount() == (1 if entry.size else 0)


def test_a_locked_object_stays(opened: MainWindow) -> None:
    add_object(opened)
    opened.actions_["object.lock"].trigger()
    opened.actions_["object.delete"].trigger()
    assert opened.objects_model.rowCount() == 1
    assert "locked" in opened.actions_.why_not("object.delete")


def test_objects_can_be_sorted_and_filtered(opened: MainWindow) -> None:
    opened.workbench.classes.add("cat")
    add_object(opened)
    opened.workbench.classes.add("dog")
    add_object(opened, 40)
    dock = opened.objects_dock
    dock.search.setText("do")
    assert [dock.proxy.index(0, 0).data(), dock.proxy.rowCount()] == ["dog", 1]
    dock.search.clear()
    dock.sort_button.menu().actions()[1].trigger()
    assert [dock.proxy.index(row, 0).data() for row in range(2)] == ["cat", "dog"]
    assert dock.proxy.index(0, 0).data(ObjectRole.AREA) == 400


@pytest.mark.parametrize("name", ['quo"ted \\ name', "emoji 🦊", "x" * 300])
def test_odd_class_names_survive_export(qtbot: QtBot, opened: MainWindow, tmp_path: Path, name: str) -> None:
    opened.workbench.classes.add(name)
    add_object(opened)
    target = tmp_path / "out.json"
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        opened.workbench.transfer.export(target)
    loaded = COCO(str(target))
    assert loaded.loadCats(loaded.getCatIds())[0]["name"] == name
    annotation = loaded.loadAnns(loaded.getAnnIds())[0]
    assert (loaded.annToMask(annotation) == a_mask().decode()).all()
    assert annotation["area"] == 400
    assert len(json.loads(target.read_text())["images"]) == 1
    assert "1 object" in banner_texts(opened)


def test_one_image_is_exported_alone(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    add_object(opened)
    image_id = opened.workbench.navigator.current_id
    assert image_id is not None
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        opened.workbench.transfer.export_images(tmp_path / "one.json", [image_id])
    assert [i["id"] for i in json.loads((tmp_path / "one.json").read_text())["images"]] == [image_id]


def test_an_export_that_cannot_be_written_is_said(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    with qtbot.waitSignal(opened.workbench.failed, timeout=60_000):
        opened.workbench.transfer.export(tmp_path / "missing" / "out.json")
    assert "Cannot write" in banner_texts(opened)


def test_two_classes_cannot_have_one_name(opened: MainWindow) -> None:
    opened.workbench.classes.add("cat")
    assert opened.workbench.classes.add("  cat ") is None
    assert "already" in banner_texts(opened)
    assert opened.classes_model.rowCount() == 1


def test_a_class_is_deleted_with_its_objects_given_to_another(opened: MainWindow) -> None:
    cat = opened.workbench.classes.add("cat")
    add_object(opened)
    dog = opened.workbench.classes.add("dog")
    assert cat is not None
    assert dog is not None
    opened.workbench.classes.remove(cat.id, dog.id)
    assert [a.category_id for a in opened.workbench.objects.objects] == [dog.id]
    opened.actions_["edit.undo"].trigger()
    assert [a.category_id for a in opened.workbench.objects.objects] == [cat.id]


def test_the_image_filter_lists_what_passes(qtbot: QtBot, opened: MainWindow) -> None:
    add_object(opened)
    opened.workbench.classes.add("cat")
    dock = opened.images_dock
    with qtbot.waitSignal(opened.workbench.navigator.order_changed):
        next(a for a in dock.filter.actions() if a.text() == "With objects").trigger()
    assert opened.images_model.rowCount() == 1
    with qtbot.waitSignal(opened.workbench.navigator.order_changed):
        dock.search.setText("nothing of the kind")
    assert opened.images_model.rowCount() == 0
    dock.reset_filter()


def test_a_read_only_project_refuses_changes_in_words(
    qtbot: QtBot, opened: MainWindow, folder: Path, make_window: Callable[[], MainWindow]
) -> None:
    assert not opened.workbench.document.project.read_only
    second = make_window()
    open_and_wait(qtbot, second, folder)
    for grey in (
        "class.edit",
        "class.1",
        "prompt.accept",
        "proposal.accept_shown",
        "tool.brush",
        "object.edit",
    ):
        assert not second.actions_[grey].isEnabled(), grey
    assert second.actions_["tool.point"].isEnabled(), "looking changes nothing"
    details = second.details_dock
    assert not any(field.isEnabled() for field in (details.state, details.comment, details.flags))
    second.workbench.classes.add("cat")
    assert "read-only" in banner_texts(second)
    assert second.classes_model.rowCount() == 0


def test_the_list_shows_the_colours_that_the_picture_shows(opened: MainWindow) -> None:
    first, second = add_object(opened, 5), add_object(opened, 40)
    model, canvas = opened.objects_model, opened.workspace.canvas

    def listed() -> list[str]:
        rows = (model.index(model.row_of(i)) for i in (first, second))
        return [row.data(Qt.ItemDataRole.DecorationRole).name() for row in rows]

    assert len(set(listed())) == 1
    opened.actions_["view.colors"].trigger()
    stored = opened.workbench.document.project.annotation(first)
    assert stored is not None
    tracked = replace(stored, extra={TRACK_KEY: second + 40})  # a track has a colour of its own
    opened.workbench.document.run(Intent("Edit", (Edit(stored, tracked),)))
    objects = canvas.layers.objects
    assert listed() == [objects._color(objects.items_by_id[i].annotation).name() for i in (first, second)]
    assert len(set(listed())) == 2
    opened.actions_["view.colors"].trigger()
    assert len(set(listed())) == 1


def test_after_a_step_to_another_picture_the_keys_belong_to_it_and_not_to_its_notes(
    qtbot: QtBot, opened: MainWindow
) -> None:
    opened.activateWindow()
    qtbot.waitUntil(opened.isActiveWindow)
    flags, first = opened.details_dock.flags, opened.workbench.navigator.current_id
    flags.setFocus()
    qtbot.keyClicks(flags, "night")
    opened.actions_["image.done"].trigger()
    assert opened.workbench.navigator.current_id != first
    assert opened.workbench.document.image(first or 0).flags == frozenset({"night"})
    assert opened.focusWidget() is opened.workspace.canvas


def test_a_class_that_differs_in_capitals_alone_is_refused(opened: MainWindow) -> None:
    classes = opened.workbench.classes
    person = classes.add("person")
    assert person is not None
    assert classes.add("Person") is None
    assert "There is a class “person” already" in banner_texts(opened)
    classes.rename(person.id, "Person")
    assert [c.name for c in opened.workbench.document.categories()] == ["Person"]


def test_the_first_picture_of_a_project_is_fitted_though_the_view_is_kept_between_pictures(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    window.settings.set("canvas.keep_zoom", True)
    open_and_wait(qtbot, window, folder)
    canvas = window.workspace.canvas
    seen = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
    assert seen.contains(canvas.layers.image_rect)


def test_keys_leave_a_note_also_where_the_picture_cannot_be_shown(
    qtbot: QtBot, opened: MainWindow, folder: Path
) -> None:
    opened.activateWindow()
    qtbot.waitUntil(opened.isActiveWindow)
    navigator = opened.workbench.navigator
    (folder / opened.workbench.document.image(navigator.ids[1]).path).write_bytes(b"no picture")
    with qtbot.waitSignal(navigator.picture_failed, timeout=60_000):
        navigator.step(+1)
    comment = opened.details_dock.comment
    comment.setFocus()
    qtbot.keyClicks(comment, "gone")
    qtbot.keyClick(comment, Qt.Key.Key_Return)
    assert opened.focusWidget() is not comment


def test_classes_that_differed_in_capitals_before_can_still_be_changed(opened: MainWindow) -> None:
    document, classes = opened.workbench.document, opened.workbench.classes
    for number, name in ((1, "Car"), (2, "car")):
        document.project.apply("Add", [Edit(None, Category(id=number, name=name))])
    document.catch_up()
    first = document.category(1)
    assert first is not None
    assert classes.change(replace(first, color="#112233"))
    after = document.category(1)
    assert after is not None
    assert after.color == "#112233"
