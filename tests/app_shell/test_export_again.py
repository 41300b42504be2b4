"""Exporting where something is already: told and asked while the dialog is open, with all that was chosen."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.windows.dialogs.export_dialog import ExportDialog
from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.test_dialogs import opened_dialog
from tests.app_shell.test_labelling import add_object

LEFT = Qt.MouseButton.LeftButton


def test_a_file_that_exists_is_asked_about_before_the_dialog_closes(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    add_object(opened)
    target = tmp_path / "mine.json"
    target.write_text("precious")
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.target.setText(str(target))
    assert "mine.json" in dialog.where.text()
    assert "exists already" in dialog.where.text()
    qtbot.mouseClick(dialog.go, LEFT)
    box = dialog.findChild(QMessageBox, "exportReplaceQuestion")
    assert box is not None
    box.reject()
    assert dialog.isVisible()
    assert target.read_text() == "precious"
    qtbot.mouseClick(dialog.go, LEFT)
    replace = next(b for b in dialog.findChildren(QPushButton, "exportReplace") if b.isVisible())
    with qtbot.waitSignal(opened.session.transfer.exported, timeout=60_000):
        qtbot.mouseClick(replace, LEFT)
    assert len(json.loads(target.read_text())["annotations"]) == 1


def test_a_folder_that_does_not_exist_is_told_in_the_dialog(opened: MainWindow, tmp_path: Path) -> None:
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.target.setText(str(tmp_path / "nowhere" / "mine.json"))
    assert not dialog.go.isEnabled()
    assert "does not exist" in dialog.where.text()
    dialog.target.setText(str(tmp_path))
    assert not dialog.go.isEnabled()
    dialog.target.setText(str(tmp_path / "mine.json"))
    assert dialog.go.isEnabled()
    assert dialog.where.text() == f"Writes mine.json in {tmp_path}."
    dialog.split.setChecked(True)
    assert "mine_train.json, mine_val.json" in dialog.where.text()
    dialog.reject()


def test_the_last_export_of_a_project_is_chosen_again(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    add_object(opened)
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.format.setCurrentIndex(dialog.format.findData("yolo"))
    dialog.target.setText(str(tmp_path / "mine"))
    dialog.pictures.setCurrentIndex(2)
    dialog.split.setChecked(True)
    with qtbot.waitSignal(opened.session.transfer.exported, timeout=60_000):
        qtbot.mouseClick(dialog.go, LEFT)
    again = opened_dialog(opened, "file.export", ExportDialog)
    assert again.format.currentData() == "yolo"
    assert (again.target.text(), again.pictures.currentIndex()) == (str(tmp_path / "mine"), 2)
    assert again.split.isChecked()
    assert "earlier export" in again.where.text()
    again.reject()
    opened.settings.set("state.exports", '{"x": 1}')
    fresh = opened_dialog(opened, "file.export", ExportDialog)
    assert fresh.format.currentData() == "coco"
    fresh.reject()
