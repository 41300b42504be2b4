"""What the compression thread does: takes the jobs in their order and tells how far they are.

Nothing here imports torch before a job is carried out.
"""

from __future__ import annotations

import mmap
import queue
import time
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from slimsam_app.workers.quiet_thread import make_quiet
from slimsam_core.compression import events
from slimsam_core.compression.job_folder import JobFolder, JobState
from slimsam_core.compression.monitor import Monitor
from slimsam_core.compression.pause import PauseToken
from slimsam_core.errors import Cancelled, OutputError
from slimsam_core.files.runs import RunFolder
from slimsam_core.progress import CancelToken

TOLD_EVERY_S = 0.2
"""Five times a second looks like a moving bar; more would only make the GUI thread paint."""


class JobOrder:
    """A job for the worker."""

    def __init__(self, folder: Path, cancel: CancelToken, pause: PauseToken) -> None:
        self.folder, self.cancel, self.pause = folder, cancel, pause


class Worker(QObject):
    """Takes orders until there is a None. Lives in the compression thread."""

    progressed = Signal(object)
    ended = Signal(object, object, object)
    """Folder, Verdict or None, exception or None."""

    def __init__(self, orders: queue.SimpleQueue[JobOrder | None]) -> None:
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

    @staticmethod
    def note_going_on(folder: Path) -> None:
        """Write down that the end of the program cut off the job in ``folder``."""
        JobFolder(folder).note_going_on()

    def _carry_out(self, order: JobOrder) -> object:
        from slimsam_core.compression import forecast, steps  # torch, in the thread of the job

        folder = JobFolder(order.folder)
        monitor = Monitor(order.folder, lambda plan, started: forecast.work_of_job(folder, plan, started))
        monitor.feed_record(RunFolder(folder.slim_dir).events())
        self.progressed.emit(monitor.view)

        def sink(event: events.Event) -> None:
            monitor.feed(event)
            self._tell(monitor, important=_IMPORTANT.get(event.kind, False))

        try:
            return steps.carry_out(folder, sink, order.cancel, order.pause)
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


def _note_cancelled(folder: Path) -> None:
    with suppress(OutputError):
        JobFolder(folder).note_end(JobState.CANCELLED)
