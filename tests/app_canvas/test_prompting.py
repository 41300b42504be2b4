"""From real clicks on the canvas to objects in the project."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from slimsam_app.sessions.prompt_steps import FinishedMask
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation
from slimsam_core.checkpoints import save_model
from slimsam_core.errors import OutOfMemory
from slimsam_core.families.efficientnet_lite_sam.spec import efficientnet_lite
from slimsam_core.inference.prediction import candidate_pixels
from slimsam_core.models import build_model
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def at(window: MainWindow, x: float, y: float) -> QPoint:
    canvas = window.workspace.canvas
    return canvas.viewport().mapFromGlobal(canvas.image_to_global(x, y))


def click(
    qtbot: QtBot,
    window: MainWindow,
    x: float,
    y: float,
    button: Qt.MouseButton = LEFT,
    *,
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    qtbot.mouseClick(window.workspace.canvas.viewport(), button, held, at(window, x, y))


def drag(qtbot: QtBot, window: MainWindow, start: tuple[float, float], end: tuple[float, float]) -> None:
    viewport = window.workspace.canvas.viewport()
    qtbot.mousePress(viewport, LEFT, pos=at(window, *start))
    for t in (0.3, 0.7, 1.0):
        x, y = (a + t * (b - a) for a, b in zip(start, end, strict=True))
        qtbot.mouseMove(viewport, at(window, x, y))
    qtbot.mouseRelease(viewport, LEFT, pos=at(window, *end))


def wait_for_candidates(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: bool(window.prompting.prompts.candidates), timeout=60_000)


def objects(window: MainWindow) -> tuple[Annotation, ...]:
    return window.workbench.objects.objects


def near(found: PromptSet, *points: tuple[float, float, bool]) -> None:
    assert len(found.points) == len(points)
    for point, (x, y, positive) in zip(found.points, points, strict=True):
        assert abs(point.x - x) < 1
        assert abs(point.y - y) < 1
        assert point.positive == positive


def test_a_click_paints_a_mask_and_enter_makes_an_object(qtbot: QtBot, labelling: MainWindow) -> None:
    prompts = labelling.prompting.prompts
    click(qtbot, labelling, 80, 60)
    wait_for_candidates(qtbot, labelling)
    assert len(prompts.candidates) == 3
    assert (
        labelling.workspace.canvas.layers.preview.logits is prompts.candidates[prompts.chosen].low_res_logits
    )
    with qtbot.waitSignal(prompts.accepted, timeout=60_000):
        qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Return)
    (made,) = objects(labelling)
    assert made.provenance.source == "model"
    assert made.provenance.prompts is not None
    near(made.provenance.prompts, (80, 60, True))
    assert made.mask.size.hw == (120, 160)
    assert not prompts.active
    assert labelling.workspace.canvas.layers.preview.logits is None


def test_right_and_shift_clicks_are_negative_and_backspace_takes_back(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    prompts = labelling.prompting.prompts
    click(qtbot, labelling, 80, 60)
    click(qtbot, labelling, 20, 20, RIGHT)
    click(qtbot, labelling, 140, 100, held=Qt.KeyboardModifier.ShiftModifier)
    near(prompts.prompts, (80, 60, True), (20, 20, False), (140, 100, False))
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Backspace)
    near(prompts.prompts, (80, 60, True), (20, 20, False))
    wait_for_candidates(qtbot, labelling)
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Escape)
    assert not prompts.active
    assert not objects(labelling)


def test_a_dragged_box_with_a_click_in_it(qtbot: QtBot, labelling: MainWindow) -> None:
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_W)
    assert labelling.workspace.canvas.tool.id == "box"
    drag(qtbot, labelling, (30, 20), (120, 100))
    click(qtbot, labelling, 70, 50, RIGHT)
    prompts = labelling.prompting.prompts.prompts
    assert prompts.box is not None
    assert all(abs(a - b) < 1 for a, b in zip(prompts.box.as_tuple(), (30, 20, 120, 100), strict=True))
    near(prompts, (70, 50, False))
    wait_for_candidates(qtbot, labelling)


def test_tab_cycles_through_the_candidates_and_the_strip_chooses(qtbot: QtBot, labelling: MainWindow) -> None:
    prompts, strip = labelling.prompting.prompts, labelling.prompting.dock.strip
    click(qtbot, labelling, 80, 60)
    wait_for_candidates(qtbot, labelling)
    first = prompts.chosen
    for step in (1, 2, 3):
        qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Tab)
        assert prompts.chosen == (first + step) % 3
    other = (first + 1) % 3
    qtbot.mouseClick(strip, LEFT, pos=strip.cell(other).center())
    assert prompts.chosen == other
    shown = labelling.workspace.canvas.layers.preview.logits
    assert shown is prompts.candidates[other].low_res_logits


def test_accepting_before_the_answer_loses_nothing(qtbot: QtBot, labelling: MainWindow) -> None:
    for x in (30, 80, 130):
        click(qtbot, labelling, x, 60)
        qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(objects(labelling)) == 3, timeout=60_000)
    found = sorted(a.provenance.prompts.points[0].x for a in objects(labelling) if a.provenance.prompts)
    assert [round(x / 10) * 10 for x in found] == [30, 80, 130]


def test_an_accepted_object_goes_to_its_own_picture(qtbot: QtBot, labelling: MainWindow) -> None:
    first = labelling.workbench.navigator.current_id
    assert first is not None
    click(qtbot, labelling, 80, 60)
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Return)
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: labelling.workbench.navigator.current_id != first, timeout=60_000)
    qtbot.waitUntil(lambda: len(labelling.workbench.document.annotations(first)) == 1, timeout=60_000)


def test_clicks_while_encoding_are_remembered(qtbot: QtBot, labelling: MainWindow) -> None:
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: labelling.workspace.canvas.image_id == labelling.workbench.navigator.current_id)
    click(qtbot, labelling, 80, 60)
    click(qtbot, labelling, 60, 60)
    wait_for_candidates(qtbot, labelling)
    near(labelling.prompting.prompts.prompts, (80, 60, True), (60, 60, True))


def test_ctrl_holds_decoding_back(qtbot: QtBot, labelling: MainWindow) -> None:
    prompts, canvas = labelling.prompting.prompts, labelling.workspace.canvas
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyPress(canvas, Qt.Key.Key_Control)
    click(qtbot, labelling, 80, 60, held=control)
    click(qtbot, labelling, 60, 60, held=control)
    qtbot.wait(200)  # a click is answered in milliseconds: time for it
    assert not prompts.candidates
    qtbot.keyRelease(canvas, Qt.Key.Key_Control)
    wait_for_candidates(qtbot, labelling)
    assert len(prompts.prompts.points) == 2


def test_a_mark_is_dragged_and_clicked_away(qtbot: QtBot, labelling: MainWindow) -> None:
    prompts = labelling.prompting.prompts
    click(qtbot, labelling, 80, 60)
    click(qtbot, labelling, 30, 30)
    drag(qtbot, labelling, (30, 30), (50, 90))
    near(prompts.prompts, (80, 60, True), (50, 90, True))
    click(qtbot, labelling, 80, 60)
    near(prompts.prompts, (50, 90, True))
    wait_for_candidates(qtbot, labelling)


def test_hovering_previews_without_opening_anything(qtbot: QtBot, labelling: MainWindow) -> None:
    labelling.settings.set("canvas.hover_preview", True)
    prompts = labelling.prompting.prompts
    prompts.hover(PointPrompt(80, 60))
    qtbot.waitUntil(lambda: prompts.hovering, timeout=60_000)
    assert labelling.workspace.canvas.layers.preview.logits is not None
    assert not prompts.active
    prompts.hover(None)
    assert labelling.workspace.canvas.layers.preview.logits is None


def test_refining_an_object_replaces_its_mask(qtbot: QtBot, labelling: MainWindow) -> None:
    prompts = labelling.prompting.prompts
    click(qtbot, labelling, 80, 60)
    with qtbot.waitSignal(prompts.accepted, timeout=60_000):
        qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Return)
    (before,) = objects(labelling)
    prompts.refine(before)
    click(qtbot, labelling, 20, 100)
    wait_for_candidates(qtbot, labelling)
    with qtbot.waitSignal(prompts.accepted, timeout=60_000):
        qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Return)
    (after,) = objects(labelling)
    assert after.id == before.id
    assert after.provenance.human_edits == before.provenance.human_edits + 1
    qtbot.keyClick(labelling, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert objects(labelling) == (before,)


def test_another_model_answers_the_same_prompts_anew(qtbot: QtBot, labelling: MainWindow) -> None:
    prompts = labelling.prompting.prompts
    click(qtbot, labelling, 80, 60)
    wait_for_candidates(qtbot, labelling)
    before = prompts.candidates
    with qtbot.waitSignal(labelling.prompting.client.model_ready, timeout=30_000):
        labelling.workbench.model_in_use.start()
    wait_for_candidates(qtbot, labelling)
    qtbot.waitUntil(lambda: prompts.candidates is not before and bool(prompts.candidates), timeout=60_000)
    near(prompts.prompts, (80, 60, True))


def test_the_model_in_the_status_bar_tells_why_it_does_not_run_faster(
    qtbot: QtBot, labelling: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with qtbot.waitSignal(labelling.prompting.client.model_ready, timeout=30_000):
        labelling.settings.set("model.runtime", "auto")
    button = labelling.status.model_button
    assert "PyTorch" in button.text()
    assert "OpenVINO cannot be loaded" in button.toolTip()
    labelling.status.show_model("other", "OpenVINO, CPU")
    assert button.toolTip() == ""


def test_a_missing_model_is_said_and_the_window_lives(qtbot: QtBot, labelling: MainWindow) -> None:
    with (
        qtbot.waitSignal(labelling.workbench.told, timeout=60_000) as told,
        qtbot.waitSignal(labelling.prompting.client.model_ready, timeout=60_000),
    ):
        labelling.settings.set("model.name", "no-such-model")
    assert "not installed any more" in told.args[0]
    click(qtbot, labelling, 80, 60)
    assert labelling.prompting.prompts.active


def test_points_and_box_tool_work_on_one_object(qtbot: QtBot, labelling: MainWindow) -> None:
    canvas, prompts = labelling.workspace.canvas, labelling.prompting.prompts
    qtbot.keyClick(canvas, Qt.Key.Key_W)
    drag(qtbot, labelling, (30, 20), (120, 100))
    qtbot.keyClick(canvas, Qt.Key.Key_Q)
    click(qtbot, labelling, 70, 50)
    assert prompts.prompts.box is not None
    assert len(prompts.prompts.points) == 1


def test_a_mask_that_cannot_be_made_leaves_its_prompts_open(qtbot: QtBot, labelling: MainWindow) -> None:
    prompts = labelling.prompting.prompts
    click(qtbot, labelling, 80, 60)
    wait_for_candidates(qtbot, labelling)
    asked: list[object] = []
    real = labelling.prompting.client.ask

    def ask(image_id: int, _: object, slot: object) -> int:
        asked.append(slot)
        return real(image_id, lambda *_: exhausted(), slot)

    def exhausted() -> None:
        raise OutOfMemory("There is not enough memory.", "Close other programs.")

    labelling.prompting.client.ask = ask  # type: ignore[method-assign,assignment]
    with qtbot.waitSignal(prompts.failed, timeout=60_000):
        qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Return)
    assert asked
    near(prompts.prompts, (80, 60, True))
    assert prompts.candidates


def use_light_model(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    """A model that looks closer at small things."""
    path = folder / "light.safetensors"
    save_model(build_model(efficientnet_lite(0, image_size=64)), path)
    with qtbot.waitSignal(window.prompting.client.model_ready, timeout=30_000):
        window.prompting.client.set_model(str(path), runtime="torch")


def test_a_small_box_is_painted_and_accepted_where_it_was_drawn(
    qtbot: QtBot, labelling: MainWindow, tmp_path: Path
) -> None:
    torch.manual_seed(0)
    prompting = labelling.prompting
    use_light_model(qtbot, labelling, tmp_path)
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_W)
    drag(qtbot, labelling, (70, 50), (90, 68))
    wait_for_candidates(qtbot, labelling)
    shown, chosen = prompting.prompts.shown, prompting.prompts.candidates[prompting.prompts.chosen]
    assert shown is not None
    assert shown.window is not None
    assert chosen.close_up is not None
    assert shown.logits is chosen.close_up.logits
    expected = candidate_pixels(chosen, Size(120, 160))
    prompting.prompts.accept()
    if expected.any():
        qtbot.waitUntil(lambda: len(objects(labelling)) == 1, timeout=60_000)
        assert (objects(labelling)[0].mask.decode() == expected).all()


def test_focus_looks_at_a_part_and_gives_masks_of_the_whole(qtbot: QtBot, labelling: MainWindow) -> None:
    prompts = labelling.prompting.prompts
    prompts.focus(BoxXYXY(40.5, 30.5, 99.5, 79.5))
    window = prompts.focused
    assert window is not None
    assert (window.x, window.y, window.size) == (40, 30, Size(50, 60))
    click(qtbot, labelling, 60, 50)  # while the part is still being encoded
    wait_for_candidates(qtbot, labelling)
    assert prompts.shown is not None
    assert prompts.shown.window == window
    with qtbot.waitSignal(prompts.accepted, timeout=60_000) as signal:
        prompts.accept()
    (finished,) = signal.args
    assert isinstance(finished, FinishedMask)
    assert finished.mask.size == Size(120, 160)
    x, y, width, height = finished.mask.bbox_xywh
    assert x >= 40
    assert y >= 30
    assert x + width <= 100
    assert y + height <= 80

    click(qtbot, labelling, 140, 100)  # outside: the whole picture answers
    wait_for_candidates(qtbot, labelling)
    assert prompts.shown.window != window
    prompts.focus(None)
    assert prompts.focused is None
    wait_for_candidates(qtbot, labelling)


def test_the_action_focuses_on_what_is_visible_and_ends_it(qtbot: QtBot, labelling: MainWindow) -> None:
    canvas, prompts = labelling.workspace.canvas, labelling.prompting.prompts
    canvas.set_zoom(20.0)
    canvas.center_at(80, 60)
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Z)
    box, window = canvas.visible_box(), prompts.focused
    assert box is not None
    assert window is not None
    assert (window.x, window.y) == (int(box.x0), int(box.y0))
    qtbot.keyClick(canvas, Qt.Key.Key_Z)
    assert prompts.focused is None


def test_the_focus_ends_with_the_picture(qtbot: QtBot, labelling: MainWindow) -> None:
    prompts = labelling.prompting.prompts
    prompts.focus(BoxXYXY(10, 10, 60, 60))
    labelling.workbench.navigator.step(+1)
    qtbot.waitUntil(lambda: prompts.image_id is not None and prompts.focused is None)
    prompts.focus(BoxXYXY(-30, -30, -10, -10))
    assert prompts.focused is None


def test_a_first_sight_is_painted_before_the_model_has_looked_closer(
    qtbot: QtBot, labelling: MainWindow, tmp_path: Path
) -> None:
    use_light_model(qtbot, labelling, tmp_path)
    prompts, painted = labelling.prompting.prompts, []
    prompts.changed.connect(lambda: painted.append((prompts.shown, bool(prompts.candidates))))
    click(qtbot, labelling, 80, 60)
    wait_for_candidates(qtbot, labelling)
    seen = [answered for shown, answered in painted if shown is not None]
    assert seen == [False, True], "once from the whole picture, then the answer"
    assert prompts.shown is not None
    assert prompts.shown.logits is prompts.candidates[prompts.chosen].finest.logits
    first = next(shown.logits for shown, _ in painted if shown is not None)
    prompts.add_point(PointPrompt(30.0, 30.0, positive=False))
    wait_for_candidates(qtbot, labelling)
    assert prompts.shown.logits is not first


def test_what_is_accepted_at_first_sight_is_the_whole_answer(
    qtbot: QtBot, labelling: MainWindow, tmp_path: Path
) -> None:
    use_light_model(qtbot, labelling, tmp_path)
    prompts = labelling.prompting.prompts
    click(qtbot, labelling, 80, 60)
    wait_for_candidates(qtbot, labelling)
    expected = candidate_pixels(prompts.candidates[prompts.chosen], Size(120, 160))
    assert expected.any()
    prompts.clear()

    def accept_at_first_sight() -> None:
        if prompts.shown is not None and not prompts.candidates:
            prompts.changed.disconnect(accept_at_first_sight)
            prompts.accept()

    prompts.changed.connect(accept_at_first_sight)
    click(qtbot, labelling, 80, 60)
    qtbot.waitUntil(lambda: len(objects(labelling)) == 1, timeout=60_000)
    (made,) = objects(labelling)
    assert (made.mask.decode() == expected).all()
    assert made.provenance.predicted_iou is not None


def test_a_click_during_the_first_sight_waits_for_no_answer_to_the_one_before(
    qtbot: QtBot, labelling: MainWindow, tmp_path: Path
) -> None:
    use_light_model(qtbot, labelling, tmp_path)
    prompts = labelling.prompting.prompts

    def click_again() -> None:
        if prompts.shown is not None and not prompts.candidates:
            prompts.changed.disconnect(click_again)
            prompts.add_point(PointPrompt(30.0, 30.0, positive=False))

    prompts.changed.connect(click_again)
    click(qtbot, labelling, 80, 60)
    qtbot.waitUntil(lambda: len(prompts.prompts.points) == 2, timeout=60_000)
    wait_for_candidates(qtbot, labelling)
    near(prompts.prompts, (80, 60, True), (30, 30, False))
    assert len(prompts.candidates) == 4, "two clicks are no longer ambiguous"


def test_taking_back_the_only_click_gives_the_keys_back_to_the_selection(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    click(qtbot, labelling, 80, 60)
    wait_for_candidates(qtbot, labelling)
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(objects(labelling)) == 1, timeout=60_000)
    labelling.workbench.objects.select([objects(labelling)[0].id])
    click(qtbot, labelling, 20, 20)
    assert not labelling.actions_["object.delete"].isEnabled()
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Backspace)
    assert labelling.actions_["object.delete"].isEnabled()
