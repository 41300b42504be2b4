"""Temporary folders that do not outlive their process by long.

Each is locked as long as its owner lives: the lock is the operating system's and ends with the process, also
when that is killed. What is found unlocked is left over and is removed when the next folder is made beside
it, and when a program starts. Nothing else in the source makes temporary folders (a test looks).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_NAME = re.compile(r"\.?slimsam-tmp-[a-z0-9_]{8}")
"""Of a folder of ours; nobody gives such a name by hand."""

_YOUNG_S = 60.0
"""A folder is locked within milliseconds of its making; before that it looks like one that was left over."""

_LONG_AGO_S = 7 * 24 * 3600.0
"""Where folders cannot be locked (Windows, some shares) what nobody touched for a week is left over."""

if sys.platform == "win32":

    def _lock(_: Path) -> int | None:
        return None
else:
    import fcntl

    def _lock(folder: Path) -> int | None:
        """A descriptor that holds the lock, None where folders cannot be locked. Raises BlockingIOError."""
        try:
            fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(fd)
            if isinstance(error, BlockingIOError):
                raise
            return None
        return fd


@contextlib.contextmanager
def temporary_folder(beside: Path | None = None) -> Iterator[Path]:
    """A folder for the time of a block, for this user alone; gone afterwards, unless it was renamed.

    It lies in the system's folder for temporary files, or hidden in the folder of ``beside``, so that it can
    take that name at once. Raises OSError when it cannot be made.
    """
    parent = Path(tempfile.gettempdir()) if beside is None else beside.absolute().parent
    clear_left_over(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{'' if beside is None else '.'}slimsam-tmp-", dir=parent))
    fd = _lock(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if fd is not None:
            os.close(fd)


def nameless_file() -> IO[bytes]:
    """A file to write and read that has no name: it is gone when it is closed, or when its process is killed.

    Raises OSError when it cannot be made.
    """
    return tempfile.TemporaryFile()


def clear_left_over(parent: Path | None = None) -> int:
    """Remove what killed processes of this user left in a folder (default: the system's); how many."""
    count = 0
    with contextlib.suppress(OSError), os.scandir(parent or tempfile.gettempdir()) as entries:
        for entry in entries:
            if _NAME.fullmatch(entry.name) and _clear(Path(entry.path)):
                count += 1
    return count


def _clear(folder: Path) -> bool:
    try:
        found = folder.lstat()
        age = time.time() - found.st_mtime
        mine = sys.platform == "win32" or found.st_uid == os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or not mine or age < _YOUNG_S:
            return False
        fd = _lock(folder)
    except OSError:  # its owner lives, or it has just gone
        return False
    if fd is None and age < _LONG_AGO_S:
        return False
    shutil.rmtree(folder, ignore_errors=True)
    if fd is not None:
        os.close(fd)
    return True
