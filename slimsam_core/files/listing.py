"""Looking into folders from others: whatever lies there, the look comes back and raises nothing.

A name may be longer than any path may be, a folder may not be listed or lie deeper than Python can call
itself. Such an entry is left out; the others are there.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath

NotListed = Callable[[str, OSError], object]
"""Hears of a folder that cannot be listed, and why."""


def is_file(path: Path | str) -> bool:
    """Whether a file lies there, links followed; False for every name that no file can have.

    Use it for names that a file of others gives: ``Path.is_file`` raises for those that are too long.
    """
    try:
        return stat.S_ISREG(Path(path).stat().st_mode)
    except (OSError, ValueError):  # too long, a zero byte, a folder that may not be entered
        return False


def is_folder(path: Path | str) -> bool:
    """The same for folders."""
    try:
        return stat.S_ISDIR(Path(path).stat().st_mode)
    except (OSError, ValueError):
        return False


def exists(path: Path | str) -> bool:
    """Whether anything lies there, links followed; False for every name that nothing can have."""
    try:
        Path(path).stat()
    except (OSError, ValueError):
        return False
    return True


def typed_path(text: Path | str) -> Path:
    """A path as a person typed it: ``~`` is the home folder, unless something of this very name is there."""
    path = Path(text)
    if not str(path).startswith("~") or exists(path):
        return path
    try:
        return path.expanduser()
    except RuntimeError:  # there is no such user
        return path


def is_link(path: Path | str) -> bool:
    """Whether a link lies there, to wherever it leads."""
    try:
        return Path(path).is_symlink()
    except OSError:
        return False


def entries_of(folder: Path | str, not_listed: NotListed | None = None) -> list[os.DirEntry[str]]:
    """What lies in a folder, sorted by name; as much as could be listed."""
    found: list[os.DirEntry[str]] = []
    try:
        with os.scandir(folder) as listed:
            found.extend(listed)
    except OSError as error:
        if not_listed is not None:
            not_listed(str(folder), error)
    return sorted(found, key=lambda entry: entry.name)


def files_below(folder: Path, suffix: str, not_listed: NotListed | None = None) -> Iterator[Path]:
    """Files with a suffix (lower case, with its dot) in a folder and all below it, a folder's own first.

    Links to files are among them, links to folders are not followed.
    """
    waiting = [str(folder)]
    while waiting:
        entries = entries_of(waiting.pop(), not_listed)
        waiting.extend(entry.path for entry in reversed(entries) if _is_own_folder(entry))
        for entry in entries:
            if entry.name.lower().endswith(suffix) and is_file(entry.path):
                yield Path(entry.path)


def suffixes_below(folder: Path) -> set[str]:
    """The endings of all names in a folder and in all below it, lower case with their dots; nothing is looked
    into but folders, links to folders are not followed."""
    waiting, found = [str(folder)], set[str]()
    while waiting:
        for entry in entries_of(waiting.pop()):
            found.add(PurePath(entry.name).suffix.lower())
            if _is_own_folder(entry):
                waiting.append(entry.path)
    return found


def _is_own_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
