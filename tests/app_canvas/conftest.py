"""A window over two photographs, with the tiny model."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.app import create_window
from slimsam_app.settings import Settings
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.files.user_folders import settings_path
from slimsam_core.inference.predictor import Predictor
from tests.app_shell.conftest import write_picture


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two pictures of noise, 120 x 160."""
    folder = tmp_path / "pictures"
    for seed in range(2):
        write_picture(folder / f"{seed}.png", seed, (120, 160))
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
    window.workbench.model_in_use.start()
    with qtbot.waitSignal(window.prompting.client.encoded, timeout=30_000):
        window.workbench.open([pictures])
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
    yield window
    window.close()
    window.deleteLater()


class Gate:
    """Called to let one encoding through."""

    def __init__(self) -> None:
        self.passes = threading.Semaphore(0)
        self.arrived = 0
        """How many encodings came to the gate so far."""

    def __call__(self) -> None:
        self.passes.release()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, labelling: MainWindow, qtbot: QtBot) -> Iterator[Gate]:
    """Each encoding waits until it is let through; the first picture and its neighbour are through."""
    client = labelling.prompting.client
    qtbot.waitUntil(lambda: len(client._worker._embeddings) == 2, timeout=60_000)
    gate = Gate()
    embed = Predictor.embed

    def slowly(self: Predictor, rgb: np.ndarray) -> object:
        gate.arrived += 1
        assert gate.passes.acquire(timeout=30)
        return embed(self, rgb)

    monkeypatch.setattr(Predictor, "embed", slowly)
    yield gate
    gate.passes.release(1000)
