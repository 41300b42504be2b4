"""Going through pictures: painted at once, read ahead on both sides, the rest behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from pytestqt.qtbot import QtBot

from slimsam_app.sessions.navigator import Navigator
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.pixels.geometry import Size
from tests.app_shell.conftest import open_and_wait, write_picture

COUNT = 12


class Painted(QObject):
    """Which pictures were painted, in order."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._canvas, self._navigator = window.workspace.canvas, window.workbench.navigator
        self.pictures: list[int] = []
        self.stand_ins: list[int] = []
        self._canvas.viewport().installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            if self._canvas.image_id is not None:
                self.pictures.append(self._canvas.image_id)
            elif self._canvas.layers.stand_in is not None and self._navigator.current_id is not None:
                self.stand_ins.append(self._navigator.current_id)
        return False


def at_hand(navigator: Navigator) -> list[int]:
    """Rows of the pictures that are decoded."""
    return [row for row, image_id in enumerate(navigator.ids) if navigator._reader.get(image_id) is not None]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    for number in range(COUNT):
        write_picture(tmp_path / "many" / f"{number:02}.png", number)
    return tmp_path / "many"


def go_to(qtbot: QtBot, window: MainWindow, row: int) -> None:
    navigator = window.workbench.navigator
    with qtbot.waitSignal(navigator.picture_ready, timeout=60_000):
        navigator.go(navigator.ids[row])


def test_pictures_on_both_sides_are_there_before_they_are_wanted(
    qtbot: QtBot, window: MainWindow, many: Path
) -> None:
    open_and_wait(qtbot, window, many)
    navigator = window.workbench.navigator
    go_to(qtbot, window, 6)
    qtbot.waitUntil(lambda: {4, 5, 6, 7, 8} <= set(at_hand(navigator)), timeout=60_000)
    painted = Painted(window)
    for step in (1, -1, -1):
        navigator.step(step)
        assert painted.pictures[-1] == navigator.current_id, "painted before the key's work is over"


def test_a_picture_that_is_not_there_yet_is_stood_in_for_by_its_thumbnail(
    qtbot: QtBot, window: MainWindow, many: Path
) -> None:
    open_and_wait(qtbot, window, many)
    navigator = window.workbench.navigator
    target = navigator.ids[6]
    window.thumbnails.pixmap(target)
    qtbot.waitUntil(lambda: window.thumbnails.known(target) is not None, timeout=60_000)
    navigator._reader.forget(target)
    painted = Painted(window)
    navigator.go(target)
    assert painted.stand_ins == [target]
    qtbot.waitUntil(lambda: target in painted.pictures, timeout=60_000)
    assert window.workspace.canvas.layers.stand_in is None


def test_only_so_many_pictures_are_kept_but_always_the_neighbours(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.settings.set("canvas.picture_mb", 1)
    for number in range(COUNT):
        write_picture(tmp_path / "large" / f"{number:02}.png", number, (300, 500))  # 450 kB: two fit
    open_and_wait(qtbot, window, tmp_path / "large")
    navigator = window.workbench.navigator
    for row in range(1, COUNT - 1):
        if navigator.picture is None or navigator.row_of(navigator.current_id) != row:
            navigator.go(navigator.ids[row])
        around = {row - 1, row, row + 1}
        qtbot.waitUntil(lambda around=around: around <= set(at_hand(navigator)), timeout=60_000)
        assert len(at_hand(navigator)) <= 4


def test_sizes_and_hashes_are_recorded_behind_the_picture(
    qtbot: QtBot, window: MainWindow, many: Path, tmp_path: Path
) -> None:
    open_and_wait(qtbot, window, many)
    navigator, project = window.workbench.navigator, window.workbench.document.project
    image_id = navigator.ids[0]
    qtbot.waitUntil(lambda: bool(project.image(image_id).content_hash), timeout=60_000)
    assert project.image(image_id).size == Size(60, 80)
    entry = navigator.entry
    assert entry is not None
    assert entry.size == Size(60, 80)
    unread = navigator.ids[-1]
    assert project.image(unread).size is None
    with qtbot.waitSignal(window.workbench.transfer.exported, timeout=60_000):
        window.workbench.transfer.export_images(tmp_path / "one.json", [unread])
    (image,) = json.loads((tmp_path / "one.json").read_text())["images"]
    assert (image["width"], image["height"]) == (80, 60)


def test_an_unreadable_neighbour_is_tried_once_and_again_when_one_gets_there(
    qtbot: QtBot, window: MainWindow, many: Path
) -> None:
    (many / "01.png").write_bytes(b"no picture")
    open_and_wait(qtbot, window, many)
    navigator = window.workbench.navigator
    failed: list[int] = []
    navigator._reader.failed.connect(lambda image_id, _: failed.append(image_id))
    navigator.step(+1)
    qtbot.waitUntil(lambda: failed == [navigator.ids[1]], timeout=60_000)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
    write_picture(many / "01.png")
    navigator.step(+1)
    go_to(qtbot, window, 1)
    assert failed == [navigator.ids[1]]
