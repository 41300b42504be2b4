"""How often a JPEG file draws over its picture, counted before it is decoded.

A progressive picture comes in scans, each of which passes over all of it. A scan can have ten bytes: a file
of a megabyte can keep the decoder busy for hours, and nothing interrupts it.
"""

from __future__ import annotations

import io
import re
from typing import BinaryIO

MAX_SCANS = 100
"""What libtiff takes of JPEG in TIFF, too; programs write 10 to 20."""
JPEG = b"\xff\xd8"
"""How a file begins."""
SOS = 0xDA
"""The marker of a scan."""
_SOF, _EOI = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}), 0xD9
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers (ITU T.81, table B.1) without a length behind them."""
_SEQUENTIAL = frozenset({0xC0, 0xC1})
_MARKER = re.compile(rb"\xff+[^\x00\xff]")
_SCAN = b"\xff\xda"
_FIRST, _CHUNK = 1 << 12, 1 << 20
"""Bytes: a marker is mostly near, the end of a scan mostly far."""
_MAX_MARKERS = 100_000
"""Between the scans; a picture of 10,000 lines that begins anew with each has so many in ten scans."""


def too_many_scans(file: BinaryIO) -> bool:
    """Whether the JPEG picture at the beginning of a file has more than ``MAX_SCANS`` scans.

    Of a picture in one scan, as most photographs are, only what stands before the pixels is read. What is no
    JPEG picture has none.
    """
    count = components = markers = 0
    sequential = False
    while (marker := _next_marker(file)) is not None and marker != _EOI:
        markers += 1
        if markers > _MAX_MARKERS:
            return True
        if marker in _ALONE:
            continue
        length = int.from_bytes(file.read(2), "big")
        if length < 2:
            return False  # no decoder goes on
        if marker in _SOF:
            body = file.read(min(length - 2, 6))
            file.seek(length - 2 - len(body), io.SEEK_CUR)
            sequential, components = marker in _SEQUENTIAL, body[5] if len(body) == 6 else 0
        elif marker == SOS:
            first = file.read(1)
            file.seek(length - 3, io.SEEK_CUR)
            count += 1
            if count > MAX_SCANS:
                return True
            if count == 1 and sequential and first == bytes([components]):
                return False  # all of the picture; decoders stop behind it
            if count == 1 and not _may_have_many(file):
                return False
        else:
            file.seek(length - 2, io.SEEK_CUR)
    return False


def _may_have_many(file: BinaryIO) -> bool:
    """Whether the two bytes of a scan's marker stand in the rest of a file so often: about as fast as reading
    it, and no for all but odd files. The place in the file stays."""
    back, count, last = file.tell(), 0, b""
    while chunk := file.read(_CHUNK):
        count += chunk.count(_SCAN) + (last + chunk[:1] == _SCAN)
        last = chunk[-1:]
    file.seek(back)
    return count >= MAX_SCANS


def _next_marker(file: BinaryIO) -> int | None:
    """The next one, behind the data of a scan or anything else; None at the end of the file."""
    size = _FIRST
    while chunk := file.read(size):
        size = min(_CHUNK, 4 * size)
        found = _MARKER.search(chunk)
        if found is not None:
            file.seek(found.end() - len(chunk), io.SEEK_CUR)
            return chunk[found.end() - 1]
        if chunk.endswith(b"\xff") and len(chunk) > 1:
            file.seek(-1, io.SEEK_CUR)
    return None
