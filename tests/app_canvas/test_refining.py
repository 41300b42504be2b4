"""Refining an object: what is seen, what the keys do, and what happens to a result that loses most of it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.canvas.objects import ObjectItem
from slimsam_app.intents.objects import NewObject
from slimsam_app.sessions import prompt_steps
from slimsam_app.sessions.prompt_steps import MaskQuestion
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, Provenance
from slimsam_core.inference.prediction import ImageEmbedding, Prediction
from slimsam_core.inference.predictor import Predictor
from slimsam_core.pixels.geometry import BoxXYXY, PromptSet, Size
from slimsam_core.pixels.mask import empty, encode
from tests.app_canvas.canvas_hands import CTRL, RIGHT, click


def the_object(window: MainWindow) -> Annotation:
    (found,) = window.workbench.objects.objects
    return found


def item(window: MainWindow) -> ObjectItem:
    return window.workspace.canvas.layers.objects.items_by_id[the_object(window).id]


@pytest.fixture
def refining(qtbot: QtBot, labelling: MainWindow) -> MainWindow:
    """An object over the whole picture, selected, and E pressed."""
    labelling.workbench.classes.add("person")
    image_id = labelling.workbench.navigator.current_id
    assert image_id is not None
    labelling.workbench.objects.add(
        NewObject(mask=encode(np.ones((120, 160), np.bool_)), provenance=Provenance()), image_id
    )
    labelling.workspace.canvas.layers.objects.flash(())
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_A, CTRL)
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_E)
    return labelling


def loses(window: MainWindow, monkeypatch: pytest.MonkeyPatch, kept: float) -> None:
    monkeypatch.setattr(prompt_steps, "_kept", lambda *_: kept)
    click(window.workspace.canvas, 80, 60, RIGHT)


def test_the_stored_mask_is_a_thin_dashed_outline_and_the_result_is_painted(
    qtbot: QtBot, refining: MainWindow
) -> None:
    shown = item(refining)
    assert shown.brush.style() == Qt.BrushStyle.NoBrush
    assert shown.pen.style() == Qt.PenStyle.DashLine
    assert shown.pen.widthF() <= 1.0
    preview = refining.workspace.canvas.layers.preview
    qtbot.waitUntil(lambda: preview.logits is not None, timeout=60_000)
    assert "Refining person" in refining.prompting.bar.label.text()
    assert refining.prompting.bar.isVisible()
    click(refining.workspace.canvas, 80, 60, RIGHT)
    qtbot.waitUntil(lambda: bool(refining.prompting.prompts.candidates), timeout=60_000)
    painted = refining.prompting.prompts.shown
    assert painted is not None
    assert preview.logits is painted.logits


def test_esc_goes_back_also_without_a_click(qtbot: QtBot, refining: MainWindow) -> None:
    before = the_object(refining)
    qtbot.keyClick(refining.workspace.canvas, Qt.Key.Key_Escape)
    assert not refining.prompting.prompts.active
    assert not refining.prompting.bar.isVisible()
    assert item(refining).brush.style() == Qt.BrushStyle.SolidPattern
    assert the_object(refining) == before


def test_a_result_that_loses_most_of_the_object_asks_for_a_second_enter(
    qtbot: QtBot, refining: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, prompts = the_object(refining), refining.prompting.prompts
    loses(refining, monkeypatch, 0.3)
    clicked = prompts.prompts
    with qtbot.waitSignal(prompts.doubted, timeout=60_000):
        qtbot.keyClick(refining.workspace.canvas, Qt.Key.Key_Return)
    assert the_object(refining) == before
    assert prompts.prompts == clicked
    assert "Enter again" in refining.prompting.bar.label.text()
    with qtbot.waitSignal(prompts.accepted, timeout=60_000):
        qtbot.keyClick(refining.workspace.canvas, Qt.Key.Key_Return)
    assert the_object(refining).mask != before.mask
    assert refining.workbench.objects.selection == ()


def test_done_is_no_answer_to_the_question(
    qtbot: QtBot, refining: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, before, prompts = (
        refining.workbench.navigator.current_id,
        the_object(refining),
        refining.prompting.prompts,
    )
    loses(refining, monkeypatch, 0.3)
    with qtbot.waitSignal(prompts.doubted, timeout=60_000):
        qtbot.keyClick(refining.workspace.canvas, Qt.Key.Key_Return)
    qtbot.keyClick(refining.workspace.canvas, Qt.Key.Key_Return, CTRL)
    assert refining.workbench.navigator.current_id == first
    assert prompts.doubt is MaskQuestion.LOSES
    assert the_object(refining) == before


def test_a_result_with_nothing_left_is_never_kept_and_said_so(
    qtbot: QtBot, refining: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, prompts = the_object(refining), refining.prompting.prompts
    monkeypatch.setattr(prompt_steps, "_mask_of", lambda *_: empty(Size(120, 160)))
    click(refining.workspace.canvas, 80, 60, RIGHT)
    for _ in range(2):
        qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=60_000)
        with qtbot.waitSignal(prompts.doubted, timeout=60_000):
            qtbot.keyClick(refining.workspace.canvas, Qt.Key.Key_Return)
        assert prompts.doubt is MaskQuestion.EMPTY
        assert "Nothing is left of person – Del removes the object" in refining.prompting.bar.label.text()
    qtbot.keyClick(refining.workspace.canvas, Qt.Key.Key_Escape)
    assert the_object(refining) == before


def test_a_further_click_asks_again(
    qtbot: QtBot, refining: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, prompts = the_object(refining), refining.prompting.prompts
    loses(refining, monkeypatch, 0.3)
    for _ in range(2):
        with qtbot.waitSignal(prompts.doubted, timeout=60_000):
            qtbot.keyClick(refining.workspace.canvas, Qt.Key.Key_Return)
        click(refining.workspace.canvas, 30, 30, RIGHT)
    assert the_object(refining) == before


def test_a_result_that_keeps_half_is_taken_at_once(
    qtbot: QtBot, refining: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    loses(refining, monkeypatch, 0.5)
    qtbot.waitUntil(lambda: bool(refining.prompting.prompts.candidates), timeout=60_000)
    with qtbot.waitSignal(refining.prompting.prompts.accepted, timeout=60_000):
        qtbot.keyClick(refining.workspace.canvas, Qt.Key.Key_Return)


def test_a_doubtful_result_of_a_picture_that_was_left_waits_there_as_a_draft(
    qtbot: QtBot, refining: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, before = refining.workbench.navigator.current_id, the_object(refining)
    assert first is not None
    loses(refining, monkeypatch, 0.3)
    with qtbot.waitSignal(refining.prompting.prompts.doubted, timeout=60_000):
        qtbot.keyClick(refining.workspace.canvas, Qt.Key.Key_Return, CTRL)
        assert refining.workbench.navigator.current_id != first
    assert refining.workbench.document.annotations(first) == (before,)
    assert refining.workbench.drafts.has(first)
    refining.workbench.navigator.go(first)
    qtbot.waitUntil(lambda: refining.prompting.prompts.refined is not None, timeout=60_000)
    assert refining.prompting.prompts.refined == before


def test_what_is_kept_is_the_share_of_the_object_that_the_mask_still_covers() -> None:
    whole = np.ones((10, 10), np.bool_)
    left = whole.copy()
    left[:, 3:] = False
    assert prompt_steps._kept(encode(whole), encode(left)) == pytest.approx(0.3)
    assert prompt_steps._kept(encode(left), encode(whole)) == 1.0


def test_delete_removes_the_object_of_which_nothing_is_left(
    qtbot: QtBot, refining: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts, canvas, before = refining.prompting.prompts, refining.workspace.canvas, the_object(refining)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert the_object(refining) == before, "while a mask is open the key is not for the object"
    monkeypatch.setattr(prompt_steps, "_mask_of", lambda *_: empty(Size(120, 160)))
    click(canvas, 80, 60, RIGHT)
    qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=60_000)
    with qtbot.waitSignal(prompts.doubted, timeout=60_000):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert not refining.workbench.objects.objects
    assert not prompts.active
    qtbot.keyClick(canvas, Qt.Key.Key_Z, CTRL)
    assert the_object(refining) == before


def test_after_a_further_click_delete_waits_for_the_mask(
    qtbot: QtBot, refining: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts, canvas, before = refining.prompting.prompts, refining.workspace.canvas, the_object(refining)
    monkeypatch.setattr(prompt_steps, "_mask_of", lambda *_: empty(Size(120, 160)))
    click(canvas, 80, 60, RIGHT)
    qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=60_000)
    with qtbot.waitSignal(prompts.doubted, timeout=60_000):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    click(canvas, 30, 30)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    assert the_object(refining) == before
    assert prompts.refined is not None


def test_clicks_that_correct_tell_the_model_where_the_object_is(
    qtbot: QtBot, refining: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts, asked, predict = refining.prompting.prompts, [], Predictor.predict

    def spy(self: Predictor, embedding: ImageEmbedding, what: PromptSet, *more: object) -> Prediction:
        asked.append(what)
        return predict(self, embedding, what, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Predictor, "predict", spy)
    before = the_object(refining)
    click(refining.workspace.canvas, 80, 60, RIGHT)
    qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=60_000)
    x, y, width, height = before.mask.bbox_xywh
    assert asked[-1].box == BoxXYXY(x, y, x + width, y + height)
    assert [point.positive for point in asked[-1].points] == [True, False]
    assert prompts.prompts.box is None, "on the picture is what was clicked"
    assert [point.positive for point in prompts.prompts.points] == [False]
    click(refining.workspace.canvas, 30, 30)
    qtbot.waitUntil(lambda: bool(prompts.candidates) and len(asked[-1].points) == 3, timeout=60_000)
    assert [point.positive for point in asked[-1].points] == [True, False, True]
    assert asked[-1].box is not None, "clicked inside it"


def test_of_the_answer_only_what_was_clicked_at_is_taken(qtbot: QtBot, refining: MainWindow) -> None:
    before, prompts = the_object(refining).mask.decode(), refining.prompting.prompts
    click(refining.workspace.canvas, 30, 30, RIGHT)
    qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=60_000)
    for _ in range(2):  # one that loses most of it asks
        if prompts.active:
            qtbot.keyClick(refining.workspace.canvas, Qt.Key.Key_Return)
            qtbot.waitUntil(lambda: not prompts.waiting, timeout=60_000)
    after = the_object(refining).mask.decode()
    assert not (after & ~before).any(), "a right click adds nothing"
    if (before & ~after).any():
        assert not after[30, 30], "it takes away where it was clicked"


@pytest.mark.parametrize("end", [Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Backspace])
@pytest.mark.parametrize("tool", ["box", "brush", "point"])
def test_the_tool_from_before_is_back_when_refining_is_over(
    qtbot: QtBot, refining: MainWindow, tool: str, end: Qt.Key
) -> None:
    """Each refinement left the tool for points in the hand."""
    canvas = refining.workspace.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    canvas.set_tool(tool)
    refining.workbench.objects.select((the_object(refining).id,))
    qtbot.keyClick(canvas, Qt.Key.Key_E)
    assert canvas.tool.id == "point"
    assert canvas.former_tool == ("" if tool == "point" else tool), "the project opens with it"
    if end == Qt.Key.Key_Return:
        click(canvas, 80, 60)
        qtbot.waitUntil(lambda: bool(refining.prompting.prompts.candidates), timeout=60_000)
    qtbot.keyClick(canvas, end)
    assert refining.prompting.prompts.refined is None
    assert canvas.tool.id == tool


def test_who_takes_another_tool_while_refining_keeps_it(qtbot: QtBot, refining: MainWindow) -> None:
    canvas = refining.workspace.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    canvas.set_tool("brush")
    for key, tool in ((Qt.Key.Key_W, "box"), (Qt.Key.Key_Q, "point")):
        canvas.set_tool("brush")
        refining.workbench.objects.select((the_object(refining).id,))
        qtbot.keyClick(canvas, Qt.Key.Key_E)
        qtbot.keyClick(canvas, key)
        qtbot.keyClick(canvas, Qt.Key.Key_Escape)
        assert refining.prompting.prompts.refined is None
        assert canvas.tool.id == tool


def test_a_picture_that_is_left_while_refining_gives_the_tool_back(
    qtbot: QtBot, refining: MainWindow
) -> None:
    canvas = refining.workspace.canvas
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    canvas.set_tool("box")
    refining.workbench.objects.select((the_object(refining).id,))
    qtbot.keyClick(canvas, Qt.Key.Key_E)
    refining.workbench.navigator.step(+1)
    assert canvas.tool.id == "box"
    qtbot.waitUntil(lambda: not refining.workbench.pool.busy, timeout=120_000)
