"""Long jobs of the pool that the user watches and may cancel, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from slimsam_app.workers.io_pool import IoPool
from slimsam_core.progress import CancelToken, ProgressSink

Work = Callable[[ProgressSink, CancelToken], Any]


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
        self, title: str, work: Work, done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> bool:
        """Run ``work(progress, token)`` in the pool; False when another job runs still."""
        if self.busy:
            return False

        def end(call: Callable[[Any], None], value: Any) -> None:
            self._token = None
            self.running.emit("")
            call(value)

        self._token = self._pool.submit(
            lambda token: work(self.progressed.emit, token),
            lambda result: end(done, result),
            lambda error: end(failed, error),
            priority=2,
        )
        self.running.emit(title)
        return True

    def cancel(self) -> None:
        """Ask the job to stop; nothing is heard of it any more."""
        if self._token is not None:
            self._token.cancel()
            self._token = None
            self.running.emit("")
