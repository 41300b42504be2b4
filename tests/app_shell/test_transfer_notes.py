"""What an export or an import tells: one line below the picture, of the project that is open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QTreeWidget
from pytestqt.qtbot import QtBot

from slimsam_app import messages
from slimsam_app.banner import Banner
from slimsam_app.windows.dialogs.transfer_report_dialog import TransferReportDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.subset import Split
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.app_shell.test_grey_actions import told
from tests.app_shell.test_labelling import add_object

LEFT = Qt.MouseButton.LeftButton


def export(
    qtbot: QtBot, window: MainWindow, target: Path, format_: str = "coco", selection: Selection | None = None
) -> None:
    transfer = window.workbench.transfer
    with qtbot.waitSignal(transfer.exported, timeout=60_000):
        transfer.export(target, get_format(format_), selection or Selection(), WriteOptions(overwrite=True))


@pytest.fixture
def lacking(opened: MainWindow, folder: Path) -> MainWindow:
    """A picture with an object, whose file has gone: an export with copies has something to tell."""
    add_object(opened)
    entry = opened.workbench.navigator.entry
    assert entry is not None
    (folder / entry.path).unlink()
    return opened


def line_of(window: MainWindow) -> Banner:
    (line,) = (b for b in window.findChildren(Banner) if b.isVisible() and b.key[0] == "note")
    return line


def test_what_went_well_is_one_quiet_line(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    add_object(opened)
    for name in ("a.json", "b.json", "c.json", "d.json"):
        export(qtbot, opened, tmp_path / name)
    (line,), banners = told(opened)
    assert line.startswith("Exported d.json: 1 object, 1 image, IoU 1.000")
    assert not banners


def test_what_should_be_read_stays_below_the_picture_until_it_was(
    qtbot: QtBot, lacking: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "SHOW_MS", 20)
    for name in ("a", "b", "c"):
        export(qtbot, lacking, tmp_path / name, "yolo")
    (line,), banners = told(lacking)
    assert line.startswith("Exported c: 1 object")
    assert not banners, "nothing lies over the picture"
    canvas = lacking.workspace.canvas
    assert (
        line_of(lacking).mapTo(lacking, line_of(lacking).rect().topLeft()).y()
        >= canvas.mapTo(lacking, canvas.rect().bottomLeft()).y()
    )
    lacking.messages.note("else")
    assert told(lacking)[0] == ["else"]
    qtbot.waitUntil(lambda: told(lacking)[0] == [line], timeout=60_000)
    details = line_of(lacking).findChild(QPushButton, "bannerOffer")
    assert details is not None
    qtbot.mouseClick(details, LEFT)
    (dialog,) = (d for d in lacking.findChildren(TransferReportDialog) if d.isVisible())
    dialog.close()
    lacking.messages.note("else")
    qtbot.waitUntil(lambda: told(lacking)[0] == [], timeout=60_000)


def test_it_can_be_put_away(qtbot: QtBot, lacking: MainWindow, tmp_path: Path) -> None:
    export(qtbot, lacking, tmp_path / "a", "yolo")
    close = line_of(lacking).findChild(QToolButton)
    assert close is not None
    qtbot.mouseClick(close, LEFT)
    assert told(lacking) == ([], [])
    assert lacking.messages._kept is None


def test_it_goes_with_its_project(qtbot: QtBot, lacking: MainWindow, tmp_path: Path) -> None:
    export(qtbot, lacking, tmp_path / "a", "yolo")
    write_picture(tmp_path / "other" / "x.png")
    open_and_wait(qtbot, lacking, tmp_path / "other")
    assert told(lacking) == ([], [])


def test_parts_are_told_in_one_line(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    add_object(opened)
    QTest.keyClick(opened.workspace.canvas, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: opened.workbench.navigator.picture is not None, timeout=60_000)
    add_object(opened)
    export(qtbot, opened, tmp_path / "a.json", "coco", Selection(split=Split(0.5, 0.5)))
    assert told(opened) == ([f"Exported 2 files to {tmp_path}"], [])


def test_boxes_without_masks_do_not_hide_what_else_is_to_be_read(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    entry = opened.workbench.navigator.entry
    assert entry is not None
    images = [
        {"id": number, "file_name": name, "height": 60, "width": 80}
        for number, name in enumerate((entry.path, "not there.png"), 1)
    ]
    objects = [
        {
            "id": number,
            "image_id": number,
            "category_id": 1,
            "bbox": [5, 5, 20, 20],
            "iscrowd": 0,
            "area": 400,
        }
        for number in (1, 2)
    ]
    told_of = {"images": images, "annotations": objects, "categories": [{"id": 1, "name": "cup"}]}
    (tmp_path / "boxes.json").write_text(json.dumps(told_of), "utf-8")
    with qtbot.waitSignal(opened.workbench.transfer.imported, timeout=60_000):
        opened.workbench.transfer.import_annotations(tmp_path / "boxes.json")
    button = line_of(opened).findChild(QPushButton, "bannerOffer")
    assert button is not None
    QTest.mouseClick(button, LEFT)
    (report,) = (d for d in opened.findChildren(TransferReportDialog) if d.isVisible())
    words = " ".join(label.text() for label in report.findChildren(QLabel))
    tree = report.findChild(QTreeWidget)
    assert tree is not None
    lines = [tree.topLevelItem(row) for row in range(tree.topLevelItemCount())]
    words += " ".join(line.text(column) for line in lines if line for column in range(tree.columnCount()))
    assert "not there.png" in words
    assert any(b.text() == "Make masks of the boxes" for b in report.findChildren(QPushButton))


def test_an_import_again_still_tells_what_could_not_be_read(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    add_object(opened)
    target = tmp_path / "labelme"
    export(qtbot, opened, target, "labelme")
    (target / "broken.json").write_text("{")
    with qtbot.waitSignal(opened.workbench.transfer.imported, timeout=60_000):
        opened.workbench.transfer.import_annotations(target)
    line = line_of(opened)
    assert line.key[1] == "All objects of labelme are in the project already."
    assert [button.text() for button in line.findChildren(QPushButton)] == ["Details…"]


def test_a_later_export_takes_the_place_of_what_an_earlier_one_had_to_tell(
    qtbot: QtBot, lacking: MainWindow, tmp_path: Path
) -> None:
    export(qtbot, lacking, tmp_path / "yolo", "yolo")
    assert "yolo" in line_of(lacking).key[1]
    export(qtbot, lacking, tmp_path / "good.json")
    assert "good.json" in line_of(lacking).key[1]
    lacking.messages._show_kept()
    assert "good.json" in line_of(lacking).key[1]
