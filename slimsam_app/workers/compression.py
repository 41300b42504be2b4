"""The one compression thread: carries out jobs in their order, each recorded in its folder.

``CompressionClient`` lives on the GUI thread and ``compression_worker.Worker`` on its own. Values that cross
are frozen. The worker is imported with the first job: the window is painted before.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal

from slimsam_app.i18n import tr
from slimsam_app.workers.ending import end_thread, forever
from slimsam_app.workers.task import Lane, Task
from slimsam_core.compression.pause import PauseToken
from slimsam_core.errors import Cancelled, SlimSamError
from slimsam_core.progress import CancelToken, Progress

if TYPE_CHECKING:
    from slimsam_app.workers.compression_worker import JobOrder, Worker
    from slimsam_core.compression.monitor import JobView

PARTS = 1000
"""Of a job that are told apart: a bar has no more pixels."""


class CompressionClient(QObject):
    """Asks the worker and hears from it, all on the GUI thread."""

    queue_changed = Signal()
    """``current`` or ``waiting``."""
    progressed = Signal(object)
    """JobView of the job that runs, five times a second at most."""
    finished = Signal(object, object)
    """Folder of the job, Verdict."""
    failed = Signal(object, object)
    """Folder of the job, SlimSamError; the job can be taken up again once the cause is gone."""
    cancelled = Signal(object)
    """Folder of the job; it can be taken up again."""
    crashed = Signal(object)
    """An exception that nobody expected: a bug."""

    def __init__(self, others_first: Callable[[], bool] | None = None, parent: QObject | None = None) -> None:
        """``others_first`` tells, from any thread, whether somebody waits for other work right now."""
        super().__init__(parent)
        self.current: Path | None = None
        self.view: JobView | None = None
        """The last that was heard of the job that runs."""
        self.lane = Lane(self, stop=lambda: self._cancel.cancel(), hold=self._hold)
        """The job that runs, for bars that show long work."""
        self._others_first = others_first
        self._waiting: list[Path] = []
        self._cancel = CancelToken()
        self._pause = PauseToken(others_first)
        self._orders: queue.SimpleQueue[JobOrder | None] = queue.SimpleQueue()
        self._thread = QThread()
        self._thread.setObjectName("compression")
        self._worker: Worker | None = None

    @property
    def waiting(self) -> tuple[Path, ...]:
        """Folders of the jobs that wait for their turn, in order."""
        return tuple(self._waiting)

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return self.current is not None

    @property
    def paused(self) -> bool:
        """Whether the running job is asked to wait."""
        return self.lane.is_paused

    def start(self, folder: Path) -> None:
        """Carry out the job in ``folder`` (or go on with it) when those before it are over."""
        if folder == self.current or folder in self._waiting:
            return
        self._waiting.append(folder)
        self._next()
        self.queue_changed.emit()

    def pause(self) -> None:
        """Let the running job wait after its batch."""
        self.lane.pause(True)

    def resume(self) -> None:
        """Let the running job go on."""
        self.lane.pause(False)

    def cancel(self) -> None:
        """Stop the running job after its batch; ``cancelled`` follows."""
        self._cancel.cancel()

    def withdraw(self, folder: Path) -> None:
        """Take a waiting job out of the queue; its folder stays."""
        if folder in self._waiting:
            self._waiting.remove(folder)
            self.queue_changed.emit()

    def close(self, deadline: QDeadlineTimer | None = None) -> None:
        """Stop after the batch that runs, with everything saved, and end the thread; nothing is heard.

        The job counts as interrupted, not as cancelled: it was not the person who gave it up. After the
        ``deadline`` nobody waits for the batch: the job goes on from its last checkpoint.
        """
        self._waiting.clear()
        self._pause.resume()
        self.lane.cancel()
        self._orders.put(None)
        if self._worker is not None:
            self._worker.blockSignals(True)
        end_thread(self._thread, deadline or forever())
        if self._worker is not None and self.current is not None:
            self._worker.note_going_on(self.current)

    def _next(self) -> None:
        if self.current is not None or not self._waiting:
            return
        self.current, self.view = self._waiting.pop(0), None
        self._cancel, self._pause = CancelToken(), PauseToken(self._others_first)
        from slimsam_app.workers.compression_worker import JobOrder, Worker

        if self._worker is None:
            self._worker = Worker(self._orders)
            self._worker.moveToThread(self._thread)
            self._thread.started.connect(self._worker.run)
            self._worker.progressed.connect(self._hear)
            self._worker.ended.connect(self._end)
        if not self._thread.isRunning():
            self._thread.start()
        self.lane.begin(Task(tr("Compressing …")))
        self._orders.put(JobOrder(self.current, self._cancel, self._pause))

    def _hear(self, view: JobView) -> None:
        if view.folder == self.current:
            self.view = view
            if self.lane.task is not None:
                self.lane.report(self.lane.task, Progress("compress", round(PARTS * view.done), PARTS))
            self.progressed.emit(view)

    def _hold(self, on: bool) -> None:
        if on:
            self._pause.pause()
        else:
            self._pause.resume()

    def _end(self, folder: Path, verdict: object, error: object) -> None:
        self.current = None
        self._end_task(verdict, error)
        if isinstance(error, Cancelled):
            self.cancelled.emit(folder)
        elif isinstance(error, SlimSamError):
            self.failed.emit(folder, error)
        elif error is None:
            self.finished.emit(folder, verdict)
        self._next()
        self.queue_changed.emit()
        if isinstance(error, Exception) and not isinstance(error, SlimSamError | Cancelled):
            self.crashed.emit(error)
            raise error

    def _end_task(self, verdict: object, error: object) -> None:
        task = self.lane.task
        if task is None:
            return
        if isinstance(error, Cancelled):
            self.lane.cancel()
        elif isinstance(error, Exception):
            self.lane.fail(task, error)
        else:
            self.lane.finish(task, verdict)
