"""Files dropped anywhere on the window open, come in or are told by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDockWidget, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from slimsam_app.windows.dialogs.model_manager import ModelManager
from slimsam_app.windows.dialogs.settings_dialog import SettingsDialog
from slimsam_app.windows.dropping import Dropped, Dropper, sort_out
from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.app_shell.test_labelling import add_object, banner_texts

COPY, LEFT, PLAIN = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def drop(widget: QWidget, *paths: Path) -> bool:
    """Drag the paths over a widget and let go; whether it took them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    middle = widget.rect().center()
    enter = QDragEnterEvent(middle, COPY, data, LEFT, PLAIN)
    QApplication.sendEvent(widget, enter)
    move = QDragMoveEvent(middle, COPY, data, LEFT, PLAIN)
    QApplication.sendEvent(widget, move)
    last = QDropEvent(QPointF(middle), COPY, data, LEFT, PLAIN)
    QApplication.sendEvent(widget, last)
    return enter.isAccepted() and move.isAccepted() and last.isAccepted()


def under_the_pointer(window: QWidget) -> list[QWidget]:
    """Every widget that gets a drop somewhere on the window: the nearest that accepts drops."""
    found: list[QWidget] = []
    for x in range(4, window.width(), 12):
        for y in range(4, window.height(), 12):
            widget = window.childAt(QPoint(x, y)) or window
            while not widget.acceptDrops() and not widget.isWindow():
                widget = widget.parentWidget()
            if widget not in found:
                found.append(widget)
    return found


def test_every_part_of_the_window_takes_drops(
    opened: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Sequence[Path]] = []
    monkeypatch.setattr(Dropper, "take", lambda _, paths: taken.append(paths))
    parts = under_the_pointer(opened)
    assert opened.workspace.canvas.viewport() in parts
    assert any(isinstance(part, QLineEdit) for part in parts)
    assert all(part.acceptDrops() for part in parts)
    for part in parts:
        before = part.text() if isinstance(part, QLineEdit) else ""
        assert drop(part, folder), part
        assert taken == [[folder]], part
        assert not isinstance(part, QLineEdit) or part.text() == before
        taken.clear()


def test_a_drop_is_never_answered_as_a_move(
    opened: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Dropper, "take", lambda *_: None)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    move, link = Qt.DropAction.MoveAction, Qt.DropAction.LinkAction
    canvas = opened.workspace.canvas.viewport()
    for offered, answered in ((move | COPY | link, COPY), (move | link, link), (move, move)):
        QApplication.sendEvent(canvas, QDragEnterEvent(canvas.rect().center(), offered, data, LEFT, PLAIN))
        event = QDropEvent(QPointF(canvas.rect().center()), offered, data, LEFT, PLAIN)
        event.setDropAction(move)  # as a file manager proposes it by default
        QApplication.sendEvent(canvas, event)
        assert event.isAccepted()
        assert event.dropAction() == answered


def test_a_panel_that_floats_takes_drops(
    opened: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Sequence[Path]] = []
    monkeypatch.setattr(Dropper, "take", lambda _, paths: taken.append(paths))
    dock: QDockWidget = opened.details_dock
    dock.setFloating(True)
    for part in under_the_pointer(dock):
        assert part.acceptDrops()
        assert drop(part, folder)
    assert taken
    dock.setFloating(False)


def test_a_folder_dropped_on_the_canvas_of_another_opens(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    write_picture(tmp_path / "other" / "one.png")
    with qtbot.waitSignal(opened.workbench.navigator.picture_ready, timeout=60_000):
        assert drop(opened.workspace.canvas.viewport(), tmp_path / "other")
    assert "one.png" in opened.windowTitle()


def test_a_project_and_a_picture_open(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    project = opened.workbench.document.project.path
    picture = write_picture(tmp_path / "other" / "one.png")
    for path, name in ((picture, "one.png"), (project, "photo 2.png")):
        with qtbot.waitSignal(opened.workbench.navigator.picture_ready, timeout=60_000):
            assert drop(opened.workspace.canvas.viewport(), path)
        assert name in opened.windowTitle()


def test_labels_come_into_the_open_project(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    add_object(opened)
    with qtbot.waitSignal(opened.workbench.transfer.exported, timeout=60_000):
        opened.workbench.transfer.export(tmp_path / "out.json")
    opened.actions_["edit.undo"].trigger()
    assert opened.objects_model.rowCount() == 0
    with qtbot.waitSignal(opened.workbench.transfer.imported, timeout=60_000):
        assert drop(opened.images_dock.search, tmp_path / "out.json")
    assert opened.objects_model.rowCount() == 1
    assert opened.images_dock.search.text() == ""


def test_labels_before_their_pictures_are_told(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text("{}")
    assert drop(window.welcome.viewport(), tmp_path / "out.json")
    assert "not open yet" in banner_texts(window)


def test_weights_are_installed_where_models_are_shown(
    qtbot: QtBot, window: MainWindow, tiny_model: Path
) -> None:
    with qtbot.waitSignal(window.workbench.models.installed, timeout=60_000):
        assert drop(window.welcome.viewport(), tiny_model)
    manager = window.findChild(ModelManager)
    assert manager is not None
    qtbot.waitUntil(lambda: "is installed" in banner_texts(window), timeout=60_000)
    qtbot.waitUntil(lambda: not window.workbench.pool.busy, timeout=120_000)
    manager.close()


def test_what_cannot_be_opened_is_told_by_name(
    qtbot: QtBot, window: MainWindow, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"%PDF")
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        assert drop(window, tmp_path / "letter.pdf", folder)
    assert "letter.pdf" in banner_texts(window)


def test_nothing_opens_behind_a_dialog(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    window.actions_["edit.settings"].trigger()
    assert not drop(window.welcome.viewport(), folder)
    (dialog,) = window.findChildren(SettingsDialog)
    dialog.close()
    open_and_wait(qtbot, window, folder)


def test_paths_are_sorted_by_what_they_are_for(tmp_path: Path) -> None:
    names = ("a.JPG", "b.slimsam", "c.json", "d.XML", "e.safetensors", "f.pth", "g.docx", "h")
    paths = [tmp_path / name for name in names]
    assert sort_out([tmp_path, *paths]) == Dropped(
        (tmp_path, paths[0], paths[1]), (paths[2], paths[3]), (paths[4], paths[5]), (paths[6], paths[7])
    )
