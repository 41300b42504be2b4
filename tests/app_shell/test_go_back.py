"""The window keeps a state of the project once a day, and goes back to one without losing anything."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.windows.dialogs.go_back_dialog import GoBackDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.errors import SlimSamError
from slimsam_core.progress import CancelToken, ProgressSink
from slimsam_core.project import snapshots
from slimsam_core.project.snapshots import snapshots_of
from tests.app_shell.conftest import open_and_wait
from tests.app_shell.test_opening import banners
from tests.hostile.conftest import write_project

LONG_MS = 60_000


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(snapshots, "data_dir", lambda: tmp_path / "data")
    return write_project(tmp_path / "pictures")


def press(window: MainWindow, name: str) -> GoBackDialog:
    window.actions_["file.go_back"].trigger()
    dialog = window.findChild(GoBackDialog)
    assert dialog is not None
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    button.click()
    return dialog


def test_the_state_of_the_day_is_kept_and_comes_back(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    open_and_wait(qtbot, window, path)
    qtbot.waitUntil(lambda: len(snapshots_of(path)) == 1, timeout=LONG_MS)
    document = window.workbench.document
    for _ in range(3):
        document.undo()
    assert document.project.count_annotations() < 6
    press(window, "goBackButton")
    qtbot.waitUntil(lambda: document.is_open and document.project.count_annotations() == 6, timeout=LONG_MS)
    assert sorted(found.before_going_back for found in snapshots_of(path)) == [False, True]
    assert any("is as it was at" in text for text in banners(window))
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=LONG_MS)


def test_what_was_done_is_told_once_the_project_is_there(
    qtbot: QtBot, window: MainWindow, path: Path
) -> None:
    open_and_wait(qtbot, window, path)
    qtbot.waitUntil(lambda: len(snapshots_of(path)) == 1, timeout=LONG_MS)
    document, told = window.workbench.document, list[tuple[bool, str]]()
    window.workbench.told.connect(lambda words, _: told.append((document.is_open, words)))
    press(window, "goBackButton")
    qtbot.waitUntil(lambda: any("is as it was at" in words for _, words in told), timeout=LONG_MS)
    assert all(is_open for is_open, words in told if "is as it was at" in words)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=LONG_MS)


def test_a_job_that_ends_with_its_project_is_named(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    open_and_wait(qtbot, window, path)
    waiting = threading.Event()
    workbench, failed = window.workbench, list[SlimSamError]()
    workbench.failed.connect(failed.append)

    def work(_: ProgressSink, token: CancelToken) -> None:
        while not token.cancelled and not waiting.wait(0.01):
            pass
        token.raise_if_cancelled()

    workbench.jobs.start("Exporting a.json", work, lambda _: None, failed.append)
    try:
        workbench.close()
    finally:
        waiting.set()
    assert [error.message for error in failed] == ["Exporting a.json was stopped, as its project was closed."]
    assert any("Exporting a.json was stopped" in text for text in banners(window)), "and it stays in sight"
    workbench.close()
    assert len(failed) == 1, "nothing ran any more"
    qtbot.waitUntil(lambda: not workbench.pool.busy, timeout=LONG_MS)


def test_none_is_kept_when_the_setting_says_so(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.settings.set("project.snapshots", 0)
    open_and_wait(qtbot, window, path)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=LONG_MS)
    assert snapshots_of(path) == []
    window.actions_["file.go_back"].trigger()
    dialog = window.findChild(GoBackDialog)
    assert dialog is not None
    assert dialog.list.topLevelItemCount() == 0
    dialog.close()


def test_an_unreadable_project_offers_its_newest_state(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    take(path)
    path.write_bytes(b"a bad disk" * 1000)
    asked: list[tuple[str, str, object]] = []
    window.workbench.asked.connect(lambda *question: asked.append(question))
    window.workbench.open([path])
    qtbot.waitUntil(lambda: bool(asked), timeout=LONG_MS)
    assert "6 objects" in asked[0][0]
    asked[0][2][1]()  # type: ignore[index]
    qtbot.waitUntil(lambda: window.workbench.document.is_open, timeout=LONG_MS)
    assert window.workbench.document.project.count_annotations() == 6
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=LONG_MS)


def take(path: Path) -> None:
    from slimsam_core.project import Project

    with Project.open(path, read_only=True) as project:
        snapshots.take(project)
