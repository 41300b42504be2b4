"""How long a person waits: from a mouse click on the canvas to the painted mask, with the bundled model."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.benchmarks.bundled_window import open_samples

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]
CLICKS = 60


class PaintClock(QObject):
    """Notes when the canvas was painted with a mask on it."""

    def __init__(self, canvas: QObject) -> None:
        super().__init__()
        self._canvas = canvas
        self.painted_at = 0.0

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest and self._canvas.layers.preview.logits is not None:  # type: ignore[attr-defined]
            self.painted_at = time.perf_counter()
        return False


def percentiles(seconds: list[float]) -> str:
    p50, p95 = np.percentile(np.array(seconds) * 1000, [50, 95])
    return f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, best {min(seconds) * 1000:.0f} ms (n={len(seconds)})"


def test_click_to_painted_mask(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    window, encodes = open_samples(qapp, qtbot, tmp_path)
    decodes: list[float] = []
    window.prompting.client.decoded.connect(lambda _, ms: decodes.append(ms / 1000))
    canvas, prompts = window.workspace.canvas, window.prompting.prompts
    clock = PaintClock(canvas)
    window.installEventFilter(clock)
    waits: list[float] = []
    answers: list[float] = []
    rng = np.random.default_rng(0)
    for x, y in rng.uniform(40, 460, (CLICKS, 2)):
        place = canvas.viewport().mapFromGlobal(canvas.image_to_global(float(x), float(y)))
        clock.painted_at = 0.0
        start = time.perf_counter()
        qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.waitUntil(lambda: clock.painted_at > 0, timeout=60_000)
        waits.append(clock.painted_at - start)
        qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=60_000)
        answers.append(time.perf_counter() - start)
        prompts.clear()
    print(f"\nencode          {percentiles(encodes)}")
    print(f"decode          {percentiles(decodes[5:])}")
    print(f"click to paint  {percentiles(waits[5:])}")
    print(f"click to answer {percentiles(answers[5:])}")
    print(f"model {window.prompting.client.status.name} on {window.prompting.client.status.runtime}")  # type: ignore[union-attr]
    assert statistics.median(waits) < 60
    window.close()
    window.deleteLater()
