"""Undo and redo change nothing that nobody sees: they go to the picture first and say what they did."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import ImageState
from tests.app_shell.test_labelling import add_object


def told(window: MainWindow) -> list[str]:
    lines: list[str] = []
    window.workbench.stepping.told.connect(lines.append)
    return lines


def test_a_step_on_another_picture_goes_there_first(qtbot: QtBot, opened: MainWindow) -> None:
    workbench, navigator = opened.workbench, opened.workbench.navigator
    lines, lit = told(opened), []
    workbench.objects.lit.connect(lit.append)
    first = navigator.current_id
    assert first is not None
    add_object(opened)
    lit.clear()
    opened.actions_["image.next"].trigger()
    qtbot.waitUntil(lambda: navigator.picture is not None, timeout=60_000)
    assert navigator.current_id != first
    seen: list[tuple[str, int | None]] = []
    workbench.document.changed.connect(lambda change: seen.append((change.kind, navigator.current_id)))
    opened.actions_["edit.undo"].trigger()
    assert seen == [("undo", first)], "the picture is shown before it is changed"
    assert lines == ["Undone in photo 2.png: Add object"]
    assert workbench.document.annotations(first) == ()
    opened.actions_["image.next"].trigger()
    qtbot.waitUntil(lambda: navigator.picture is not None, timeout=60_000)
    opened.actions_["edit.redo"].trigger()
    assert navigator.current_id == first
    assert lines[-1] == "Redone in photo 2.png: Add object"
    (found,) = workbench.document.annotations(first)
    qtbot.waitUntil(lambda: lit == [(found.id,)], timeout=60_000)


def test_a_state_is_taken_back_in_sight(qtbot: QtBot, opened: MainWindow) -> None:
    workbench, navigator = opened.workbench, opened.workbench.navigator
    first, lines = navigator.current_id, told(opened)
    assert first is not None
    opened.actions_["image.done"].trigger()
    qtbot.waitUntil(lambda: navigator.current_id != first and navigator.picture is not None, timeout=60_000)
    opened.actions_["edit.undo"].trigger()
    assert navigator.current_id == first
    assert workbench.document.image(first).state == ImageState.NEW
    assert lines == ["Undone in photo 2.png: Mark as “Done”"]


def test_a_picture_that_the_filter_hides_is_shown_too(qtbot: QtBot, opened: MainWindow) -> None:
    navigator = opened.workbench.navigator
    first = navigator.current_id
    add_object(opened)
    opened.images_dock.search.setText("photo 10")
    qtbot.waitUntil(lambda: navigator.current_id not in (None, first), timeout=60_000)
    opened.actions_["edit.undo"].trigger()
    assert navigator.current_id == first


def test_a_step_without_a_picture_stays_where_it_is(opened: MainWindow) -> None:
    workbench, lines = opened.workbench, told(opened)
    before = workbench.navigator.current_id
    assert workbench.classes.add("cat") is not None
    opened.actions_["edit.undo"].trigger()
    assert workbench.navigator.current_id == before
    assert lines == ["Undone: Add class"]
