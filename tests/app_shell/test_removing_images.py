"""Pictures are taken out of the project and stay out of it; their files are never touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.app_shell.test_context_menus import choose, right_click, select_rows
from tests.app_shell.test_grey_actions import told
from tests.app_shell.test_labelling import add_object

REMOVE = "Remove from the project"


def names(window: MainWindow) -> list[str]:
    ids = window.workbench.navigator.ids
    found = window.workbench.document.project.images_by_id(ids)
    return [found[number].path for number in ids if number in found]


def shows(qtbot: QtBot, window: MainWindow, *wanted: str) -> None:
    qtbot.waitUntil(lambda: names(window) == list(wanted), timeout=60_000)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)


def test_several_pictures_go_stay_away_and_come_back_with_undo(
    qtbot: QtBot, opened: MainWindow, folder: Path
) -> None:
    add_object(opened)
    select_rows(opened, 0, 1)
    choose(right_click(opened.images_dock.view, 1, "imageMenu"), REMOVE)
    shows(qtbot, opened, "sub/ünïcode 1.png")
    words = "2 images are out of the project with 1 object; the files stay where they are."
    assert told(opened) == ([words], [])
    assert (folder / "photo 2.png").is_file()
    open_and_wait(qtbot, opened, folder)
    shows(qtbot, opened, "sub/ünïcode 1.png")
    opened.actions_["edit.undo"].trigger()
    shows(qtbot, opened, "photo 2.png", "photo 10.png", "sub/ünïcode 1.png")
    assert opened.workbench.document.project.count_annotations() == 1


def test_the_line_has_a_way_back(qtbot: QtBot, opened: MainWindow) -> None:
    choose(right_click(opened.images_dock.view, 2, "imageMenu"), REMOVE)
    shows(qtbot, opened, "photo 2.png", "photo 10.png")
    assert told(opened)[0] == ["ünïcode 1.png is out of the project; the file stays where it is."]
    undo = next(b for b in opened.findChildren(QPushButton, "bannerOffer") if b.isVisible())
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    shows(qtbot, opened, "photo 2.png", "photo 10.png", "sub/ünïcode 1.png")
    navigator = opened.workbench.navigator
    assert navigator.current_id == navigator.ids[2], "what came back is shown"


def test_the_picture_behind_the_removed_one_is_shown(qtbot: QtBot, opened: MainWindow) -> None:
    navigator = opened.workbench.navigator
    opened.actions_["image.next"].trigger()
    opened.actions_["image.remove"].trigger()
    shows(qtbot, opened, "photo 2.png", "sub/ünïcode 1.png")
    assert navigator.current_id == navigator.ids[1]
    opened.actions_["image.remove"].trigger()
    shows(qtbot, opened, "photo 2.png")
    assert navigator.current_id == navigator.ids[0]


def test_a_removed_picture_that_is_opened_is_there_again(
    qtbot: QtBot, opened: MainWindow, folder: Path
) -> None:
    opened.actions_["image.remove"].trigger()
    shows(qtbot, opened, "photo 10.png", "sub/ünïcode 1.png")
    open_and_wait(qtbot, opened, folder / "photo 2.png")
    shows(qtbot, opened, "photo 2.png", "photo 10.png", "sub/ünïcode 1.png")
    assert opened.workbench.navigator.current_id == opened.workbench.navigator.ids[0]


def test_the_last_picture_goes_too_and_the_empty_project_opens_again(
    qtbot: QtBot, opened: MainWindow, folder: Path, make_window: Callable[[], MainWindow]
) -> None:
    opened.images_dock.view.selectAll()
    choose(right_click(opened.images_dock.view, 0, "imageMenu"), REMOVE)
    shows(qtbot, opened)
    assert opened.workbench.navigator.current_id is None
    assert not opened.actions_["image.remove"].isEnabled()
    opened.close()
    again = make_window()
    again.workbench.open([folder])
    qtbot.waitUntil(
        lambda: again.workbench.document.is_open and not again.workbench.pool.busy, timeout=120_000
    )
    assert names(again) == []
    again.actions_["edit.undo"].trigger()
    shows(qtbot, again, "photo 2.png", "photo 10.png", "sub/ünïcode 1.png")


def test_a_picture_whose_file_is_gone(qtbot: QtBot, opened: MainWindow, folder: Path) -> None:
    (folder / "photo 10.png").unlink()
    navigator = opened.workbench.navigator
    with qtbot.waitSignal(navigator.picture_failed, timeout=60_000):
        open_and_wait(qtbot, opened, folder)
        opened.actions_["image.next"].trigger()
    assert opened.actions_["image.remove"].isEnabled()
    opened.actions_["image.remove"].trigger()
    shows(qtbot, opened, "photo 2.png", "sub/ünïcode 1.png")


def test_undo_never_takes_out_what_was_found_in_the_folder(
    qtbot: QtBot, opened: MainWindow, folder: Path
) -> None:
    add_object(opened)
    write_picture(folder / "photo 11.png", 11)
    open_and_wait(qtbot, opened, folder)
    all_four = ["photo 2.png", "photo 10.png", "photo 11.png", "sub/ünïcode 1.png"]
    shows(qtbot, opened, *all_four)
    while opened.actions_["edit.undo"].isEnabled():
        opened.actions_["edit.undo"].trigger()
    shows(qtbot, opened, *all_four)
    assert opened.workbench.document.project.count_annotations() == 0
