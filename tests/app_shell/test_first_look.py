"""A large photograph is seen at once: the small picture inside it stands in until it has been decoded."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from slimsam_app.sessions import picture_reader
from slimsam_app.sessions.picture_reader import GLANCE_BYTES
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.pixels.image_io import LoadedImage
from tests.app_shell.conftest import write_picture
from tests.pixels.test_glance import in_a_frame, write_photograph


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Decoding a large photograph waits until the test lets it go."""
    go, read = threading.Event(), picture_reader.read_image

    def waiting(path: Path) -> LoadedImage:
        if path.name.startswith("large"):
            assert go.wait(60)
        return read(path)

    monkeypatch.setattr(picture_reader, "read_image", waiting)
    yield go
    go.set()


def test_a_large_photograph_is_seen_before_it_is_decoded(
    qtbot: QtBot, make_window: Callable[[], MainWindow], tmp_path: Path, slow: threading.Event
) -> None:
    write_picture(tmp_path / "p" / "a first.png")
    large = write_photograph(tmp_path / "p" / "large.jpg", in_a_frame(), size=(2400, 1600), noise=True)
    assert large.stat().st_size >= GLANCE_BYTES
    window = make_window()
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        window.workbench.open([tmp_path / "p"])
    qtbot.waitUntil(lambda: len(window.workbench.navigator.ids) == 2, timeout=60_000)
    layers = window.workspace.canvas.layers
    window.workbench.navigator.step(1)
    qtbot.waitUntil(lambda: layers.stand_in is not None and layers.stand_in.width() == 160, timeout=60_000)
    assert window.workbench.navigator.picture is None
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        slow.set()
    assert layers.stand_in is None
    assert window.workspace.canvas.image_id == window.workbench.navigator.current_id
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
