"""What the commands print: names and texts of files can hold control characters, which a terminal would obey.

Nothing else in ``slimsam_core`` prints for people (a test looks).
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from slimsam_core.visible_text import one_line, visible, visible_json

if TYPE_CHECKING:
    from collections.abc import Callable

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


def step_words(step: Progress, amount: Callable[[int], str] = "{:,}".format) -> str:
    """Where a job is, as all commands say it: ``Reading pictures: 3 of 1,200 cat.jpg``."""
    total = f" of {amount(step.total)}" if step.total is not None else ""
    return f"{step.stage}: {amount(step.done)}{total} {step.message[:_STEP_LETTERS]}".rstrip()


def show_step(step: Progress) -> None:
    """One line that rewrites itself, on a terminal only; whoever calls ends it."""
    show_progress(step_words(step))


def end_progress(*, keep: bool = True) -> None:
    """What is printed next begins on a line of its own; ``keep`` False: in place of the progress."""
    if sys.stderr.isatty():
        print("" if keep else _START, end="\n" if keep else "", file=sys.stderr, flush=True)


def print_progress(step: Progress, *, keep: bool = True) -> None:
    """``show_step``, ended with the last step; ``keep`` False: what is printed next takes its place."""
    show_step(step)
    if step.total is not None and step.done >= step.total:
        end_progress(keep=keep)


def pass_progress(step: Progress) -> None:
    """``print_progress`` of what a report follows."""
    print_progress(step, keep=False)
