"""The end of the program waits for its threads, but not for long: what matters is on the disk by then.

A batch of a compression, or the encoding of a large picture, may take half a minute, and nobody will see what
comes of it. A run counts as interrupted and goes on where its last checkpoint is.
"""

from __future__ import annotations

import os
import sys
import threading
import time

from PySide6.QtCore import QDeadlineTimer, QThread

PATIENCE_S = 1.5
"""So long threads may go on once the window is closed: with the half second to the end of the process a
person does not ask whether it hangs."""
CLEARING_S = 0.5
"""The half second of ``PATIENCE_S`` for Python's own clearing up: by eye, a window that is gone is
forgotten."""
_left: list[QThread] = []
"""Threads that did not end in time. Kept: Qt aborts when a running one is destroyed."""


def forever() -> QDeadlineTimer:
    """No deadline."""
    return QDeadlineTimer(QDeadlineTimer.ForeverConstant.Forever)


def soon() -> QDeadlineTimer:
    """The deadline of a program that ends now."""
    return QDeadlineTimer(int(1000 * PATIENCE_S))


def end_thread(thread: QThread, deadline: QDeadlineTimer) -> bool:
    """Let the event loop of a thread end, and wait for it; whether it ended before the deadline."""
    thread.quit()
    if thread.wait(deadline):
        return True
    _left.append(thread)
    return False


def all_ended() -> bool:
    """Whether no thread goes on."""
    return not any(thread.isRunning() for thread in _left)


def leave(code: int) -> int:
    """End the process with this code: at once where a thread goes on, else as soon as Python has cleared up,
    which waits for threads of libraries, but not longer than ``CLEARING_S``."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    if not all_ended():
        os._exit(code)

    def watch() -> None:
        time.sleep(CLEARING_S)
        os._exit(code)

    threading.Thread(target=watch, daemon=True, name="ending").start()
    return code
