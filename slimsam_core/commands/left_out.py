"""What a command could not use: it goes on without, names it at the end, and fails only when asked to."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from slimsam_core.commands.console import say

MOST_NAMED = 100
"""Lines at the end of a run; who has more has another kind of trouble than single files."""


def left_out_of(reasons: Iterable[object]) -> LeftOutList:
    """The list of these, each once."""
    found = LeftOutList()
    for reason in dict.fromkeys(map(str, reasons)):
        found.add(reason)
    return found


def add_strict_argument(parser: argparse.ArgumentParser) -> None:
    """``--strict``."""
    parser.add_argument(
        "--strict", action="store_true", help="end with exit code 1 when anything had to be left out"
    )


class LeftOutList:
    """Collects what is left out while a command runs."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, what: object) -> None:
        """Leave something out; its text says what and why."""
        self._lines.append(str(what))

    def close(self, strict: bool = False) -> int:
        """Name everything on stderr; the exit code, 1 when something was left out and that is not allowed."""
        if not self._lines:
            return 0
        say(f"slimsam: left out: {len(self._lines):,}", err=True)
        for line in self._lines[:MOST_NAMED]:
            say(f"  {line}", err=True)
        if len(self._lines) > MOST_NAMED:
            say(f"  and {len(self._lines) - MOST_NAMED:,} more", err=True)
        return 1 if strict else 0
