"""The faster engine is prepared in the background and never comes in while an object is being made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from slimsam_app.sessions import faster_engine
from slimsam_app.sessions.faster_engine import FasterEngine
from slimsam_app.workers.io_pool import IoPool
from slimsam_app.workers.model_status import ModelStatus
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.inference.runtimes import background
from slimsam_core.pixels.square_fit import SquareFit
from slimsam_core.progress import CancelToken, Progress

SLOW = ModelStatus(
    name="tiny",
    model_hash="hash",
    encoder_of="hash",
    device="cpu",
    runtime="PyTorch, CPU",
    fit=SquareFit.LETTERBOX,
    bundled=False,
    path=Path("tiny.safetensors"),
    preparable=True,
)
FAST = ModelStatus(
    name="tiny",
    model_hash="hash",
    encoder_of="hash",
    device="cpu",
    runtime="OpenVINO, CPU",
    fit=SquareFit.LETTERBOX,
    bundled=False,
    path=Path("tiny.safetensors"),
    preparable=False,
)


class Prompts(QObject):
    """As much of a prompt session as is asked for."""

    active_changed = Signal(bool)
    active = False


@pytest.fixture
def prompts(qtbot: QtBot) -> Prompts:
    del qtbot
    return Prompts()


@pytest.fixture
def engine(prompts: Prompts, monkeypatch: pytest.MonkeyPatch) -> Iterator[FasterEngine]:
    monkeypatch.setattr(faster_engine, "DELAY_MS", 0)
    pool = IoPool(prompts, threads=1)
    engine = FasterEngine(prompts, pool, prompts)  # type: ignore[arg-type]
    yield engine
    engine.close()


@pytest.fixture
def prepare(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., None]], None]:
    """Put a function in the place of the child process."""

    def replace(work: Callable[..., None]) -> None:
        monkeypatch.setattr(background, "prepare_in_child", work)

    return replace


def test_it_is_prepared_with_progress_and_then_offered(
    qtbot: QtBot, engine: FasterEngine, prepare: Callable[..., None]
) -> None:
    asked: list[Any] = []

    def work(path: Path, model_hash: str, progress: Any, cancel: CancelToken) -> None:
        asked.append((path, model_hash, cancel.cancelled))
        progress(Progress("prepare", 1, 2))

    prepare(work)
    shares: list[float | None] = []
    engine.progressed.connect(lambda step: shares.append(step.fraction))
    with qtbot.waitSignal(engine.ready, timeout=60_000):
        engine.consider(SLOW)
    assert asked == [(Path("tiny.safetensors"), "hash", False)]
    assert shares == [0.5]


def test_a_model_on_its_fastest_engine_is_left_alone(
    qtbot: QtBot, engine: FasterEngine, prepare: Callable[..., None]
) -> None:
    prepare(lambda *_, **__: pytest.fail("prepared"))
    with qtbot.assertNotEmitted(engine.ready, wait=50):
        engine.consider(FAST)


def test_it_waits_until_the_object_is_finished(
    qtbot: QtBot, engine: FasterEngine, prompts: Prompts, prepare: Callable[..., None]
) -> None:
    done = threading.Event()
    prepare(lambda *_, **__: done.set())
    prompts.active = True
    with qtbot.assertNotEmitted(engine.ready, wait=100):
        engine.consider(SLOW)
        qtbot.waitUntil(done.is_set)
    prompts.active = False
    with qtbot.waitSignal(engine.ready, timeout=60_000):
        prompts.active_changed.emit(False)
    with qtbot.assertNotEmitted(engine.ready, wait=20):
        prompts.active_changed.emit(False)


def test_another_model_cancels_it(qtbot: QtBot, engine: FasterEngine, prepare: Callable[..., None]) -> None:
    started, ended = threading.Event(), threading.Event()

    def work(*_: object, cancel: CancelToken, **__: object) -> None:
        started.set()
        while not cancel.cancelled:
            pass
        ended.set()

    prepare(work)
    with qtbot.assertNotEmitted(engine.ready, wait=50):
        engine.consider(SLOW)
        qtbot.waitUntil(started.is_set)
        engine.consider(FAST)
        qtbot.waitUntil(ended.is_set)


def test_a_failure_is_told_and_the_slower_engine_stays(
    qtbot: QtBot, engine: FasterEngine, prepare: Callable[..., None]
) -> None:
    def work(*_: object, **__: object) -> None:
        raise DeviceUnavailable("it does not convert")

    prepare(work)
    with qtbot.waitSignal(engine.failed, timeout=60_000) as told:
        engine.consider(SLOW)
    assert told.args == ["it does not convert"]
