"""Tar files of many small files, as SA-1B and WebDataset have them: their members are read where they lie.

A member's path is that of its shard and its name, ``sa_000020.tar/sa_1.jpg``. Nothing is ever unpacked to the
disk under its name, so that names cannot lead anywhere; links, devices and compressed shards are not read.
"""

from __future__ import annotations

import errno
import os
import tarfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from slimsam_core.files.foreign import open_regular, regular_descriptor
from slimsam_core.files.listing import is_file
from slimsam_core.files.temporary import nameless_file
from slimsam_core.visible_text import one_line

__all__ = ["SHARD_SUFFIX", "descriptor_of", "is_shard", "member_bytes", "members"]

SHARD_SUFFIX = ".tar"
MOST_MEMBERS = 1_000_000
"""Of one shard; those of SA-1B have 22,400."""
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


@lru_cache(_KEPT)
def _members(shard: Path, _changed_ns: int, _size: int) -> Mapping[str, TarMember]:
    found: dict[str, TarMember] = {}
    try:
        with open_regular(shard) as file, tarfile.open(fileobj=file, mode="r:") as tar:
            while (one := tar.next()) is not None:
                if one.type in _PLAIN and not one.issparse():
                    found[one.name] = TarMember(one.offset_data, one.size)
                if len(found) > MOST_MEMBERS:
                    raise ValueError(f"it has more than {MOST_MEMBERS:,} files")
                tar.members.clear()  # type: ignore[attr-defined]  # it would keep all it has seen
    except tarfile.TarError as error:
        if not found:  # a shard that was cut short has what stands before the cut
            raise ValueError(f"it is no tar file: {error}") from error
    return found


def member_bytes(shard: Path, name: str, limit: int) -> bytes:
    """A whole member of at most ``limit`` bytes. Raises OSError; ValueError for a damaged shard."""
    place = _place(shard, name)
    if place.size > limit:
        raise OSError(errno.EFBIG, f"The file is larger than {limit / 1e6:,.0f} MB", str(shard / name))
    return b"".join(_pieces(shard, name, place))


def descriptor_of(path: Path) -> int:
    """``foreign.regular_descriptor``, also of a member: a copy that has no name. Raises OSError."""
    shard = next((above for above in path.parents if is_shard(above)), None)
    if shard is None:
        return regular_descriptor(path)
    name = path.relative_to(shard).as_posix()
    with nameless_file() as copy:
        for piece in _pieces(shard, name, _place(shard, name)):
            copy.write(piece)
        copy.seek(0)
        return os.dup(copy.fileno())


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
