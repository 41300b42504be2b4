"""The one compression thread: carries out jobs in their order, each recorded in its folder.

``CompressionClient`` lives on the GUI thread and ``_Worker`` on its own. Values that cross are frozen.
Nothing here imports torch before a job is started.
"""

from __future__ import annotations

import mmap
import queue
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from slimsam_app.workers.quiet_thread import make_quiet
from slimsam_core.compression.pause import PauseToken
from slimsam_core.errors import Cancelled, OutputError, SlimSamError
from slimsam_core.progress import CancelToken

if TYPE_CHECKING:
    from slimsam_core.compression import events
    from slimsam_core.compression.job_folder import JobFolder
    from slimsam_core.compression.monitor import JobView, Monitor

TOLD_EVERY_S = 0.2


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
        self._others_first = others_first
        self._waiting: list[Path] = []
        self._cancel = CancelToken()
        self._pause = PauseToken(others_first)
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._thread = QThread()
        self._thread.setObjectName("compression")
        self._worker = _Worker(self._orders)
        self._worker.moveToThread(self._thread)
        self._thread.started.connect(self._worker.run)
        self._worker.progressed.connect(self._hear)
        self._worker.ended.connect(self._end)

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
        return self._pause.paused

    def start(self, folder: Path) -> None:
        """Carry out the job in ``folder`` (or go on with it) when those before it are over."""
        if folder == self.current or folder in self._waiting:
            return
        self._waiting.append(folder)
        self._next()
        self.queue_changed.emit()

    def pause(self) -> None:
        """Let the running job wait after its batch."""
        self._pause.pause()

    def resume(self) -> None:
        """Let the running job go on."""
        self._pause.resume()

    def cancel(self) -> None:
        """Stop the running job after its batch; ``cancelled`` follows."""
        self._cancel.cancel()

    def withdraw(self, folder: Path) -> None:
        """Take a waiting job out of the queue; its folder stays."""
        if folder in self._waiting:
            self._waiting.remove(folder)
            self.queue_changed.emit()

    def close(self) -> None:
        """Stop after the batch that runs, with everything saved, and end the thread; nothing is heard.

        The job counts as interrupted, not as cancelled: it was not the person who gave it up.
        """
        self._waiting.clear()
        self._cancel.cancel()
        self._pause.resume()
        self._orders.put(None)
        self._worker.blockSignals(True)
        self._thread.quit()
        self._thread.wait()
        if self.current is not None:
            from slimsam_core.compression.job_folder import JobFolder

            JobFolder(self.current).note_going_on()

    def _next(self) -> None:
        if self.current is not None or not self._waiting:
            return
        self.current, self.view = self._waiting.pop(0), None
        self._cancel, self._pause = CancelToken(), PauseToken(self._others_first)
        if not self._thread.isRunning():
            self._thread.start()
        self._orders.put(_Order(self.current, self._cancel, self._pause))

    def _hear(self, view: JobView) -> None:
        if view.folder == self.current:
            self.view = view
            self.progressed.emit(view)

    def _end(self, folder: Path, verdict: object, error: object) -> None:
        self.current = None
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


def _note_cancelled(folder: Path) -> None:
    from slimsam_core.compression.job_folder import JobFolder

    with suppress(OutputError):
        JobFolder(folder).note_end("cancelled")


class _Order:
    """A job for the worker."""

    def __init__(self, folder: Path, cancel: CancelToken, pause: PauseToken) -> None:
        self.folder, self.cancel, self.pause = folder, cancel, pause


class _Worker(QObject):
    """Takes orders until there is a None. Lives in the compression thread."""

    progressed = Signal(object)
    ended = Signal(object, object, object)
    """Folder, Verdict or None, exception or None."""

    def __init__(self, orders: queue.SimpleQueue[_Order | None]) -> None:
        super().__init__()
        self._orders = orders
        self._told = 0.0

    def run(self) -> None:
        """Work until the None."""
        quiet = False
        while (order := self._orders.get()) is not None:
            if order.cancel.cancelled:
                _note_cancelled(order.folder)
                self.ended.emit(order.folder, None, Cancelled())
                continue
            if not quiet:
                make_quiet()
                quiet = True
            try:
                verdict = self._carry_out(order)
            except Exception as error:  # a bug must reach the report dialog, not kill the thread
                self.ended.emit(order.folder, None, error)
            else:
                self.ended.emit(order.folder, verdict, None)

    def _carry_out(self, order: _Order) -> object:
        from slimsam_core.compression.job_folder import JobFolder
        from slimsam_core.compression.monitor import Monitor
        from slimsam_core.compression.steps import carry_out
        from slimsam_core.files.runs import RunFolder

        folder = JobFolder(order.folder)
        monitor = Monitor(order.folder, lambda plan, started: _stage_work(folder, plan, started))
        monitor.feed_record(RunFolder(folder.slim_dir).events())
        self.progressed.emit(monitor.view)

        def sink(event: events.Event) -> None:
            monitor.feed(event)
            self._tell(monitor, important=_IMPORTANT.get(event.kind, False))

        try:
            return carry_out(folder, sink, order.cancel, order.pause)
        finally:
            self._tell(monitor, important=True)

    def _tell(self, monitor: Monitor, *, important: bool) -> None:
        now = time.monotonic()
        if important or now - self._told >= TOLD_EVERY_S:
            self._told = now
            monitor.set_memory(memory_held(monitor.view.device))
            self.progressed.emit(monitor.view)


_IMPORTANT = dict.fromkeys(
    (
        "PhaseStarted",
        "PreviewMade",
        "RunStarted",
        "StageStarted",
        "Validated",
        "BatchHalved",
        "Paused",
        "Resumed",
    ),
    True,
)


def memory_held(device: str) -> int:
    """Bytes that this process holds now: on the GPU for a job that runs there, else in main memory; 0 = not
    known on this system."""
    if device.startswith("cuda"):
        import torch

        return int(torch.cuda.memory_reserved(device))
    held = Path("/proc/self/statm")
    return int(held.read_text("ascii").split()[1]) * mmap.PAGESIZE if held.is_file() else 0


def _stage_work(folder: JobFolder, plan: events.PlanMade, started: events.RunStarted) -> Sequence[float]:
    from slimsam_core.compression.plan import stage_work
    from slimsam_core.compression.stages import Ratios
    from slimsam_core.library.model_library import ModelLibrary

    recipe = folder.job().recipe
    teacher = ModelLibrary().resolve(recipe.teacher)
    return stage_work(
        recipe,
        teacher.arch,
        Ratios(plan.residual, plan.bottleneck),
        started.train_images,
        started.validation_images,
    )
