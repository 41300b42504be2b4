"""Imported boxes become masks in the background: with pause, cancel, clicks first, undo by picture."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, is_box
from slimsam_core.inference.predictor import Predictor
from tests.app_canvas.canvas_hands import LEFT, click
from tests.app_shell.conftest import write_picture

COUNT = 4


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Four pictures of noise and a detector's boxes for them: two a picture."""
    folder = tmp_path / "pictures"
    annotations = []
    for number in range(COUNT):
        write_picture(folder / f"{number}.png", number, (120, 160))
        for box in ([10, 10, 60, 50], [80, 40, 70, 60]):
            annotations.append(
                {"id": len(annotations) + 1, "image_id": number + 1, "category_id": 1, "bbox": box}
            )
    text = {
        "images": [{"id": n + 1, "file_name": f"{n}.png", "width": 160, "height": 120} for n in range(COUNT)],
        "categories": [{"id": 1, "name": "thing"}],
        "annotations": annotations,
    }
    (tmp_path / "boxes.json").write_text(json.dumps(text))
    return folder


@pytest.fixture
def with_boxes(qtbot: QtBot, labelling: MainWindow, pictures: Path) -> MainWindow:
    """The window with the boxes imported."""
    with qtbot.waitSignal(labelling.workbench.transfer.imported, timeout=60_000):
        labelling.workbench.transfer.import_annotations(pictures.parent / "boxes.json")
    qtbot.waitUntil(lambda: not labelling.workbench.pool.busy, timeout=120_000)
    assert len(all_objects(labelling)) == 2 * COUNT
    return labelling


def all_objects(window: MainWindow) -> list[Annotation]:
    return [a for _, objects in window.workbench.document.project.labelled_images() for a in objects]


def boxes_left(window: MainWindow) -> int:
    return sum(map(is_box, all_objects(window)))


