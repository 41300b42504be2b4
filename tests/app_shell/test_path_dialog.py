"""The dialog that asks for a path answers with what was typed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

import slimsam_app
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog, save_dialog


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    """A window that is shown and active."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitActive(widget)
    return widget


def name_line(dialog: QFileDialog) -> QLineEdit:
    """Where the path is typed."""
    line: QLineEdit = dialog.findChild(QLineEdit, "fileNameEdit")
    return line


def typed(qtbot: QtBot, dialog: QFileDialog, path: Path) -> list[str]:
    """Type a path and press Enter; what the dialog answers. No popup ever takes the keyboard meanwhile."""
    line, answers = name_line(dialog), []
    dialog.filesSelected.connect(answers.extend)
    dialog.open()
    qtbot.waitUntil(line.hasFocus)
    line.clear()
    for letter in str(path):
        QTest.keyClick(line, letter)
        assert QApplication.activePopupWidget() is None
    until = time.monotonic() + 0.5  # the folders are read in the background
    while time.monotonic() < until:
        qtbot.wait(20)  # looks in between, until the half second is over
        assert QApplication.activePopupWidget() is None
    with qtbot.waitSignal(dialog.finished):
        QTest.keyClick(line, Qt.Key.Key_Return)
    return answers


def test_a_typed_folder_is_the_answer_and_nothing_it_lies_in(
    qtbot: QtBot, parent: QWidget, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures" / "ten"
    folder.mkdir(parents=True)
    (tmp_path / "pictures" / "tent").mkdir()
    dialog = path_dialog(parent, "Open folder", Path.home(), mode=FileMode.Directory)
    assert typed(qtbot, dialog, folder) == [str(folder)]


def test_a_typed_file_is_the_answer(qtbot: QtBot, parent: QWidget, tmp_path: Path) -> None:
    file = tmp_path / "labels" / "coco.json"
    file.parent.mkdir()
    file.write_text("{}")
    dialog = path_dialog(parent, "Import", Path.home(), mode=FileMode.ExistingFile)
    assert typed(qtbot, dialog, file) == [str(file)]


@pytest.mark.parametrize("start", ["", "job", "job/inner"])
def test_a_file_that_is_typed_at_the_pace_of_a_hand_is_the_answer(
    qtbot: QtBot, parent: QWidget, tmp_path: Path, start: str
) -> None:
    """Meanwhile the dialog finds the folders on the way, and marks them."""
    (tmp_path / "job" / "inner").mkdir(parents=True)
    file = tmp_path / "coco.json"
    file.write_text("{}")
    mode = FileMode.ExistingFile
    dialog = path_dialog(parent, "Import", tmp_path / start, "Annotations (*.json)", mode)
    line, answers = name_line(dialog), []
    dialog.filesSelected.connect(answers.extend)
    dialog.open()
    qtbot.waitUntil(line.hasFocus)
    line.setText(f"{tmp_path.parent}")
    for letter in f"/{tmp_path.name}/{file.name}":
        QTest.keyClick(line, letter)
        QApplication.processEvents()
        assert dialog.selectedFiles() == [line.text()]
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert answers == [str(file)]


@pytest.mark.parametrize(("name", "becomes"), [("report", "report.html"), ("report.htm", "report.htm")])
def test_a_new_file_gets_the_suffix_when_it_has_none(
    qtbot: QtBot, parent: QWidget, tmp_path: Path, name: str, becomes: str
) -> None:
    dialog = save_dialog(parent, "Save", tmp_path / "suggested.html", suffix=".html")
    assert name_line(dialog).text() == "suggested.html"
    assert typed(qtbot, dialog, tmp_path / name) == [str(tmp_path / becomes)]


def test_a_new_folder_keeps_its_name(qtbot: QtBot, parent: QWidget, tmp_path: Path) -> None:
    dialog = save_dialog(parent, "Export", tmp_path / "slim-0.5")
    assert typed(qtbot, dialog, tmp_path / "mine") == [str(tmp_path / "mine")]


def test_a_dialog_that_was_closed_is_gone(qtbot: QtBot, parent: QWidget) -> None:
    dialog = path_dialog(parent, "Open folder", mode=FileMode.Directory)
    dialog.open()
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()


def test_every_path_is_asked_for_in_this_way() -> None:
    sources = Path(slimsam_app.__file__).parent.rglob("*.py")
    made = [source.name for source in sources if "QFileDialog(" in source.read_text(encoding="utf-8")]
    assert made == ["path_dialog.py"]
