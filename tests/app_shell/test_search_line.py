"""Searching a list of the window: which keys stay in the line, where others go, what the counters say."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.app_shell.test_labelling import add_object


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, folder: Path) -> MainWindow:
    window.activateWindow()
    open_and_wait(qtbot, window, folder)
    return window


def place(window: MainWindow) -> str:
    label = window.status.findChild(QLabel, "statusSize")
    assert label is not None
    return label.text().split("   ")[0]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape])
@pytest.mark.parametrize("panel", ["images_dock", "objects_dock"])
def test_the_keys_belong_to_the_picture_again(
    qtbot: QtBot, opened: MainWindow, key: Qt.Key, panel: str
) -> None:
    search = getattr(opened, panel).search
    search.setFocus()
    qtbot.keyClicks(search, "o")
    qtbot.keyClick(search, key)
    assert opened.focusWidget() is opened.workspace.canvas
    assert search.text() == "o", "leaving the line does not change what is listed"
    qtbot.keyClick(opened.focusWidget(), Qt.Key.Key_P)
    assert opened.workspace.canvas.tool.id == "polygon"
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)


def test_enter_does_not_wait_for_the_pause_in_typing(qtbot: QtBot, opened: MainWindow) -> None:
    search = opened.images_dock.search
    qtbot.keyClicks(search, "photo 10")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert opened.workbench.navigator.filter.text == "photo 10"
    qtbot.waitUntil(lambda: place(opened) == "1 / 1", timeout=60_000)


def test_down_goes_into_the_list(qtbot: QtBot, opened: MainWindow) -> None:
    search = opened.images_dock.search
    search.setFocus()
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert opened.focusWidget() is opened.images_dock.view
    qtbot.keyClick(opened.images_dock.view, Qt.Key.Key_Down)
    assert opened.workbench.navigator.current_id == opened.workbench.navigator.ids[1]
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)


def test_the_counter_follows_the_filter(qtbot: QtBot, opened: MainWindow) -> None:
    assert place(opened) == "1 / 3"
    opened.workbench.navigator.go(opened.workbench.navigator.ids[1])
    assert place(opened) == "2 / 3"
    for text, wanted in (("photo 10", "1 / 1"), ("photo", "2 / 2"), ("", "2 / 3")):
        opened.images_dock.search.setText(text)
        qtbot.waitUntil(lambda wanted=wanted: place(opened) == wanted, timeout=60_000)
    opened.workbench.close()
    assert place(opened) == ""


def test_another_project_begins_without_a_search(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    search = opened.images_dock.search
    (clear,) = search.findChildren(QToolButton)
    search.setText("photo")
    qtbot.waitUntil(lambda: place(opened) == "1 / 2", timeout=60_000)
    qtbot.waitUntil(lambda: clear.isVisible(), timeout=60_000)
    other = write_picture(tmp_path / "other" / "a.png").parent
    open_and_wait(qtbot, opened, other)
    assert search.text() == ""
    qtbot.waitUntil(lambda: not clear.isVisible(), timeout=60_000)
    assert place(opened) == "1 / 1"


def test_the_same_project_opened_again_keeps_what_is_searched_for(
    qtbot: QtBot, opened: MainWindow, folder: Path
) -> None:
    opened.images_dock.search.setText("photo")
    qtbot.waitUntil(lambda: place(opened) == "1 / 2", timeout=60_000)
    open_and_wait(qtbot, opened, folder)
    assert opened.images_dock.search.text() == "photo"
    assert place(opened) == "1 / 2"


def test_enter_in_the_comment_gives_the_keys_back_to_the_picture(qtbot: QtBot, opened: MainWindow) -> None:
    comment = opened.details_dock.comment
    comment.setFocus()
    qtbot.keyClicks(comment, "blurred")
    qtbot.keyClick(comment, Qt.Key.Key_Return)
    assert opened.focusWidget() is opened.workspace.canvas
    assert opened.workbench.navigator.entry is not None
    assert opened.workbench.navigator.entry.comment == "blurred"


def test_esc_in_the_comment_gives_up_what_was_typed(qtbot: QtBot, opened: MainWindow) -> None:
    """The keys of tools that followed became part of the comment, and were stored with it."""
    comment = opened.details_dock.comment
    comment.setFocus()
    qtbot.keyClicks(comment, "blurred")
    qtbot.keyClick(comment, Qt.Key.Key_Return)
    comment.setFocus()
    qtbot.keyClicks(comment, " and dark")
    qtbot.keyClick(comment, Qt.Key.Key_Escape)
    assert opened.focusWidget() is opened.workspace.canvas
    assert comment.text() == "blurred"
    before = opened.workbench.navigator.entry
    assert before is not None
    assert before.comment == "blurred"
    opened.workbench.navigator.step(+1)
    assert before == opened.workbench.document.project.image(before.id)


def test_a_class_that_was_searched_for_hides_no_objects_without_a_word(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    add_object(opened)
    dock = opened.objects_dock
    words = [label for label in dock.findChildren(QLabel) if "class like that" in label.text()]
    assert not words
    dock.search.setText("no such class")
    (words,) = (label for label in dock.findChildren(QLabel) if "class like that" in label.text())
    assert words.isVisible()
    open_and_wait(qtbot, opened, write_picture(tmp_path / "other" / "a.png").parent)
    assert dock.search.text() == ""
    assert words.text().startswith("No objects yet")


def test_where_a_filter_hides_all_the_way_back_stands_below_the_words(
    qtbot: QtBot, opened: MainWindow
) -> None:
    dock = opened.images_dock
    count = opened.images_model.rowCount()
    assert not dock.show_all.isVisible()
    dock.search.setText("nothing has this name")
    qtbot.waitUntil(dock.show_all.isVisible, timeout=60_000)
    qtbot.mouseClick(dock.show_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.images_model.rowCount() == count, timeout=60_000)
    assert not dock.show_all.isVisible()
    assert not dock.search.text()
