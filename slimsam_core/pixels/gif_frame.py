"""The first picture of a GIF file without the comments around it, of which there may be any number."""

from __future__ import annotations

from typing import BinaryIO

_MAX_BYTES = 256 << 20
"""Of the first picture: 65,535 x 65,535 pixels in one colour take less."""
_MAX_JUNK = 1 << 16
"""Bytes between two blocks that belong to none."""
_EXTENSION, _IMAGE, _TRAILER, _CONTROL = 0x21, 0x2C, 0x3B, 0xF9


def first_frame(file: BinaryIO) -> tuple[bytes, bool]:
    """A GIF file of the first picture alone, and whether others follow it. Raises ValueError: it is too long.

    What is cut off stays cut off: the decoder tells.
    """
    file.seek(0)
    head = file.read(13)
    kept = bytearray(head)
    if len(head) == 13:
        kept += _colours(file, head[10])
    junk, control = 0, b""
    while (mark := file.read(1)) and mark[0] != _TRAILER:
        if mark[0] == _EXTENSION:
            label = file.read(1)
            wanted = bytes(label) == bytes([_CONTROL])
            data = _blocks(file, keep=wanted)
            control = mark + label + data if wanted else control
        elif mark[0] == _IMAGE:
            place = file.read(9)
            kept += control + mark + place
            if len(place) == 9:
                kept += _colours(file, place[8]) + file.read(1) + _blocks(file, keep=True)
            return bytes(kept) + bytes([_TRAILER]), _another(file)
        else:
            junk += 1
            if junk > _MAX_JUNK:
                break
    return bytes(kept), False


def _colours(file: BinaryIO, flags: int) -> bytes:
    return file.read(3 << ((flags & 7) + 1)) if flags & 0x80 else b""


def _blocks(file: BinaryIO, *, keep: bool) -> bytes:
    """The chain of blocks that begins here, with its end."""
    kept = bytearray()
    while length := file.read(1):
        data = file.read(length[0])
        if keep:
            kept += length + data
            if len(kept) > _MAX_BYTES:
                raise ValueError("its first frame is too long")
        if not length[0]:
            break
    return bytes(kept)


def _another(file: BinaryIO) -> bool:
    """Whether another picture comes; what is not clear within some blocks counts as none."""
    for _ in range(64):  # a picture has one control block and seldom a comment before it
        mark = file.read(1)
        if not mark or mark[0] == _TRAILER:
            return False
        if mark[0] == _IMAGE:
            return True
        if mark[0] == _EXTENSION:
            file.read(1)
            _blocks(file, keep=False)
    return False
