"""Exporting where something is already: told while the dialog is open, with all that was chosen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.windows.dialogs.export_dialog import ExportDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Category
from slimsam_core.labelling.drafts import BoxesDraft
from slimsam_core.pixels.geometry import BoxXYXY
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.app_shell.test_dialogs import opened_dialog
from tests.app_shell.test_labelling import add_object

LEFT = Qt.MouseButton.LeftButton


def test_a_file_that_exists_is_told_and_replaced_only_when_that_is_ticked(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    add_object(opened)
    target = tmp_path / "mine.json"
    target.write_text("precious")
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.target.setText(str(target))
    assert "There is already mine.json (" in dialog.obstacle.text()
    assert not dialog.go.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert target.read_text() == "precious"
    qtbot.mouseClick(dialog.replace, LEFT, pos=QPoint(8, dialog.replace.height() // 2))
    assert dialog.go.isEnabled()
    dialog.target.setText(str(tmp_path / "other.json"))
    assert not dialog.replace.isVisible()
    dialog.target.setText(str(target))
    assert not dialog.replace.isChecked(), "another file was agreed to"
    qtbot.mouseClick(dialog.replace, LEFT, pos=QPoint(8, dialog.replace.height() // 2))
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        qtbot.mouseClick(dialog.go, LEFT)
    assert len(json.loads(target.read_text())["annotations"]) == 1


def test_an_earlier_export_in_the_folder_goes_when_that_is_ticked(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    """What is not written again would be taken for the export by whoever reads the folder."""
    add_object(opened)
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.format.setCurrentIndex(dialog.format.findData("yolo"))
    dialog.target.setText(str(tmp_path / "set"))
    dialog.pictures.setCurrentIndex(2)
    assert not dialog.replace.isVisible()
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        qtbot.mouseClick(dialog.go, LEFT)
    labels = tmp_path / "set" / "labels"
    assert len(list(labels.iterdir())) == 3
    (labels / "theirs.txt").write_text("0 0.1 0.1 0.2 0.1 0.2 0.2\n")
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.pictures.setCurrentIndex(0)
    assert "not written again are removed" in dialog.obstacle.text()
    assert not dialog.go.isEnabled()
    qtbot.mouseClick(dialog.replace, LEFT, pos=QPoint(8, dialog.replace.height() // 2))
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000) as exported:
        qtbot.mouseClick(dialog.go, LEFT)
    assert len(list(labels.iterdir())) == 2
    (report,) = exported.args[0]
    assert ["labels/theirs.txt" in str(issue) for issue in report.warnings] == [True]


def test_what_is_in_the_way_is_told_in_the_dialog(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.target.setText("")
    assert "where to write" in dialog.obstacle.text()
    dialog.target.setText(str(tmp_path))
    assert not dialog.go.isEnabled()
    assert "is a folder" in dialog.obstacle.text()
    dialog.target.setText(str(tmp_path / "new" / "deep" / "mine.json"))
    assert not dialog.go.isEnabled()
    assert "does not exist" in dialog.obstacle.text()
    qtbot.mouseClick(dialog.make_folder, LEFT)
    assert (tmp_path / "new" / "deep").is_dir()
    assert dialog.go.isEnabled()
    assert not dialog.make_folder.isVisible()
    (tmp_path / "file").write_text("")
    dialog.target.setText(str(tmp_path / "file" / "in_it" / "mine.json"))
    qtbot.mouseClick(dialog.make_folder, LEFT)
    assert "cannot be made" in dialog.obstacle.text()
    assert not dialog.go.isEnabled()
    dialog.reject()


def says(qtbot: QtBot, dialog: ExportDialog, words: str) -> None:
    qtbot.waitUntil(lambda: "being counted" not in dialog.where.text(), timeout=60_000)
    assert dialog.where.text() == words


def test_one_sentence_says_how_much_is_written(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    for number, name in enumerate(("cat", "dog")):
        opened.workbench.classes.add(name)
        add_object(opened, 40 * number)
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.target.setText(str(tmp_path / "mine.json"))
    ends = f"as COCO instances (JSON) to {tmp_path / 'mine.json'}."
    says(qtbot, dialog, f"Writes 2 objects of 2 classes on 1 image {ends}")
    dialog.classes.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    says(qtbot, dialog, f"Writes 1 object of 1 class on 1 image {ends}")
    dialog.pictures.setCurrentIndex(2)
    images = len(opened.workbench.navigator.ids)
    qtbot.waitUntil(lambda: f"on {images} images" in dialog.where.text(), timeout=60_000)
    dialog.shares.on.setChecked(True)
    assert "to mine_train.json, mine_val.json in" in dialog.where.text()
    qtbot.mouseClick(dialog.findChild(QPushButton, "exportClassesNone"), LEFT)
    assert "at least one class" in dialog.obstacle.text()
    assert not dialog.go.isEnabled(), "no class is not every class"
    qtbot.mouseClick(dialog.findChild(QPushButton, "exportClassesAll"), LEFT)
    assert dialog.go.isEnabled()
    dialog.reject()


def test_the_copies_of_an_export_do_not_come_among_the_pictures(opened: MainWindow) -> None:
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.format.setCurrentIndex(dialog.format.findData("yolo"))
    pictures = Path(opened.workbench.document.project.roots()[0].path)
    assert pictures not in Path(dialog.target.text()).parents
    dialog.reject()


def test_the_last_export_of_a_project_is_chosen_again(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    for name in ("cat", "dog"):
        opened.workbench.classes.add(name)
    add_object(opened)
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.format.setCurrentIndex(dialog.format.findData("yolo"))
    dialog.target.setText(str(tmp_path / "mine"))
    dialog.pictures.setCurrentIndex(2)
    dialog.shares.take(True, (50, 30, 20))
    dialog.classes.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    opened.workbench.classes.add("later")
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        qtbot.mouseClick(dialog.go, LEFT)
    again = opened_dialog(opened, "file.export", ExportDialog)
    assert again.format.currentData() == "yolo"
    assert (again.target.text(), again.pictures.currentIndex()) == (str(tmp_path / "mine"), 2)
    assert again.shares.on.isChecked()
    assert again.shares.values == (50, 30, 20)
    assert again.classes.left_out == ("cat",), "a class that came later is ticked"
    assert "earlier export" in again.where.text()
    again.reject()
    opened.settings.set("state.exports", '{"x": 1}')
    fresh = opened_dialog(opened, "file.export", ExportDialog)
    assert fresh.format.currentData() == "coco"
    fresh.reject()


def test_the_home_folder_may_be_typed(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_object(opened)
    monkeypatch.setattr(Path, "expanduser", lambda path: tmp_path.joinpath(*path.parts[1:]))
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.target.clear()
    QTest.keyClicks(dialog.target, "~/mine.json")
    assert str(tmp_path / "mine.json") in dialog.where.text()
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        qtbot.mouseClick(dialog.go, LEFT)
    assert (tmp_path / "mine.json").is_file()


def test_each_format_is_written_again_where_it_was_written_the_last_time(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    add_object(opened)
    for name, target in (("coco", tmp_path / "mine.json"), ("yolo", tmp_path / "set")):
        dialog = opened_dialog(opened, "file.export", ExportDialog)
        dialog.format.setCurrentIndex(dialog.format.findData(name))
        dialog.target.setText(str(target))
        with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
            qtbot.mouseClick(dialog.go, LEFT)
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    shown = {}
    for name in ("yolo", "coco", "voc"):
        dialog.format.setCurrentIndex(dialog.format.findData(name))
        shown[name] = dialog.target.text()
    assert shown["yolo"] == str(tmp_path / "set")
    assert shown["coco"] == str(tmp_path / "mine.json")
    assert shown["voc"] not in (shown["yolo"], shown["coco"])
    dialog.close()


def test_the_buttons_stay_where_they_are_whatever_is_told_above_them(
    opened: MainWindow, tmp_path: Path
) -> None:
    """Else the pointer that was on its way to Export hits what lies below it."""
    add_object(opened)
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.resize(640, 600)
    QApplication.processEvents()
    places = set()
    for target in (tmp_path / "a.json", tmp_path, tmp_path / "a folder that is not there" / ("long " * 40)):
        for name in ("coco", "yolo", "labelme"):
            dialog.format.setCurrentIndex(dialog.format.findData(name))
            dialog.target.setText(str(target))
            for _ in range(3):  # what is wrapped asks for its height in a further round
                QApplication.processEvents()
            places.add((dialog.go.mapToGlobal(QPoint()).toTuple(), dialog.size().toTuple()))
    assert len(places) == 1
    dialog.close()


def test_with_people_all_rows_are_seen_without_scrolling(opened: MainWindow, folder: Path) -> None:
    classes = tuple(Category(id=number, name=f"class {number}") for number in range(1, 6))
    session, people = opened.workbench.transfer, ("Ana", "Ben", "")
    dialog = ExportDialog(session, folder, classes, False, opened, people=people)
    dialog.open()
    dialog.resize(640, 600)
    for _ in range(3):
        QApplication.processEvents()
    for ticks in (dialog.classes, dialog.people):
        rows = ticks.list
        assert rows.viewport().rect().contains(rows.visualItemRect(rows.item(rows.count() - 1)))
        assert ticks.visibleRegion().boundingRect() == ticks.rect()
    assert dialog.shares.visibleRegion().boundingRect() == dialog.shares.rect(), "what stands below them"
    dialog.close()


def test_what_is_open_is_told_not_to_be_written(qtbot: QtBot, opened: MainWindow) -> None:
    add_object(opened)
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    qtbot.waitUntil(lambda: "Writes 1 object" in dialog.where.text(), timeout=60_000)
    assert "not accepted" not in dialog.where.text()
    dialog.reject()
    drafts = opened.workbench.drafts
    drafts.keep(opened.workbench.navigator.ids[1], [BoxesDraft((BoxXYXY(1, 1, 9, 9),), 0)])
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    qtbot.waitUntil(lambda: "Writes 1 object" in dialog.where.text(), timeout=60_000)
    assert "What is open in 1 image was not accepted: it is not written." in dialog.where.text()


def test_a_file_in_the_place_of_a_folder_is_named_as_one(opened: MainWindow, tmp_path: Path) -> None:
    add_object(opened)
    (tmp_path / "notes.txt").write_text("mine")
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.target.setText(str(tmp_path / "notes.txt" / "out.json"))
    assert dialog.obstacle.text() == f"{tmp_path / 'notes.txt'} is a file, no folder."
    assert not dialog.go.isEnabled()


def test_pictures_that_would_share_a_file_are_told_before_the_export(
    qtbot: QtBot, opened: MainWindow, folder: Path
) -> None:
    write_picture(folder / "photo 2.jpg", 7)
    open_and_wait(qtbot, opened, folder)
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.pictures.setCurrentIndex(2)
    dialog.format.setCurrentIndex(dialog.format.findData("voc"))
    qtbot.waitUntil(lambda: "would share a file" in dialog.obstacle.text(), timeout=60_000)
    for words in ("photo 2.jpg", "photo 2.png", "VOC", "Rename one of the two"):
        assert words in dialog.obstacle.text()
    assert not dialog.go.isEnabled()
    dialog.format.setCurrentIndex(dialog.format.findData("coco"))
    qtbot.waitUntil(dialog.go.isEnabled, timeout=60_000)
    assert not dialog.obstacle.text()
    dialog.format.setCurrentIndex(dialog.format.findData("yolo"))
    qtbot.waitUntil(lambda: not dialog.go.isEnabled(), timeout=60_000)
    dialog.reject()
