"""A folder in which another tool left its annotations: they are offered, and come in when that is wanted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.banner import Banner
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.formats import registry
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.formats.foreign_files import coco, labelme, shape

WORDS = "Annotations lie beside these pictures"


def told(window: MainWindow) -> list[str]:
    """What is said of them."""
    return [b.key[1] for b in window.findChildren(Banner) if not b.going and b.key[1].startswith(WORDS)]


def lone_button(window: MainWindow) -> QPushButton:
    (banner,) = (b for b in window.findChildren(Banner) if WORDS in b.key[1] and not b.going)
    button = banner.findChild(QPushButton)
    assert button is not None
    return button


def test_they_are_offered_and_come_in(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    (folder / "sub/ünïcode 1.png").unlink()
    coco(folder / "annotations/instances.json", "photo 2.png", width=80, height=60)
    open_and_wait(qtbot, window, folder)
    qtbot.waitUntil(lambda: told(window) == [f"{WORDS}: COCO instances (JSON)."])
    assert not window.workbench.document.project.count_annotations(), "nothing comes in by itself"
    with qtbot.waitSignal(window.workbench.transfer.imported):
        lone_button(window).click()
    assert window.workbench.document.project.count_annotations() == 1
    assert not told(window)


def test_a_project_in_which_something_was_done_says_nothing(
    qtbot: QtBot, window: MainWindow, folder: Path, tmp_path: Path
) -> None:
    """Who wanted them has them, and who labels without them is not asked each day."""
    labelme(folder / "photo 2.json", shape())
    open_and_wait(qtbot, window, folder)
    qtbot.waitUntil(lambda: told(window) == [f"{WORDS}: labelme (JSON)."])
    write_picture(tmp_path / "other/1.png")
    open_and_wait(qtbot, window, tmp_path / "other")
    assert not told(window), "it went with its project"
    open_and_wait(qtbot, window, folder)
    qtbot.waitUntil(lambda: len(told(window)) == 1)
    window.workbench.classes.add("dog")
    open_and_wait(qtbot, window, tmp_path / "other")
    open_and_wait(qtbot, window, folder)
    assert not told(window)


def test_pictures_alone_are_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("1.PNG", "deep/2.jpg"):
        write_picture(tmp_path / name)
    (tmp_path / "deep/notes.md").write_text("# mine")
    with monkeypatch.context() as patch:
        patch.setattr(registry, "candidates", lambda _: pytest.fail("each format looked for its files"))
        assert registry.beside_pictures(tmp_path) == ()
    labelme(tmp_path / "deep/2.JSON", shape())
    assert [guess.format.name for guess in registry.beside_pictures(tmp_path)] == ["labelme"]


def test_masks_that_look_as_any_picture_does_are_not_offered(tmp_path: Path) -> None:
    write_picture(tmp_path / "images/a.png")
    write_picture(tmp_path / "masks/a.png")
    (tmp_path / "readme.txt").write_text("my pictures\n")
    assert registry.beside_pictures(tmp_path) == ()
