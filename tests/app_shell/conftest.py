"""A window over a folder of small pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.app import create_window
from slimsam_app.settings import Settings
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.files.user_folders import settings_path


def write_picture(path: Path, seed: int = 0, size: tuple[int, int] = (60, 80)) -> Path:
    """A small picture of noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 255, (*size, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures whose natural order is not the alphabetical one."""
    for seed, name in enumerate(("photo 10.png", "photo 2.png", "sub/ünïcode 1.png")):
        write_picture(tmp_path / "pictures" / name, seed)
    return tmp_path / "pictures"


@pytest.fixture
def make_window(qapp: QApplication) -> Iterator[Callable[[], MainWindow]]:
    """Make windows that are closed at the end."""
    made: list[MainWindow] = []

    def make() -> MainWindow:
        window = create_window(qapp, Settings(settings_path()))
        window.resize(1280, 720)
        window.show()
        made.append(window)
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()


@pytest.fixture
def window(make_window: Callable[[], MainWindow]) -> MainWindow:
    """A window with nothing open."""
    return make_window()


def open_and_wait(qtbot: QtBot, window: MainWindow, *paths: Path) -> None:
    """Open paths and wait until a picture is there; of the project that is open the same one stays."""
    opener, navigator = window.workbench.opener, window.workbench.navigator
    with qtbot.waitSignal(opener.opening, check_params_cb=lambda name: not name, timeout=60_000):
        window.workbench.open(list(paths))
    qtbot.waitUntil(lambda: navigator.picture is not None and not window.workbench.pool.busy, timeout=120_000)


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, folder: Path) -> MainWindow:
    """A window with the folder of pictures open."""
    open_and_wait(qtbot, window, folder)
    return window
