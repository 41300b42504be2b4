"""Holding a run for a while without ending it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from slimsam_core.progress import CancelToken

_CHECK_SECONDS = 0.1
_YIELD_SECONDS = 0.005
_LONGEST_YIELD = 2.0
"""A run that always gave way would never end."""


class PauseToken:
    """Set and cleared from any thread; the run waits between two batches while it is set."""

    def __init__(self, others_first: Callable[[], bool] | None = None) -> None:
        """``others_first`` tells, to the run's thread, whether work that a person waits for goes on."""
        self._others_first = others_first
        self._running = threading.Event()
        self._running.set()

    def pause(self) -> None:
        """Ask the run to wait."""
        self._running.clear()

    def resume(self) -> None:
        """Let the run go on."""
        self._running.set()

    @property
    def paused(self) -> bool:
        """Whether the run is asked to wait."""
        return not self._running.is_set()

    def wait(self, cancel: CancelToken) -> None:
        """Return when the run may go on. Raises Cancelled."""
        while not self._running.wait(_CHECK_SECONDS):
            cancel.raise_if_cancelled()

    def give_way(self, cancel: CancelToken) -> None:
        """Return when nobody waits for other work, at the latest after two seconds. Raises Cancelled."""
        if self._others_first is None:
            return
        end = time.monotonic() + _LONGEST_YIELD
        while self._others_first() and time.monotonic() < end:
            cancel.raise_if_cancelled()
            time.sleep(_YIELD_SECONDS)
