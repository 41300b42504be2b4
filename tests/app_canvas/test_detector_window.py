"""Model > Detector…: a file, its classes, and proposals in the pictures that are reviewed as usual."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.banner import Banner
from slimsam_app.windows.dialogs.detector_dialog import LEFT_OUT, NEW, OURS, DetectorDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import is_box
from slimsam_core.detecting import trial
from slimsam_core.detecting.detector import Detector
from slimsam_core.errors import Cancelled
from slimsam_core.pixels.mask import encode
from slimsam_core.progress import CancelToken
from tests.detecting import networks
from tests.detecting.networks import CELL, SIDE
from tests.detecting.test_detect_folder import COLOURS, SQUARES, square


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Red and blue squares in the first picture, a red one in the second, none in the third."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, squares in SQUARES.items():
        rgb = np.full((SIDE, SIDE, 3), 90, np.uint8)
        for colour, x, y in squares:
            rgb[square(x, y)] = COLOURS[colour]
        Image.fromarray(rgb).save(folder / name)
    return folder


@pytest.fixture(autouse=True)
def tried_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trial in a process of its own has its test; here it would only take time."""
    monkeypatch.setattr(trial, "tried_detector", lambda path, _: Detector.open(path))


def opened(qtbot: QtBot, window: MainWindow, path: Path) -> DetectorDialog:
    window.actions_["model.detect"].trigger()
    dialog = window.findChild(DetectorDialog)
    assert isinstance(dialog, DetectorDialog)
    assert not dialog.go.isEnabled()
    with qtbot.waitSignal(window.workbench.detection.ready, timeout=60_000):
        dialog.open_file(path)
    qtbot.waitUntil(lambda: not window.workbench.jobs.busy, timeout=60_000)
    return dialog


def ours(dialog: DetectorDialog) -> list[int]:
    items = [dialog.table.topLevelItem(row) for row in range(dialog.table.topLevelItemCount())]
    return [item.data(OURS, Qt.ItemDataRole.UserRole) for item in items if item is not None]


def give(qtbot: QtBot, dialog: DetectorDialog, category_id: int) -> None:
    """Choose a class for the selected rows, as a person does with the keys."""
    combo = dialog.ours
    steps = combo.findData(category_id) - combo.currentIndex()
    for _ in range(abs(steps)):
        qtbot.keyClick(combo, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def go(qtbot: QtBot, window: MainWindow, dialog: DetectorDialog) -> None:
    with qtbot.waitSignal(window.workbench.detection.finished, timeout=60_000):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)


def choose_outcome(dialog: DetectorDialog, words: str) -> None:
    dialog.outcome.setCurrentIndex(dialog.outcome.findText(words))


def test_what_a_detector_finds_waits_in_its_pictures(
    qtbot: QtBot, labelling: MainWindow, tmp_path: Path
) -> None:
    workbench = labelling.workbench
    red = workbench.classes.add("Red", choose=False)
    assert red is not None
    told: list[str] = []
    workbench.told.connect(lambda text, _: told.append(text))
    workbench.asked.connect(lambda text, *_: told.append(text))
    dialog = opened(qtbot, labelling, networks.yolo_v8(tmp_path / "squares.onnx"))
    assert "YOLOv8" in dialog.words.text()
    assert ours(dialog) == [red.id, LEFT_OUT]  # blue is no class of the project
    choose_outcome(dialog, "boxes")
    go(qtbot, labelling, dialog)
    assert "Proposals to review: 2, in 2 of 3 images." in told
    first, second, third = workbench.navigator.ids
    assert workbench.document.annotations(first) == ()
    (one,) = workbench.everything.shown  # the first picture is shown
    assert one.category_id == red.id
    assert one.mask == encode(square(16, 24))
    assert workbench.drafts.has(second)
    assert not workbench.drafts.has(third)
    labelling.actions_["proposal.accept_shown"].trigger()
    (made,) = workbench.document.annotations(first)
    assert made.category_id == red.id
    assert is_box(made)
    workbench.undo()
    assert len(workbench.everything.shown) == 1
    workbench.navigator.step(+1)
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    assert len(workbench.everything.shown) == 1


def test_classes_are_mapped_row_by_row_and_new_ones_made(
    qtbot: QtBot, labelling: MainWindow, tmp_path: Path
) -> None:
    workbench = labelling.workbench
    sky = workbench.classes.add("sky", choose=False)
    assert sky is not None
    dialog = opened(qtbot, labelling, networks.yolo_v8_seg(tmp_path / "squares.onnx"))
    assert ours(dialog) == [LEFT_OUT, LEFT_OUT]
    assert not dialog.go.isEnabled()
    dialog.table.clearSelection()
    dialog.table.topLevelItem(0).setSelected(True)  # type: ignore[union-attr]
    give(qtbot, dialog, NEW)
    dialog.table.clearSelection()
    dialog.table.topLevelItem(1).setSelected(True)  # type: ignore[union-attr]
    give(qtbot, dialog, sky.id)
    assert ours(dialog) == [NEW, sky.id]
    choose_outcome(dialog, "the detector's own masks")
    go(qtbot, labelling, dialog)
    names = {c.id: c.name for c in workbench.document.categories()}
    assert sorted(names.values()) == ["red", "sky"]
    found = {names[p.category_id]: p.mask.area for p in workbench.everything.shown}
    assert found == {name: pytest.approx(CELL * CELL, rel=0.25) for name in ("red", "sky")}


