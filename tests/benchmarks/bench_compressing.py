"""How usable the window stays while a model is compressed on the CPU: gaps of the event loop, clicks, pauses.

``pytest -m bench -s tests/benchmarks/bench_compressing.py``; every line says when it was measured.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from slimsam_app.sessions.compression.jobs import add_job
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.compression.job_folder import CompressionJob
from slimsam_core.compression.presets import preset
from slimsam_core.compression.recipe import DataSettings
from slimsam_core.files.user_folders import jobs_dir
from slimsam_core.pixels.geometry import PointPrompt
from tests.benchmarks.bundled_window import open_samples

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]
CLICKS = 40
WATCH_S = 20.0
TICK_MS = 5


class Gaps(QObject):
    """Seconds between two turns of the event loop, beyond the timer's own interval."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    def watch(self, work: Callable[[], None]) -> None:
        self.seconds, self._last = [], time.perf_counter()
        self._timer.start()
        work()
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.seconds.append(max(0.0, now - self._last - TICK_MS / 1000))
        self._last = now


def line(title: str, seconds: list[float]) -> None:
    p50, p95, p99 = np.percentile(np.array(seconds) * 1000, [50, 95, 99])
    print(
        f"{title:<44} p50 {p50:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f}  worst {1000 * max(seconds):6.1f} ms "
        f"(n={len(seconds)}, load {os.getloadavg()[0]:.1f})"
    )


def clicks(window: MainWindow, qtbot: QtBot) -> list[float]:
    """Seconds from a click until the masks are there."""
    prompts, waits = window.prompting.prompts, []
    rng = np.random.default_rng(0)
    for x, y in rng.uniform(40, 460, (CLICKS, 2)):
        start = time.perf_counter()
        prompts.add_point(PointPrompt(float(x), float(y)))
        qtbot.waitUntil(lambda: bool(prompts.candidates), timeout=60_000)
        waits.append(time.perf_counter() - start)
        prompts.clear()
        qtbot.wait(100)
    return waits[5:]


def test_the_window_while_a_model_is_compressed(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    window, _ = open_samples(qapp, qtbot, tmp_path)
    qtbot.wait(3000)
    gaps = Gaps()
    print()
    gaps.watch(lambda: qtbot.wait(int(WATCH_S / 2 * 1000)))
    line("gap, nothing else runs", gaps.seconds)
    line("click to mask, nothing else runs", clicks(window, qtbot))

    recipe = replace(preset("quick-look"), data=DataSettings((str(tmp_path / "samples"),), None, 1))
    recipe = replace(recipe, embedding_stage=replace(recipe.embedding_stage, epochs=500))
    client = window.workbench.compression_client
    learning: Callable[[object], bool] = lambda view: getattr(view, "activity", "") == "learning"  # noqa: E731
    with qtbot.waitSignal(client.progressed, timeout=300_000, check_params_cb=learning):
        client.start(add_job(jobs_dir(), CompressionJob(title="bench", recipe=recipe)))
    gaps.watch(lambda: qtbot.wait(int(WATCH_S * 1000)))
    line("gap, compressing", gaps.seconds)
    speed = client.view.images_per_second if client.view else None
    gaps.watch(lambda: line("click to mask, compressing", clicks(window, qtbot)))
    line("gap, compressing and clicking", gaps.seconds)
    print(f"pictures a second while nobody clicks: {speed:.2f}")
    start = time.perf_counter()
    with qtbot.waitSignal(client.progressed, timeout=60_000, check_params_cb=lambda view: view.paused):
        client.pause()
    print(f"from Pause until it waits: {time.perf_counter() - start:.2f} s")
    line("click to mask, paused", clicks(window, qtbot))
    start = time.perf_counter()
    with qtbot.waitSignal(client.progressed, timeout=60_000, check_params_cb=lambda view: not view.paused):
        client.resume()
    print(f"from Go on until it goes on: {time.perf_counter() - start:.2f} s")
    start = time.perf_counter()
    with qtbot.waitSignal(client.cancelled, timeout=60_000):
        client.cancel()
    print(f"from Cancel until it stopped: {time.perf_counter() - start:.2f} s")
    window.close()
    window.deleteLater()
