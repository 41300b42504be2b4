"""Files that are written under a name that somebody else may have prepared.

A folder from a stranger may hold a symbolic link, a second name of another file, or a pipe where this program
is about to write. A plain file is none of these: what is written to it changes nothing elsewhere. Files that
are written whole go through ``atomic`` instead, which replaces whatever stands at the name.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TextIO

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)  # Windows has none: there the look before opening has to do
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # opening a pipe without a reader would never return
_PLAIN_FLAGS = _NO_FOLLOW | _NO_WAIT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class NotPlain(OSError):
    """Something else than a file of its own stands at a name; ``strerror`` says what."""


def check_plain(path: Path | str) -> None:
    """Look at a name before another library opens it. Raises NotPlain; nothing at the name is fine."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    _check(found, path)


def open_plain(path: Path | str, flags: int, mode: int = 0o666) -> int:
    """``os.open`` of a plain file; follows no link and waits for no pipe. Raises NotPlain and OSError.

    Give no ``O_TRUNC``: truncate the descriptor, once it is known to be plain.
    """
    if flags & os.O_TRUNC:
        raise ValueError("the file would be emptied before it is known to be plain")
    check_plain(path)
    try:
        fd = os.open(path, flags | _PLAIN_FLAGS, mode)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _not_plain(path, "a symbolic link") from error
        raise
    try:
        _check(os.fstat(fd), path)
    except BaseException:
        os.close(fd)
        raise
    return fd


def append_plain(path: Path | str) -> TextIO:
    """A plain file, made when it is missing, to append UTF-8 text to. Raises NotPlain and OSError."""
    fd = open_plain(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    return os.fdopen(fd, "a", encoding="utf-8")


def _check(found: os.stat_result, path: Path | str) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise _not_plain(path, "a symbolic link")
    if not stat.S_ISREG(found.st_mode):
        raise _not_plain(path, "a folder" if stat.S_ISDIR(found.st_mode) else "a device or a pipe")
    if found.st_nlink > 1:  # 0 = deleted meanwhile: harmless
        raise _not_plain(path, "a second name of another file")


def _not_plain(path: Path | str, what: str) -> NotPlain:
    return NotPlain(errno.ELOOP, f"it is {what}", str(path))
