"""Downloading a model in the model manager, against a server that breaks off, lies and answers slowly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar
from pytestqt.qtbot import QtBot

from slimsam_app.banner import Banner
from slimsam_app.windows.dialogs.model_manager import NAME, ModelManager
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.progress import Progress
from tests.hub_server import Hub, hub, model_files

__all__ = ["hub", "model_files"]  # fixtures
MODEL = "slimsam-77"


@pytest.fixture
def manager(qtbot: QtBot, window: MainWindow, hub: Hub) -> Iterator[ModelManager]:
    """The dialog, with its list there and the published model chosen."""
    assert hub.url
    window.actions_["model.manage"].trigger()
    dialog = window.findChild(ModelManager)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() > 1, timeout=60_000)
    choose(dialog)
    yield dialog
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
    dialog.close()


def choose(dialog: ModelManager) -> None:
    for row in range(dialog.table.topLevelItemCount()):
        item = dialog.table.topLevelItem(row)
        if item is not None and item.data(NAME, Qt.ItemDataRole.UserRole) == MODEL:
            dialog.table.setCurrentItem(item)


def installed() -> list[str]:
    return [info.name for info in ModelLibrary().installed() if not info.bundled]


def told(dialog: ModelManager) -> str:
    return "\n".join(" ".join(banner.key[1:]) for banner in dialog.findChildren(Banner))


def click_download(qtbot: QtBot, dialog: ModelManager) -> None:
    qtbot.waitUntil(dialog.download.isEnabled, timeout=60_000)
    qtbot.mouseClick(dialog.download, Qt.MouseButton.LeftButton)


def test_a_download_shows_how_far_it_is_and_ends_installed(qtbot: QtBot, manager: ModelManager) -> None:
    bar = manager.findChild(QProgressBar)
    assert bar is not None
    shown: list[int] = []
    bar.valueChanged.connect(shown.append)
    click_download(qtbot, manager)
    assert manager._cancel.isVisible()
    assert not manager.download.isEnabled()
    qtbot.waitUntil(lambda: installed() == [MODEL], timeout=30_000)
    qtbot.waitUntil(lambda: "is installed" in told(manager), timeout=60_000)
    assert any(value > 0 for value in shown)
    assert not manager._cancel.isVisible()
    qtbot.waitUntil(lambda: manager.use.isEnabled() or manager.download.isEnabled(), timeout=60_000)
    ModelLibrary().verify(MODEL)


def test_a_cancelled_download_goes_on_where_it_stopped(
    qtbot: QtBot, window: MainWindow, manager: ModelManager, hub: Hub
) -> None:
    jobs = window.workbench.jobs

    def cancel_half_way(step: Progress) -> None:
        if (step.fraction or 0) > 0.5:
            jobs.progressed.disconnect(cancel_half_way)
            qtbot.mouseClick(manager._cancel, Qt.MouseButton.LeftButton)

    jobs.progressed.connect(cancel_half_way, Qt.ConnectionType.BlockingQueuedConnection)
    click_download(qtbot, manager)
    qtbot.waitUntil(lambda: not jobs.busy, timeout=30_000)
    assert installed() == []
    click_download(qtbot, manager)  # at once: the former one may still be letting go
    qtbot.waitUntil(lambda: installed() == [MODEL], timeout=30_000)
    ModelLibrary().verify(MODEL)
    assert any(asked for method, _, asked in hub.requests if method == "GET" and asked), "it went on"


def test_a_broken_download_tells_and_goes_on(qtbot: QtBot, manager: ModelManager, hub: Hub) -> None:
    hub.broken_after = 1_000_000
    click_download(qtbot, manager)
    qtbot.waitUntil(lambda: "could not be downloaded" in told(manager), timeout=30_000)
    assert installed() == []
    hub.broken_after = None
    click_download(qtbot, manager)
    qtbot.waitUntil(lambda: installed() == [MODEL], timeout=30_000)
    ModelLibrary().verify(MODEL)


def test_a_file_of_another_hash_is_told_and_not_installed(
    qtbot: QtBot, manager: ModelManager, hub: Hub
) -> None:
    hub.corrupt = True
    click_download(qtbot, manager)
    qtbot.waitUntil(lambda: "damaged" in told(manager), timeout=30_000)
    assert installed() == []
    assert manager.table.currentItem() is not None
