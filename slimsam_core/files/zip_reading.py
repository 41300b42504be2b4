"""Reading zip files that may come from a stranger: the list of members is bounded, and a member is taken out
to a place that the caller names, never to one that the zip names.

Errors are those of ``foreign``: OSError for the file and ValueError for what is in it.
"""

from __future__ import annotations

import contextlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from slimsam_core.files.foreign import open_regular
from slimsam_core.progress import CancelToken
from slimsam_core.sentences import sentence

_MAGIC = b"PK\x03\x04"
_PIECE = 1 << 20
_ENCRYPTED = 1
"""Bit of ``flag_bits``, APPNOTE.TXT 4.4.4."""
_KNOWN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""What zip programs write; the memory that the others take is decided by the file."""
_UNIX_MODE = 16
"""``external_attr`` holds the mode of the file above this bit, where a Unix program wrote it."""


class ZipFault(ValueError):
    """What is wrong with a zip file; the one argument says it within a sentence."""


class InPieces:
    """A file that gives no more than ``most`` bytes at once: what zipfile asks for in one piece is the list
    of members, which a hostile file can make as long as itself."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, most

    def read(self, count: int = -1) -> bytes:
        """Raises ZipFault for too much."""
        data = self._file.read(self._most + 1 if count < 0 else min(count, self._most + 1))
        if len(data) > self._most:
            raise ZipFault(sentence("the list of its members is too long"))
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def is_zip(path: Path | str) -> bool:
    """Whether a file begins as a zip file does; False where it cannot be read."""
    try:
        with open_regular(path) as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def open_zip(path: Path | str, most_listed: int) -> Iterator[zipfile.ZipFile]:
    """A zip file whose list of members has at most ``most_listed`` bytes. Raises OSError and ZipFault."""
    with open_regular(path) as file:
        try:
            archive = zipfile.ZipFile(InPieces(file, most_listed))
        except (zipfile.BadZipFile, NotImplementedError, UnicodeError, RuntimeError) as error:
            raise ZipFault(str(error)[:300]) from error
        with archive:
            yield archive


def is_link_or_folder(member: zipfile.ZipInfo) -> bool:
    """Whether the member is no file of its own."""
    return member.is_dir() or stat.S_ISLNK(member.external_attr >> _UNIX_MODE)


def take_out(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, cancel: CancelToken) -> None:
    """Write a member to ``target``, a new file. What is written is no longer than the list says it is.

    Raises ZipFault (a link, encrypted, packed in a way that is not known, damaged), OSError and Cancelled; a
    part of the file may be there then.
    """
    if is_link_or_folder(member):
        raise ZipFault(sentence("a member is a link or a folder"))
    if member.flag_bits & _ENCRYPTED:
        raise ZipFault(sentence("it is encrypted"))
    if member.compress_type not in _KNOWN:
        raise ZipFault(sentence("it is packed in a way that is not known here"))
    try:
        with archive.open(member) as packed, target.open("xb") as out:
            while piece := packed.read(_PIECE):
                cancel.raise_if_cancelled()
                out.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ZipFault(str(error)[:300]) from error
