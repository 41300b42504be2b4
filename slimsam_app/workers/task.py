"""Long work as a person sees it: one shape for everything that has a title, gets on, and ends in one way."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QObject, Signal

from slimsam_core.progress import Progress


class TaskState(Enum):
    """How far a task is; the last three are its end."""

    RUNNING = auto()
    PAUSED = auto()
    DONE = auto()
    FAILED = auto()
    CANCELLED = auto()


OVER = frozenset({TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED})


def _nothing(*_: object) -> None:
    """For those who need not hear of an end."""


class Task:
    """One piece of long work. Of ``done``, ``failed`` and ``cancelled`` one is called, once."""

    def __init__(
        self,
        title: str,
        done: Callable[[Any], object] = _nothing,
        failed: Callable[[Any], object] = _nothing,
        cancelled: Callable[[], object] = _nothing,
    ) -> None:
        """``done`` gets what the work returns, ``failed`` the exception that it broke off with."""
        self.title = title
        self.state = TaskState.RUNNING
        self.progress: Progress | None = None
        self._done, self._failed, self._cancelled = done, failed, cancelled

    @property
    def over(self) -> bool:
        """Whether it came to its end, whichever."""
        return self.state in OVER

    def finish(self, result: Any = None) -> None:
        """It is done."""
        if self._end(TaskState.DONE):
            self._done(result)

    def fail(self, error: Exception) -> None:
        """It broke off."""
        if self._end(TaskState.FAILED):
            self._failed(error)

    def cancel(self) -> None:
        """Nobody wants it any more."""
        if self._end(TaskState.CANCELLED):
            self._cancelled()

    def _end(self, state: TaskState) -> bool:
        if self.over:
            return False
        self.state = state
        return True


class Lane(QObject):
    """Where tasks are carried out one after another; bars and panels watch it, on the GUI thread.

    Those who carry out work subclass it or hold one, and say in ``stop`` and ``hold`` what cancelling and
    pausing mean for them. What a task tells after its end is not passed on.
    """

    running = Signal(str)
    """Title of the task that runs or is paused; empty when there is none."""
    progressed = Signal(object)
    """Progress; may be emitted from any thread."""
    paused = Signal(bool)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        stop: Callable[[], None] = _nothing,
        hold: Callable[[bool], None] = _nothing,
    ) -> None:
        super().__init__(parent)
        self._stop, self._hold = stop, hold
        self.task: Task | None = None
        """The one that runs or is paused."""

    @property
    def busy(self) -> bool:
        """Whether a task runs or is paused."""
        return self.task is not None

    @property
    def is_paused(self) -> bool:
        """Whether the task waits until it may go on."""
        return self.task is not None and self.task.state is TaskState.PAUSED

    def begin(self, task: Task) -> None:
        """This task runs from now on; the one before is over."""
        self.task = task
        self.running.emit(task.title)

    def report(self, task: Task, step: Progress) -> None:
        """How far ``task`` is. From any thread."""
        if task is self.task:
            task.progress = step
            self.progressed.emit(step)

    def finish(self, task: Task, result: Any = None) -> None:
        """``task`` came to its end; nothing happens when it was cancelled before."""
        self._leave(task)
        task.finish(result)

    def fail(self, task: Task, error: Exception) -> None:
        """``task`` broke off; nothing happens when it was cancelled before."""
        self._leave(task)
        task.fail(error)

    def cancel(self) -> None:
        """Stop at the next step; what was done stays done, and nothing more is heard of the task."""
        task = self.task
        if task is not None:
            self._stop()
            self._leave(task)
            task.cancel()

    def pause(self, on: bool) -> None:
        """Do no further step, or go on."""
        if self.task is not None and on != self.is_paused:
            self.task.state = TaskState.PAUSED if on else TaskState.RUNNING
            self._hold(on)
            self.paused.emit(on)

    def _leave(self, task: Task) -> None:
        """The lane is free before the end is told: another task may be begun there and then."""
        if task is self.task:
            self.task = None
            self.running.emit("")
