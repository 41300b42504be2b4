"""A second person looks at pictures in the window: approves, sends back with notes at places, looks again."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.item_models.images_model import ImageRole
from slimsam_app.windows.dialogs.export_dialog import ExportDialog
from slimsam_app.windows.dialogs.note_dialog import NoteDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.notes_bar import NotesBar
from slimsam_core.annotation import PictureReview, ReviewNote, ReviewState
from slimsam_core.project import ImageFilter
from tests.app_shell.conftest import open_and_wait
from tests.app_shell.test_labelling import banner_texts
from tests.app_shell.test_teamwork import label, say_name, settle

TAIL = "the <b>tail</b> is missing"


def send_back(qtbot: QtBot, window: MainWindow, x: int, y: int, text: str) -> None:
    """Choose the tool, click at a place in the picture, write the note; the tool from before is back."""
    canvas = window.workspace.canvas
    before = canvas.tool.id
    assert before != "note"
    window.actions_["tool.note"].trigger()
    place = canvas.viewport().mapFromGlobal(canvas.image_to_global(x, y))
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    (dialog,) = (found for found in window.findChildren(NoteDialog) if found.isVisible())
    assert not dialog.go.isEnabled()
    dialog.text.setPlainText(text)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert canvas.tool.id == before


def test_a_note_at_a_place_goes_back_is_fixed_and_approved(qtbot: QtBot, opened: MainWindow) -> None:
    workbench, canvas = opened.workbench, opened.workspace.canvas
    say_name(opened, "Chief", False)
    label(opened, 5)
    image_id = workbench.navigator.current_id
    assert image_id is not None
    send_back(qtbot, opened, 20, 30, TAIL)
    review = workbench.document.project.image(image_id).review
    assert isinstance(review, PictureReview)
    assert (review.state, review.author) == (ReviewState.REJECTED, "Chief")
    (note,) = review.notes
    assert (round(note.x), round(note.y), note.text) == (20, 30, TAIL)
    (pin,) = canvas.layers.pins.items
    assert (pin.pos().x(), pin.pos().y(), pin.number) == (note.x, note.y, 1)
    send_back(qtbot, opened, 50, 10, "and an ear")
    assert [one.number for one in canvas.layers.pins.items] == [1, 2]
    say_name(opened, "Ana", False)
    opened.actions_["review.fixed"].trigger()
    review = workbench.document.project.image(image_id).review
    assert review is not None
    assert (review.state, review.author, len(review.notes)) == (ReviewState.FIXED, "Ana", 2)
    opened.actions_["review.approve"].trigger()
    assert workbench.document.project.image(image_id).review == PictureReview(
        state=ReviewState.APPROVED, author="Ana"
    )
    for _ in range(4):
        workbench.undo()
    assert workbench.document.project.image(image_id).review is None
    settle(qtbot, opened)
    assert canvas.layers.pins.items == ()


def test_the_line_above_the_picture_tells_what_was_said(qtbot: QtBot, opened: MainWindow) -> None:
    (bar,) = opened.findChildren(NotesBar)
    assert not bar.isVisible()
    image_id = opened.workbench.navigator.current_id
    assert image_id is not None
    opened.workbench.second_look.send_back(image_id, TAIL, (20, 30))
    assert bar.isVisible()
    assert bar.words.text() == "Sent back"
    assert [button.text() for button in bar.notes] == [f"1.  {TAIL}"]
    opened.workspace.canvas.set_zoom(8.0)
    qtbot.mouseClick(bar.notes[0], Qt.MouseButton.LeftButton)
    canvas = opened.workspace.canvas
    middle = canvas.to_image(canvas.viewport().rect().center().toPointF())
    assert abs(middle.x() - 20) < 1
    assert abs(middle.y() - 30) < 1
    opened.workbench.navigator.step(+1)
    settle(qtbot, opened)
    assert not bar.isVisible()


def test_what_came_back_is_one_click_away(qtbot: QtBot, opened: MainWindow, folder: Path) -> None:
    second = opened.workbench.navigator.ids[1]
    opened.workbench.second_look.send_back(second, TAIL, (1, 1))
    row = opened.images_model.index(1)
    assert TAIL in opened.images_model.data(row, Qt.ItemDataRole.AccessibleTextRole)
    assert opened.images_model.data(row, ImageRole.ENTRY).review.state is ReviewState.REJECTED
    opened.workbench.close()
    open_and_wait(qtbot, opened, folder)
    settle(qtbot, opened)
    assert "1 image was sent back with notes." in banner_texts(opened)
    (button,) = (b for b in opened.findChildren(QPushButton) if b.text() == "Show them" and b.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: list(opened.workbench.navigator.ids) == [second], timeout=60_000)
    assert opened.workbench.navigator.filter == ImageFilter(reviews=frozenset({ReviewState.REJECTED}))
    settle(qtbot, opened)


def test_a_note_that_cannot_be_is_told_and_kept_in_the_dialog(opened: MainWindow) -> None:
    opened.workspace.canvas.note_wanted.emit(3.0, 4.0)
    (dialog,) = (found for found in opened.findChildren(NoteDialog) if found.isVisible())
    dialog.text.setPlainText("x" * 3000)
    dialog.go.click()
    assert dialog.isVisible()
    assert "2,000" in dialog.trouble.text()
    assert dialog.text.toPlainText() == "x" * 3000
    dialog.close()


def test_a_note_is_sent_by_keys(qtbot: QtBot, opened: MainWindow) -> None:
    label(opened, 5)
    image_id = opened.workbench.navigator.current_id
    assert image_id is not None
    opened.workspace.canvas.note_wanted.emit(3.0, 4.0)
    (dialog,) = (found for found in opened.findChildren(NoteDialog) if found.isVisible())
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow, timeout=60_000)
    QTest.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.isVisible(), "there is nothing to send"
    for key in (Qt.Key.Key_A, Qt.Key.Key_Return, Qt.Key.Key_B):
        QTest.keyClick(dialog.text, key)
    QTest.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    review = opened.workbench.document.project.image(image_id).review
    assert [note.text for note in review.notes] == ["a\nb"]
    settle(qtbot, opened)


def test_an_export_can_be_limited_to_what_was_approved(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    workbench = opened.workbench
    label(opened, 5)
    workbench.navigator.step(+1)
    settle(qtbot, opened)
    label(opened, 30)
    entry = workbench.navigator.entry
    assert entry is not None
    workbench.second_look.approve([entry.id])
    opened.actions_["file.export"].trigger()
    (dialog,) = (found for found in opened.findChildren(ExportDialog) if found.isVisible())
    dialog.pictures.setCurrentIndex(dialog.pictures.count() - 1)
    target = tmp_path / "approved.json"
    dialog.target.setText(str(target))
    qtbot.waitUntil(dialog.go.isEnabled, timeout=60_000)
    with qtbot.waitSignal(workbench.transfer.exported, timeout=60_000):
        dialog.go.click()
    assert [image["file_name"] for image in json.loads(target.read_text())["images"]] == [entry.path]
    settle(qtbot, opened)


def test_a_note_from_elsewhere_breaks_no_picture(qtbot: QtBot, opened: MainWindow) -> None:
    notes = tuple(ReviewNote(x=x, y=x, text="far") for x in (1e300, float("inf"), float("nan"), 5.0))
    opened.workspace.canvas.layers.pins.show(notes)
    assert [one.number for one in opened.workspace.canvas.layers.pins.items] == [1, 4]
    opened.workspace.canvas.viewport().repaint()
    settle(qtbot, opened)
