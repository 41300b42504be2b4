"""Short jobs off the GUI thread: submit a function, get its result or its error back on the GUI thread."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QDeadlineTimer, QObject, QRunnable, Qt, QThreadPool, Signal, Slot
from shiboken6 import isValid

from slimsam_app.workers.ending import forever
from slimsam_core.errors import Cancelled, SlimSamError
from slimsam_core.progress import CancelToken

log = logging.getLogger(__name__)


class Urgency(IntEnum):
    """Which jobs of the pool start first; among those of one urgency their ``place`` decides."""

    RECORDING = -1
    """Nobody sees whether it is done now or in a minute."""
    SEARCHING = 0
    """Goes through whole folders, or draws what stands beside the words; anything else may go first."""
    MEASURING = 1
    """Keeps a processor busy for seconds, and somebody looks at the place of its number."""
    JOB = 2
    """The person sees a bar and goes on working."""
    CHECKING = 4
    """Has the file of the picture that is shown changed? These numbers are an order alone: by who waits."""
    FORECAST = 6
    """A number beside a slider that is being moved."""
    GESTURE = 7
    """The mask that a stroke makes; before everything that does not follow the hand."""
    SHOWING = 8
    """The person waits for a picture or for an answer."""
    LISTING = 9
    """Without the list of pictures there is nothing to wait for."""


READING_THREADS = 2
"""One picture is read while another waits for the disk; more would take the cores from the window."""
PLACES = 1000
"""More pictures than are ever read ahead; the numbers that Qt orders by have room for both."""


class _Reply(QObject):
    """Carries one result over to the thread that it was made in."""

    finished = Signal(object, object)

    def __init__(
        self,
        pool: IoPool,
        token: CancelToken,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(pool)
        self._pool, self._token, self._done, self._failed = pool, token, done, failed
        self.finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @Slot(object, object)
    def _deliver(self, result: object, error: object) -> None:
        self._pool.forget(self)
        self.deleteLater()
        if self._token.cancelled or isinstance(error, Cancelled):
            return
        if isinstance(error, Exception):
            if _listens(self._failed):
                self._failed(error)
        elif _listens(self._done):
            self._done(result)


def _listens(callback: Callable[..., None]) -> bool:
    """Whether it is not a method of something that Qt has deleted."""
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)


class _Job(QRunnable):
    def __init__(self, work: Callable[[], Any], token: CancelToken, reply: _Reply) -> None:
        super().__init__()
        self._work, self._token, self._reply = work, token, reply

    def run(self) -> None:
        result: object = None
        failure: Exception | None = None
        try:
            self._token.raise_if_cancelled()
            result = self._work()
        except Exception as error:
            failure = error
        try:
            self._reply.finished.emit(result, failure)
        except RuntimeError:  # the pool was closed meanwhile, nobody listens
            log.debug("a finished job had no listener")


USUAL_THREADS = 2
"""One reads what is shown while the other is held up by a slow disk; by eye: the window itself and the model
need the other processors."""


class IoPool(QObject):
    """A thread pool whose answers arrive on the GUI thread; a cancelled job is never heard of again."""

    busy_changed = Signal(bool)

    def __init__(
        self, parent: QObject | None = None, threads: int = USUAL_THREADS, lane_of: IoPool | None = None
    ) -> None:
        """``lane_of``: threads of its own for what must not wait; the other pool counts its jobs as open."""
        super().__init__(parent)
        self._pool = QThreadPool()
        self._pool.setMaxThreadCount(threads)
        self._counts = lane_of or self
        self._open: dict[_Reply, CancelToken] = lane_of._open if lane_of is not None else {}

    def submit(
        self,
        work: Callable[..., Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        *,
        priority: Urgency,
        place: int = 0,
    ) -> CancelToken:
        """Run ``work()`` (or ``work(token)`` when it takes an argument) in a thread.

        ``done(result)`` or ``failed(error)`` is called on the GUI thread, neither after the token that is
        returned was cancelled; a method of a window that has been deleted is not called, like a slot. Jobs
        of higher ``priority`` start first, of one priority those of the higher ``place`` (below ``PLACES``).
        """
        token = CancelToken()
        reply = _Reply(self, token, done, failed)
        wants_token = bool(inspect.signature(work).parameters)
        job = _Job((lambda: work(token)) if wants_token else work, token, reply)
        self._open[reply] = token
        if len(self._open) == 1:
            self._counts.busy_changed.emit(True)
        self._pool.start(job, priority * 2 * PLACES + place)
        return token

    def forget(self, reply: _Reply) -> None:
        """Strike a job off the list of open ones."""
        self._open.pop(reply, None)
        if not self._open:
            self._counts.busy_changed.emit(False)

    @property
    def busy(self) -> bool:
        """Whether a job is queued or running."""
        return bool(self._open)

    def close(self, deadline: QDeadlineTimer | None = None) -> None:
        """Cancel what can be cancelled and wait for the jobs that run, until the ``deadline``."""
        for token in self._open.values():
            token.cancel()
        self._pool.clear()
        self._pool.waitForDone((deadline or forever()).remainingTime())
        self._open.clear()


def tell_or_raise(tell: Callable[[SlimSamError], object]) -> Callable[[Exception], None]:
    """For ``failed``: ``tell`` what a user or a machine did; anything else is a bug and is raised."""

    def failed(error: Exception) -> None:
        if not isinstance(error, SlimSamError):
            raise error
        tell(error)

    return failed


def raise_error(error: Exception) -> None:
    """For ``failed`` of work that has no error of a user or a machine: every one is a bug."""
    raise error


class Pools:
    """The threads of one window, made once by its workbench."""

    def __init__(self, parent: QObject) -> None:
        self.shared = IoPool(parent)
        """What nobody waits for longer than a moment, and the jobs of the status bar."""
        self.pictures = IoPool(parent, READING_THREADS, lane_of=self.shared)
        self.glances = IoPool(parent, 1, lane_of=self.shared)
        """First looks: one after another, they take a few milliseconds each."""
        self.engine = IoPool(parent, 1)
        """Waits for the child process that prepares an engine, for minutes."""
        self.adapting = IoPool(parent, 1)
        """Waits for the one that adapts a model."""
