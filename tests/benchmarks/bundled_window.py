"""The window as a person has it: the bundled model at work, the sample pictures open."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.app import create_window
from slimsam_app.settings import Settings
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.files.resources import resources_dir
from slimsam_core.files.user_folders import settings_path


def open_samples(qapp: QApplication, qtbot: QtBot, folder: Path) -> tuple[MainWindow, list[float]]:
    """The window over a copy of the samples in ``folder``, and the seconds of each encoding, which go on."""
    shutil.copytree(resources_dir() / "samples", folder / "samples")
    settings = Settings(settings_path())
    settings.set("canvas.hover_preview", False)
    window = create_window(qapp, settings)
    window.resize(1280, 720)
    window.show()
    encodes: list[float] = []
    window.prompting.client.encoded.connect(lambda *seen: encodes.append(seen[1] / 1000))
    window.workbench.model_in_use.start()
    window.workbench.open([folder / "samples"])
    qtbot.waitUntil(lambda: len(encodes) >= 2, timeout=120_000)
    return window, encodes
