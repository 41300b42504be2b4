"""Prepare this folder: in the background, paused, taken up again, never in the way of a click."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from slimsam_app.app import create_window
from slimsam_app.settings import Settings
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.files.user_folders import settings_path
from slimsam_core.inference.predictor import Predictor
from tests.app_canvas.canvas_hands import LEFT, click
from tests.app_canvas.conftest import Gate
from tests.app_shell.conftest import write_picture

COUNT = 6


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Six pictures of noise."""
    folder = tmp_path / "pictures"
    for seed in range(COUNT):
        write_picture(folder / f"{seed}.png", seed, (120, 160))
    return folder


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows with every picture that is really encoded."""
    counts: list[int] = []
    embed = Predictor.embed

    def counted(self: Predictor, rgb: np.ndarray) -> object:
        counts.append(int(rgb[0, 0, 0]))
        return embed(self, rgb)

    monkeypatch.setattr(Predictor, "embed", counted)
    return counts


def test_every_picture_is_encoded_once_and_not_again(
    qtbot: QtBot, encoded: list[int], labelling: MainWindow
) -> None:
    preparation = labelling.workbench.preparation
    with qtbot.waitSignal(preparation.finished, timeout=60_000):
        labelling.actions_["image.prepare"].trigger()
    assert len(encoded) == len(set(encoded)) == COUNT
    with qtbot.waitSignal(preparation.finished, timeout=60_000) as heard:
        labelling.actions_["image.prepare"].trigger()
    assert heard.args[0].ready_before == COUNT
    assert len(encoded) == COUNT


def test_a_click_goes_first_and_a_pause_holds(qtbot: QtBot, labelling: MainWindow, gate: Gate) -> None:
    prompts, spare = labelling.prompting.prompts, labelling.prompting.client.spare
    done: list[int] = []
    spare.progressed.connect(lambda step: done.append(step.done))
    labelling.actions_["image.prepare"].trigger()
    qtbot.waitUntil(lambda: 2 in done, timeout=60_000)  # the two that were encoded
    qtbot.waitUntil(lambda: gate.arrived == 1, timeout=60_000)  # the third is at the gate
    click(labelling.workspace.canvas, 80, 60)
    qtbot.mouseClick(labelling.spare_bar.pause, LEFT)
    gate()
    qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=60_000)
    qtbot.wait(100)  # the gate is open: time for a further picture
    assert max(done) == 3
    qtbot.mouseClick(labelling.spare_bar.pause, LEFT)
    with qtbot.waitSignal(labelling.workbench.preparation.finished, timeout=60_000):
        for _ in range(COUNT):
            gate()
    assert max(done) == COUNT


def test_a_picture_that_vanished_is_told_and_the_rest_is_done(
    qtbot: QtBot, labelling: MainWindow, pictures: Path
) -> None:
    (pictures / "4.png").unlink()
    with qtbot.waitSignal(labelling.workbench.preparation.finished, timeout=60_000) as heard:
        labelling.actions_["image.prepare"].trigger()
    report = heard.args[0]
    assert report.encoded + report.ready_before == COUNT - 1
    assert len(report.failed) == 1
    assert "4.png" in report.failed[0].message


def test_another_window_goes_on_where_this_one_was_closed(
    qtbot: QtBot,
    labelling: MainWindow,
    gate: Callable[[], None],
    qapp: object,
    pictures: Path,
) -> None:
    done: list[int] = []
    labelling.prompting.client.spare.progressed.connect(lambda step: done.append(step.done))
    labelling.actions_["image.prepare"].trigger()
    gate()
    qtbot.waitUntil(lambda: 3 in done, timeout=60_000)
    threading.Timer(0.2, gate).start()
    labelling.close()
    for _ in range(100):
        gate()
    window = create_window(qapp, Settings(settings_path()))  # type: ignore[arg-type]
    window.show()
    window.workbench.model_in_use.start()
    with qtbot.waitSignal(window.prompting.client.encoded, timeout=30_000):
        window.workbench.open([pictures])
    with qtbot.waitSignal(window.workbench.preparation.finished, timeout=60_000) as heard:
        window.actions_["image.prepare"].trigger()
    assert heard.args[0].ready_before >= 3
    assert heard.args[0].encoded + heard.args[0].ready_before == COUNT
    window.close()
    window.deleteLater()


def test_without_space_for_it_the_reason_is_told(qtbot: QtBot, labelling: MainWindow) -> None:
    store = labelling.prompting.client._worker._store
    assert store is not None
    store.disk_dir = None
    with qtbot.waitSignal(labelling.workbench.preparation.failed, timeout=60_000) as heard:
        labelling.actions_["image.prepare"].trigger()
    assert "no space" in heard.args[0].message
