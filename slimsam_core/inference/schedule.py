"""What an inference worker does next: answer the user, encode what is shown, prepare what comes.

Free of any toolkit: one thread fills the queue, another takes from it and does the work.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

AHEAD, BEHIND = 3, 1
"""Pictures that are prepared: people go on far more often than back, and each takes memory and time."""
KEPT_DURATIONS = 9
"""Runs whose median tells how long the next one takes: one slow picture among them does not count."""
NEARLY_DONE = 0.95
"""Share that is told at most while something runs: it is not done before it is done."""

Picture = TypeVar("Picture", bound=Hashable)
Request = TypeVar("Request")


@dataclass(frozen=True)
class Encode(Generic[Picture]):
    """Encode a picture; ``ahead`` when nobody waits for it yet."""

    picture: Picture
    ahead: bool


@dataclass(frozen=True)
class Answer(Generic[Picture, Request]):
    """Answer a request about a picture that is encoded. ``revision`` grows with every request."""

    picture: Picture
    request: Request
    revision: int
    slot: Hashable = None


@dataclass(frozen=True)
class Spare:
    """Nobody waits for anything: do a step of the long work that was offered."""


def neighbours(current: int, count: int, ahead: int = AHEAD, behind: int = BEHIND) -> tuple[int, ...]:
    """Indices to prepare around ``current`` of ``count`` pictures: next, previous, next but one, ..."""
    order: list[int] = []
    for distance in range(1, max(ahead, behind) + 1):
        order += [current + distance] if distance <= ahead else []
        order += [current - distance] if distance <= behind else []
    return tuple(i for i in order if 0 <= i < count)


class WorkQueue(Generic[Picture, Request]):
    """Requests first, then the shown picture, then the pictures to prepare, then long work. For any threads.

    A request waits until its picture is encoded, which then comes first. Of several requests in one slot the
    newest is answered; the others are dropped, so it must say everything that they said (prompt sets do).
    Showing another picture drops what was to be prepared, but no request. Work that nobody waits for cannot
    be interrupted, so it begins only when nothing was asked and no other picture shown for
    ``quiet_seconds``. The shown picture is encoded ``settle_seconds`` after it came, or with the first
    request for it: while somebody goes through pictures with a held key none is.
    """

    def __init__(
        self,
        quiet_seconds: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
        settle_seconds: float = 0.0,
    ) -> None:
        """``clock``: seconds that never go back."""
        self._quiet_seconds, self._settle_seconds = quiet_seconds, settle_seconds
        self._settled_from = clock()
        self._clock = clock
        self._quiet_from = clock()
        self._changed = threading.Condition()
        self._current: Picture | None = None
        self._ahead: deque[Picture] = deque()
        self._ready: set[Picture] = set()
        self._failed: set[Picture] = set()
        self._requests: dict[tuple[Picture, Hashable], Answer[Picture, Request]] = {}
        self._revision = 0
        self._newest: dict[tuple[Picture, Hashable], int] = {}
        self._spare = False
        self._closed = False

    def offer_spare(self, on: bool) -> None:
        """Whether ``take`` returns ``Spare`` when there is nothing better to do."""
        with self._changed:
            self._spare = on
            self._changed.notify_all()

    def show(self, picture: Picture | None, prepare: Sequence[Picture] = ()) -> None:
        """The user looks at ``picture``; ``prepare`` may be encoded when there is nothing better to do."""
        with self._changed:
            if picture != self._current:
                self._quiet_from = self._clock() + self._quiet_seconds
                self._settled_from = self._clock() + self._settle_seconds
            self._current = picture
            self._ahead = deque(p for p in prepare if p != picture)
            self._failed.clear()
            self._changed.notify_all()

    def ask(self, picture: Picture, request: Request, slot: Hashable = None) -> int:
        """Queue a request and return its revision; it replaces a waiting one of the same picture and slot."""
        with self._changed:
            self._revision += 1
            self._quiet_from = self._clock() + self._quiet_seconds
            self._requests.pop((picture, slot), None)  # the newest goes to the end of the queue
            self._requests[picture, slot] = Answer(picture, request, self._revision, slot)
            self._newest[picture, slot] = self._revision
            self._changed.notify_all()
            return self._revision

    def is_newest(self, picture: Picture, revision: int, slot: Hashable = None) -> bool:
        """Whether no later request of this picture and slot was made: an older answer is stale."""
        with self._changed:
            return self._newest.get((picture, slot), revision) == revision

    def withdraw(self, picture: Picture, slot: Hashable = None) -> None:
        """Drop a waiting request, and make the answer of one that is being worked on stale."""
        with self._changed:
            self._requests.pop((picture, slot), None)
            self._revision += 1
            self._newest[picture, slot] = self._revision

    def pending(self, picture: Picture) -> bool:
        """Whether a request for this picture waits."""
        with self._changed:
            return any(waiting == picture for waiting, _ in self._requests)

    def encoded(self, picture: Picture) -> None:
        """A picture's embedding is at hand."""
        with self._changed:
            self._ready.add(picture)
            self._changed.notify_all()

    def failed(self, picture: Picture) -> None:
        """A picture cannot be encoded: its requests are dropped; it is left out until the next ``show``."""
        with self._changed:
            self._failed.add(picture)
            for key in [k for k in self._requests if k[0] == picture]:
                del self._requests[key]

    def forget(self, pictures: Iterable[Picture] | None = None) -> None:
        """Embeddings are no longer at hand (None: of no picture, as after a change of model)."""
        with self._changed:
            self._ready = set() if pictures is None else self._ready - set(pictures)
            self._changed.notify_all()

    def close(self) -> None:
        """Every waiting and future ``take`` returns None."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self, timeout: float | None = None) -> Encode[Picture] | Answer[Picture, Request] | Spare | None:
        """Wait for the next work; None after ``timeout`` seconds without any, or once closed."""
        until = None if timeout is None else self._clock() + timeout
        with self._changed:
            while not self._closed:
                work, now = self._next(remove=False), self._clock()
                begins = self._begins(work)
                if work is not None and now >= begins:
                    return self._next(remove=True)
                if until is not None and now >= until:
                    return None
                ends = [end for end in (until, None if work is None else begins) if end is not None]
                self._changed.wait(min(ends) - now if ends else None)
            return None

    def _begins(self, work: Encode[Picture] | Answer[Picture, Request] | Spare | None) -> float:
        """When this work may begin, by the clock; what somebody waits for at once."""
        if isinstance(work, Answer):
            return 0.0
        if isinstance(work, Encode) and not work.ahead:
            asked = any(answer.picture == work.picture for answer in self._requests.values())
            return 0.0 if asked else self._settled_from
        return self._quiet_from

    def _next(self, *, remove: bool) -> Encode[Picture] | Answer[Picture, Request] | Spare | None:
        for key, answer in self._requests.items():
            if answer.picture in self._ready:
                if remove:
                    del self._requests[key]
                return answer
        waiting = [answer.picture for answer in self._requests.values()]
        wanted = [self._current] if self._current is not None else []
        for picture in (*wanted, *waiting):
            if picture not in self._ready and picture not in self._failed:
                return Encode(picture, ahead=False)
        while self._ahead and (self._ahead[0] in self._ready or self._ahead[0] in self._failed):
            self._ahead.popleft()
        if self._ahead:
            return Encode(self._ahead[0], ahead=True)
        return Spare() if self._spare else None


class Durations:
    """How long a kind of work took lately, to tell how far one of the same kind is."""

    def __init__(self, keep: int = KEPT_DURATIONS) -> None:
        self._keep = keep
        self._seconds: dict[Hashable, deque[float]] = {}

    def add(self, kind: Hashable, seconds: float) -> None:
        """Record one run."""
        self._seconds.setdefault(kind, deque(maxlen=self._keep)).append(seconds)

    def expected(self, kind: Hashable) -> float | None:
        """Median of the last runs in seconds, None when there was none."""
        known = self._seconds.get(kind)
        return statistics.median(known) if known else None

    def fraction(self, kind: Hashable, elapsed: float) -> float | None:
        """Share of a run that is over after ``elapsed`` seconds, up to ``NEARLY_DONE``; None: not known."""
        expected = self.expected(kind)
        return None if expected is None else min(NEARLY_DONE, elapsed / max(expected, 1e-9))
