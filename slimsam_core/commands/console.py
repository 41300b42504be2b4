"""What the commands print: names and texts of files can hold control characters, which a terminal would obey.

Nothing else in ``slimsam_core`` prints for people (a test looks).
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from slimsam_core.visible_text import one_line, visible, visible_json

if TYPE_CHECKING:
    from slimsam_core.progress import Progress

_START = "\r\x1b[K"
"""Back to the left edge, and the line is empty."""


LONGEST_LINE = 5_000
"""Letters: two paths as long as any can be fit; the name of a class in a file of others can be a megabyte."""
_STEP_LETTERS = 70
"""Of what a step says: with its numbers it stays on one line of a terminal."""


def say(line: object, *, err: bool = False) -> None:
    """One line on stdout, or on stderr. A line end in a name stays in the line, as ``\\n``; beyond
    ``LONGEST_LINE`` the end is left out."""
    print(one_line(line, LONGEST_LINE), file=sys.stderr if err else sys.stdout, flush=True)


def say_text(text: str, *, err: bool = False) -> None:
    """Several lines: a table, JSON."""
    print(visible(text), file=sys.stderr if err else sys.stdout, flush=True)


def say_json(value: Any) -> None:
    """A JSON value on stdout, as people read it."""
    print(visible_json(json.dumps(value, ensure_ascii=False, indent=1)), flush=True)


def show_progress(line: str) -> None:
    """A line on stderr that the next one replaces; nothing where stderr is no terminal."""
    if sys.stderr.isatty():
        print(_START + one_line(line), end="", file=sys.stderr, flush=True)


def show_step(step: Progress) -> None:
    """Where a run through pictures is, as such a line."""
    show_progress(f"{step.done}/{step.total} {step.message[:_STEP_LETTERS]}")


def end_progress(*, keep: bool = True) -> None:
    """What is printed next begins on a line of its own; ``keep`` False: in place of the progress."""
    if sys.stderr.isatty():
        print("" if keep else _START, end="\n" if keep else "", file=sys.stderr, flush=True)


def print_progress(event: Progress) -> None:
    """One line that rewrites itself, on a terminal only."""
    total = f"/{event.total}" if event.total is not None else ""
    show_progress(f"{event.stage} {event.done}{total} {event.message}")
    if event.total is not None and event.done >= event.total:
        end_progress()
