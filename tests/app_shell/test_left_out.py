"""A folder with bad entries opens in the window: the rest works, and a list names what was left out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.sessions.opening import open_paths
from slimsam_app.windows.dialogs.left_out_dialog import REASON_TEXT, LeftOutDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.errors import ProjectError
from slimsam_core.pixels.folder_search import LeftOutReason
from slimsam_core.progress import CancelToken
from slimsam_core.project.places import user_path
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.app_shell.test_opening import banners, names
from tests.pixels.test_folder_search import make_closed, make_unlistable

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX names and links")


def test_every_reason_has_words_of_its_own() -> None:
    assert set(REASON_TEXT) == set(LeftOutReason)


def test_bad_entries_are_named_and_all_others_work(
    qtbot: QtBot, window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a:b.png", "two\nlines.png", "lost+found/hidden.png"):
        write_picture(folder / name)
    (folder / "ring.png").symlink_to("ring.png")
    make_unlistable(monkeypatch, "lost+found")
    open_and_wait(qtbot, window, folder)
    assert names(window) == ["photo 2.png", "photo 10.png", "ünïcode 1.png"]
    assert any("left out: 4" in text for text in banners(window))
    window.actions_["file.left_out"].trigger()
    dialog = window.findChild(LeftOutDialog)
    assert dialog is not None
    rows = {dialog.list.topLevelItem(row).text(0) for row in range(dialog.list.topLevelItemCount())}
    assert rows == {f"{folder}/{name}" for name in ("a:b.png", "two\\nlines.png", "lost+found", "ring.png")}
    QApplication.processEvents()
    assert dialog.list.columnWidth(1) >= dialog.list.sizeHintForColumn(1), "no reason is cut"
    button = dialog.findChild(QPushButton, "copyLeftOut")
    assert button is not None
    button.click()
    assert QApplication.clipboard().text().count("\n") == 3
    dialog.close()


def test_the_list_goes_with_the_project(
    qtbot: QtBot, window: MainWindow, folder: Path, tmp_path: Path
) -> None:
    write_picture(folder / "a:b.png")
    open_and_wait(qtbot, window, folder)
    assert window.actions_["file.left_out"].isEnabled()
    write_picture(tmp_path / "other" / "fine.png")
    open_and_wait(qtbot, window, tmp_path / "other")
    assert not window.actions_["file.left_out"].isEnabled()


def test_a_picture_with_a_bad_name_opened_alone_says_so(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    odd = write_picture(tmp_path / "alone" / "a:b.png")
    with qtbot.waitSignal(window.workbench.failed):
        window.workbench.open([odd])
    assert not (tmp_path / "alone" / ".slimsam").exists()


def test_a_folder_that_may_not_be_entered_is_told_and_leaves_no_project(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = folder / "closed"
    write_picture(closed / "hidden.png")
    make_closed(monkeypatch, closed)
    with pytest.raises(ProjectError, match="Cannot list the folder"):
        open_paths([closed], CancelToken())
    assert not user_path(closed).exists()
