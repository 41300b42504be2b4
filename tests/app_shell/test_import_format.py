"""Importing what several formats fit, or none: the window asks, and what fails changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from slimsam_app.windows.dialogs.import_format_dialog import ImportFormatDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.transfer import export_project
from tests.app_shell.test_labelling import add_object, banner_texts


def asked(qtbot: QtBot, window: MainWindow, source: Path) -> ImportFormatDialog:
    """Import; the dialog that asks for the format."""
    with qtbot.waitSignal(window.workbench.transfer.format_wanted, timeout=60_000):
        window.workbench.transfer.import_annotations(source)
    (dialog,) = window.findChildren(ImportFormatDialog)
    return dialog


def choose(dialog: ImportFormatDialog, title: str) -> None:
    """As a person does it with the keyboard."""
    rows = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    for _ in range(rows.index(title)):
        QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)


def titles(dialog: ImportFormatDialog) -> list[str]:
    return [dialog.list.item(row).text() for row in range(dialog.list.count())]


def state(window: MainWindow) -> tuple[object, ...]:
    """All that an import could change."""
    project = window.workbench.document.project
    return (project.categories(), project.image_ids(), project.count_annotations(), project.imported_files)


@pytest.fixture
def flat(tmp_path: Path) -> Path:
    """PNGs of numbers for two of the pictures: classes, or objects, nobody can tell."""
    folder = tmp_path / "flat"
    folder.mkdir()
    for seed, name in enumerate(("photo 2", "photo 10"), 1):
        pixels = np.zeros((60, 80), np.uint8)
        pixels[10:20, 10:20] = seed
        pixels[30:50, 30:60] = 3
        Image.fromarray(pixels).save(folder / f"{name}.png")
    return folder


def test_flat_pngs_of_numbers_are_asked_about_with_a_sentence_each(
    qtbot: QtBot, opened: MainWindow, flat: Path
) -> None:
    before = state(opened)
    dialog = asked(qtbot, opened, flat)
    guesses = {guess.format.name: guess for guess in dialog._guesses}
    assert {"png-labels", "png-numbers"} <= set(guesses)
    sentences = set()
    for row in range(dialog.list.count()):
        dialog.list.setCurrentRow(row)
        sentences.add(dialog.sentence.text())
    assert len(sentences) == dialog.list.count()
    assert all(sentences)
    dialog.reject()
    assert state(opened) == before
    dialog = asked(qtbot, opened, flat)
    dialog.list.setCurrentRow(0)
    with qtbot.waitSignal(opened.workbench.transfer.imported, timeout=60_000):
        choose(dialog, guesses["png-numbers"].format.title)
    assert opened.workbench.document.project.count_annotations() == 4


def test_when_no_format_is_known_all_are_offered_and_a_wrong_one_changes_nothing(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    source = tmp_path / "x.json"
    source.write_text(json.dumps({"things": [1, 2]}))
    before = state(opened)
    dialog = asked(qtbot, opened, source)
    assert "is not known" in dialog.findChild(object, "importFormatQuestion").text()  # type: ignore[union-attr]
    assert get_format("coco").title in titles(dialog)
    assert get_format("labelme").title in titles(dialog)
    choose(dialog, get_format("labelme").title)
    qtbot.waitUntil(lambda: not opened.workbench.pool.busy, timeout=120_000)
    assert state(opened) == before


def test_a_file_whose_suffix_hides_its_format_is_read_when_the_format_is_chosen(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    add_object(opened)
    written = tmp_path / "labels.json"
    export_project(
        opened.workbench.document.project, get_format("coco"), written, Selection(), WriteOptions()
    )
    opened.actions_["object.delete"].trigger()
    hidden = written.rename(tmp_path / "labels.data")
    dialog = asked(qtbot, opened, hidden)
    with qtbot.waitSignal(opened.workbench.transfer.imported, timeout=60_000):
        choose(dialog, get_format("coco").title)
    assert opened.objects_model.rowCount() == 1


def test_an_import_without_a_usable_object_leaves_no_class_and_no_picture(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    source = tmp_path / "c.json"
    image = {"id": 1, "file_name": "photo 2.png", "width": 999, "height": 999}
    other = {"id": 2, "file_name": "elsewhere.png", "width": 80, "height": 60}
    bad = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[1, 1, 5]], "bbox": [1, 1, 4, 4]}
    data = {"images": [image, other], "annotations": [bad], "categories": [{"id": 1, "name": "object"}]}
    source.write_text(json.dumps(data))
    before, depth = state(opened), opened.workbench.document.undo_stack.count()
    with qtbot.waitSignal(opened.workbench.transfer.imported, timeout=60_000):
        opened.workbench.transfer.import_annotations(source)
    assert state(opened) == before
    assert opened.workbench.document.undo_stack.count() == depth
    assert "Nothing of c.json could be imported, and nothing was changed." in banner_texts(opened)


def test_what_is_there_already_is_said_to_be(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    add_object(opened)
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        opened.workbench.transfer.export(tmp_path / "out.json")
    before = state(opened)
    with qtbot.waitSignal(opened.workbench.transfer.imported, timeout=60_000):
        opened.workbench.transfer.import_annotations(tmp_path / "out.json")
    assert "All objects of out.json are in the project already." in banner_texts(opened)
    assert "error:" not in banner_texts(opened), "nothing went wrong"
    assert state(opened)[:3] == before[:3]


def test_a_broken_file_is_told_and_its_format_is_not_asked_for(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"pictures": [\n  {"name": "a.jpg"', "utf-8")
    before = state(opened)
    with qtbot.waitSignal(opened.workbench.failed, timeout=60_000):
        opened.workbench.transfer.import_annotations(broken)
    assert opened.findChildren(ImportFormatDialog) == []
    assert "it ends too early (line 2, column 19)" in banner_texts(opened)
    assert state(opened) == before
