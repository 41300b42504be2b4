"""What a dialog tells takes its room from a list or a text: no button moves under the hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QLineEdit, QWidget

from slimsam_app.banner import Banner
from slimsam_app.windows.dialogs.annotator_dialog import AnnotatorDialog
from slimsam_app.windows.dialogs.class_editor import ClassEditor
from slimsam_app.windows.dialogs.detector_dialog import DetectorDialog
from slimsam_app.windows.dialogs.model_manager import ModelManager
from slimsam_app.windows.dialogs.note_dialog import NoteDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.errors import CheckpointError, SlimSamError

LONG = CheckpointError(
    "The file /home/somebody/models/a-name-that-is-long.pt holds no model that can be read here.",
    hint="Choose a file of weights that was saved by one of the programs that the guide names.",
)


def places(dialog: QDialog) -> dict[str, QRect]:
    """Of everything that can be clicked, but for what belongs to the message."""
    found = {}
    for kind in (QAbstractButton, QLineEdit, QComboBox):
        for number, widget in enumerate(dialog.findChildren(kind)):
            message = any(isinstance(parent, Banner) for parent in parents(widget))
            if widget.isVisible() and not message:
                name = f"{kind.__name__} {widget.objectName()} {number if not widget.objectName() else ''}"
                found[name] = QRect(widget.mapTo(dialog, QPoint()), widget.size())
    return found


def parents(widget: QWidget) -> Iterator[QWidget]:
    """Its parents, from the nearest on."""
    above = widget.parentWidget()
    while above is not None:
        yield above
        above = above.parentWidget()


def refuse(_: str) -> None:
    raise SlimSamError(LONG.message, hint=LONG.hint)


def class_trouble(window: MainWindow) -> tuple[QDialog, Callable[[], object]]:
    for name in ("car", "bus"):
        window.workbench.classes.add(name)
    window.actions_["class.edit"].trigger()
    (editor,) = window.findChildren(ClassEditor)

    def tell() -> None:
        editor.name.setText("bus")
        editor.name.editingFinished.emit()
        assert [b for b in editor.findChildren(Banner) if b.isVisible()]

    return editor, tell


def model_trouble(window: MainWindow) -> tuple[QDialog, Callable[[], object]]:
    window.actions_["model.manage"].trigger()
    (manager,) = window.findChildren(ModelManager)
    return manager, lambda: window.workbench.models.failed.emit(LONG)


def model_job(window: MainWindow) -> tuple[QDialog, Callable[[], object]]:
    window.actions_["model.manage"].trigger()
    (manager,) = window.findChildren(ModelManager)
    return manager, lambda: manager._progress.show()


def detector_trouble(window: MainWindow) -> tuple[QDialog, Callable[[], object]]:
    dialog = DetectorDialog(window.workbench.detection, (), window.theme, window)
    dialog.show()
    return dialog, lambda: dialog._fail(LONG)


def note_trouble(window: MainWindow) -> tuple[QDialog, Callable[[], object]]:
    dialog = NoteDialog(refuse, window)
    dialog.show()
    dialog.text.setPlainText("mend the tail")
    return dialog, dialog.go.click


def name_trouble(window: MainWindow) -> tuple[QDialog, Callable[[], object]]:
    dialog = AnnotatorDialog(window.workbench.team, window)
    dialog.show()
    dialog.line.setText("x" * 500)

    def tell() -> None:
        dialog.go.click()
        assert dialog.trouble.text()

    return dialog, tell


@pytest.mark.parametrize(
    "make", [class_trouble, model_trouble, model_job, detector_trouble, note_trouble, name_trouble]
)
def test_no_button_moves_when_a_message_comes(
    opened: MainWindow, make: Callable[[MainWindow], tuple[QDialog, Callable[[], object]]], folder: Path
) -> None:
    """In the dialog of classes a second click, meant for *Save list*, hit *Close*."""
    assert folder.exists()
    dialog, tell = make(opened)
    QApplication.processEvents()
    before, size = places(dialog), dialog.size()
    assert before
    tell()
    for _ in range(3):
        QApplication.processEvents()
    after = places(dialog)
    assert {name: after[name] for name in before} == before
    assert dialog.size() == size
    dialog.close()
