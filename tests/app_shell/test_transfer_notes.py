"""What an export or an import tells: one line below the picture, of the project that is open."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from slimsam_app import messages
from slimsam_app.banner import Banner
from slimsam_app.windows.dialogs.transfer_report_dialog import TransferReportDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.subset import Split
from slimsam_core.formats.transfer import Selection
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
