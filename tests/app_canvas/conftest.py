"""A window over two photographs, with the tiny model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.app import create_window, settings_path
from slimsam_app.settings import Settings
from slimsam_app.windows.main_window import MainWindow


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two pictures of noise, 120 x 160."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for seed in range(2):
        pixels = np.random.default_rng(seed).integers(0, 255, (120, 160, 3), np.uint8)
        Image.fromarray(pixels).save(folder / f"{seed}.png")
    return folder


@pytest.fixture
def labelling(qapp: QApplication, qtbot: QtBot, pictures: Path, tiny_model: Path) -> Iterator[MainWindow]:
    """A window with the pictures open and the tiny model at work."""
    settings = Settings(settings_path())
    settings.set("model.name", str(tiny_model))
    settings.set("model.runtime", "torch")
    settings.set("canvas.hover_preview", False)
    window = create_window(qapp, settings)
    window.resize(1280, 720)
    window.show()
    window.prompting.start()
    with qtbot.waitSignal(window.prompting.client.encoded, timeout=30_000):
        window.session.open([pictures])
    qtbot.waitUntil(lambda: not window.session.pool.busy, timeout=10_000)
    yield window
    window.close()
    window.deleteLater()
