"""PyTorch added to the stand-alone program in the list of models, and taken away again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.banner import Banner
from slimsam_app.windows.dialogs.model_manager import ModelManager
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.files.user_folders import packages_dir
from slimsam_core.library import added_torch
from tests.hub_server import Hub, running
from tests.library.test_added_torch import FILES


def offer(hub: Hub, folder: Path) -> None:
    """Write the list that a stand-alone program has."""
    wheels = [
        {
            "name": name, "url": f"{hub.url}/{hub.repo}/resolve/main/{name}", "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        for name, data in FILES.items()
    ]  # fmt: skip
    (folder / added_torch.LIST).write_text(json.dumps({"cpu": wheels}), "utf-8")


def opened(qtbot: QtBot, window: MainWindow) -> ModelManager:
    window.actions_["model.manage"].trigger()
    dialog = window.findChild(ModelManager)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() > 1, timeout=60_000)
    return dialog


def told(dialog: ModelManager) -> str:
    return "\n".join(" ".join(banner.key[1:]) for banner in dialog.findChildren(Banner))


def test_it_is_added_and_removed(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(added_torch, "resources_dir", lambda: tmp_path)
    with running(FILES) as hub:
        offer(hub, tmp_path)
        dialog = opened(qtbot, window)
        qtbot.waitUntil(lambda: dialog.torch.isVisible() and dialog.torch.add.isEnabled(), timeout=60_000)
        assert not dialog.torch.remove.isVisible()
        qtbot.mouseClick(dialog.torch.add, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: dialog.torch.remove.isVisible(), timeout=60_000)
        assert "PyTorch is added." in told(dialog)
        assert packages_dir().is_dir()
        assert not dialog.torch.add.isVisible()
        qtbot.waitUntil(dialog.torch.remove.isEnabled, timeout=60_000)
        qtbot.mouseClick(dialog.torch.remove, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(dialog.torch.add.isVisible, timeout=60_000)
        assert not packages_dir().exists()
        qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
        dialog.close()


def test_an_installed_program_does_not_offer_it(qtbot: QtBot, window: MainWindow) -> None:
    dialog = opened(qtbot, window)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
    assert not dialog.torch.isVisible()
    dialog.close()
