"""Tar files of many small files, as SA-1B and WebDataset have them: their members are read where they lie.

A member's path is that of its shard and its name, ``sa_000020.tar/sa_1.jpg``. Nothing is ever unpacked to the
disk under its name, so that names cannot lead anywhere; links, devices and compressed shards are not read.
"""

from __future__ import annotations

import errno
import os
import re
import tarfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from slimsam_core.files.foreign import open_regular, regular_descriptor
from slimsam_core.files.listing import is_file
from slimsam_core.files.temporary import nameless_file
from slimsam_core.visible_text import one_line

__all__ = ["SHARD_SUFFIX", "descriptor_of", "is_shard", "member_bytes", "members"]

SHARD_SUFFIX = ".tar"
MOST_MEMBERS = 1_000_000
"""Of one shard; those of SA-1B have 22,400."""
MOST_COPIED = 1 << 30
"""Bytes of a member that is copied for a decoder: 100 megapixels without compression have 0.3 GB."""
_MOST_HEADER = 1 << 20
"""Bytes of a header that goes on behind its first block: long names and attributes have some thousand."""
_DIGITS = re.compile(rb"[0-9]{100}")
"""tarfile looks for records from each digit on to the last of its run; no number in a header is as long."""
_PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE)
_KEPT = 16
"""Lists of members that are kept: 40 MB for shards as large as those of SA-1B."""


class TarMember(NamedTuple):
    """Where a file lies in its shard."""

    start: int
    size: int


def is_shard(path: Path) -> bool:
    """Whether a file is called a shard."""
    return path.suffix.lower() == SHARD_SUFFIX and is_file(path)


def members(shard: Path) -> Mapping[str, TarMember]:
    """The plain files in a shard by name. Raises OSError; ValueError for what is no tar file."""
    status = shard.stat()
    return _members(shard, status.st_mtime_ns, status.st_size)


class _Headers:
    """The file that tarfile reads headers from: it asks for as much in one piece as a header says."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, count: int) -> bytes:
        """Raises ValueError for more than any header has."""
        if count > _MOST_HEADER:
            raise ValueError("a header of it is too long")
        data = self._file.read(count)
        if count > tarfile.BLOCKSIZE and _DIGITS.search(data):
            raise ValueError("a header of it has an endless number")
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


_ODD = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, tarfile.TarError)
"""What tarfile raises for headers that make no sense, beside its own errors."""


@lru_cache(_KEPT)
def _members(shard: Path, _changed_ns: int, _size: int) -> Mapping[str, TarMember]:
    found: dict[str, TarMember] = {}
    try:
        with open_regular(shard) as file, tarfile.open(fileobj=_Headers(file), mode="r:") as tar:
            last = -1
            while (one := tar.next()) is not None:
                if one.offset <= last or one.size < 0:
                    raise ValueError("its files lie one over the other")
                last = one.offset
                if one.type in _PLAIN and not one.issparse():
                    found[one.name] = TarMember(one.offset_data, one.size)
                if len(found) > MOST_MEMBERS:
                    raise ValueError(f"it has more than {MOST_MEMBERS:,} files")
                tar.members.clear()  # type: ignore[attr-defined]  # it would keep all it has seen
    except _ODD as error:
        # a shard that was cut short has what stands before the cut
        if not found or not isinstance(error, tarfile.TarError):
            raise ValueError(f"it is no tar file: {error}") from error
    return found


def member_bytes(shard: Path, name: str, limit: int) -> bytes:
    """A whole member of at most ``limit`` bytes. Raises OSError; ValueError for a damaged shard."""
    place = _place(shard, name)
    _check_size(shard, name, place, limit)
    return b"".join(_pieces(shard, name, place))


def descriptor_of(path: Path) -> int:
    """``foreign.regular_descriptor``, also of a member of at most ``MOST_COPIED`` bytes: a copy that has no
    name, and holes where the member has none but zeros. Raises OSError; ValueError for a damaged shard."""
    shard = next((above for above in path.parents if is_shard(above)), None)
    if shard is None:
        return regular_descriptor(path)
    name = path.relative_to(shard).as_posix()
    place = _place(shard, name)
    _check_size(shard, name, place, MOST_COPIED)
    with nameless_file() as copy:
        for piece in _pieces(shard, name, place):
            if piece.count(0) < len(piece):
                copy.write(piece)
            else:
                copy.seek(len(piece), os.SEEK_CUR)
        copy.truncate(place.size)
        copy.seek(0)
        return os.dup(copy.fileno())


def _check_size(shard: Path, name: str, place: TarMember, limit: int) -> None:
    if place.size > limit:
        raise OSError(
            errno.EFBIG, f"The file is larger than {limit / 1e6:,.0f} MB", one_line(str(shard / name))
        )


def _place(shard: Path, name: str) -> TarMember:
    place = members(shard).get(name)
    if place is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), one_line(str(shard / name)))
    return place


def _pieces(shard: Path, name: str, place: TarMember) -> Iterator[bytes]:
    """Its bytes, a few at a time. Raises OSError when the shard ends before."""
    with open_regular(shard) as file:
        file.seek(place.start)
        left = place.size
        while left:
            piece = file.read(min(left, 1 << 20))
            if not piece:
                raise OSError(errno.EIO, "The shard ends within this file", str(shard / name))
            left -= len(piece)
            yield piece
