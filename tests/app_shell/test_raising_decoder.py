"""A decoder that raises whatever it likes stops one picture, which is named; all others work."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import PngImagePlugin
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from slimsam_core.cli import main
from slimsam_core.errors import ImageReadError
from slimsam_core.pixels.image_io import read_image
from tests.app_shell.conftest import open_and_wait, write_picture

WIDTH = 81
"""Only the bad picture is this wide."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures, of which the second one is meant."""
    for seed, (name, width) in enumerate({"a.png": 80, "b.png": WIDTH, "c.png": 80}.items()):
        write_picture(tmp_path / "pictures" / name, seed, (60, width))
    return tmp_path / "pictures"


@pytest.fixture(
    params=[RuntimeError("boom"), ZeroDivisionError("by zero"), RecursionError("deep"), AssertionError()]
)
def raising(request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same; the decoder of the second picture raises."""
    begin = PngImagePlugin.PngImageFile._open

    def stumbling(image: PngImagePlugin.PngImageFile) -> None:
        head = image.fp.read(24)
        image.fp.seek(0)
        if int.from_bytes(head[16:20], "big") == WIDTH:
            raise request.param
        begin(image)

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "_open", stumbling)
    return folder


def test_reading_names_the_file(raising: Path) -> None:
    with pytest.raises(ImageReadError, match=r"b\.png"):
        read_image(raising / "b.png")
    assert read_image(raising / "a.png").size.width == 80


def test_the_window_names_the_picture_and_shows_the_others(
    qtbot: QtBot, window: MainWindow, raising: Path
) -> None:
    open_and_wait(qtbot, window, raising)
    navigator = window.workbench.navigator
    assert len(navigator.ids) == 3
    with qtbot.waitSignal(navigator.picture_failed, timeout=60_000):
        window.actions_["image.next"].trigger()
    sorry = window.findChild(QLabel, "pictureError")
    assert sorry is not None
    assert "b.png" in sorry.text()
    with qtbot.waitSignal(navigator.picture_ready, timeout=60_000):
        window.actions_["image.next"].trigger()
    assert navigator.picture is not None
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)


@pytest.mark.usefixtures("one_thread")
def test_preparing_a_folder_leaves_it_out_and_names_it(
    raising: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = ["--model", str(tiny_model), "--device", "cpu", "--runtime", "torch"]
    assert main(["prepare", str(raising), *model]) == 0
    out, err = capsys.readouterr()
    assert "2 encoded" in out
    assert "b.png" in err
