"""Two models on the same clicks: both answer, a key shows one or the other, what is seen is accepted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from slimsam_app import figures
from slimsam_app.sessions.compare_session import CompareSession
from slimsam_app.windows.dialogs.compare_dialog import CompareDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.inference.prediction import candidate_pixels
from slimsam_core.pixels.geometry import Size
from tests.app_canvas.canvas_hands import CTRL, LEFT, click
from tests.app_shell.test_grey_actions import told
from tests.tiny_models import save_tiny


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest model with other random weights."""
    return save_tiny(tmp_path_factory.mktemp("other") / "other.safetensors", seed=1)


@pytest.fixture
def comparing(qtbot: QtBot, labelling: MainWindow, other_model: Path) -> MainWindow:
    """The window with a second model loaded."""
    compare = labelling.prompting.compare
    compare.start(other_model, runtime="torch")
    qtbot.waitUntil(lambda: compare.second.name == "other", timeout=60_000)
    return labelling


def both(qtbot: QtBot, compare: CompareSession) -> None:
    qtbot.waitUntil(lambda: compare.difference is not None, timeout=60_000)


def test_both_answer_and_the_key_shows_one_or_the_other(qtbot: QtBot, comparing: MainWindow) -> None:
    canvas, compare = comparing.workspace.canvas, comparing.prompting.compare
    assert comparing.compare_bar.isVisible()
    click(canvas, 80, 60)
    both(qtbot, compare)
    first, second = compare.first, compare.second
    assert first.candidate is not None
    assert second.candidate is not None
    assert first.decode_ms is not None
    assert second.decode_ms is not None
    assert second.encode_ms is not None
    assert canvas.layers.preview.logits is first.candidate.low_res_logits
    qtbot.keyClick(canvas, Qt.Key.Key_C)
    assert canvas.layers.preview.logits is second.candidate.low_res_logits
    qtbot.keyClick(canvas, Qt.Key.Key_C)
    assert canvas.layers.preview.logits is first.candidate.low_res_logits
    qtbot.mouseClick(comparing.compare_bar.sides[1], LEFT)
    assert compare.shows_second
    assert "other" in comparing.compare_bar.sides[1].text()
    assert "ms" in comparing.compare_bar.sides[1].text()


def test_where_they_differ_is_tinted_and_measured(qtbot: QtBot, comparing: MainWindow) -> None:
    canvas, compare = comparing.workspace.canvas, comparing.prompting.compare
    click(canvas, 80, 60)
    both(qtbot, compare)
    first, second, found = compare.first.candidate, compare.second.candidate, compare.difference
    assert first is not None
    assert second is not None
    assert found is not None
    a, b = (candidate_pixels(c, Size(120, 160)) for c in (first, second))
    assert np.array_equal(found.pixels, a ^ b)
    assert found.iou == pytest.approx(np.count_nonzero(a & b) / np.count_nonzero(a | b))
    tint = canvas.layers.disagreement.logits
    assert tint is not None
    assert np.array_equal(tint > 0, a ^ b)
    assert figures.iou(found.iou) in comparing.compare_bar.words.text()
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.layers.disagreement.logits is None
    assert compare.difference is None


def test_each_goes_on_from_its_own_answer_and_candidates_are_paired(
    qtbot: QtBot, comparing: MainWindow
) -> None:
    canvas, compare, prompts = (
        comparing.workspace.canvas,
        comparing.prompting.compare,
        comparing.prompting.prompts,
    )
    click(canvas, 80, 60)
    both(qtbot, compare)
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert compare._answer is not None
    assert compare.second.candidate is compare._answer.prediction.candidates[prompts.chosen]
    click(canvas, 30, 30)
    qtbot.waitUntil(lambda: len(prompts.candidates) == 4, timeout=60_000)
    both(qtbot, compare)
    assert compare._answer.prompts == prompts.prompts
    assert len(compare._answer.prediction.candidates) == 4


