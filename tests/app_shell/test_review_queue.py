"""The review queue: an entry an object with every reason, in sight, judged by a key."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from slimsam_app.intents.objects import NewObject
from slimsam_app.windows.looking import MOST_ZOOM
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import ImageState, Provenance
from slimsam_core.labelling.quality import approved
from slimsam_core.pixels.mask import encode
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.app_shell.test_grey_actions import NO_KEYS, press, told
from tests.app_shell.test_labelling import add_object

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def add(window: MainWindow, x: int, side: int, size: tuple[int, int] = (60, 80), **made: float) -> int:
    workbench, pixels = window.workbench, np.zeros(size, np.bool_)
    pixels[10 : 10 + side, x : x + side] = True
    assert workbench.navigator.current_id is not None
    new = NewObject(mask=encode(pixels), provenance=Provenance(source="model", **made))  # type: ignore[arg-type]
    assert workbench.objects.add(new, workbench.navigator.current_id)
    return max(a.id for a in workbench.objects.objects)


@pytest.fixture
def doubtful(qtbot: QtBot, opened: MainWindow) -> MainWindow:
    """First picture: a tiny object that the model is unsure of, one with an unsure edge, a good one.

    The second and the third are empty and in progress. The queue is open and filled.
    """
    add(opened, 3, 3, predicted_iou=0.3)
    add(opened, 20, 20, predicted_iou=0.95, stability_score=0.4)
    add(opened, 50, 20, predicted_iou=0.95, stability_score=0.95)
    opened.workbench.set_state_of(opened.workbench.navigator.ids[1:3], ImageState.IN_PROGRESS)
    with qtbot.waitSignal(opened.workbench.review.queue_changed, timeout=60_000):
        press(opened, Qt.Key.Key_R, CTRL | SHIFT)
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)
    return opened


def rows(window: MainWindow) -> list[tuple[str, list[str]]]:
    """Pictures and the entries below them, as they are read."""
    tree, found = window.review_dock.tree, []
    for number in range(tree.topLevelItemCount()):
        top = tree.topLevelItem(number)
        assert top is not None
        found.append((top.text(0), [top.child(i).text(0) for i in range(top.childCount())]))
    return found


def click_row(window: MainWindow, picture: int, entry: int) -> QTreeWidgetItem:
    tree = window.review_dock.tree
    top = tree.topLevelItem(picture)
    assert top is not None
    row = top.child(entry)
    tree.scrollToItem(row)
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(row).center())
    return row


def test_an_object_has_one_entry_with_all_its_reasons_in_plain_words(doubtful: MainWindow) -> None:
    first, second, _ = (a.id for a in doubtful.workbench.objects.objects)
    assert rows(doubtful)[0] == (
        "photo 2.png",
        [f"#{first}  object\n· very small\n· the model is unsure", f"#{second}  object\n· edge unsure"],
    )
    assert doubtful.review_dock.count.text() == "4"


def test_choosing_an_entry_shows_its_object_large_and_in_the_middle(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    folder = tmp_path / "large"
    for name in ("a.png", "b.png"):
        write_picture(folder / name, size=(600, 800))
    open_and_wait(qtbot, window, folder)
    workbench, canvas = window.workbench, window.workspace.canvas
    owner = add(window, 200, 7, size=(600, 800))
    with qtbot.waitSignal(workbench.review.queue_changed, timeout=60_000):
        window.actions_["image.queue"].trigger()
    with qtbot.waitSignal(workbench.navigator.picture_ready, timeout=60_000):
        workbench.navigator.go(workbench.navigator.ids[1])
    with qtbot.waitSignal(workbench.navigator.picture_ready, timeout=60_000):
        click_row(window, 0, 0)
    assert workbench.objects.selection == (owner,)
    middle = canvas.to_image(QPointF(canvas.viewport().rect().center()))
    assert (middle.x(), middle.y()) == pytest.approx((203.5, 13.5), abs=1)
    assert canvas.zoom == pytest.approx(MOST_ZOOM)
    qtbot.waitUntil(lambda: not workbench.pool.busy, timeout=120_000)


def test_the_key_for_right_approves_for_good_and_goes_on(qtbot: QtBot, doubtful: MainWindow) -> None:
    workbench = doubtful.workbench
    first, second = workbench.objects.objects[0].id, workbench.objects.objects[1].id
    click_row(doubtful, 0, 0)
    press(doubtful, Qt.Key.Key_Y)
    assert approved(next(a for a in workbench.objects.objects if a.id == first))
    assert told(doubtful) == ([f"Object #{first} was found right."], [])
    assert workbench.objects.selection == (second,), "the next entry"
    assert rows(doubtful)[0][1] == [f"#{second}  object\n· edge unsure"]
    with qtbot.waitSignal(workbench.review.queue_changed, timeout=60_000):
        doubtful.review_dock.check()
    assert rows(doubtful)[0][1] == [f"#{second}  object\n· edge unsure"], "also after all were checked again"
    undo = next(b for b in doubtful.findChildren(QPushButton, "bannerOffer") if b.isVisible())
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert len(rows(doubtful)[0][1]) == 2
    qtbot.waitUntil(lambda: not workbench.pool.busy, timeout=120_000)


def test_of_a_queue_that_was_put_away_nothing_is_judged(doubtful: MainWindow) -> None:
    workbench = doubtful.workbench
    click_row(doubtful, 0, 0)
    before, current = workbench.objects.objects, workbench.navigator.current_id
    doubtful.actions_["image.queue"].trigger()
    assert doubtful.review_dock.isHidden()
    press(doubtful, Qt.Key.Key_Y)
    assert workbench.objects.objects == before
    assert workbench.navigator.current_id == current
    assert told(doubtful)[0] == ["Open the review queue first."]


def test_a_queue_behind_another_panel_comes_to_the_front_and_leaves_the_picture(
    qtbot: QtBot, doubtful: MainWindow
) -> None:
    navigator = doubtful.workbench.navigator
    with qtbot.waitSignal(navigator.picture_ready, timeout=60_000):
        navigator.go(navigator.ids[1])
    doubtful.tabifyDockWidget(doubtful.objects_dock, doubtful.review_dock)
    doubtful.objects_dock.raise_()
    qtbot.waitUntil(lambda: doubtful.review_dock.visibleRegion().isEmpty(), timeout=60_000)
    doubtful.actions_["image.queue"].trigger()
    qtbot.waitUntil(lambda: not doubtful.review_dock.visibleRegion().isEmpty(), timeout=60_000)
    qtbot.waitUntil(lambda: not doubtful.workbench.pool.busy, timeout=120_000)
    assert navigator.current_id == navigator.ids[1]


def test_an_empty_picture_that_is_right_is_checked(qtbot: QtBot, doubtful: MainWindow) -> None:
    workbench = doubtful.workbench
    click_row(doubtful, 1, 0)
    press(doubtful, Qt.Key.Key_Y)
    assert workbench.document.image(workbench.navigator.ids[1]).state is ImageState.EMPTY_CHECKED
    qtbot.waitUntil(lambda: not workbench.pool.busy, timeout=120_000)


def test_the_key_for_wrong_marks_the_picture_and_the_entry_stays(qtbot: QtBot, doubtful: MainWindow) -> None:
    workbench = doubtful.workbench
    image_id = workbench.navigator.current_id
    assert image_id is not None
    click_row(doubtful, 0, 0)
    press(doubtful, Qt.Key.Key_Y, SHIFT)
    assert workbench.document.image(image_id).state is ImageState.NEEDS_REVIEW
    assert workbench.objects.selection == (workbench.objects.objects[1].id,)
    tree = doubtful.review_dock.tree
    top = tree.topLevelItem(0)
    assert top is not None
    assert [top.child(i).icon(0).isNull() for i in range(2)] == [False, True]
    press(doubtful, Qt.Key.Key_Y, SHIFT)
    assert workbench.review.current is not None
    assert workbench.review.current.image.id != image_id
    qtbot.waitUntil(lambda: not workbench.pool.busy, timeout=120_000)


def test_without_an_entry_the_key_says_what_to_do(opened: MainWindow) -> None:
    press(opened, Qt.Key.Key_Y)
    assert told(opened) == (["Open the review queue first."], [])


def test_the_key_that_opens_the_queue_closes_it(doubtful: MainWindow) -> None:
    assert doubtful.review_dock.isVisible()
    press(doubtful, Qt.Key.Key_R, CTRL | SHIFT)
    assert not doubtful.review_dock.isVisible()


def test_the_entry_follows_the_picture_that_is_shown(qtbot: QtBot, doubtful: MainWindow) -> None:
    workbench = doubtful.workbench
    second, third = workbench.navigator.ids[1:3]
    click_row(doubtful, 1, 0)
    qtbot.waitUntil(lambda: workbench.navigator.current_id == second)
    workbench.navigator.go(third)
    qtbot.waitUntil(lambda: workbench.navigator.current_id == third)
    assert workbench.review.current is not None
    assert workbench.review.current.image.id == third
    press(doubtful, Qt.Key.Key_Y)
    assert workbench.document.image(second).state is ImageState.IN_PROGRESS, "nobody looked at it"
    assert workbench.document.image(third).state is ImageState.EMPTY_CHECKED


def test_a_step_back_brings_the_entry_back_in_its_place(qtbot: QtBot, doubtful: MainWindow) -> None:
    before = rows(doubtful)
    click_row(doubtful, 1, 0)
    press(doubtful, Qt.Key.Key_Y)
    assert rows(doubtful) != before
    doubtful.workbench.undo()
    qtbot.waitUntil(lambda: rows(doubtful) == before)


def test_a_picture_that_nobody_has_begun_is_no_doubt(qtbot: QtBot, doubtful: MainWindow) -> None:
    workbench = doubtful.workbench
    workbench.set_state_of(workbench.navigator.ids[1:3], ImageState.NEW)
    qtbot.waitUntil(lambda: len(rows(doubtful)) == 1)


def test_pictures_with_objects_are_not_marked_as_checked_and_empty(doubtful: MainWindow) -> None:
    workbench = doubtful.workbench
    before = workbench.document.image(workbench.navigator.ids[0]).state
    workbench.set_state_of(workbench.navigator.ids[:3], ImageState.EMPTY_CHECKED)
    states = [workbench.document.image(i).state for i in workbench.navigator.ids[:3]]
    assert states == [before, ImageState.EMPTY_CHECKED, ImageState.EMPTY_CHECKED]
    assert "1 image has objects and stays as it is." in told(doubtful)[0][0]
    details = doubtful.details_dock.state
    details.setCurrentIndex(details.findData(ImageState.EMPTY_CHECKED))
    details.activated.emit(details.currentIndex())
    assert workbench.document.image(workbench.navigator.ids[0]).state is before
    assert details.currentData() == before, "the box says what is"


def test_it_opens_with_its_first_entry_and_the_keyboard_in_it(doubtful: MainWindow) -> None:
    first = doubtful.workbench.objects.objects[0].id
    current = doubtful.workbench.review.current
    assert current is not None
    assert current.owner == first
    assert doubtful.workbench.objects.selection == (first,)
    assert doubtful.review_dock.tree.hasFocus()
    QTest.keyClick(doubtful.review_dock.tree, Qt.Key.Key_Y)
    assert approved(next(a for a in doubtful.workbench.objects.objects if a.id == first))


def test_its_end_is_told_with_what_was_said(qtbot: QtBot, doubtful: MainWindow) -> None:
    tree, dock = doubtful.review_dock.tree, doubtful.review_dock
    for keys in (NO_KEYS, SHIFT, NO_KEYS, NO_KEYS):
        assert not dock._through.isVisible()
        QTest.keyClick(tree, Qt.Key.Key_Y, keys)
    words = "The queue is through: 3 right, 1 wrong."
    (line,), _ = told(doubtful)
    assert line.endswith(words)
    assert dock._through.isVisible()
    assert dock._through.text() == words
    QTest.keyClick(tree, Qt.Key.Key_Y)
    assert told(doubtful)[0] == [words], "the key says it again"
    qtbot.waitUntil(lambda: not doubtful.workbench.pool.busy, timeout=120_000)


def test_where_an_entry_vanished_the_next_one_is_shown_before_it_is_judged(doubtful: MainWindow) -> None:
    workbench = doubtful.workbench
    first, second = (a.id for a in workbench.objects.objects[:2])
    image_id = workbench.objects.objects[0].image_id
    press(doubtful, Qt.Key.Key_Delete)
    assert workbench.review.current is None
    assert doubtful.review_dock.tree.currentItem() is None
    press(doubtful, Qt.Key.Key_Y)
    assert workbench.review.current is not None
    assert workbench.objects.selection == (second,)
    assert not any(approved(a) for a in workbench.objects.objects)
    assert told(doubtful)[0] == ["The entry before is settled: this is the next one."]
    press(doubtful, Qt.Key.Key_Y)
    left = {a.id: a for a in workbench.document.annotations(image_id)}
    assert approved(left[second])
    assert first not in left


def test_where_nothing_is_doubtful_the_key_says_so(qtbot: QtBot, opened: MainWindow) -> None:
    with qtbot.waitSignal(opened.workbench.review.queue_changed, timeout=60_000):
        press(opened, Qt.Key.Key_R, CTRL | SHIFT)
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)
    press(opened, Qt.Key.Key_Y)
    assert told(opened)[0] == ["There is no object to be checked yet."]
    assert opened.review_dock.words.text() == "There is no object to be checked yet."


def test_good_objects_are_told_to_be_none_that_is_doubtful(qtbot: QtBot, opened: MainWindow) -> None:
    add_object(opened)
    with qtbot.waitSignal(opened.workbench.review.queue_changed, timeout=60_000):
        press(opened, Qt.Key.Key_R, CTRL | SHIFT)
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)
    assert opened.review_dock.words.text() == "No object is doubtful."
