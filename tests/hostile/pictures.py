"""Generators of picture files that mean harm or are merely absurd; each writes what it says to a path."""

from __future__ import annotations

import io
import os
import socket
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tests.hostile.bombs import inflating
from tests.pixels.picture_writers import jpeg_bytes, png_bytes, png_chunk, tiff_bytes

SMALL = np.full((8, 8, 3), 127, np.uint8)


def postscript(path: Path) -> None:
    """Starts a program in those who hand it to Ghostscript."""
    path.write_text(
        "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\n"
        "(%pipe%touch pwned) (w) file closefile\nshowpage\n%%EOF\n"
    )


def postscript_in_tiff_clothes(path: Path) -> None:
    """The binary header of DOS EPS files."""
    body = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n"
    path.write_bytes(struct.pack("<IIIIIIIH", 0xC6D3D0C5, 32, len(body), 0, 0, 0, 0, 0xFFFF) + b"\0\0" + body)


def bits_png(path: Path, side: int = 22_000) -> None:
    """484 megapixels of one bit each: 60 MB of rows, a few tens of kilobytes on disk."""
    data = inflating(0, side * (1 + (side + 7) // 8))  # each row begins with the number of its filter
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)


def endless_png(path: Path) -> None:
    """Claims 2,147,483,647 x 2,147,483,647 pixels."""
    header = struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(b""))
    )


def text_bomb_png(path: Path) -> None:
    """A compressed comment of 1 GB."""
    _with_chunk(path, png_chunk(b"zTXt", b"Comment\0\0" + inflating(0, 1 << 30)))


def icc_bomb_png(path: Path) -> None:
    """A compressed colour profile of 1 GB."""
    _with_chunk(path, png_chunk(b"iCCP", b"icc\0\0" + inflating(0, 1 << 30)))


def many_texts_png(path: Path) -> None:
    """Two hundred thousand comments."""
    _with_chunk(path, png_chunk(b"tEXt", b"Comment\0" + b"x" * 100) * 200_000)


def _with_chunk(path: Path, chunk: bytes) -> None:
    data = png_bytes(SMALL, 1)
    path.write_bytes(data[:33] + chunk + data[33:])