def test_masks_are_those_of_the_model_in_use(qtbot: QtBot, labelling: MainWindow, tmp_path: Path) -> None:
    dialog = opened(qtbot, labelling, networks.yolo_v8(tmp_path / "squares.onnx"))
    assert ours(dialog) == [NEW, NEW]  # the project has no class yet
    go(qtbot, labelling, dialog)
    for proposal in labelling.workbench.everything.proposals:
        assert proposal.provenance.source == "detector"
        assert proposal.provenance.prompts is not None


def test_a_file_that_is_none_is_told_in_the_dialog(
    qtbot: QtBot, labelling: MainWindow, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.onnx"
    bad.write_bytes(b"nothing")
    labelling.actions_["model.detect"].trigger()
    dialog = labelling.findChild(DetectorDialog)
    assert isinstance(dialog, DetectorDialog)
    with qtbot.waitSignal(labelling.workbench.detection.refused, timeout=60_000):
        dialog.open_file(bad)
    assert not dialog.go.isEnabled()
    assert "ONNX" in dialog.words.text()
    (card,) = (banner for banner in dialog.findChildren(Banner) if banner.isVisible())
    qtbot.waitUntil(lambda: card.height() > 0, timeout=60_000)
    covered = QRect(card.mapTo(dialog, QPoint()), card.size())
    for widget in (dialog.file, dialog.words, dialog.table, dialog.go):
        assert not covered.intersects(QRect(widget.mapTo(dialog, QPoint()), widget.size()))
    dialog.close()
    QApplication.processEvents()


@pytest.mark.parametrize("by", ["status bar", "dialog"])
def test_cancelling_ends_the_trial_of_a_detector(
    qtbot: QtBot, labelling: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def tried(_path: Path, token: CancelToken) -> Detector:
        begun.set()
        while not token.cancelled:
            time.sleep(0.01)
        ended.set()
        raise Cancelled

    monkeypatch.setattr(trial, "tried_detector", tried)
    labelling.actions_["model.detect"].trigger()
    dialog = labelling.findChild(DetectorDialog)
    assert isinstance(dialog, DetectorDialog)
    before = dialog.words.text()
    dialog.open_file(tmp_path / "slow.onnx")
    assert "slow.onnx" in dialog.words.text()
    assert begun.wait(60)  # one that waits for a thread never begins
    if by == "dialog":
        dialog.reject()
    else:
        labelling.workbench.jobs.cancel()
        qtbot.waitUntil(lambda: dialog.words.text() == before, timeout=60_000)
    assert ended.wait(60)
    assert not labelling.workbench.jobs.busy


def test_another_file_takes_the_place_of_one_that_is_being_opened(
    qtbot: QtBot, labelling: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = networks.yolo_v8(tmp_path / "quick.onnx")

    def tried(path: Path, token: CancelToken) -> Detector:
        while path.stem == "slow" and not token.cancelled:
            time.sleep(0.01)
        token.raise_if_cancelled()
        return Detector.open(path)

    monkeypatch.setattr(trial, "tried_detector", tried)
    labelling.actions_["model.detect"].trigger()
    dialog = labelling.findChild(DetectorDialog)
    assert isinstance(dialog, DetectorDialog)
    dialog.open_file(tmp_path / "slow.onnx")
    with qtbot.waitSignal(labelling.workbench.detection.ready, timeout=60_000):
        dialog.open_file(quick)
    assert "quick.onnx" in dialog.words.text()


def test_a_dialog_that_closes_leaves_the_jobs_of_others_alone(qtbot: QtBot, labelling: MainWindow) -> None:
    jobs, ended = labelling.workbench.jobs, threading.Event()
    done: list[bool] = []
    jobs.start("Another job", lambda *_: ended.wait(60), done.append, lambda _: None)
    labelling.actions_["model.detect"].trigger()
    dialog = labelling.findChild(DetectorDialog)
    assert isinstance(dialog, DetectorDialog)
    dialog.open_file(Path("a.onnx"))  # that another job runs is told
    dialog.reject()
    assert jobs.busy
    ended.set()
    qtbot.waitUntil(lambda: bool(done), timeout=60_000)


def test_classes_without_names_begin_left_out(qtbot: QtBot, labelling: MainWindow, tmp_path: Path) -> None:
    assert labelling.workbench.classes.add("person") is not None
    dialog = opened(qtbot, labelling, networks.rt_detr_makers(tmp_path / "makers.onnx", {}))
    assert "does not say what its classes are called" in dialog.words.text()
    assert set(ours(dialog)) == {LEFT_OUT}
    assert not dialog.go.isEnabled()
    dialog.close()
