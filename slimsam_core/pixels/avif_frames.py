"""How large the frames of an AVIF file are in truth: its container says one size, each coded picture its own.

The decoder scales a frame to what the container says, whatever the frame is: a file that says 64 x 64 pixels
can take a gigabyte. The boxes are those of ISO 14496-12 and 23008-12, the header is that of AV1, 5.5.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from slimsam_core.errors import ImageReadError
from slimsam_core.pixels.geometry import Size

MAX_FRAME_PIXELS = 16_384 * 16_384
"""Of one frame: libavif decodes no larger one."""
_MAX_META = 1 << 20
"""Bytes of the box that says where everything is; that of a grid of a thousand tiles has some 100 KB."""
_MAX_BOXES = 10_000
"""Side by side in the file: real ones have four."""
_MAX_UNITS = 20_000
"""Pieces of coded pictures that are looked at: some pictures have one for each row of tiles."""
_HEADER_BYTES = 256
"""Of a sequence header: 32 operating points take less."""
_SEQUENCE_HEADER = 1
_SEQUENCE_SAYS = b"moov"
"""The box of a film."""


@dataclass(frozen=True)
class Frame:
    """A coded picture inside of the file."""

    said: Size
    """By the container."""
    coded: Size
    """By the picture itself."""
    largest: int
    """Pixels that a frame with this header can have."""


def largest_frame(path: Path, file: BinaryIO) -> int:
    """Pixels of the largest frame a file can hold. Raises ImageReadError for one that is not what it says."""
    frames = avif_frames(file)
    for frame in frames or ():
        if frame.coded != frame.said:
            raise ImageReadError(
                "{path} says that it has {said} pixels, and holds a frame of {coded}.",
                "Save it anew with another program.",
                path=path,
                said=frame.said,
                coded=frame.coded,
            )
    return max(frame.largest for frame in frames) if frames else MAX_FRAME_PIXELS


def avif_frames(file: BinaryIO) -> tuple[Frame, ...] | None:
    """Every coded picture of an AVIF file: the picture, its tiles, its opacity.

    None where it cannot be told: for films, and files that are damaged or laid out as few programs do it.
    """
    try:
        meta, end = _meta(file)
        if meta is None:
            return None
        return tuple(_frames(file, meta, end))
    except (struct.error, ValueError, IndexError, KeyError, OSError, OverflowError):
        return None


def _meta(file: BinaryIO) -> tuple[bytes | None, int]:
    """What the box of items holds, and the length of the file; None for a film."""
    end = file.seek(0, 2)
    found: bytes | None = None
    at = 0
    for _ in range(_MAX_BOXES):
        if at + 8 > end:
            return found, end
        file.seek(at)
        kind, start, length = _head(file.read(16), end - at)
        if kind == _SEQUENCE_SAYS or (kind == b"meta" and found is not None):
            return None, end
        if kind == b"meta":
            if length > _MAX_META:
                return None, end
            file.seek(at + start)
            found = file.read(length - start)[4:]
        at += length
    return None, end


def _head(data: bytes, left: int) -> tuple[bytes, int, int]:
    """Kind of a box, where its content begins, and its whole length. Raises ValueError."""
    length, start = struct.unpack_from(">I", data)[0], 8
    if length == 1:
        length, start = struct.unpack_from(">Q", data, 8)[0], 16
    elif length == 0:
        length = left
    if not start <= length <= left:
        raise ValueError("a box of another length")
    return data[4:8], start, length


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        kind, start, length = _head(data[at : at + 16], len(data) - at)
        yield kind, data[at + start : at + length]
        at += length


def _frames(file: BinaryIO, meta: bytes, end: int) -> Iterator[Frame]:
    boxes: dict[bytes, bytes] = {}
    for kind, content in _boxes(meta):
        if boxes.setdefault(kind, content) is not content:
            raise ValueError("one of its boxes is there twice")
    sizes = _sizes(boxes[b"iprp"])
    places = _places(boxes[b"iloc"])
    units = iter(range(_MAX_UNITS))
    for number in sorted(set(_coded_items(boxes[b"iinf"]))):
        start, length = places[number]
        if start + length > end:
            raise ValueError("it is cut off")
        coded, largest = _coded_size(file, start, length or end - start, units)
        yield Frame(sizes[number], coded, largest)


def _coded_items(data: bytes) -> Iterator[int]:
    """Numbers of the items that are coded pictures."""
    listed = data[6:] if data[0] == 0 else data[8:]
    for kind, content in _boxes(listed):
        if kind != b"infe" or content[0] not in (2, 3):
            raise ValueError("items of an old kind")
        long = content[0] == 3  # the version with numbers of 32 bits
        number = int.from_bytes(content[4 : 8 if long else 6], "big")
        if content[10 if long else 8 :][:4] == b"av01":
            yield number


def _sizes(data: bytes) -> Mapping[int, Size]:
    """Number of an item -> the size that it is said to have."""
    parts = list(_boxes(data))
    properties = list(_boxes(dict(parts)[b"ipco"]))
    found: dict[int, Size] = {}
    for kind, content in parts:
        if kind != b"ipma":
            continue
        for number, indices in _associations(content):
            for index in indices:
                name, value = properties[index - 1] if index else (b"", b"")
                if name == b"ispe":
                    width, height = struct.unpack_from(">II", value, 4)
                    if found.setdefault(number, Size(height, width)) != Size(height, width):
                        raise ValueError("an item of two sizes")
    return found


def _associations(data: bytes) -> Iterator[tuple[int, Sequence[int]]]:
    """Number of an item, and which of the listed properties it has, from 1."""
    version, wide = data[0], data[3] & 1
    (count,) = struct.unpack_from(">I", data, 4)
    at = 8
    for _ in range(count):
        number, at = _number(data, at, 4 if version else 2)
        length, at = _number(data, at, 1)
        indices = []
        for _ in range(length):
            index, at = _number(data, at, 2 if wide else 1)
            indices.append(index & (0x7FFF if wide else 0x7F))  # the highest bit: it must be understood
        yield number, indices


def _number(data: bytes, at: int, length: int) -> tuple[int, int]:
    """A number of so many bytes, and where the next one begins. Raises ValueError."""
    if at + length > len(data):
        raise ValueError("a box is cut off")
    return int.from_bytes(data[at : at + length], "big"), at + length


def _places(data: bytes) -> Mapping[int, tuple[int, int]]:
    """Number of an item -> where in the file it lies, and its length (0 = to the end)."""
    version, widths = data[0], data[4:6]
    offset_bytes, length_bytes, base_bytes = widths[0] >> 4, widths[0] & 15, widths[1] >> 4
    index_bytes = widths[1] & 15 if version else 0
    number_bytes = 4 if version == 2 else 2  # the version with numbers of 32 bits
    count, at = _number(data, 6, number_bytes)
    found: dict[int, tuple[int, int]] = {}
    for _ in range(count):
        number, at = _number(data, at, number_bytes)
        way, at = _number(data, at, 2 if version else 0)
        _, at = _number(data, at, 2)  # which file: this one
        base, at = _number(data, at, base_bytes)
        pieces, at = _number(data, at, 2)
        for _ in range(pieces):
            _, at = _number(data, at, index_bytes)
            offset, at = _number(data, at, offset_bytes)
            length, at = _number(data, at, length_bytes)
            if pieces == 1 and not way & 15:
                found[number] = (base + offset, length)
    return found


def _coded_size(file: BinaryIO, start: int, length: int, units: Iterator[int]) -> tuple[Size, int]:
    """What the sequence header of a coded picture says, and the pixels that its frames can have at most.

    ``units``: a turn for each piece that may be looked at.
    """
    found: set[tuple[Size, int]] = set()
    at, end = start, start + length
    while at < end:
        if next(units, None) is None:
            raise ValueError("too many pieces")
        file.seek(at)
        head = file.read(min(10, end - at))
        kind, extended, sized = (head[0] >> 3) & 15, head[0] & 4, head[0] & 2
        skipped = 2 if extended else 1
        size, read = _leb128(head[skipped:]) if sized else (end - at - skipped, 0)
        at += skipped + read
        if size > end - at:
            raise ValueError("it is cut off")
        if kind == _SEQUENCE_HEADER:
            file.seek(at)
            found.add(_sequence_header(file.read(min(size, _HEADER_BYTES))))
        at += size
    (only,) = found
    return only


def _leb128(data: bytes) -> tuple[int, int]:
    """A number of 7 bits a byte, the lowest first, and how many bytes it has. Raises ValueError."""
    value = 0
    for count, byte in enumerate(data[:8]):
        value |= (byte & 0x7F) << (7 * count)
        if not byte & 0x80:
            return value, count + 1
    raise ValueError("a number without an end")


class _Bits:
    """Bits, the highest first."""

    def __init__(self, data: bytes) -> None:
        self._value, self._left = int.from_bytes(data, "big"), 8 * len(data)

    def take(self, count: int) -> int:
        """The next bits as a number. Raises ValueError."""
        self._left -= count
        if self._left < 0:
            raise ValueError("a header is cut off")
        return (self._value >> self._left) & ((1 << count) - 1)

    def skip_uvlc(self) -> None:
        """A number that begins with as many zeros as it has bits."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        self.take(min(zeros, 32))


def _sequence_header(data: bytes) -> tuple[Size, int]:
    bits = _Bits(data)
    bits.take(3 + 1)  # profile, whether it is a still picture
    short = bool(bits.take(1))
    if short:
        bits.take(5)
    else:
        _skip_operating_points(bits)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    width, height = bits.take(width_bits) + 1, bits.take(height_bits) + 1
    # a frame behind a long header may say a size of its own, in as many bits
    largest = width * height if short else (1 << width_bits) << height_bits
    return Size(height, width), min(largest, MAX_FRAME_PIXELS)


def _skip_operating_points(bits: _Bits) -> None:
    """What stands before the sizes in a header that is not a short one."""
    delay_bits = 0
    if bits.take(1):  # timing
        bits.take(64)
        if bits.take(1):
            bits.skip_uvlc()
        if bits.take(1):  # of a decoder's model
            delay_bits = bits.take(5) + 1
            bits.take(32 + 5 + 5)
    shown_later = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:  # levels from 4.0 on have a tier
            bits.take(1)
        if delay_bits and bits.take(1):
            bits.take(2 * delay_bits + 1)
        if shown_later and bits.take(1):
            bits.take(4)
