"""Jobs that the user watches: one at a time, and what becomes of their errors."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from slimsam_app.workers.io_pool import IoPool, Urgency, raise_error
from slimsam_app.workers.jobs import Jobs
from slimsam_core.errors import ProjectError, SlimSamError


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    """Jobs with a pool of their own."""
    pool = IoPool(qapp)
    yield Jobs(pool, pool)
    pool.close()
    pool.deleteLater()


def test_a_job_in_the_way_is_told_and_the_one_that_runs_goes_on(qtbot: QtBot, jobs: Jobs) -> None:
    go_on = threading.Event()
    done: list[object] = []
    told: list[SlimSamError] = []
    jobs.start("first", lambda *_: go_on.wait(10), done.append, told.append)
    jobs.start("second", lambda *_: "second", done.append, told.append)
    assert [error.message for error in told] == ["Still at work: first"]
    go_on.set()
    qtbot.waitUntil(lambda: not jobs.busy, timeout=60_000)
    assert done == [True]


def test_what_a_user_did_is_told_and_a_bug_is_raised(qtbot: QtBot, jobs: Jobs) -> None:
    told: list[SlimSamError] = []

    def refuse(*_: object) -> None:
        raise ProjectError("No room.")

    def stumble(*_: object) -> None:
        raise ZeroDivisionError

    jobs.start("refused", refuse, told.append, told.append)
    qtbot.waitUntil(lambda: not jobs.busy, timeout=60_000)
    assert [error.message for error in told] == ["No room."]
    with qtbot.captureExceptions() as raised:
        jobs.start("broken", stumble, told.append, told.append)
        qtbot.waitUntil(lambda: not jobs.busy, timeout=60_000)
    assert [kind for kind, _, _ in raised] == [ZeroDivisionError]
    assert len(told) == 1


def test_a_window_that_was_closed_and_deleted_hears_of_nothing(qtbot: QtBot, qapp: QApplication) -> None:
    go_on = threading.Event()
    heard: list[tuple[str, object]] = []

    class Window(QWidget):
        def hear(self, answer: object) -> None:
            heard.append((self.windowTitle(), answer))

    kept, gone = Window(), Window()
    qtbot.addWidget(kept)
    pool = IoPool(qapp, threads=1)
    for window in (gone, kept):
        pool.submit(lambda: go_on.wait(10), window.hear, raise_error, priority=Urgency.SHOWING)
        pool.submit(lambda: 1 // int(not go_on.wait(10)), raise_error, window.hear, priority=Urgency.SHOWING)
    delete(gone)
    go_on.set()
    qtbot.waitUntil(lambda: not pool.busy, timeout=120_000)
    assert [type(answer) for _, answer in heard] == [bool, ZeroDivisionError]
    pool.close()
    pool.deleteLater()
