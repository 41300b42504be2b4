"""A 16-bit picture in the window: its values, the sliders, the way back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtWidgets import QPushButton, QSlider
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.view_popup import ViewPopup
from tests.app_canvas.canvas_hands import move, place
from tests.app_shell.conftest import open_and_wait, write_picture


def slider(window: MainWindow, name: str) -> QSlider:
    found = window.findChild(QSlider, name)
    assert found is not None
    return found


def test_sliders_choose_the_window_of_a_sixteen_bit_picture(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    values = np.tile(np.linspace(1000, 3000, 80).astype(np.uint16), (60, 1))
    folder = tmp_path / "deep"
    folder.mkdir()
    Image.fromarray(values).save(folder / "a.tif")
    open_and_wait(qtbot, window, folder)
    canvas = window.workspace.canvas

    def grey(x: float) -> int:
        return canvas.viewport().grab().toImage().pixelColor(place(canvas, x, 30)).red()

    model_sees = window.workbench.navigator.picture
    assert model_sees is not None
    before = model_sees.rgb.copy()
    assert grey(1.5) < 10
    assert grey(78.5) > 245
    window.actions_["view.adjust"].trigger()
    slider(window, "windowHigh").setValue(500)
    assert canvas.style_now.window == (1000.0, 2000.0)
    assert grey(41.5) > 245
    slider(window, "windowLow").setValue(700)
    assert slider(window, "windowHigh").value() > 700, "black stays below white"
    assert np.array_equal(model_sees.rgb, before)
    popup = window.findChild(ViewPopup)
    assert popup is not None
    reset = popup.findChild(QPushButton, "viewReset")
    assert reset is not None
    reset.click()
    assert canvas.style_now.window is None
    assert 100 < grey(41.5) < 160
    popup.close()
    move(canvas, 40.5, 30.5)
    assert f"{values[30, 40]}" in window.status._pixel.text()


def test_eight_bit_pictures_have_no_window_to_choose(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    open_and_wait(qtbot, window, write_picture(tmp_path / "plain" / "a.png").parent)
    window.actions_["view.adjust"].trigger()
    assert not slider(window, "windowLow").isVisible()
    popup = window.findChild(ViewPopup)
    assert popup is not None
    popup.close()
