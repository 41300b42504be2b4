"""Statements that always come back: each may take a time that no whole file of its size needs.

The pages of a hand-made file can lead to each other so that SQLite walks over the same few again and again: a
table of 20 pages has rows for longer than anybody waits, and each page by itself is right.
"""

from __future__ import annotations

import os
import sqlite3
import time
from typing import Any

FIXED_S = 2.0
"""Processor time that any statement may take: a project of 100,000 objects is read wholly in one second."""

BYTES_A_SECOND = 20_000_000
"""Of the file, for each further second: SQLite looks over (``integrity_check``) some 200 MB in that time."""

AGAIN_S = 0.2
"""The same in a file of which a statement was interrupted before: what asks it ten things comes back too."""

MANY_S = 3600.0
"""For a statement that is done for each of many rows that this program hands in."""

_STEPS = 200_000
"""Steps of SQLite's own machine between two looks at the clock: some 10 ms."""


MAX_REMEMBERED = 1000
_ENDLESS: set[tuple[int, int, int]] = set()
"""Files of which a statement was interrupted: device, number, time of the last change."""


def _bytes_of(file: os.stat_result) -> int:
    """What a file has without its holes, where the system tells: a file of a terabyte of holes is as quickly
    made as a small one."""
    kept = 512 * int(getattr(file, "st_blocks", 0))  # of POSIX, whatever the blocks of the disk are
    return min(file.st_size, kept) or file.st_size


class BoundedConnection(sqlite3.Connection):
    """A connection whose statements are interrupted (SQLITE_INTERRUPT) when they take too long.

    Only processor time of the calling thread counts: a slow disk or a busy machine interrupts nothing. A
    plain ``SELECT count(*)`` is one step and is never looked at: count a column instead.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._end = 0.0
        self._file: tuple[int, int, int] | None = None
        self.seconds = FIXED_S
        """What a statement may take."""
        self._start(self.seconds)
        self.set_progress_handler(self._late, _STEPS)

    def allow_for(self, file: os.stat_result) -> None:
        """Give the time that this file needs by its size."""
        self._file = (file.st_dev, file.st_ino, file.st_mtime_ns)
        self.seconds = FIXED_S + _bytes_of(file) / BYTES_A_SECOND
        if self._file in _ENDLESS:
            self.seconds = AGAIN_S
        self._start(self.seconds)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """As of sqlite3; the time runs until the last row was fetched or the next statement begins."""
        self._start(self.seconds)
        return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        """As of sqlite3."""
        self._start(MANY_S)
        try:
            return super().executemany(sql, parameters)
        finally:
            self._start(self.seconds)

    def _start(self, seconds: float) -> None:
        self._end = time.thread_time() + seconds

    def _late(self) -> bool:
        late = time.thread_time() > self._end
        if late and self._file is not None:
            self.seconds = AGAIN_S
            if len(_ENDLESS) < MAX_REMEMBERED:
                _ENDLESS.add(self._file)
        return late
