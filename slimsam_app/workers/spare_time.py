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
from slimsam_app.workers.jobs import another_job
from slimsam_app.workers.task import Lane, Task
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


Steps = Callable[[Tools], Iterator[Any]]
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
        self._wanted: tuple[int, Steps] | None = None
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

    def want(self, ticket: int, task: Steps | None) -> None:
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


class SpareTime(Lane):
    """The side of the window: one task at a time, watched, paused, cancelled."""

    def __init__(self, runner: Runner, offer: Callable[[bool], None], parent: QObject) -> None:
        """``offer`` lets the inference thread take steps, or not."""
        super().__init__(parent, stop=self._let_go, hold=self._hold_back)
        self._runner, self._offer = runner, offer
        self._ticket = 0
        self._take: Callable[[Any], None] = lambda _: None
        runner.yielded.connect(self._hear)
        runner.ended.connect(self._end)

    def start(
        self,
        title: str,
        steps: Steps,
        take: Callable[[Any], None],
        done: Callable[[bool], object],
        tell: Callable[[SlimSamError], object],
    ) -> bool:
        """Begin a task; False when there is one already, of which ``tell`` hears.

        ``take`` hears what it yields besides Progress, ``done`` its end, and whether everything was done: not
        when it was cancelled or broke off; why it broke off, ``tell`` hears before.
        """
        if self.busy:
            tell(another_job(self))
            return False

        def failed(error: SlimSamError) -> None:
            tell(error)
            done(False)

        self._ticket += 1
        self._take = take
        self._runner.want(self._ticket, steps)
        self.begin(Task(title, lambda _: done(True), failed, lambda: done(False)))
        self._hold_back(False)
        return True

    def _hold_back(self, on: bool) -> None:
        self._runner.pause(on)
        self._offer(not on)

    def _let_go(self) -> None:
        self._runner.want(self._ticket, None)
        self._hold_back(False)  # one step more, in which the thread lets go of the task

    def _hear(self, ticket: int, value: object) -> None:
        if ticket != self._ticket or self.task is None:
            return
        if isinstance(value, Progress):
            self.report(self.task, value)
        else:
            self._take(value)

    def _end(self, ticket: int, error: SlimSamError | None) -> None:
        task = self.task
        if ticket != self._ticket or task is None:
            return
        self._let_go()
        if error is None:
            self.finish(task)
        else:
            self.fail(task, error)
