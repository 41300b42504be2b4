"""Whether a path lies in a folder once its links are followed: the one place that decides it."""

from __future__ import annotations

from pathlib import Path


def lies_in(folder: Path, path: Path) -> bool:
    """Whether ``path`` is ``folder`` or lies in it, all links followed. False for loops of links and for
    names that no file can have."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links, a zero byte
        return False


def is_entry_below(folder: Path, path: Path) -> bool:
    """The same of the folder that holds ``path``: the file itself may be a link, as many data sets have
    them for pictures."""
    return lies_in(folder, path.parent)
