"""The end of the program does not wait for a batch that nobody will see."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer, QThread
from pytestqt.qtbot import QtBot

from slimsam_app.workers import ending
from slimsam_app.workers.compression import CompressionClient
from slimsam_app.workers.compression_worker import Worker

TOO_LONG_S = 50
"""A busy machine starts a process in ten seconds; what is waited for here would take longer than this."""


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """What holds a batch; opened at the end, and every thread that was left behind ends."""
    left: list[QThread] = []
    monkeypatch.setattr(ending, "_left", left)
    gate = threading.Event()
    yield gate
    gate.set()
    assert all(thread.wait(60_000) for thread in left)


def test_a_batch_that_takes_long_is_not_waited_for_and_its_run_goes_on_later(
    qtbot: QtBot, gate: threading.Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, noted = threading.Event(), []

    def batch(*_: object) -> None:
        begun.set()
        assert gate.wait(60)

    monkeypatch.setattr(Worker, "_carry_out", batch)
    monkeypatch.setattr("slimsam_app.workers.compression_worker.make_quiet", lambda: None)
    monkeypatch.setattr(Worker, "note_going_on", noted.append)
    client = CompressionClient()
    client.start(tmp_path)
    qtbot.waitUntil(begun.is_set, timeout=60_000)
    client.close(QDeadlineTimer(50))
    assert not gate.is_set(), "nobody waited for the batch"
    assert noted == [tmp_path]
    assert not ending.all_ended()
    gate.set()
    qtbot.waitUntil(ending.all_ended, timeout=60_000)


@pytest.mark.usefixtures("qapp", "gate")
def test_threads_that_end_leave_nothing_behind() -> None:
    client = CompressionClient()
    client.close(QDeadlineTimer(60_000))
    assert ending.all_ended()


@pytest.mark.parametrize("ended", [True, False])
def test_a_process_ends_though_a_library_has_a_thread_that_goes_on(ended: bool) -> None:
    code = (
        "import threading, time, sys; from slimsam_app.workers import ending\n"
        f"threading.Thread(target=time.sleep, args=({10 * TOO_LONG_S},)).start()\n"
        f"ending.all_ended = lambda: {ended}\n"
        "print('saved'); sys.exit(ending.leave(3))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=TOO_LONG_S, check=False
    )
    assert (done.returncode, done.stdout) == (3, "saved\n")