def test_all_boxes_become_masks_and_each_picture_is_undone_alone(
    qtbot: QtBot, with_boxes: MainWindow
) -> None:
    workbench = with_boxes.workbench
    before = all_objects(with_boxes)
    with qtbot.waitSignal(with_boxes.workbench.box_masks.finished, timeout=60_000) as heard:
        with_boxes.actions_["mask.from_boxes"].trigger()
        assert with_boxes.spare_bar.isVisible()
    tally, complete = heard.args
    assert (tally.boxes, len(tally.made), complete) == (2 * COUNT, 2 * COUNT, True)
    assert boxes_left(with_boxes) == 0
    assert not with_boxes.spare_bar.isVisible()
    for number in range(1, COUNT + 1):
        qtbot.keyClick(with_boxes, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert boxes_left(with_boxes) == 2 * number
    assert all_objects(with_boxes) == before
    assert workbench.document.undo_stack.canRedo()


def test_the_banner_after_the_import_offers_it(qtbot: QtBot, with_boxes: MainWindow) -> None:
    (offer,) = with_boxes.findChildren(QPushButton, "bannerOffer")
    with qtbot.waitSignal(with_boxes.workbench.box_masks.finished, timeout=60_000):
        qtbot.mouseClick(offer, LEFT)
    assert boxes_left(with_boxes) == 0


def test_it_is_paused_goes_on_and_is_cancelled(
    qtbot: QtBot, with_boxes: MainWindow, gate: Callable[[], None]
) -> None:
    bar, box_masks = with_boxes.spare_bar, with_boxes.workbench.box_masks
    qtbot.waitUntil(lambda: not with_boxes.prompting.client.spare.busy)
    with_boxes.actions_["mask.from_boxes"].trigger()
    qtbot.waitUntil(lambda: boxes_left(with_boxes) <= 2 * COUNT - 4, timeout=60_000)  # both that are encoded
    done = boxes_left(with_boxes)
    qtbot.mouseClick(bar.pause, LEFT)
    gate()
    qtbot.wait(200)  # the gate is open: time for a further step
    assert boxes_left(with_boxes) == done  # the step that ran was the encoding; none followed
    qtbot.mouseClick(bar.pause, LEFT)
    qtbot.waitUntil(lambda: boxes_left(with_boxes) == done - 2, timeout=60_000)
    with qtbot.waitSignal(box_masks.finished, timeout=60_000) as heard:
        qtbot.mouseClick(bar.cancel, LEFT)
    tally, complete = heard.args
    assert (len(tally.made), complete) == (2 * COUNT - done + 2, False)
    assert not bar.isVisible()
    for _ in range(COUNT):
        gate()
    qtbot.wait(100)  # the gates are open: time for the rest
    assert boxes_left(with_boxes) == done - 2
    with qtbot.waitSignal(box_masks.finished, timeout=60_000) as heard:
        with_boxes.actions_["mask.from_boxes"].trigger()
    assert heard.args[1] is True
    assert boxes_left(with_boxes) == 0


def test_a_click_is_answered_while_it_runs(
    qtbot: QtBot, with_boxes: MainWindow, gate: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    decode = Predictor.predict_many

    def noted(self: Predictor, embedding: object, prompts: tuple[object, ...], *more: object) -> object:
        order.append("click" if prompts[0].points else "box")  # type: ignore[attr-defined]
        return decode(self, embedding, prompts, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Predictor, "predict_many", noted)
    with_boxes.actions_["mask.from_boxes"].trigger()
    # the two pictures that are encoded are done; the worker waits at the gate with the third
    qtbot.waitUntil(lambda: boxes_left(with_boxes) == 2 * COUNT - 4, timeout=60_000)
    click(with_boxes.workspace.canvas, 80, 60)
    with qtbot.waitSignal(with_boxes.workbench.box_masks.finished, timeout=60_000):
        for _ in range(COUNT):
            gate()
    assert order == ["box", "box", "click", "box", "box"]
    assert with_boxes.prompting.prompts.candidates
    assert boxes_left(with_boxes) == 0


def test_a_second_start_is_refused_and_nothing_to_do_is_told(qtbot: QtBot, with_boxes: MainWindow) -> None:
    box_masks = with_boxes.workbench.box_masks
    with qtbot.waitSignals([box_masks.failed, box_masks.finished], timeout=60_000):
        with_boxes.actions_["mask.from_boxes"].trigger()
        with_boxes.actions_["mask.from_boxes"].trigger()
    with qtbot.waitSignal(with_boxes.workbench.told, timeout=60_000) as heard:
        with_boxes.actions_["mask.from_boxes"].trigger()
    assert "no imported boxes" in heard.args[0]


def test_what_a_person_changes_meanwhile_is_kept(
    qtbot: QtBot, with_boxes: MainWindow, gate: Callable[[], None]
) -> None:
    with_boxes.workbench.navigator.step(+3)
    qtbot.waitUntil(lambda: len(with_boxes.workbench.objects.objects) == 2)
    with_boxes.actions_["mask.from_boxes"].trigger()
    qtbot.wait(50)  # the run is under way, wherever it is
    with_boxes.workbench.objects.select([with_boxes.workbench.objects.objects[0].id])
    with_boxes.workbench.objects.delete()
    with qtbot.waitSignal(with_boxes.workbench.box_masks.finished, timeout=60_000) as heard:
        for _ in range(2 * COUNT):
            gate()
    assert len(heard.args[0].made) + len(heard.args[0].left) in (2 * COUNT - 1, 2 * COUNT)
    assert len(all_objects(with_boxes)) == 2 * COUNT - 1
    assert boxes_left(with_boxes) == 0


def test_closing_the_window_in_the_middle_keeps_what_is_done(
    qtbot: QtBot, with_boxes: MainWindow, gate: Callable[[], None], qapp: QApplication
) -> None:
    with_boxes.actions_["mask.from_boxes"].trigger()
    qtbot.waitUntil(lambda: boxes_left(with_boxes) <= 2 * COUNT - 2, timeout=60_000)
    path = with_boxes.workbench.document.project.path
    threading.Timer(0.3, lambda: [gate() for _ in range(COUNT)]).start()
    with_boxes.close()
    from slimsam_core.project import Project

    with Project.open(path, read_only=True) as project:
        kept = [is_box(a) for _, objects in project.labelled_images() for a in objects]
    assert 0 < sum(kept) <= 2 * COUNT - 2
    qapp.processEvents()
