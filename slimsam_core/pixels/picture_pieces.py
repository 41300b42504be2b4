"""How many pieces a picture file consists of, counted before a decoder goes through them one by one.

JPEG, PNG and JPEG 2000 files are rows of segments, chunks or boxes, each with its length. One can have 4 to
12 bytes: a file of a few megabytes holds a million, and Pillow takes 20 s for these.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from slimsam_core.pixels.jpeg_scans import JPEG, SOS

MAX_PIECES = 10_000
"""Beside the pixels; a photograph has some dozens, and films of PNG files two for each frame."""
MAX_PIXEL_PIECES = 200_000
"""500 megapixels in pieces of 8 KiB, as most programs write them."""
MAX_EXIF_BYTES = 1 << 20
"""Of all EXIF blocks of a JPEG file: one has at most 64 KiB, and no program writes two."""
_MAX_STEPS = 50_000
"""Bytes of a JPEG file that belong to no segment; decoders skip them one by one."""
_ALONE = frozenset({0xC8, *range(0xD0, 0xDA), *range(0xF0, 0xFE)})
"""Markers (ITU T.81, table B.1) behind which decoders look for no length."""
_APP1 = 0xE1
_PNG, _BOXES = b"\x89PNG\r\n\x1a\n", b"\0\0\0\x0cjP  \r\n\x87\n"
_PIXELS = frozenset({b"IDAT", b"fdAT"})
_CODE_BOX = b"jp2c"


def too_many_pieces(file: BinaryIO) -> bool:
    """Whether more pieces than a picture has stand before its pixels. The file is then at its beginning."""
    file.seek(0)
    head = file.read(len(_BOXES))
    if head.startswith(_PNG):
        crowded = _crowded_png(file, whole=False)
    elif head.startswith(JPEG):
        crowded = _crowded_jpeg(file)
    else:
        crowded = head == _BOXES and code_place(file) is None
    file.seek(0)
    return crowded


def too_many_chunks(file: BinaryIO) -> bool:
    """The same of a whole PNG file, which is gone through when its pixels are decoded; of no other file."""
    file.seek(0)
    return file.read(len(_PNG)) == _PNG and _crowded_png(file, whole=True)


def _crowded_png(file: BinaryIO, whole: bool) -> bool:
    beside = pixels = 0
    for name in _chunks(file):
        if name in _PIXELS:
            if not whole:
                return False
            pixels += 1
        else:
            beside += 1
        if beside > MAX_PIECES or pixels > MAX_PIXEL_PIECES:
            return True
    return False


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """Their names, without that of the last one."""
    file.seek(len(_PNG))
    while len(head := file.read(8)) == 8 and head[4:] != b"IEND":
        yield head[4:]
        file.seek(int.from_bytes(head[:4], "big") + 4, io.SEEK_CUR)


def _crowded_jpeg(file: BinaryIO) -> bool:
    """Steps as Pillow takes them, until the pixels or the first that no decoder takes."""
    file.seek(len(JPEG))
    pieces = steps = exif = 0
    in_marker = False
    while pieces <= MAX_PIECES and steps <= _MAX_STEPS and exif <= MAX_EXIF_BYTES:
        byte, steps = file.read(1), steps + 1
        if not byte or (in_marker and byte[0] == SOS):
            return False
        if byte == b"\xff" or not in_marker:
            in_marker = byte == b"\xff"
            continue
        in_marker = False
        pieces += byte != b"\0"
        if byte == b"\0" or byte[0] in _ALONE:
            continue
        length = int.from_bytes(file.read(2), "big")
        start = file.tell()
        if byte[0] == _APP1 and file.read(4) == b"Exif":
            exif += length
        file.seek(start + max(0, length - 2))
    return True


def code_place(file: BinaryIO) -> int | None:
    """Where the code of a JPEG 2000 picture begins in a file of boxes (ISO 15444-1, annex I); None where it
    is not among the first ``MAX_PIECES``."""
    at = 0
    for _ in range(MAX_PIECES):
        file.seek(at)
        head = file.read(16)
        length, start = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, start = int.from_bytes(head[8:16], "big"), 16
        if head[4:8] == _CODE_BOX:
            return at + start
        if length < start or len(head) < 8:
            return None
        at += length
    return None


def png_exif(file: BinaryIO) -> bytes | None:
    """The EXIF block of a PNG file, also one behind the pixels."""
    back = file.tell()
    try:
        file.seek(8)
        for _ in range(MAX_PIXEL_PIECES):
            head = file.read(8)
            length = int.from_bytes(head[:4], "big")
            if len(head) < 8 or head[4:] == b"IEND":
                return None
            if head[4:] == b"eXIf":
                return file.read(length) if length <= MAX_EXIF_BYTES else None
            file.seek(length + 4, io.SEEK_CUR)
        return None
    finally:
        file.seek(back)
