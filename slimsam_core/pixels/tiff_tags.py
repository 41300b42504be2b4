"""The few tags of a TIFF file, or of an EXIF block, that say how its pixels lie: read without a decoder."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

ORIENTATION = 0x0112
_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _SAMPLES = 0x0100, 0x0101, 0x0102, 0x0106, 0x0115
_PLANAR, _FORMAT, _TILE_WIDTH, _TILE_HEIGHT = 0x011C, 0x0153, 0x0142, 0x0143
_WANTED = frozenset(
    {_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _SAMPLES, _PLANAR, _FORMAT, ORIENTATION, _TILE_WIDTH, _TILE_HEIGHT}
)
_INKS, _ONE_BY_ONE, _UNSIGNED, _FLOAT = 5, 2, 1, 3
_MAX_ENTRIES = 4096
"""Entries of a directory that are looked at; real files have some dozens."""
_WHOLE = {1: "B", 3: "H", 4: "I", 16: "Q"}
"""Types of whole numbers (byte, short, long, 8-byte long) and how ``struct`` calls them."""

_NUMBERS = {**_WHOLE, 11: "f", 12: "d"}
_MAX_VALUES = 4096
"""Numbers of one tag that are read whole; those that say where a picture lies have some dozens."""

_PLACES = frozenset({0x0111, 0x0117, 0x0144, 0x0145})
"""Where the strips or tiles lie, and how long each is."""
_PLACE_TYPES = frozenset({3, 4, 16})
"""Short, long and 8-byte long, as the standard says."""
_MAX_PLACES = 500_000
"""500 megapixels in tiles of 32 x 32; what decoders keep of each takes some hundred bytes."""
_MAGIC, _TURNED_MAGIC, _BIG = 42, 42 << 8, 43
"""The number of the format; some programs write its bytes the wrong way round, and decoders read that."""
_TEXTS = frozenset({1, 2, 7})
"""Types that are taken in one piece: bytes, letters, what is not said."""
_TABLES = frozenset({0x012D, 0x0140})
"""Transfer curves and palettes: a number for each of three colours of 16 bits."""
_PRIVATE = 0x8000
"""Tags from here on are asked for by no decoder of ours; DNG has tables of 65,536 numbers in some."""
_MAX_TABLE = 1 << 18


@dataclass(frozen=True, kw_only=True)
class TiffTags:
    """How the first picture of a TIFF file is stored; sizes in pixels as stored, before any turning."""

    width: int
    height: int
    bits: int
    """Bits a channel."""
    samples: int
    """Channels."""
    sample_format: int
    """1 unsigned, 2 signed, 3 float."""
    planar: bool
    """One channel lies behind the other, and not pixel behind pixel."""
    inks: bool
    """The channels are inks, such as CMYK, and not colours of light."""
    orientation: int
    """1..8; 1 when the tag is missing or makes no sense."""
    orientation_at: tuple[int, bytes] | None
    """Where the value of the tag lies in the file, and the bytes that say 1 there."""
    several: bool
    """Whether further pictures follow."""
    tile_width: int
    """Of a tile, which may be larger than the picture; 0 when it lies in strips."""
    tile_height: int

    @property
    def tile_area(self) -> int:
        """Pixels of a tile; 0 when there are strips."""
        return self.tile_width * self.tile_height

    @property
    def deep(self) -> bool:
        """More than 8 bits a channel."""
        return self.bits > 8

    @property
    def half_float(self) -> bool:
        """Float of 16 bits."""
        return self.sample_format == _FLOAT and self.bits == 16

    @property
    def wide(self) -> bool:
        """Unsigned numbers that a signed one of 32 bits cannot hold."""
        return self.sample_format == _UNSIGNED and self.bits == 32


@dataclass(frozen=True)
class _Layout:
    order: str
    big: bool
    """BigTIFF: offsets and counts of 8 bytes."""

    @property
    def offset(self) -> str:
        return "Q" if self.big else "I"

    @property
    def entry_bytes(self) -> int:
        return 20 if self.big else 12


def read_tiff_tags(file: BinaryIO) -> TiffTags | None:
    """The tags of the first directory of a seekable file; None when it is no TIFF file or is cut off."""
    try:
        return _read(file)
    except (struct.error, OSError, ValueError, OverflowError):
        return None


def checked_tags(file: BinaryIO, head: bytes) -> TiffTags | None:
    """The tags of a file that begins so; None when it is no TIFF file. Raises ValueError for one that no
    decoder may see."""
    tags = read_tiff_tags(file) if head[:2] in (b"II", b"MM") else None
    if tags is not None:
        check_tags(file, tags)
    return tags


def check_tags(file: BinaryIO, tags: TiffTags) -> None:
    """Refuse a first directory of so many entries, or with so many numbers in one, that a decoder would make
    millions of numbers of a few bytes. Raises ValueError."""
    _, count = _directory(file)
    if count > _MAX_ENTRIES:
        raise ValueError(f"it has {count:,} tags")
    for layout, _, entry in _entries(file):
        tag, kind = struct.unpack(layout.order + "HH", entry[:4])
        numbers = _number(layout, layout.offset, entry[4 : 12 if layout.big else 8])
        if tag in _PLACES:
            if kind not in _PLACE_TYPES or numbers > _most_places(tags):
                raise ValueError("the places of its strips make no sense")
        elif kind not in _TEXTS:
            most = _MAX_TABLE if tag in _TABLES or tag >= _PRIVATE else _MAX_VALUES
            if numbers > most:
                raise ValueError(f"its tag {tag} has {numbers:,} numbers")


def _most_places(tags: TiffTags) -> int:
    """One for each line or tile of each channel."""
    across = -(-tags.width // tags.tile_width) if tags.tile_width else 0
    down = -(-tags.height // tags.tile_height) if tags.tile_height else 0
    return min(_MAX_PLACES, max(tags.height, across * down) * max(1, tags.samples))


def read_tag_values(file: BinaryIO, wanted: frozenset[int]) -> dict[int, tuple[float, ...]]:
    """The numbers of some tags of the first directory; tags of other types, and long ones, are left out.

    Empty when the file is no TIFF file or is cut off.
    """
    try:
        found = {}
        for layout, _, entry in _entries(file):
            tag, kind = struct.unpack(layout.order + "HH", entry[:4])
            if tag in wanted and (values := _values(file, layout, kind, entry)) is not None:
                found[int(tag)] = values
        return found
    except (struct.error, OSError, ValueError, OverflowError):
        return {}


def _entries(file: BinaryIO) -> Iterator[tuple[_Layout, int, bytes]]:
    """The entries of the first directory, and where in the file each lies."""
    layout, count = _directory(file)
    first = file.tell()
    entries = file.read(min(count, _MAX_ENTRIES) * layout.entry_bytes)
    for at in range(0, len(entries) - layout.entry_bytes + 1, layout.entry_bytes):
        yield layout, first + at, entries[at : at + layout.entry_bytes]


def _directory(file: BinaryIO) -> tuple[_Layout, int]:
    """How the file is laid out, and the number of entries; the file is then at the first of them.

    Raises ValueError for a file of another kind.
    """
    file.seek(0)
    head = file.read(16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    magic = struct.unpack(order + "H", head[2:4])[0] if order else 0
    if order is None or magic not in (_MAGIC, _TURNED_MAGIC, _BIG):
        raise ValueError("no TIFF file")
    layout = _Layout(order, magic == _BIG)
    file.seek(_number(layout, layout.offset, head[8:16] if layout.big else head[4:8]))
    return layout, _number(layout, "Q" if layout.big else "H", file.read(8 if layout.big else 2))


def _read(file: BinaryIO) -> TiffTags:
    layout, count = _directory(file)
    first = file.tell()
    found: dict[int, tuple[int, int]] = {}
    for _, at, entry in _entries(file):
        tag, kind = struct.unpack(layout.order + "HH", entry[:4])
        if tag in _WANTED and (value := _value(file, layout, kind, entry)) is not None:
            found.setdefault(tag, (value, at))  # of a tag that is there twice decoders take the first
    following = 0
    if count <= _MAX_ENTRIES:
        file.seek(first + count * layout.entry_bytes)
        rest = file.read(8 if layout.big else 4)
        following = _number(layout, layout.offset, rest) if len(rest) == (8 if layout.big else 4) else 0
    orientation = found.get(ORIENTATION, (1, 0))[0]
    return TiffTags(
        width=found.get(_WIDTH, (0, 0))[0],
        height=found.get(_HEIGHT, (0, 0))[0],
        bits=found.get(_BITS, (1, 0))[0],
        samples=found.get(_SAMPLES, (1, 0))[0],
        sample_format=found.get(_FORMAT, (1, 0))[0],
        planar=found.get(_PLANAR, (1, 0))[0] == _ONE_BY_ONE and found.get(_SAMPLES, (1, 0))[0] > 1,
        inks=found.get(_PHOTOMETRIC, (2, 0))[0] == _INKS,
        orientation=orientation if 1 <= orientation <= 8 else 1,
        orientation_at=_place(layout, found),
        several=following != 0,
        tile_width=found.get(_TILE_WIDTH, (0, 0))[0],
        tile_height=found.get(_TILE_HEIGHT, (0, 0))[0],
    )


def _place(layout: _Layout, found: dict[int, tuple[int, int]]) -> tuple[int, bytes] | None:
    """The whole entry of the orientation, said anew as one short of value 1."""
    if ORIENTATION not in found:
        return None
    filling = b"\0" * (6 if layout.big else 2)
    entry = struct.pack(layout.order + "HH" + layout.offset + "H", ORIENTATION, 3, 1, 1) + filling
    return found[ORIENTATION][1], entry


def _value(file: BinaryIO, layout: _Layout, kind: int, entry: bytes) -> int | None:
    """The first number of an entry; None for other types than whole numbers."""
    code = _WHOLE.get(kind)
    if code is None:
        return None
    count = _number(layout, layout.offset, entry[4 : 12 if layout.big else 8])
    field = entry[12:] if layout.big else entry[8:]
    size = struct.calcsize("<" + code)
    if count == 0:
        return None
    if count * size <= len(field):
        return _number(layout, code, field[:size])
    back = file.tell()
    file.seek(_number(layout, layout.offset, field))
    data = file.read(size)
    file.seek(back)
    return _number(layout, code, data) if len(data) == size else None


def _values(file: BinaryIO, layout: _Layout, kind: int, entry: bytes) -> tuple[float, ...] | None:
    """All numbers of an entry; None for other types than numbers, and for more than ``_MAX_VALUES``."""
    code = _NUMBERS.get(kind)
    count = _number(layout, layout.offset, entry[4 : 12 if layout.big else 8])
    if code is None or not 0 < count <= _MAX_VALUES:
        return None
    size = struct.calcsize("<" + code) * count
    data = entry[12:] if layout.big else entry[8:]
    if size > len(data):
        back = file.tell()
        file.seek(_number(layout, layout.offset, data))
        data = file.read(size)
        file.seek(back)
    return struct.unpack(f"{layout.order}{count}{code}", data[:size])


def _number(layout: _Layout, code: str, data: bytes) -> int:
    return int(struct.unpack(layout.order + code, data[: struct.calcsize("<" + code)])[0])
