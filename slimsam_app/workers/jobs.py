"""Long jobs of the pool that the user watches and may cancel, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from slimsam_app.causes import AnotherJob
from slimsam_app.i18n import tr
from slimsam_app.workers.io_pool import IoPool, Urgency, tell_or_raise
from slimsam_app.workers.task import Lane, Task
from slimsam_core.errors import SlimSamError
from slimsam_core.progress import CancelToken, ProgressSink

Work = Callable[[ProgressSink, CancelToken], Any]


def another_job(lane: Lane) -> AnotherJob:
    """What to say when a job is wanted while another one runs or is paused in ``lane``."""
    task = lane.task

    def stop() -> None:
        if lane.task is task:  # not one that was begun since
            lane.cancel()

    words = tr("Still at work: {job}").format(job=task.title if task is not None else "")
    return AnotherJob(words, tr("Wait for it, or stop it here or in the status bar."), stop)


class Jobs(Lane):
    """The status bar watches; results go to the one who started the job."""

    def __init__(self, pool: IoPool, parent: QObject | None = None) -> None:
        super().__init__(parent, stop=lambda: self._token.cancel())
        self._pool = pool
        self._token = CancelToken()

    def start(
        self, title: str, work: Work, done: Callable[[Any], None], tell: Callable[[SlimSamError], object]
    ) -> None:
        """Run ``work(progress, token)`` in the pool.

        ``tell`` hears of another job that runs still, and of what a user or a machine did; another error of
        the work is a bug and is raised.
        """
        if self.busy:
            tell(another_job(self))
            return
        task = Task(title, done, tell_or_raise(tell))
        self.begin(task)  # first: what is told before it is not passed on
        self._token = self._pool.submit(
            lambda token: work(lambda step: self.report(task, step), token),
            lambda result: self.finish(task, result),
            lambda error: self.fail(task, error),
            priority=Urgency.JOB,
        )
