"""File names from annotation files: made POSIX, and never allowed to leave the folder they belong to."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from slimsam_core.errors import FormatError, OutputError
from slimsam_core.pixels.folder_search import is_dots


def safe_relative(name: str, where: str = "", base: str = "") -> str:
    """``name`` as a POSIX path inside its root, ``..`` resolved; ``base`` is the folder it is relative to.

    Raises FormatError for absolute paths, drive letters, paths that leave the root, names that no file
    system takes and those that are nothing but dots before their ending.
    """
    if not name or "\0" in name or any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        raise FormatError("{name!r} is not a file name", where=where, name=name)
    posix = name.replace("\\", "/")
    if posix.startswith("/") or re.match(r"[A-Za-z]:", posix):
        raise FormatError(
            "{name!r} is an absolute path; only paths inside the image folder count", where=where, name=name
        )
    parts: list[str] = []
    for part in (*PurePosixPath(base).parts, *posix.split("/")):
        if part in ("", "."):
            continue
        if part == "..":
            if not parts:
                raise FormatError("{name!r} leaves the image folder", where=where, name=name)
            parts.pop()
        else:
            parts.append(part)
    if not parts or is_dots(parts[-1]):
        raise FormatError("{name!r} is not a file name", where=where, name=name)
    return "/".join(parts)


def collision_key(name: str) -> str:
    """Names with the same key are one file on some system (case, NFC or NFD accents)."""
    return unicodedata.normalize("NFC", name).casefold()


LONGEST_NAME = 255
"""Bytes of a file's name: what Linux takes; Windows and macOS count letters, of which there are fewer."""
_SHOWN = 60
"""Letters of such a name that a message has."""


def check_lengths(name: str) -> None:
    """Raises OutputError for a POSIX path with a part that is too long to be the name of a file."""
    for part in name.split("/"):
        count = len(part.encode("utf-8", "surrogatepass"))
        if count > LONGEST_NAME:
            raise OutputError(
                "The export was refused: the name {name}… would have {count:,} bytes, and a file may have "
                "{longest}.",
                "Rename the picture, or choose a format that is one file, such as COCO.",
                name=part[:_SHOWN],
                count=count,
                longest=LONGEST_NAME,
            )
