"""Objects that were proved before in this process: a row that is the same, value for value, is so still.

Nothing is believed because of where it lies: the whole row is compared each time, which takes a hundredth of
the time in which a long code is proved.
"""

from __future__ import annotations

import threading
from operator import is_
from typing import Any

Row = tuple[Any, ...]

LONG_CHARS = 1000
"""Codes of this many characters and more are kept: shorter ones are proved nearly as fast as looked up."""

MAX_CHARS = 64_000_000
"""Characters of codes that are kept, and so bytes of memory: some thousand objects with ragged outlines."""


class ProvedRows:
    """Rows with long codes, kept until there are too many. Safe from any thread."""

    def __init__(self, max_chars: int = MAX_CHARS) -> None:
        self._lock = threading.Lock()
        self._rows: dict[object, Row] = {}
        self._chars = 0
        self._max_chars = max_chars

    def has(self, row: Row) -> bool:
        """Whether this row was added, each value of the same type and equal."""
        kept = self._rows.get(row[0])
        return kept is not None and kept == row and all(map(is_, map(type, kept), map(type, row)))

    def add(self, row: Row) -> None:
        """Keep a row of which everything was proved; the first value is its id. One of each id is kept."""
        chars = sum(len(value) for value in row if type(value) is str)
        with self._lock:
            old = self._rows.pop(row[0], ())
            self._chars -= sum(len(value) for value in old if type(value) is str)
            if self._chars + chars > self._max_chars:
                self._rows.clear()
                self._chars = 0
            self._rows[row[0]] = row
            self._chars += chars


PROVED = ProvedRows()
"""Those of this process."""