def long_comment_gif(path: Path) -> None:
    """A comment of 40 MB in blocks of 255 bytes, which takes hours to those who add them up one by one."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6)
    comment = b"\x21\xfe" + (b"\xff" + b"x" * 255) * 160_000 + b"\0"
    path.write_bytes(
        head + comment + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0\x3b"
    )


def many_segments_jpeg(path: Path) -> None:
    """EXIF of 48 MB in segments of 64 kB."""
    segment = b"\xff\xe1" + struct.pack(">H", 65_535) + b"Exif\0\0" + bytes(65_527)
    data = jpeg_bytes(SMALL, 1)
    path.write_bytes(data[:2] + segment * 750 + data[2:])


def many_comments_jpeg(path: Path) -> None:
    """Comments of 48 MB."""
    segment = b"\xff\xfe" + struct.pack(">H", 65_535) + bytes(65_533)
    data = jpeg_bytes(SMALL, 1)
    path.write_bytes(data[:2] + segment * 750 + data[2:])


def jpeg_of_scans(count: int, side: int = 8000, *, progressive: bool = True) -> bytes:
    """A grey JPEG picture that is drawn over itself, ten bytes for each time."""
    buffer = io.BytesIO()
    Image.new("L", (16, 16), 127).save(buffer, "JPEG", progressive=progressive)
    data = bytearray(buffer.getvalue())
    at = data.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", side, side)
    scan = b"\xff\xda\0\x08\x01\x01\0\0\0\0"
    return bytes(data[: data.index(b"\xff\xda")]) + scan * count + b"\xff\xd9"


def many_scans_jpeg(path: Path) -> None:
    """A hundred thousand scans of 64 megapixels: an hour for those who decode them."""
    path.write_bytes(jpeg_of_scans(100_000))


def holes(path: Path) -> None:
    """A whole picture, and behind it a terabyte of nothing."""
    path.write_bytes(jpeg_bytes(SMALL, 1))
    with path.open("r+b") as file:
        file.truncate(1 << 40)


def many_scans_in_the_preview(path: Path) -> None:
    """The same in the small picture that cameras put before the pixels."""
    small = jpeg_of_scans(6_000, 640)
    data = jpeg_bytes(SMALL, 1)
    entries = struct.pack("<HHII", 513, 4, 1, 44) + struct.pack("<HHII", 514, 4, 1, len(small))
    block = b"II*\0" + struct.pack("<IHI", 8, 0, 14) + struct.pack("<H", 2) + entries + struct.pack("<I", 0)
    exif = b"Exif\0\0" + block + small
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:])


def broken_exif_jpeg(path: Path) -> None:
    """An EXIF block that points to itself and to nowhere."""
    data = bytearray(jpeg_bytes(SMALL, 6))
    at = data.index(b"Exif\0\0") + 6
    data[at + 4 : at + 8] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(bytes(data))


def looping_tiff(path: Path) -> None:
    """Its first page is followed by its first page."""
    data = bytearray(tiff_bytes(SMALL, 1))
    first = struct.unpack("<I", data[4:8])[0]
    struct.pack_into("<I", data, len(data) - 4, first)
    path.write_bytes(bytes(data))


def greedy_tiff(path: Path) -> None:
    """A tag of four thousand million numbers."""
    data = bytearray(tiff_bytes(SMALL, 1))
    at = data.rindex(struct.pack("<HHI", 258, 3, 3))
    struct.pack_into("<HHII", data, at, 700, 12, 0xFFFFFFFF, 8)
    path.write_bytes(bytes(data))


def wide_tiff(path: Path) -> None:
    """Claims 4,000,000,000 columns of 64-bit floats."""
    data = bytearray(tiff_bytes(np.zeros((2, 2, 3), np.float64), 6))
    at = data.rindex(struct.pack("<HHI", 256, 4, 1))
    struct.pack_into("<I", data, at + 8, 4_000_000_000)
    path.write_bytes(bytes(data))


def large_float_tiff(path: Path) -> None:
    """Claims 490 megapixels of three floats and has none."""
    data = bytearray(tiff_bytes(np.zeros((2, 2, 3), np.float32), 1))
    for tag, side in ((256, 22_000), (257, 22_000)):
        at = data.rindex(struct.pack("<HHI", tag, 4, 1))
        struct.pack_into("<I", data, at + 8, side)
    path.write_bytes(bytes(data))


def pipe(path: Path) -> None:
    """A named pipe that nobody writes to."""
    os.mkfifo(path)


def link_to_zero(path: Path) -> None:
    """A link to a device without an end."""
    path.symlink_to("/dev/zero")


def link_to_terminal(path: Path) -> None:
    """A link to what a program reads from."""
    path.symlink_to("/dev/stdin")


def link_to_itself(path: Path) -> None:
    """A link to itself."""
    path.symlink_to(path.name)


def folder(path: Path) -> None:
    """A folder with the name of a picture."""
    path.mkdir()


def listening(path: Path) -> None:
    """A socket."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(path))  # names of sockets must be short


HARMFUL: dict[str, Callable[[Path], None]] = {
    "postscript.jpg": postscript, "postscript.eps.png": postscript, "dos eps.tif": postscript_in_tiff_clothes,
    "endless.png": endless_png, "text bomb.png": text_bomb_png, "icc bomb.png": icc_bomb_png,
    "many texts.png": many_texts_png, "comment.gif": long_comment_gif, "segments.jpg": many_segments_jpeg,
    "comments.jpg": many_comments_jpeg, "exif.jpg": broken_exif_jpeg, "loop.tif": looping_tiff,
    "greedy.tif": greedy_tiff, "wide.tif": wide_tiff, "floats.tif": large_float_tiff,
    "scans.jpg": many_scans_jpeg, "preview.jpg": many_scans_in_the_preview,
    "holes.jpg": holes,
}  # fmt: skip
"""Files, by the name under which they are tried."""

NO_FILES: dict[str, Callable[[Path], None]] = {
    "pipe.jpg": pipe, "zero.jpg": link_to_zero, "terminal.jpg": link_to_terminal,
    "itself.jpg": link_to_itself, "folder.jpg": folder, "socket.jpg": listening,
}  # fmt: skip
"""What is there under the name of a picture and is none."""
