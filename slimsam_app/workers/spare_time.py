"""Long work in the inference thread, done in small steps while nobody waits for anything else.

A task is a generator over a model: it yields after every step, so that a click is answered in between. When
the model is loaded anew (another engine, another model) the task is begun again; tasks find out by
themselves what is done already.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from slimsam_app.i18n import tr
from slimsam_core.errors import ModelNotFound, SlimSamError
from slimsam_core.progress import Progress

if TYPE_CHECKING:
    from slimsam_core.inference.embedding_store import EmbeddingStore
    from slimsam_core.inference.predictor import Predictor


@dataclass(frozen=True, eq=False)
class Tools:
    """What a task works with."""

    predictor: Predictor
    store: EmbeddingStore


Task = Callable[[Tools], Iterator[Any]]
"""Yields Progress, and results that the one who started the task wants to hear of."""


class Runner(QObject):
    """The side of the inference thread: runs one step at a time."""

    yielded = Signal(int, object)
    """Ticket of the task, what it yielded."""
    ended = Signal(int, object)
    """Ticket of the task, SlimSamError or None."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._wanted: tuple[int, Task] | None = None
        self._running: tuple[int, Iterator[Any]] | None = None
        self._paused = False

    @property
    def wants(self) -> bool:
        """Whether there is a step to do. From any thread."""
        with self._lock:
            return self._wanted is not None and not self._paused

    def pause(self, on: bool) -> None:
        """Want no step for now, or want them again. From any thread."""
        with self._lock:
            self._paused = on

    def want(self, ticket: int, task: Task | None) -> None:
        """Run this task from now on; None = none. From any thread."""
        with self._lock:
            self._wanted = None if task is None else (ticket, task)

    def begin_again(self) -> None:
        """Forget how far the task is: the model is another one."""
        self._running = None

    def step(self, tools: Tools | None) -> bool:
        """Do one step; False when there is nothing left to do."""
        with self._lock:
            wanted = self._wanted
        if wanted is None:
            self._running = None
            return False
        ticket, task = wanted
        if tools is None:
            self._end(ticket, ModelNotFound(tr("No model is loaded."), tr("Choose one: Model > Models…")))
            return False
        if self._running is None or self._running[0] != ticket:
            self._running = (ticket, task(tools))
        try:
            value = next(self._running[1])
        except StopIteration:
            self._end(ticket, None)
            return False
        except SlimSamError as error:
            self._end(ticket, error)
            return False
        except Exception:
            self._end(ticket, SlimSamError(tr("The work in the background broke off.")))
            raise
        self.yielded.emit(ticket, value)
        return True

    def _end(self, ticket: int, error: SlimSamError | None) -> None:
        self._running = None
        with self._lock:
            if self._wanted is not None and self._wanted[0] == ticket:
                self._wanted = None
        self.ended.emit(ticket, error)


class SpareTime(QObject):
    """The side of the window: one task at a time, watched, paused, cancelled."""

    running = Signal(str)
    """Title of the task that runs or waits; empty when there is none."""
    progressed = Signal(object)
    """Progress."""
    paused = Signal(bool)
    cancelled = Signal()

    def __init__(self, runner: Runner, offer: Callable[[bool], None], parent: QObject) -> None:
        """``offer`` lets the inference thread take steps, or not."""
        super().__init__(parent)
        self._runner, self._offer = runner, offer
        self._ticket = 0
        self._busy = self.is_paused = False
        self._take: Callable[[Any], None] = lambda _: None
        self._done: Callable[[SlimSamError | None], None] = lambda _: None
        runner.yielded.connect(self._hear)
        runner.ended.connect(self._end)

    @property
    def busy(self) -> bool:
        """Whether a task runs, waits or is paused."""
        return self._busy

    def start(
        self,
        title: str,
        task: Task,
        take: Callable[[Any], None],
        done: Callable[[SlimSamError | None], None],
    ) -> bool:
        """Begin a task; False when there is one already.

        ``take`` hears what it yields besides Progress, ``done`` its end: None, or why it broke off. Neither
        is called after ``cancel``.
        """
        if self._busy:
            return False
        self._ticket += 1
        self._busy, self._take, self._done = True, take, done
        self._runner.want(self._ticket, task)
        self.running.emit(title)
        self.pause(False)
        return True

    def pause(self, on: bool) -> None:
        """Do no further step, or go on."""
        self.is_paused = on and self._busy
        self._runner.pause(self.is_paused)
        self._offer(not self.is_paused)
        self.paused.emit(self.is_paused)

    def cancel(self) -> None:
        """Stop after the step that runs; what was done stays done."""
        if self._busy:
            self._finish()
            self.cancelled.emit()

    def _finish(self) -> None:
        self._busy = False
        self._runner.want(self._ticket, None)
        self.pause(False)  # one step more, in which the thread lets go of the task
        self.running.emit("")

    def _hear(self, ticket: int, value: object) -> None:
        if ticket != self._ticket or not self._busy:
            return
        if isinstance(value, Progress):
            self.progressed.emit(value)
        else:
            self._take(value)

    def _end(self, ticket: int, error: SlimSamError | None) -> None:
        if ticket == self._ticket and self._busy:
            self._finish()
            self._done(error)
