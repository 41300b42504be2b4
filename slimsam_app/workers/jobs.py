"""Long jobs of the pool that the user watches and may cancel, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from slimsam_app.i18n import tr
from slimsam_app.workers.io_pool import IoPool, Urgency, tell_or_raise
from slimsam_core.errors import ProjectError, SlimSamError
from slimsam_core.progress import CancelToken, ProgressSink

Work = Callable[[ProgressSink, CancelToken], Any]


def another_job() -> ProjectError:
    """What to say when a job is wanted while another one runs."""
    return ProjectError(tr("Another job is still running."), tr("Wait for it, or cancel it at the bottom."))


class Jobs(QObject):
    """``running`` and ``progressed`` are for the status bar; results go to the one who started the job."""

    running = Signal(str)
    """Title of the job that runs; empty when none does."""
    progressed = Signal(object)
    """Progress; may be emitted from any thread."""

    def __init__(self, pool: IoPool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = pool
        self._token: CancelToken | None = None

    @property
    def busy(self) -> bool:
        """Whether a job runs."""
        return self._token is not None

    def start(
        self, title: str, work: Work, done: Callable[[Any], None], tell: Callable[[SlimSamError], object]
    ) -> None:
        """Run ``work(progress, token)`` in the pool.

        ``tell`` hears of another job that runs still, and of what a user or a machine did; another error of
        the work is a bug and is raised.
        """
        if self.busy:
            tell(another_job())
            return

        def end(call: Callable[[Any], None], value: Any) -> None:
            self._token = None
            self.running.emit("")
            call(value)

        failed = tell_or_raise(tell)
        self._token = self._pool.submit(
            lambda token: work(self.progressed.emit, token),
            lambda result: end(done, result),
            lambda error: end(failed, error),
            priority=Urgency.JOB,
        )
        self.running.emit(title)

    def cancel(self) -> None:
        """Ask the job to stop; nothing is heard of it any more."""
        if self._token is not None:
            self._token.cancel()
            self._token = None
            self.running.emit("")
