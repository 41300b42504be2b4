"""Statements that always come back: none takes a time, or keeps rows, that no whole file of its size has.

The pages of a hand-made file can lead to each other so that SQLite walks over the same few again and again: a
table of 20 pages has rows for longer than anybody waits, and each page by itself is right. One text of a
megabyte that thousands of rows share makes gigabytes within the same time.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

FIXED_S = 2.0
"""Processor time that any statement may take: a project of 100,000 objects is read wholly in one second."""

BYTES_A_SECOND = 20_000_000
"""Of the file, for each further second: SQLite looks over (``integrity_check``) some 200 MB in that time."""

AGAIN_S = 0.2
"""The same in a file of which a statement was interrupted before: what asks it ten things comes back too."""

FIXED_BYTES = 128 << 20
"""Of the rows of any statement that are kept at once: the 100,000 objects of 500 pictures have 40 MB."""

TIMES_THE_FILE = 8
"""The same for each byte of the file: a path stands once in it, and in each row of its picture's objects."""

_TOGETHER = 4
"""Rows that are fetched before they are counted; one may have 64 MB."""

MANY_S = 3600.0
"""For a statement that is done for each of many rows that this program hands in: an import of a million takes
minutes, and nobody else's file decides its length."""

_STEPS = 200_000
"""Steps of SQLite's own machine between two looks at the clock: some 10 ms."""


MAX_REMEMBERED = 1000
"""Of ``_ENDLESS``: a session opens some files; by eye, so that a folder of hostile ones fills no memory."""
_ENDLESS: set[tuple[int, int, int]] = set()
"""Files of which a statement was interrupted: device, number, time of the last change."""


class TooManyRows(sqlite3.DatabaseError):
    """A statement gave more than any whole file of its size holds."""


def bytes_of(rows: list[Any]) -> int:
    """What rows take, about: ``marshal`` counts as quickly as SQLite hands them out."""
    return len(marshal.dumps(rows, 2))


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
        self._path: Path | None = None
        self.seconds = FIXED_S
        """What a statement may take."""
        self._start(self.seconds)
        self.set_progress_handler(self._late, _STEPS)

    def check_rows(self, taken: int) -> None:
        """Raise TooManyRows when rows of so many bytes cannot come from the file as it is now."""
        if taken > FIXED_BYTES and taken > FIXED_BYTES + TIMES_THE_FILE * self._bytes_now():
            self._remember()
            raise TooManyRows("its rows hold far more than the file")

    def _bytes_now(self) -> int:
        """Of the file and of what is written and not yet in it: a project may grow while it is open."""
        found = 0
        if self._path is not None:
            for path in (self._path, self._path.with_name(f"{self._path.name}-wal")):
                with contextlib.suppress(OSError):
                    found += _bytes_of(path.stat())
        return found

    def allow_for(self, path: Path) -> None:
        """Give the time and the bytes that this file needs by its size. Raises OSError."""
        file = path.stat()
        self._path = path
        self._file = (file.st_dev, file.st_ino, file.st_mtime_ns)
        self.seconds = FIXED_S + _bytes_of(file) / BYTES_A_SECOND
        if self._file in _ENDLESS:
            self.seconds = AGAIN_S
        self._start(self.seconds)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """As of sqlite3; the time runs until the last row was fetched or the next statement begins, and what
        ``fetchall`` gives is counted."""
        self._start(self.seconds)
        return super().cursor(BoundedCursor).execute(sql, parameters)

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
        if late and self._path is not None and self._file not in _ENDLESS:
            further = FIXED_S + self._bytes_now() / BYTES_A_SECOND - self.seconds
            if further > 0:  # the project grew while it was open
                self.seconds += further
                self._end += further
                late = time.thread_time() > self._end
        if late:
            self._remember()
        return late

    def _remember(self) -> None:
        """What asks this file ten things comes back, too."""
        if self._file is not None:
            self.seconds = AGAIN_S
            if len(_ENDLESS) < MAX_REMEMBERED:
                _ENDLESS.add(self._file)


class BoundedCursor(sqlite3.Cursor):
    """A cursor whose ``fetchall`` ends when the rows become more than the file can hold."""

    def fetchall(self) -> list[Any]:
        """As of sqlite3. Raises TooManyRows."""
        found: list[Any] = []
        taken = 0
        try:
            while rows := self.fetchmany(_TOGETHER):
                taken += bytes_of(rows)
                found += rows
                rows = []
                self.connection.check_rows(taken)  # type: ignore[attr-defined]
        except BaseException:
            found.clear()  # the window keeps errors, and they this frame
            raise
        return found
