"""Files that are whole or not there: written beside the target, flushed to disk, then moved into place."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from slimsam_core.errors import OutputError
from slimsam_core.sentences import mark, sentence

_WAITS = (0.01, 0.05, 0.2, 0.5)
"""Seconds between attempts: a scanner holds a new file for some tens of milliseconds."""
_PREFIX, _PART = ".slimsam-", ".part"


def is_left_over(name: str) -> bool:
    """Whether a file of this name is what ``atomic_path`` leaves when its process is killed."""
    return name.startswith(_PREFIX) and name.endswith(_PART)


@contextlib.contextmanager
def atomic_path(target: Path | str, *, suffix: str = "", flush: bool = True) -> Iterator[Path]:
    """Yield a temporary path beside ``target``; on success it replaces the target, on any error it vanishes.

    ``suffix`` ends the temporary name for writers that look at it. Without ``flush`` the file may be torn
    after a power cut: for caches that check what they read. Raises OutputError for what the file
    system refuses; what stood at ``target`` before is then untouched.
    """
    target = Path(target)
    try:
        handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=suffix or _PART, dir=target.parent)
        os.close(handle)
    except OSError as error:
        raise output_error(target, error) from error
    temporary = Path(name)
    try:
        yield temporary
        if flush:
            with temporary.open("r+b") as file:  # Windows flushes only what is open for writing
                os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        _put_in_place(temporary, target)
    except OSError as error:
        raise output_error(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _put_in_place(temporary: Path, target: Path) -> None:
    """Rename; on Windows a scanner or indexer may hold either file for a moment."""
    for wait in _WAITS if sys.platform == "win32" else ():
        try:
            temporary.replace(target)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    temporary.replace(target)


def atomic_write_bytes(target: Path | str, data: bytes) -> None:
    """Write ``data`` to ``target`` whole or not at all. Raises OutputError."""
    with atomic_path(target) as temporary:
        temporary.write_bytes(data)


def atomic_write_json(target: Path | str, value: Any, *, indent: int | None = 1) -> None:
    """Write ``value`` as UTF-8 JSON whole or not at all; NaN is refused (ValueError). Raises OutputError."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    atomic_write_bytes(target, (text + "\n").encode())


def check_place(target: Path | str) -> None:
    """Raise OutputError when no file can be written at ``target``: before hours of work, not after them."""
    target = Path(target)
    if target.is_dir():
        raise output_error(target, IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)))
    try:
        handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_PART, dir=target.parent)
        os.close(handle)
        Path(name).unlink()
    except OSError as error:
        raise output_error(target, error) from error


def make_folder(path: Path) -> None:
    """Make a folder and those above it, where they are not there yet. Raises OutputError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(path, error) from error


def make_plain_folder(path: Path) -> None:
    """``make_folder`` in a folder that a stranger may have prepared: what is written into a link of its would
    lie somewhere else. Raises OutputError."""
    make_folder(path)
    if path.is_symlink():
        raise OutputError(
            "{path} is a link to another folder: nothing is written there.",
            "Remove it, or choose another folder.",
            path=path,
        )


def output_error(target: Path | str, error: OSError) -> OutputError:
    """The OutputError that says why ``target`` cannot be written."""
    hints = {
        "FileNotFoundError": mark("Create the folder first, or choose another one."),
        "PermissionError": mark("Choose a folder that you may write to."),
        "NotADirectoryError": mark("Choose a path whose parent is a folder."),
        "IsADirectoryError": mark("Choose a file name, not a folder."),
    }
    reason = error.strerror or str(error)
    hint = hints.get(type(error).__name__, mark("Free some space or choose another place."))
    return OutputError(sentence("Cannot write {target}: {reason}.", target=target, reason=reason), hint)
