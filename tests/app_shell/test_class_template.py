"""A new project offers the classes of the project that was worked on before; one click takes them over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.conftest import open_and_wait, write_picture


def names(window: MainWindow) -> list[str]:
    return [category.name for category in window.workbench.document.categories()]


@pytest.fixture
def next_folder(tmp_path: Path) -> Path:
    write_picture(tmp_path / "more pictures" / "a.png")
    return tmp_path / "more pictures"


def label(window: MainWindow) -> None:
    """Two classes, one with a colour, a key and attributes of its own."""
    classes = window.workbench.classes
    classes.add("cat")
    dog = classes.add("dog")
    assert dog is not None
    classes.change(replace(dog, color="#123456", hotkey="7", attributes={"age": "number"}))


def test_the_next_folder_takes_them_over_in_one_step(
    qtbot: QtBot, opened: MainWindow, next_folder: Path
) -> None:
    button = opened.classes_dock.take_over
    assert not button.isVisible(), "there was no project before"
    label(opened)
    cat = opened.workbench.document.categories()[0]
    open_and_wait(qtbot, opened, next_folder)
    assert button.isVisible()
    assert "the classes of pictures" in button.accessibleName()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    found = opened.workbench.document.categories()
    assert [(c.name, c.display_color, c.attributes) for c in found] == [
        ("cat", cat.display_color, {}),
        ("dog", "#123456", {"age": "number"}),
    ]
    assert found[1].hotkey == "7"
    assert not button.isVisible()
    opened.actions_["edit.undo"].trigger()
    assert names(opened) == []
    assert button.isVisible()
    opened.workbench.classes.add("horse")
    assert not button.isVisible()


def test_the_offer_is_there_after_a_restart_and_goes_with_the_project(
    qtbot: QtBot,
    opened: MainWindow,
    folder: Path,
    next_folder: Path,
    make_window: Callable[[], MainWindow],
) -> None:
    label(opened)
    opened.close()
    again = make_window()
    open_and_wait(qtbot, again, next_folder)
    assert again.classes_dock.take_over.isVisible()
    again.workbench.close()
    (folder / ".slimsam" / "project.slimsam").unlink()
    open_and_wait(qtbot, again, next_folder)
    assert not again.classes_dock.take_over.isVisible()
