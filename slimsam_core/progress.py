"""Progress reports and cancellation, shared by every long job and free of any toolkit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from slimsam_core.errors import Cancelled

__all__ = [
    "CancelToken",
    "Progress",
    "ProgressSink",
    "check_cancelled",
    "ends_with",
    "ignore_progress",
]


@dataclass(frozen=True)
class Progress:
    """One honest step of a job: ``done`` of ``total`` units, ``total`` None when it is not known."""

    stage: str
    done: int
    total: int | None = None
    message: str = ""

    @property
    def fraction(self) -> float | None:
        """Share done in 0..1, None when the total is not known."""
        if self.total is None:
            return None
        return 1.0 if self.total == 0 else min(1.0, self.done / self.total)


Outcome = TypeVar("Outcome")

ProgressSink = Callable[[Progress], None]


def ignore_progress(_: Progress) -> None:
    """The sink of those who do not watch."""


class CancelToken:
    """Set once from any thread, asked often by the job."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop at its next check."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether ``cancel`` was called."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise ``Cancelled`` when ``cancel`` was called."""
        if self._event.is_set():
            raise Cancelled


def drive(
    steps: Generator[Progress, None, Outcome], progress: ProgressSink, cancel: CancelToken | None = None
) -> Outcome:
    """Work in steps to its end, and what it came to. Raises Cancelled before a step."""
    while True:
        if cancel is not None:
            cancel.raise_if_cancelled()
        try:
            step = next(steps)
        except StopIteration as end:
            result: Outcome = end.value
            return result
        progress(step)


def counted(
    steps: Generator[Progress, None, Outcome], as_part: Callable[[Progress], Progress]
) -> Generator[Progress, None, Outcome]:
    """The same work; ``as_part`` says of each step where it is in a larger whole."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: Outcome = end.value
            return result
        yield as_part(step)


_job: ContextVar[CancelToken | None] = ContextVar("job", default=None)


@contextmanager
def ends_with(token: CancelToken) -> Iterator[None]:
    """What is called inside, in this thread, can be cancelled wherever it asks ``check_cancelled``.

    For geometry that takes seconds for a single object, far below those who know the job.
    """
    before = _job.set(token)
    try:
        yield
    finally:
        _job.reset(before)


def check_cancelled() -> None:
    """Raise ``Cancelled`` when the job that this thread is at was cancelled; see ``ends_with``."""
    token = _job.get()
    if token is not None:
        token.raise_if_cancelled()
