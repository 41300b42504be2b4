"""The dialogs and side panels, used as a person would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.intents.attributes import format_schema, parse_schema
from slimsam_app.windows.dialogs.about import AboutBox, licence_of
from slimsam_app.windows.dialogs.class_chooser import ClassChooser
from slimsam_app.windows.dialogs.class_editor import ClassEditor
from slimsam_app.windows.dialogs.export_dialog import ExportDialog
from slimsam_app.windows.dialogs.model_manager import ModelManager
from slimsam_app.windows.dialogs.object_editor import ObjectEditor
from slimsam_app.windows.dialogs.statistics_page import StatisticsPage
from slimsam_app.windows.dialogs.transfer_report_dialog import TransferReportDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.view_popup import ViewPopup
from slimsam_core.annotation import ImageState
from slimsam_core.errors import FormatError
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.registry import get_format
from tests.app_shell.test_labelling import add_object, banner_texts

D = TypeVar("D", bound=QDialog)


def opened_dialog(window: MainWindow, action_id: str, kind: type[D]) -> D:
    window.actions_[action_id].trigger()
    found = [dialog for dialog in window.findChildren(kind) if dialog.isVisible()]
    assert len(found) == 1
    return found[0]


def test_the_class_editor_changes_everything_about_a_class(qtbot: QtBot, opened: MainWindow) -> None:
    editor = opened_dialog(opened, "class.edit", ClassEditor)
    editor.new_name.setText("wheel")
    qtbot.keyClick(editor.new_name, Qt.Key.Key_Return)
    editor.name.setText("big wheel")
    editor.name.editingFinished.emit()
    editor.hotkey.setCurrentIndex(editor.hotkey.findData("7"))
    editor.hotkey.activated.emit(editor.hotkey.currentIndex())
    editor.attributes.setPlainText("size: small, large\nflat: yes/no")
    editor.close()
    (category,) = opened.workbench.document.categories()
    assert (category.name, category.hotkey) == ("big wheel", "7")
    assert dict(category.attributes) == {"size": ["small", "large"], "flat": "bool"}


def test_a_key_belongs_to_one_class(opened: MainWindow) -> None:
    from dataclasses import replace

    first, second = (opened.workbench.classes.add(name) for name in ("a", "b"))
    assert first is not None
    assert second is not None
    assert opened.workbench.classes.change(replace(first, hotkey="3"))
    assert opened.workbench.classes.change(replace(second, hotkey="3"))
    assert [c.hotkey for c in opened.workbench.document.categories()] == ["2", "3"], "they are exchanged"


def test_a_class_in_use_is_deleted_after_a_question(qtbot: QtBot, opened: MainWindow) -> None:
    opened.workbench.classes.add("cat")
    add_object(opened)
    editor = opened_dialog(opened, "class.edit", ClassEditor)
    editor.delete.click()
    confirm = editor.findChild(QPushButton, "confirmDeleteClass")
    assert confirm is not None
    confirm.click()
    qtbot.waitUntil(lambda: not opened.workbench.document.categories())
    assert opened.objects_model.rowCount() == 0
    editor.close()


@pytest.mark.parametrize("text", ["no colon", ": a", "x:", "x: a\nx: b"])
def test_attributes_that_make_no_sense_are_refused_by_their_line(text: str) -> None:
    with pytest.raises(FormatError, match="line"):
        parse_schema(text)


def test_attributes_come_back_as_they_were_written() -> None:
    text = "size: small, large\nwheels: number\nnote: text\nflat: yes/no"
    assert format_schema(parse_schema(text)) == text
    assert parse_schema("\n  \n") == {}


def test_the_object_editor_changes_class_note_and_attributes(opened: MainWindow) -> None:
    from dataclasses import replace

    cat = opened.workbench.classes.add("cat")
    assert cat is not None
    opened.workbench.classes.change(replace(cat, attributes={"fur": ["short", "long"], "age": "number"}))
    add_object(opened)
    editor = opened_dialog(opened, "object.edit", ObjectEditor)
    QTest.keyClicks(editor.note, "sleeps")
    editor.crowd.setChecked(True)
    editor._attributes._read["fur"] = lambda: "long"  # type: ignore[union-attr]
    editor.accept()
    (annotation,) = opened.workbench.objects.objects
    assert (annotation.note, annotation.iscrowd) == ("sleeps", True)
    assert dict(annotation.attributes) == {"fur": "long"}, "what nobody touched is not made up"


def test_every_new_object_is_asked_for_its_class_when_that_is_wanted(opened: MainWindow) -> None:
    opened.settings.set("label.ask_class", True)
    add_object(opened)
    (chooser,) = [d for d in opened.findChildren(ClassChooser) if d.isVisible()]
    chooser.reject()


def test_the_export_dialog_writes_what_is_chosen(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    opened.workbench.classes.add("cat")
    add_object(opened)
    opened.workbench.classes.add("dog")
    add_object(opened, 40)
    dialog = opened_dialog(opened, "file.export", ExportDialog)
    dialog.target.setText(str(tmp_path / "dogs.json"))
    dialog.classes.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        dialog.accept()
    data = json.loads((tmp_path / "dogs.json").read_text())
    assert [category["name"] for category in data["categories"]] == ["dog"]
    assert len(data["annotations"]) == 1


def test_an_exported_file_is_imported_and_can_be_taken_back(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    add_object(opened)
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        opened.workbench.transfer.export(tmp_path / "out.json")
    opened.actions_["object.delete"].trigger()
    with qtbot.waitSignal(opened.workbench.transfer.imported, timeout=60_000):
        opened.workbench.transfer.import_annotations(tmp_path / "out.json")
    assert opened.objects_model.rowCount() == 1
    opened.actions_["edit.undo"].trigger()
    assert opened.objects_model.rowCount() == 0
    assert "Import" in opened.actions_["edit.redo"].text()


def test_statistics_follow_the_project(qtbot: QtBot, opened: MainWindow) -> None:
    page = opened_dialog(opened, "image.statistics", StatisticsPage)
    qtbot.waitUntil(lambda: page._numbers["images"].text() == "3")
    opened.workbench.document.project.annotator = "Ána"
    add_object(opened)
    qtbot.waitUntil(lambda: page._numbers["objects"].text() == "1")
    assert "object: 1 · images: 1" in page.classes.accessibleDescription()
    assert "Ána: 1" in page.people.accessibleDescription()
    assert not page.grab().isNull()
    page.close()


def test_state_comment_and_flags_of_an_image_are_commands(opened: MainWindow) -> None:
    dock = opened.details_dock
    dock.comment.setText("backlit")
    dock.comment.editingFinished.emit()
    dock.flags.setText("night,  rain ,")
    dock.flags.editingFinished.emit()
    dock.state.setCurrentIndex(dock.state.findData(ImageState.NEEDS_REVIEW))
    dock.state.activated.emit(dock.state.currentIndex())
    entry = opened.workbench.navigator.entry
    assert entry is not None
    assert (entry.comment, entry.flags, entry.state) == (
        "backlit",
        {"night", "rain"},
        ImageState.NEEDS_REVIEW,
    )
    assert (dock.comment.cursorPosition(), dock.comment.toolTip()) == (0, "backlit")
    tip = opened.images_model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "backlit" in tip
    assert "night, rain" in tip
    for _ in range(3):
        opened.actions_["edit.undo"].trigger()
    assert (dock.comment.text(), dock.flags.text()) == ("", "")


def test_the_view_sheet_changes_the_view_alone(opened: MainWindow) -> None:
    opened.actions_["view.adjust"].trigger()
    (sheet,) = opened.findChildren(ViewPopup)
    sheet._sliders["brightness"].setValue(50)
    assert opened.workspace.canvas.style_now.brightness == 0.5
    sheet._reset()
    assert opened.workspace.canvas.style_now.brightness == 0.0
    assert not opened.workbench.document.undo_stack.canUndo()
    sheet.close()


def test_the_key_that_opens_the_view_sheet_closes_it(qtbot: QtBot, opened: MainWindow) -> None:
    opened.actions_["view.adjust"].trigger()
    (sheet,) = opened.findChildren(ViewPopup)
    qtbot.keyClick(sheet._sliders["brightness"], Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not sheet.isVisible()


def test_the_model_manager_lists_what_is_here_and_what_can_be_had(qtbot: QtBot, window: MainWindow) -> None:
    manager = opened_dialog(window, "model.manage", ModelManager)
    qtbot.waitUntil(lambda: manager.table.topLevelItemCount() >= 3, timeout=60_000)
    texts = [manager.table.topLevelItem(row).text(1) for row in range(3)]  # type: ignore[union-attr]
    assert texts[0] == "ships with the program"
    assert texts[1:] == ["can be downloaded"] * 2
    assert not manager.delete.isEnabled()
    qtbot.waitUntil(lambda: bool(manager._devices.text()), timeout=60_000)
    assert len(manager._facts["sha256"].text()) == 64
    manager.close()


def test_a_file_that_is_no_model_is_refused(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "x.pth").write_bytes(b"not weights")
    with qtbot.waitSignal(window.workbench.models.failed, timeout=60_000) as refused:
        window.workbench.models.import_file(tmp_path / "x.pth")
    assert "x.pth" in refused.args[0].message


def test_the_about_box_states_licences_of_what_is_installed(qtbot: QtBot, window: MainWindow) -> None:
    box = AboutBox(window)
    qtbot.addWidget(box)
    assert licence_of("numpy")[1]
    assert licence_of("no-such-package") == ("", "")


def test_the_file_dialog_of_an_import_shows_annotation_files_first(opened: MainWindow) -> None:
    opened.actions_["file.import"].trigger()
    (chooser,) = opened.findChildren(QFileDialog, "importDialog")
    first, second = chooser.nameFilters()
    assert "*.json" in first
    assert "*.xml" in first
    assert ".jpg" not in first
    assert second == "All files (*)"
    chooser.reject()


def test_importing_what_is_there_already_is_no_error(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    add_object(opened)
    add_object(opened, 40)
    transfer = opened.workbench.transfer
    with qtbot.waitSignal(transfer.exported, timeout=60_000):
        transfer.export(tmp_path / "out.json")
    opened.actions_["object.delete"].trigger()  # the second one, which is selected
    with qtbot.waitSignal(transfer.imported, timeout=60_000):
        transfer.import_annotations(tmp_path / "out.json")
    told = banner_texts(opened)
    assert "1 object is in the project already." in told
    assert "error" not in told


def test_the_warnings_of_an_export_can_be_read(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        opened.workbench.classes.add(name)
        add_object(opened)
    dog = opened.workbench.document.categories()[-1].id
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        opened.workbench.transfer.export(
            tmp_path / "out", get_format("yolo"), Selection(category_ids=frozenset({dog}))
        )
    details = next(b for b in opened.findChildren(QPushButton, "bannerOffer") if b.isVisible())
    qtbot.mouseClick(details, Qt.MouseButton.LeftButton)
    (dialog,) = opened.findChildren(TransferReportDialog)
    told = [dialog.list.topLevelItem(row).text(0) for row in range(dialog.list.topLevelItemCount())]
    assert any("numbered anew" in line for line in told)
    copy = dialog.findChild(QPushButton, "copyTransferReport")
    assert copy is not None
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert "numbered anew" in QGuiApplication.clipboard().text()
    dialog.close()


def test_file_dialogs_begin_where_they_were_last_used(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    add_object(opened)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    opened.actions_["file.export_image"].trigger()
    (chooser,) = opened.findChildren(QFileDialog, "exportImageDialog")
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        chooser.fileSelected.emit(str(elsewhere / "a.json"))
        chooser.reject()
    opened.actions_["file.export_image"].trigger()
    chooser = next(c for c in opened.findChildren(QFileDialog, "exportImageDialog") if c.isVisible())
    assert Path(chooser.directory().absolutePath()) == elsewhere
    chooser.reject()
    opened.actions_["file.import"].trigger()
    (chooser,) = opened.findChildren(QFileDialog, "importDialog")
    with qtbot.waitSignal(opened.workbench.transfer.imported, timeout=60_000):
        chooser.fileSelected.emit(str(elsewhere / "a.json"))
        chooser.reject()
    for action_id, name in (("file.import", "importDialog"), ("file.doctor", "checkFileDialog")):
        opened.actions_[action_id].trigger()
        chooser = next(c for c in opened.findChildren(QFileDialog, name) if c.isVisible())
        assert Path(chooser.directory().absolutePath()) == elsewhere
        chooser.reject()


@pytest.mark.parametrize("action_id", ["file.export", "model.manage", "edit.settings"])
def test_a_dialog_opens_at_its_size_or_that_of_the_screen(opened: MainWindow, action_id: str) -> None:
    """Qt's own choice is two thirds of a small screen, in which names and rows are cut."""
    dialog = opened_dialog(opened, action_id, QDialog)
    screen = dialog.screen().availableSize()
    assert dialog.size() == dialog.sizeHint()
    assert dialog.width() <= screen.width()
    assert dialog.height() < screen.height()
    dialog.close()
