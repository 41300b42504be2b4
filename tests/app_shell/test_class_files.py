"""Lists of classes in the class editor: saved, loaded into another folder, refused in words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.windows.dialogs.class_editor import ClassEditor
from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.test_dialogs import opened_dialog
from tests.app_shell.test_labelling import banner_texts


def answer(qtbot: QtBot, editor: ClassEditor, button: str, path: Path) -> None:
    """Press a button, and choose a path in the file dialog that appears."""
    found = editor.findChild(QPushButton, button)
    assert found is not None
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)
    (dialog,) = (d for d in editor.findChildren(QFileDialog) if d.isVisible())
    dialog.fileSelected.emit(str(path))
    dialog.close()


def names(window: MainWindow) -> list[str]:
    return [c.name for c in window.workbench.document.categories()]


def test_a_list_is_loaded_as_one_step_saved_and_loaded_again(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "classes.txt").write_text("cat\nbig dog\n")
    editor = opened_dialog(opened, "class.edit", ClassEditor)
    answer(qtbot, editor, "loadClasses", tmp_path / "classes.txt")
    assert names(opened) == ["cat", "big dog"]
    assert "2 classes of the list are new." in banner_texts(opened)
    editor.attributes.setPlainText("fur: long, short")
    answer(qtbot, editor, "saveClasses", tmp_path / "mine.json")
    assert f"2 classes are saved as a list. {tmp_path / 'mine.json'}" in banner_texts(opened)
    opened.workbench.undo()
    opened.workbench.undo()
    assert names(opened) == []
    answer(qtbot, editor, "loadClasses", tmp_path / "mine.json")
    assert names(opened) == ["cat", "big dog"]
    assert dict(opened.workbench.document.categories()[0].attributes) == {"fur": ["long", "short"]}
    editor.close()


def test_a_file_that_is_no_list_is_told_and_changes_nothing(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    (tmp_path / "x.json").write_text("[1]")
    editor = opened_dialog(opened, "class.edit", ClassEditor)
    answer(qtbot, editor, "loadClasses", tmp_path / "x.json")
    assert "lists no classes" in banner_texts(opened)
    assert names(opened) == []
    editor.close()
