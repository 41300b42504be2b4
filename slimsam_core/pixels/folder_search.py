"""The pictures below a folder, found by their suffix, and what had to be left out of them and why.

One bad entry costs only itself: a sub-folder that may not be listed, a link that leads in a circle, a pipe
with the name of a picture. It is told to whoever looks, and the search goes on.
"""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from slimsam_core.errors import ImageReadError
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES
from slimsam_core.visible_text import one_line


class LeftOutReason(StrEnum):
    """Why an entry of a folder is left out; the value is the sentence for people."""

    NOT_LISTED = "the folder cannot be listed"
    CIRCLE = "the link leads in a circle"
    NOWHERE = "the link leads nowhere"
    NO_FILE = "it is no ordinary file"
    NOT_UNICODE = "the name is not valid Unicode; rename it"
    CONTROL = "the name holds a line break or another control character; rename it"
    DOTS = "the name is nothing but dots before its ending; rename it"
    DRIVE = "the name looks like a Windows drive or leads out of the folder; rename it"
    UNREADABLE = "the picture cannot be read"
    SHARD = "the tar file cannot be read"


@dataclass(frozen=True)
class LeftOut:
    """An entry that could not be used."""

    path: str
    """As it may be shown: on one line, control characters and bytes that are no Unicode escaped."""
    reason: LeftOutReason
    detail: str = ""
    """What the system or the reader said; empty when there is no more to say."""

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" + (f" ({self.detail})" if self.detail else "")


_Listing = AbstractContextManager[Iterator["os.DirEntry[str]"]]
Leave = Callable[[LeftOut], object]


def ignore_left_out(_: LeftOut) -> None:
    """For callers that do not ask what was left out."""


def find_images(folder: Path | str, leave: Leave = ignore_left_out) -> Iterator[Path]:
    """Pictures below a folder by suffix, unsorted, hidden ones skipped; links to folders are not followed.

    What cannot be used is told to ``leave``. Raises ImageReadError only when the folder itself cannot be
    listed.
    """
    try:
        entries = os.scandir(folder)
    except OSError as error:
        raise ImageReadError(
            "Cannot list the folder {folder}: {strerror}.",
            "Check that it still exists and that you may read it.",
            folder=shown(folder),
            strerror=error.strerror or error,
        ) from error
    waiting = yield from _in_folder(folder, entries, leave)
    while waiting:  # no recursion: a stranger's folders may lie deeper than Python can call itself
        path = waiting.pop()
        try:
            below = os.scandir(path)
        except OSError as error:
            leave(LeftOut(shown(path), LeftOutReason.NOT_LISTED, error.strerror or str(error)))
        else:
            waiting += yield from _in_folder(path, below, leave)


def _in_folder(folder: Path | str, entries: _Listing, leave: Leave) -> Generator[Path, None, list[str]]:
    """The pictures of one folder; returns the folders in it, the last one first."""
    folders: list[str] = []
    with entries as listed:
        while True:
            try:
                entry = next(listed, None)
            except OSError as error:  # the disk fails in the middle of the list
                leave(LeftOut(shown(folder), LeftOutReason.NOT_LISTED, error.strerror or str(error)))
                break
            if entry is None:
                break
            if entry.name.startswith("."):
                continue
            if _is_folder(entry):
                folders.append(entry.path)
            elif "." + entry.name.rpartition(".")[2].lower() in IMAGE_SUFFIXES:
                trouble = _trouble(entry)
                if trouble is None:
                    yield Path(entry.path)
                else:
                    leave(trouble)
    return folders[::-1]  # they are looked into after the list is closed: depth costs no open files


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _trouble(entry: os.DirEntry[str]) -> LeftOut | None:
    """Why an entry with the name of a picture is none, None when it is an ordinary file or a link to one."""
    try:
        if entry.is_file():
            return None
        broken = entry.is_symlink() and not Path(entry.path).exists()
        reason = LeftOutReason.NOWHERE if broken else LeftOutReason.NO_FILE
        return LeftOut(shown(entry.path), reason)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return LeftOut(shown(entry.path), LeftOutReason.CIRCLE)
        return LeftOut(shown(entry.path), LeftOutReason.UNREADABLE, error.strerror or str(error))


def trouble_with_name(relative: str) -> LeftOutReason | None:
    """Why a picture with this path (POSIX, relative to its folder) cannot be in a project; None when it can.

    The path must mean the same file on every system and fit on one line of a list.
    """
    try:
        relative.encode()
    except UnicodeEncodeError:
        return LeftOutReason.NOT_UNICODE
    if not relative.isprintable() and any(map(_is_control, relative)):
        return LeftOutReason.CONTROL
    parts = relative.replace("\\", "/").split("/")
    if is_dots(relative):
        return LeftOutReason.DOTS
    return LeftOutReason.DRIVE if relative[1:2] == ":" or {"", ".", ".."} & set(parts) else None


def is_dots(name: str) -> bool:
    """Whether a file's name has nothing but dots before its ending, as ``...png``: what belongs to it could
    not be called by its stem, which would be the folder itself or the one above."""
    stem, dot, _ = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
    return bool(dot and stem) and not stem.strip(".")


def shown(path: Path | str) -> str:
    """A path on one line: control characters as ``\\n``, bytes that are no Unicode as ``\\xff``."""
    return one_line(os.fsencode(path).decode("utf-8", "backslashreplace"))


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp")
