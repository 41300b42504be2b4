"""Prompts and long work when something happens at the worst moment: nothing is lost, nothing hangs."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, Category
from slimsam_core.inference.predictor import Predictor
from slimsam_core.pixels.mask import encode
from slimsam_core.project import Edit, Project
from tests.app_canvas.canvas_hands import CTRL, SHIFT, click, drag

MANY = 10_000


def objects(window: MainWindow) -> tuple[Annotation, ...]:
    return window.workbench.objects.objects


def test_a_picture_deleted_between_two_clicks_is_still_labelled(
    qtbot: QtBot, labelling: MainWindow, pictures: Path
) -> None:
    prompts, canvas = labelling.prompting.prompts, labelling.workspace.canvas
    click(canvas, 80, 60)
    qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=60_000)
    entry = labelling.workbench.navigator.entry
    assert entry is not None
    (pictures / entry.path).unlink()
    click(canvas, 30, 30)
    qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=60_000)
    with qtbot.waitSignal(prompts.accepted, timeout=60_000):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert len(objects(labelling)) == 1


@pytest.mark.parametrize("work", ["encode", "proposal.find", "image.prepare"])
def test_the_window_closes_in_the_middle_of_an_encoding(
    qtbot: QtBot, labelling: MainWindow, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    client = labelling.prompting.client
    qtbot.waitUntil(lambda: len(client._worker._embeddings) == 2, timeout=60_000)
    entered, leave = threading.Event(), threading.Event()
    embed = Predictor.embed

    def slowly(self: Predictor, rgb: np.ndarray) -> object:
        entered.set()
        assert leave.wait(30)
        return embed(self, rgb)

    monkeypatch.setattr(Predictor, "embed", slowly)
    store = client._worker._store
    assert store is not None
    monkeypatch.setattr(store, "get", lambda _: None)
    click(labelling.workspace.canvas, 80, 60)
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(objects(labelling)) == 1, timeout=60_000)
    if work == "encode":
        labelling.prompting.client.forget_pictures()
        navigator = labelling.workbench.navigator
        assert navigator.current_id is not None
        navigator._reader.forget(navigator.current_id)
        navigator.go(navigator.current_id)
    else:
        labelling.actions_[work].trigger()
    qtbot.waitUntil(entered.is_set, timeout=60_000)
    path = labelling.workbench.document.project.path
    threading.Timer(0.3, leave.set).start()
    labelling.close()
    assert not client.running
    with Project.open(path, read_only=True) as project:
        assert sum(len(found) for _, found in project.labelled_images()) == 1


def test_ten_thousand_objects_in_one_picture_are_labelled_on(qtbot: QtBot, labelling: MainWindow) -> None:
    project, canvas = labelling.workbench.document.project, labelling.workspace.canvas
    image_id = labelling.workbench.navigator.current_id
    assert image_id is not None
    pixels = np.zeros((120, 160), np.bool_)
    pixels[50:54, 60:66] = True
    small = encode(pixels)
    first = project.next_id(Annotation)
    project.apply(
        "Many",
        [
            Edit(None, Category(id=1, name="grain")),
            *(
                Edit(
                    None,
                    Annotation(id=first + n, image_id=image_id, category_id=1, mask=small, layer=float(n)),
                )
                for n in range(MANY)
            ),
        ],
    )
    labelling.workbench.document.catch_up()
    qtbot.waitUntil(lambda: len(objects(labelling)) == MANY, timeout=120_000)
    qtbot.waitUntil(lambda: canvas.layers.objects.settled, timeout=120_000)
    click(canvas, 100, 90)
    with qtbot.waitSignal(labelling.prompting.prompts.accepted, timeout=60_000):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert len(objects(labelling)) == MANY + 1
    qtbot.keyClick(canvas, Qt.Key.Key_W, SHIFT)
    drag(canvas, [(10, 10), (20, 20), (40, 40)])
    drag(canvas, [(90, 10), (100, 20), (140, 40)])
    with qtbot.waitSignal(labelling.prompting.boxes.accepted, timeout=60_000):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.keyClick(canvas, Qt.Key.Key_A, CTRL)
    assert len(labelling.workbench.objects.selection) == len(objects(labelling)) >= MANY + 1
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert not objects(labelling)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    assert len(objects(labelling)) >= MANY + 1


def foreign(kind: str) -> QMimeData:
    """What another program may have put on the clipboard."""
    data = QMimeData()
    if kind == "text":
        data.setText('{"annotations": [{"id": 1, "mask": "../../etc/passwd"}]}' * 1000)
    elif kind == "picture":
        picture = QImage(64, 64, QImage.Format.Format_RGB32)
        picture.fill(QColor("red"))
        data.setImageData(picture)
    elif kind == "files":
        data.setUrls([QUrl.fromLocalFile("/no/such/file.png"), QUrl("https://example.org/a.png")])
    else:
        data.setData("application/x-unknown", QByteArray(bytes(range(256)) * 100))
    return data


@pytest.mark.parametrize("kind", ["text", "picture", "files", "unknown"])
def test_what_another_program_copied_is_not_pasted(qtbot: QtBot, labelling: MainWindow, kind: str) -> None:
    heard: list[object] = []
    labelling.workbench.failed.connect(heard.append)
    canvas = labelling.workspace.canvas
    QApplication.clipboard().setMimeData(foreign(kind))
    qtbot.keyClick(canvas, Qt.Key.Key_V, CTRL)
    assert not objects(labelling)
    click(canvas, 80, 60)
    with qtbot.waitSignal(labelling.prompting.prompts.accepted, timeout=60_000):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.keyClick(canvas, Qt.Key.Key_A, CTRL)
    qtbot.keyClick(canvas, Qt.Key.Key_C, CTRL)
    QApplication.clipboard().setMimeData(foreign(kind))
    qtbot.keyClick(canvas, Qt.Key.Key_V, CTRL)
    assert len(objects(labelling)) == 2
    assert objects(labelling)[0].mask == objects(labelling)[1].mask
    assert not heard
    QApplication.clipboard().clear()
