"""A slow engine paints a first look: what is seen is what is stored, or it is shown and asked about."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.sessions import boxes_session, open_object, prompt_session, prompt_steps
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, ImageState
from slimsam_core.inference.prediction import Candidate, Prediction
from slimsam_core.pixels.geometry import BoxXYXY
from slimsam_core.pixels.square_fit import SquareFit
from tests.app_canvas.canvas_hands import CTRL, click

WAIT_MS = 30_000
GRID = 40
"""Side of the logits over the padded square of the picture, 160 x 160: four pixels a cell."""


def mask(columns: int) -> Candidate:
    """A mask over the upper left ``columns`` x 20 cells."""
    logits = np.full((GRID, GRID), -1.0, np.float32)
    logits[:20, :columns] = 1.0
    return Candidate(low_res_logits=logits, fit=SquareFit.LETTERBOX, predicted_iou=0.7, stability_score=0.7)


FIRST, ALIKE, OTHER = mask(20), mask(19), mask(8)


class SlowEngine:
    """Shows ``FIRST`` at once and answers ``final`` when it is let go on."""

    def __init__(self) -> None:
        self.final = OTHER
        self.go = threading.Event()
        self.glimpses = True

    def first_sight(self, *given: object, **_: object) -> prompt_steps.Glimpse | None:
        prompts = given[3]
        return prompt_steps.Glimpse(prompts, FIRST) if self.glimpses else None  # type: ignore[arg-type]

    def answered(self, *_: object, **__: object) -> Prediction:
        assert self.go.wait(30)
        return Prediction((self.final,), 0)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowEngine]:
    slow = SlowEngine()
    monkeypatch.setattr(open_object, "first_sight", slow.first_sight)
    for module in (open_object, prompt_steps):
        monkeypatch.setattr(module, "answered", slow.answered)
    yield slow
    slow.go.set()


def objects(window: MainWindow) -> tuple[Annotation, ...]:
    return window.workbench.objects.objects


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, keys: Qt.KeyboardModifier | None = None) -> None:
    qtbot.keyClick(window.workspace.canvas, key, keys or Qt.KeyboardModifier.NoModifier)


def see_first_look(qtbot: QtBot, window: MainWindow) -> None:
    click(window.workspace.canvas, 20, 20)
    qtbot.waitUntil(lambda: window.prompting.prompts.provisional, timeout=WAIT_MS)
    assert window.workspace.canvas.layers.preview.logits is FIRST.low_res_logits


def bar(window: MainWindow) -> str:
    return window.prompting.bar.label.text()


def test_a_first_look_is_said_to_be_one_when_the_answer_takes_long(
    qtbot: QtBot, labelling: MainWindow, engine: SlowEngine
) -> None:
    see_first_look(qtbot, labelling)
    qtbot.waitUntil(lambda: "First look" in bar(labelling), timeout=WAIT_MS)
    assert labelling.prompting.bar.isVisible()
    engine.go.set()
    qtbot.waitUntil(lambda: bool(labelling.prompting.prompts.candidates), timeout=WAIT_MS)
    assert "First look" not in bar(labelling)
    assert labelling.workspace.canvas.layers.preview.logits is OTHER.low_res_logits


def test_another_mask_than_the_one_seen_is_shown_and_needs_a_second_enter(
    qtbot: QtBot, labelling: MainWindow, engine: SlowEngine
) -> None:
    see_first_look(qtbot, labelling)
    prompts = labelling.prompting.prompts
    press(qtbot, labelling, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Ctrl+Z takes it back" in bar(labelling), timeout=WAIT_MS)
    with qtbot.waitSignal(prompts.doubted, timeout=WAIT_MS):
        engine.go.set()
    assert objects(labelling) == ()
    assert labelling.workspace.canvas.layers.preview.logits is OTHER.low_res_logits
    assert labelling.workspace.canvas.layers.waiting.masks == ()
    assert "another mask than the one you saw" in bar(labelling)
    with qtbot.waitSignal(prompts.accepted, timeout=WAIT_MS):
        press(qtbot, labelling, Qt.Key.Key_Return)
    (made,) = objects(labelling)
    assert made.mask.area == pytest.approx(32 * 80, rel=0.01)
    assert bar(labelling) == ""


def test_the_mask_that_was_seen_is_stored_at_once(
    qtbot: QtBot, labelling: MainWindow, engine: SlowEngine
) -> None:
    engine.final = ALIKE
    see_first_look(qtbot, labelling)
    press(qtbot, labelling, Qt.Key.Key_Return)
    with qtbot.waitSignal(labelling.prompting.prompts.accepted, timeout=WAIT_MS):
        engine.go.set()
    (made,) = objects(labelling)
    assert made.mask.area == pytest.approx(76 * 80, rel=0.01)


def test_who_saw_nothing_yet_is_not_asked(qtbot: QtBot, labelling: MainWindow, engine: SlowEngine) -> None:
    engine.glimpses = False
    click(labelling.workspace.canvas, 20, 20)
    press(qtbot, labelling, Qt.Key.Key_Return)
    with qtbot.waitSignal(labelling.prompting.prompts.accepted, timeout=WAIT_MS):
        engine.go.set()
    assert len(objects(labelling)) == 1


@pytest.mark.parametrize("on_the_way", [True, False], ids=["shown", "another picture"])
def test_undo_takes_an_acceptance_back_that_waits(
    qtbot: QtBot, labelling: MainWindow, engine: SlowEngine, on_the_way: bool
) -> None:
    see_first_look(qtbot, labelling)
    first, prompts = labelling.workbench.navigator.current_id, labelling.prompting.prompts
    clicked = prompts.prompts
    press(qtbot, labelling, Qt.Key.Key_Return)
    if not on_the_way:
        with qtbot.waitSignal(labelling.workbench.navigator.picture_ready, timeout=WAIT_MS):
            press(qtbot, labelling, Qt.Key.Key_D)
    assert labelling.actions_["edit.undo"].isEnabled()
    press(qtbot, labelling, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: prompts.prompts == clicked, timeout=WAIT_MS)
    assert labelling.workbench.navigator.current_id == first
    assert not labelling.workbench.accepting
    engine.go.set()
    qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=WAIT_MS)
    assert objects(labelling) == ()
    with qtbot.waitSignal(prompts.accepted, timeout=WAIT_MS):
        press(qtbot, labelling, Qt.Key.Key_Return)
    assert len(objects(labelling)) == 1, "once"


def test_undo_takes_waiting_boxes_back(
    qtbot: QtBot, labelling: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, boxes, made = threading.Event(), labelling.prompting.boxes, boxes_session.finishing

    def later(*given: object) -> object:
        assert go.wait(30)
        return made(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(boxes_session, "finishing", later)
    box = BoxXYXY(10, 10, 60, 60)
    boxes.add(box)
    qtbot.waitUntil(lambda: all(boxes.answers), timeout=WAIT_MS)
    boxes.accept()
    assert not boxes.active
    press(qtbot, labelling, Qt.Key.Key_Z, CTRL)
    assert boxes.boxes == (box,)
    go.set()
    qtbot.waitUntil(lambda: all(boxes.answers), timeout=WAIT_MS)
    with qtbot.waitSignal(boxes.accepted, timeout=WAIT_MS):
        boxes.accept()
    assert len(objects(labelling)) == 1, "once"


def test_a_finished_picture_keeps_another_mask_as_a_draft_and_says_so(
    qtbot: QtBot, labelling: MainWindow, engine: SlowEngine
) -> None:
    see_first_look(qtbot, labelling)
    first, told = labelling.workbench.navigator.current_id, []
    assert first is not None
    labelling.workbench.noted.connect(lambda words, _: told.append(words))
    press(qtbot, labelling, Qt.Key.Key_Return, CTRL)
    assert labelling.workbench.document.image(first).state is ImageState.DONE
    with qtbot.waitSignal(labelling.prompting.prompts.doubted, timeout=WAIT_MS):
        engine.go.set()
    assert labelling.workbench.document.annotations(first) == ()
    assert labelling.workbench.drafts.has(first)
    assert any("it waits on" in words for words in told)


def test_the_next_mask_is_not_disturbed_by_one_that_became_another(
    qtbot: QtBot, labelling: MainWindow, engine: SlowEngine
) -> None:
    see_first_look(qtbot, labelling)
    prompts, told = labelling.prompting.prompts, []
    labelling.workbench.noted.connect(lambda words, _: told.append(words))
    former = prompts.prompts
    press(qtbot, labelling, Qt.Key.Key_Return)
    click(labelling.workspace.canvas, 100, 100)
    begun = prompts.prompts
    with qtbot.waitSignal(prompts.doubted, timeout=WAIT_MS):
        engine.go.set()
    assert prompts.prompts == begun
    assert any("opens again" in words for words in told)
    qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=WAIT_MS)
    press(qtbot, labelling, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: prompts.prompts == former, timeout=WAIT_MS)


def test_a_click_on_its_way_to_a_new_object_is_not_for_the_mask_that_just_opened_again(
    qtbot: QtBot, labelling: MainWindow, engine: SlowEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    see_first_look(qtbot, labelling)
    prompts, told = labelling.prompting.prompts, []
    labelling.workbench.noted.connect(lambda words, _: told.append(words))
    former = prompts.prompts
    press(qtbot, labelling, Qt.Key.Key_Return)
    with qtbot.waitSignal(prompts.doubted, timeout=WAIT_MS):
        engine.go.set()
    assert prompts.prompts == former
    click(labelling.workspace.canvas, 100, 100)
    assert len(prompts.prompts.points) == 1, "the next object"
    assert any("began a new object" in words for words in told)
    qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=WAIT_MS)
    with qtbot.waitSignal(prompts.accepted, timeout=WAIT_MS):
        press(qtbot, labelling, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: prompts.prompts == former, timeout=WAIT_MS)
    click(labelling.workspace.canvas, 40, 90)
    assert len(prompts.prompts.points) == 1, "also after it waited its turn"
    press(qtbot, labelling, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: prompts.prompts == former, timeout=WAIT_MS)
    monkeypatch.setattr(prompt_session, "SURFACED_S", 0.0)
    qtbot.waitUntil(lambda: prompts.shown is not None, timeout=WAIT_MS)
    click(labelling.workspace.canvas, 155, 115)
    assert len(prompts.prompts.points) == 1, "far from it: the next thing, however late"
    press(qtbot, labelling, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: prompts.prompts == former, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: prompts.shown is not None, timeout=WAIT_MS)
    click(labelling.workspace.canvas, 24, 24)
    assert len(prompts.prompts.points) == 2, "who has seen it corrects it"


def test_a_class_key_on_its_way_to_a_new_object_is_not_for_the_mask_that_just_opened_again(
    qtbot: QtBot, labelling: MainWindow, engine: SlowEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (labelling.workbench.classes.add(name, choose=False) for name in ("cat", "dog"))
    assert first is not None
    assert second is not None
    labelling.workbench.objects.choose_category(first.id)
    see_first_look(qtbot, labelling)
    prompts = labelling.prompting.prompts
    press(qtbot, labelling, Qt.Key.Key_Return)
    with qtbot.waitSignal(prompts.doubted, timeout=WAIT_MS):
        engine.go.set()
    labelling.workbench.class_choice.give(second.id)
    assert prompts.category_id == first.id, "it was begun as a cat"
    assert labelling.workbench.objects.category_id == second.id
    monkeypatch.setattr(prompt_session, "SURFACED_S", 0.0)
    labelling.workbench.class_choice.give(second.id)
    assert prompts.category_id == second.id, "who has seen it gives it a class"
    click(labelling.workspace.canvas, 155, 115)
    assert len(prompts.prompts.points) == 2, "and works on it, wherever the click is"