@pytest.mark.parametrize("second", [False, True])
def test_what_is_seen_is_accepted(qtbot: QtBot, comparing: MainWindow, second: bool) -> None:
    canvas, compare, prompts = (
        comparing.workspace.canvas,
        comparing.prompting.compare,
        comparing.prompting.prompts,
    )
    click(canvas, 80, 60)
    both(qtbot, compare)
    side = compare.second if second else compare.first
    if second:
        qtbot.keyClick(canvas, Qt.Key.Key_C)
    with qtbot.waitSignal(prompts.accepted, timeout=60_000):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    (made,) = comparing.workbench.objects.objects
    assert made.provenance.model_name == ("other" if second else "tiny")
    assert side.candidate is not None
    assert np.array_equal(made.mask.decode(), candidate_pixels(side.candidate, Size(120, 160)))


def test_the_second_follows_to_another_picture_and_ends_when_told(
    qtbot: QtBot, comparing: MainWindow
) -> None:
    canvas, compare = comparing.workspace.canvas, comparing.prompting.compare
    qtbot.keyClick(canvas, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: canvas.image_id == comparing.workbench.navigator.current_id, timeout=60_000)
    click(canvas, 80, 60)
    both(qtbot, compare)
    (end,) = comparing.compare_bar.findChildren(QToolButton, "compareEnd")
    qtbot.mouseClick(end, LEFT)
    assert not compare.active
    assert not comparing.compare_bar.isVisible()
    assert canvas.layers.disagreement.logits is None
    assert canvas.layers.preview.logits is comparing.prompting.prompts.candidates[0].low_res_logits or (
        comparing.prompting.prompts.chosen != 0
    )
    assert not comparing.actions_["model.toggle"].isEnabled()


def test_a_model_that_cannot_be_loaded_is_told_and_ends_it(
    qtbot: QtBot, labelling: MainWindow, tmp_path: Path
) -> None:
    compare = labelling.prompting.compare
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"no weights")
    with qtbot.waitSignal(compare.failed, timeout=60_000):
        compare.start(broken)
    assert not compare.active


def test_the_dialog_starts_with_an_installed_model(qtbot: QtBot, labelling: MainWindow) -> None:
    labelling.actions_["model.compare"].trigger()
    dialog = labelling.findChild(CompareDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.list.count() > 0, timeout=60_000)
    name = dialog.list.item(0).text()
    qtbot.mouseClick(dialog.ok, LEFT)
    compare = labelling.prompting.compare
    qtbot.waitUntil(lambda: compare.second.name == name, timeout=60_000)
    qtbot.waitUntil(lambda: not labelling.workbench.pool.busy, timeout=30_000)


def test_closing_the_window_while_the_second_model_works(qtbot: QtBot, comparing: MainWindow) -> None:
    click(comparing.workspace.canvas, 80, 60)
    qtbot.waitUntil(lambda: bool(comparing.prompting.prompts.candidates), timeout=60_000)
    comparing.close()
    assert not comparing.prompting.compare.active


def test_while_the_second_looks_its_name_stands_for_no_other_mask(
    qtbot: QtBot, comparing: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas, compare, prompts = (
        comparing.workspace.canvas,
        comparing.prompting.compare,
        comparing.prompting.prompts,
    )
    strip = comparing.prompting.dock.strip
    monkeypatch.setattr(compare, "_ask", lambda *_: None)  # the second model takes its time
    click(canvas, 80, 60)
    qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=60_000)
    assert canvas.layers.preview.logits is not None
    assert strip._compare.shown == (prompts.candidates, prompts.chosen)
    qtbot.keyClick(canvas, Qt.Key.Key_C)
    assert canvas.layers.preview.logits is None
    assert strip._compare.shown == ((), 0)
    assert comparing.prompting.bar.label.text() == "The second model is looking …"
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert told(comparing)[0] == ["The second model is still looking: Enter takes its mask once it is there."]
    qtbot.keyClick(canvas, Qt.Key.Key_Return, CTRL)
    assert prompts.active
    assert not comparing.workbench.objects.objects
    monkeypatch.undo()
    compare._follow()
    both(qtbot, compare)
    assert compare._answer is not None
    assert strip._compare.shown == (compare._answer.prediction.candidates, prompts.chosen)
    with qtbot.waitSignal(prompts.accepted, timeout=60_000):
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert comparing.workbench.objects.objects[0].provenance.model_name == "other"
