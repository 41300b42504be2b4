"""Picture files written byte by byte or by OpenCV: another hand than the one that reads them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.generic]


def as_stored(upright: Pixels, orientation: int) -> Pixels:
    """The pixels as a camera stores them that says this orientation, after the table of the EXIF standard."""
    stored = {
        1: upright,
        2: upright[:, ::-1],  # row 0 is the top, column 0 the right side
        3: upright[::-1, ::-1],  # bottom, right
        4: upright[::-1],  # bottom, left
        5: upright.swapaxes(0, 1),  # row 0 is the left side, column 0 the top
        6: upright.swapaxes(0, 1)[::-1],  # right side, top
        7: upright.swapaxes(0, 1)[::-1, ::-1],  # right side, bottom
        8: upright.swapaxes(0, 1)[:, ::-1],  # left side, bottom
    }[orientation]
    return np.ascontiguousarray(stored)


def tiff_bytes(
    pixels: Pixels,
    orientation: int = 1,
    *,
    order: str = "<",
    big: bool = False,
    deflate: bool = False,
    pages: int = 1,
) -> bytes:
    """An uncompressed or deflated TIFF or BigTIFF, HxW or HxWxC of any number type, as many equal pages."""
    samples = 1 if pixels.ndim == 2 else pixels.shape[2]
    kind = {"u": 1, "i": 2, "f": 3}[pixels.dtype.kind]
    data = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
    data = zlib.compress(data) if deflate else data
    bits = 8 * pixels.dtype.itemsize
    word, count_of = ("Q", "Q") if big else ("I", "H")
    out = bytearray((b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if big else 42))
    if big:
        out += struct.pack(order + "HH", 8, 0)
    link = len(out)
    out += struct.pack(order + word, 0)
    for _ in range(pages):
        strip = len(out)
        out += data + b"\0" * (len(data) % 2)
        lists = len(out)
        out += struct.pack(f"{order}{samples}H", *[bits] * samples) + struct.pack(
            f"{order}{samples}H", *[kind] * samples
        )
        out += b"\0" * (len(out) % 2)
        entries: list[tuple[int, int, int, int | None]] = [
            (256, 4, 1, pixels.shape[1]), (257, 4, 1, pixels.shape[0]), (258, 3, samples, lists),
            (259, 3, 1, 8 if deflate else 1), (262, 3, 1, 2 if samples >= 3 else 1), (273, 4, 1, strip),
            (274, 3, 1, orientation), (277, 3, 1, samples), (278, 4, 1, pixels.shape[0]),
            (279, 4, 1, len(data)), (284, 3, 1, 1), (339, 3, samples, lists + 2 * samples),
        ]  # fmt: skip
        if samples in (2, 4):
            entries.insert(-1, (338, 3, 1, 2))
        struct.pack_into(order + word, out, link, len(out))
        out += struct.pack(order + count_of, len(entries))
        for tag, code, count, value in entries:
            size = {3: 2, 4: 4}[code] * count
            room = 8 if big else 4
            if tag in (258, 339) and size <= room:  # the numbers themselves fit
                number = bits if tag == 258 else kind
                field = struct.pack(f"{order}{count}H", *[number] * count)
            elif tag in (258, 339):
                field = struct.pack(order + word, value)
            else:
                field = struct.pack(order + {3: "H", 4: "I"}[code], value)
            out += struct.pack(order + "HH" + word, tag, code, count) + field.ljust(room, b"\0")
        link = len(out)
        out += struct.pack(order + word, 0)
    return bytes(out)


_WHOLE_COLOURS = (cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444)
"""Colours at half the size would lie elsewhere in a turned file."""


def exif_block(orientation: int, order: str = "<") -> bytes:
    """An EXIF block that says nothing but the orientation."""
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8)
    return head + struct.pack(order + "HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)


def jpeg_bytes(pixels: Pixels, orientation: int) -> bytes:
    """OpenCV's JPEG, uint8 HxW or HxWx3, with an EXIF segment."""
    data = _encode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, 100, *_WHOLE_COLOURS))
    block = b"Exif\0\0" + exif_block(orientation)
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]


def png_bytes(pixels: Pixels, orientation: int, *, behind: bool = False) -> bytes:
    """OpenCV's PNG, uint8 or uint16, with an EXIF chunk before the pixels or ``behind`` them."""
    data = _encode(".png", pixels)
    at = len(data) - 12 if behind else 33
    return data[:at] + png_chunk(b"eXIf", exif_block(orientation)) + data[at:]


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def webp_bytes(pixels: Pixels, orientation: int) -> bytes:
    """OpenCV's lossless WebP, uint8 HxWx3, with an EXIF chunk."""
    simple = _encode(".webp", pixels, (cv2.IMWRITE_WEBP_QUALITY, 101))
    height, width = pixels.shape[:2]
    block = exif_block(orientation)
    at = simple.index(b"VP8L")
    stream = simple[at : at + 8 + int.from_bytes(simple[at + 4 : at + 8], "little")]
    stream += b"\0" * (len(stream) % 2)
    size = lambda side: (side - 1).to_bytes(3, "little")  # noqa: E731
    extended = b"VP8X" + struct.pack("<I", 10) + bytes([0x08, 0, 0, 0]) + size(width) + size(height)
    exif = b"EXIF" + struct.pack("<I", len(block)) + block + b"\0" * (len(block) % 2)
    body = b"WEBP" + extended + stream + exif
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _encode(suffix: str, pixels: Pixels, options: Sequence[int] = ()) -> bytes:
    bgr = pixels if pixels.ndim == 2 else pixels[:, :, ::-1]
    done, data = cv2.imencode(suffix, np.ascontiguousarray(bgr), list(options))
    assert done
    return bytes(data.tobytes())
