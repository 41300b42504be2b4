"""The import doctor in the window: findings, diff, repaired copy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app import i18n
from slimsam_app.windows.dialogs.doctor_dialog import DoctorDialog
from slimsam_app.windows.dialogs.transfer_report_dialog import TransferReportDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.formats.doctor import check
from slimsam_core.progress import Progress
from tests.app_shell.test_labelling import banner_texts


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    """The program speaks German."""
    translator = i18n.install("de")
    yield
    assert translator is not None
    qapp.removeTranslator(translator)


SQUARE = [[10, 10, 20, 10, 20, 20, 10, 20]]


def write_coco(path: Path, area: float = 100.0) -> Path:
    """One image of 80 x 60 with one square of 100 pixels."""
    annotation = {
        "id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0,
        "segmentation": SQUARE, "area": area, "bbox": [10, 10, 10, 10],
    }  # fmt: skip
    data = {
        "images": [{"id": 1, "file_name": "photo 2.png", "width": 80, "height": 60}],
        "annotations": [annotation],
        "categories": [{"id": 1, "name": "cat"}],
    }
    path.write_text(json.dumps(data))
    return path


def examined(qtbot: QtBot, window: MainWindow, source: Path) -> DoctorDialog:
    window.check_wanted.emit(source)
    (dialog,) = window.findChildren(DoctorDialog)
    qtbot.waitUntil(lambda: dialog.bar.isHidden(), timeout=60_000)
    return dialog


def test_findings_and_diff_are_shown_and_a_repaired_copy_is_written(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    source = write_coco(tmp_path / "a.json", area=7.0)
    before = source.read_bytes()
    dialog = examined(qtbot, window, source)
    rows = [
        [dialog.model.index(row, column).data() for column in range(3)]
        for row in range(dialog.model.rowCount())
    ]
    assert [row[:2] for row in rows] == [["Warning", "annotations[0].area"]]
    assert "annotations[0].area: 7.0 → 100" in dialog.diff.toPlainText()
    assert dialog.write.isEnabled()
    dialog.write_copy(tmp_path / "b.json")
    qtbot.waitUntil(lambda: "b.json" in dialog.note.text(), timeout=60_000)
    assert source.read_bytes() == before
    assert check(tmp_path / "b.json").healthy
    dialog.close()


@pytest.mark.usefixtures("german")
def test_what_a_repair_changes_is_said_in_the_language_of_the_window(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    source = write_coco(tmp_path / "a.json", area=7.0)
    data = json.loads(source.read_text("utf-8"))
    data["annotations"].append({**data["annotations"][0], "id": 2, "image_id": 77})
    del data["annotations"][0]["area"]
    source.write_text(json.dumps(data))
    dialog = examined(qtbot, window, source)
    changes = dialog.diff.toPlainText()
    assert "annotations[0].area: nichts → 100" in changes
    assert changes.splitlines()[-1].startswith("annotations[1]: ")
    assert changes.splitlines()[-1].endswith(" → entfernt")
    assert not {"the", "removed", "nothing", "image"} & set(re.findall(r"\w+", changes))
    dialog.close()


def test_a_repair_never_replaces_its_source(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    source = write_coco(tmp_path / "a.json", area=7.0)
    before = source.read_bytes()
    dialog = examined(qtbot, window, source)
    dialog.write_copy(source)
    qtbot.waitUntil(lambda: "never replaces" in dialog.note.text(), timeout=60_000)
    assert "never replaces" in banner_texts(window)
    assert source.read_bytes() == before
    dialog.close()


def test_a_labelme_file_is_written_anew_into_another_folder(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    shape = {"label": "a", "shape_type": "polygon", "points": [[1, 1], [9, 1], [9, 9]], "flags": {}}
    data = {
        "shapes": [shape, {**shape, "points": []}],
        "imagePath": "a.jpg",
        "imageHeight": 12,
        "imageWidth": 14,
    }
    source = tmp_path / "a.json"
    source.write_text(json.dumps(data))
    before = source.read_bytes()
    dialog = examined(qtbot, window, source)
    assert dialog.model.rowCount() == 1
    dialog.write_copy(tmp_path)
    qtbot.waitUntil(lambda: "did not write" in dialog.note.text(), timeout=60_000)
    dialog.write_copy(tmp_path / "mended")
    qtbot.waitUntil(lambda: "1 object, 1 image" in dialog.note.text(), timeout=60_000)
    assert source.read_bytes() == before
    assert check(tmp_path / "mended", "labelme").healthy
    dialog.write.click()
    (chooser,) = dialog.findChildren(QFileDialog, "doctorTarget")
    assert chooser.fileMode() == QFileDialog.FileMode.Directory
    chooser.reject()
    dialog.close()


def test_a_healthy_file_has_nothing_to_repair(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    dialog = examined(qtbot, window, write_coco(tmp_path / "a.json"))
    assert dialog.pages.currentWidget() is dialog.nothing
    assert not dialog.write.isEnabled()
    dialog.check(tmp_path)
    qtbot.waitUntil(lambda: dialog.bar.isHidden(), timeout=60_000)
    assert dialog.model.rowCount() == 1, "the picture is missing in that folder"
    dialog.close()


def test_a_file_that_cannot_be_read_is_reported(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    dialog = examined(qtbot, window, tmp_path / "a.json")
    assert "could not be checked" in dialog.summary.text()
    assert "not known" in dialog.note.text()
    assert not dialog.write.isEnabled()
    dialog.close()


def test_the_menu_asks_for_a_file(window: MainWindow) -> None:
    window.actions_["file.doctor"].trigger()
    (chooser,) = window.findChildren(QFileDialog, "checkFileDialog")
    assert chooser.isVisible()
    chooser.reject()


@pytest.mark.parametrize(("area", "offered"), [(7.0, True), (100.0, False)])
def test_an_import_with_findings_offers_the_doctor(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path, area: float, offered: bool
) -> None:
    source = write_coco(tmp_path / "a.json", area)
    with qtbot.waitSignal(opened.workbench.transfer.imported, timeout=60_000):
        opened.workbench.transfer.import_annotations(source)
    buttons = opened.findChildren(QPushButton, "bannerOffer")
    assert bool(buttons) == offered
    if buttons:
        qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
        (details,) = opened.findChildren(TransferReportDialog)
        assert details.list.topLevelItemCount() == 1
        assert "area" in details.list.topLevelItem(0).text(1)
        check = details.findChild(QPushButton, "transferReportMore")
        assert check is not None
        qtbot.mouseClick(check, Qt.MouseButton.LeftButton)
        (dialog,) = opened.findChildren(DoctorDialog)
        qtbot.waitUntil(lambda: dialog.bar.isHidden(), timeout=60_000)
        assert dialog.model.rowCount() == 1
        dialog.close()


def test_the_bar_shows_how_far_the_check_is(window: MainWindow, tmp_path: Path) -> None:
    window.check_wanted.emit(write_coco(tmp_path / "a.json"))
    (dialog,) = window.findChildren(DoctorDialog)
    session = window.workbench.doctor
    assert session.busy, "a task like every long work"
    session.progressed.emit(Progress("check", 1, 4))
    assert dialog.bar.value() * 4 == dialog.bar.maximum()
    dialog.close()
    assert not session.busy, "who closes the window wants no answer"
