"""Holding a run for a while without ending it."""

from __future__ import annotations

import threading

from slimsam_core.progress import CancelToken

_CHECK_SECONDS = 0.1


class PauseToken:
    """Set and cleared from any thread; the run waits between two batches while it is set."""

    def __init__(self) -> None:
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
