"""Between Enter and the object its mask stays on the picture: nobody has to wonder where it went."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from slimsam_app.sessions import boxes_session, prompt_session
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation
from slimsam_core.errors import OutOfMemory
from tests.app_canvas.canvas_hands import click, drag


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Masks of accepted objects are made only once this is called; with an error they fail."""
    go, errors = threading.Event(), []
    finishing = prompt_session.finishing

    def later(*args: object) -> Callable[..., object]:
        work = finishing(*args)  # type: ignore[arg-type]

        def wait(*given: object) -> object:
            assert go.wait(30)
            for error in errors:
                raise error
            return work(*given)  # type: ignore[arg-type]

        return wait

    for module in (prompt_session, boxes_session):
        monkeypatch.setattr(module, "finishing", later)

    def release(error: Exception | None = None) -> None:
        errors.extend([error] if error is not None else [])
        go.set()

    yield release
    go.set()


def objects(window: MainWindow) -> tuple[Annotation, ...]:
    return window.workbench.objects.objects


def accept_click(qtbot: QtBot, window: MainWindow) -> object:
    """Click, wait for the mask, press Enter; what was painted before Enter."""
    click(window.workspace.canvas, 80, 60)
    qtbot.waitUntil(lambda: bool(window.prompting.prompts.candidates), timeout=60_000)
    seen = window.workspace.canvas.layers.preview.logits
    qtbot.keyClick(window.workspace.canvas, Qt.Key.Key_Return)
    return seen


def test_the_accepted_mask_stays_in_its_colour_until_its_object_is_there(
    qtbot: QtBot, labelling: MainWindow, busy: Callable[..., None]
) -> None:
    labelling.workbench.classes.add("cat")
    dog = labelling.workbench.classes.add("dog")
    assert dog is not None
    labelling.workbench.objects.choose_category(dog.id)
    waiting = labelling.workspace.canvas.layers.waiting
    seen = accept_click(qtbot, labelling)
    (mask,) = waiting.masks
    assert mask.logits is seen
    assert mask.color == QColor(dog.display_color)
    assert objects(labelling) == ()
    click(labelling.workspace.canvas, 30, 30)  # the next one may be begun meanwhile
    assert len(waiting.masks) == 1
    labelling.workbench.objects.choose_category(labelling.workbench.document.categories()[0].id)
    assert waiting.masks[0].color == QColor(dog.display_color), "what was accepted keeps its class"
    busy()
    qtbot.waitUntil(lambda: len(objects(labelling)) == 1, timeout=60_000)
    qtbot.waitUntil(lambda: waiting.masks == (), timeout=60_000)


def test_it_goes_when_the_acceptance_fails_and_is_open_again(
    qtbot: QtBot, labelling: MainWindow, busy: Callable[..., None]
) -> None:
    accept_click(qtbot, labelling)
    layers = labelling.workspace.canvas.layers
    assert len(layers.waiting.masks) == 1
    busy(OutOfMemory("There is not enough memory.", "Close other programs."))
    qtbot.waitUntil(lambda: layers.waiting.masks == (), timeout=60_000)
    assert labelling.prompting.prompts.active
    assert objects(labelling) == ()


def test_it_belongs_to_its_picture_alone(
    qtbot: QtBot, labelling: MainWindow, busy: Callable[..., None]
) -> None:
    navigator, layers = labelling.workbench.navigator, labelling.workspace.canvas.layers
    accept_click(qtbot, labelling)
    first = navigator.current_id
    for key, count in ((Qt.Key.Key_D, 0), (Qt.Key.Key_A, 1)):
        with qtbot.waitSignal(navigator.picture_ready, timeout=60_000):
            qtbot.keyClick(labelling.workspace.canvas, key)
        assert len(layers.waiting.masks) == count
    assert navigator.current_id == first
    busy()
    qtbot.waitUntil(lambda: len(objects(labelling)) == 1 and not layers.waiting.masks, timeout=60_000)


def test_the_masks_of_several_boxes_stay_too(
    qtbot: QtBot, labelling: MainWindow, busy: Callable[..., None]
) -> None:
    canvas, boxes = labelling.workspace.canvas, labelling.prompting.boxes
    canvas.set_tool("boxes")
    drag(canvas, [(10, 10), (60, 60)])
    drag(canvas, [(80, 50), (140, 110)])
    qtbot.waitUntil(lambda: len(boxes.boxes) == 2 and all(boxes.answers), timeout=60_000)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert len(canvas.layers.waiting_boxes.masks) == 2
    busy()
    qtbot.waitUntil(lambda: bool(objects(labelling)), timeout=60_000)
    qtbot.waitUntil(lambda: canvas.layers.waiting_boxes.masks == (), timeout=60_000)


def test_a_box_whose_mask_is_still_to_come_stays_dashed(
    qtbot: QtBot, labelling: MainWindow, busy: Callable[..., None]
) -> None:
    canvas = labelling.workspace.canvas
    labelling.actions_["tool.box"].trigger()
    drag(canvas, [(20, 20), (60, 60), (100, 90)])
    qtbot.keyClick(canvas, Qt.Key.Key_Return)  # at once: the model has not answered
    drawn = canvas.layers.waiting.drawn
    box = drawn.path().boundingRect()
    assert (box.left(), box.top(), box.right(), box.bottom()) == pytest.approx((20, 20, 100, 90), abs=1.0)
    assert drawn.pen().style() == Qt.PenStyle.DashLine
    busy()
    qtbot.waitUntil(lambda: len(objects(labelling)) == 1, timeout=60_000)
    assert drawn.path().isEmpty()
