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


def many_chunks_png(path: Path) -> None:
    """A million chunks of nothing."""
    _with_chunk(path, png_chunk(b"tIME", b"") * 1_000_000)


def many_chunks_behind_png(path: Path) -> None:
    """The same behind the pixels."""
    data = png_bytes(SMALL, 1)
    path.write_bytes(data[:-12] + png_chunk(b"tIME", b"") * 1_000_000 + data[-12:])


def many_markers_jpeg(path: Path) -> None:
    """A million comments of nothing."""
    data = jpeg_bytes(SMALL, 1)
    path.write_bytes(data[:2] + b"\xff\xfe\0\2" * 1_000_000 + data[2:])


def filled_jpeg(path: Path) -> None:
    """Millions of bytes that decoders skip one by one."""
    data = jpeg_bytes(SMALL, 1)
    path.write_bytes(data[:2] + b"\xff" * 15_000_000 + data[2:])


def many_boxes_jp2(path: Path) -> None:
    """A million boxes of nothing before the code."""
    buffer = io.BytesIO()
    Image.fromarray(SMALL).save(buffer, "JPEG2000")
    data = buffer.getvalue()
    path.write_bytes(data[:12] + b"\0\0\0\x08free" * 1_000_000 + data[12:])


def long_comment_ppm(path: Path) -> None:
    """A comment that is read letter by letter."""
    path.write_bytes(b"P6 #" + b"x" * 15_000_000 + b"\n8 8 255\n" + bytes(192))


def rational_exif_jpeg(path: Path) -> None:
    """A resolution of two million fractions."""
    count = 1_900_000
    entry = struct.pack("<HHII", 282, 5, count, 26)
    block = b"II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4) + struct.pack("<II", 1, 1) * count
    pieces = [b"Exif\0\0" + block[at : at + 65_000] for at in range(0, len(block), 65_000)]
    segments = b"".join(b"\xff\xe1" + struct.pack(">H", len(piece) + 2) + piece for piece in pieces)
    path.write_bytes(b"\xff\xd8" + segments + jpeg_bytes(SMALL, 1)[2:])


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


def jpeg_2000_code(exponent: int = 0, side: int = 16_500, *, layers: int = 1, of_one: bool = False) -> bytes:
    """A picture without boxes, cut at each ``2 ** exponent`` pixels; ``of_one``: only its first colour."""

    def segment(marker: int, body: bytes) -> bytes:
        return struct.pack(">HH", marker, len(body) + 2) + body

    usual, cut = bytes((0, 4, 4, 0, 1)), bytes((0, 0, 0, 0, 1, exponent * 17))
    data = b"\xff\x4f" + segment(
        0xFF51, struct.pack(">HIIIIIIIIH", 0, side, side, 0, 0, side, side, 0, 0, 3) + b"\x07\x01\x01" * 3
    )
    first = bytes((not of_one, 0, *layers.to_bytes(2, "big"), 0)) + (usual if of_one else cut)
    data += segment(0xFF52, first) + segment(0xFF5C, b"\x40\x40")
    part = segment(0xFF53, b"\0\1" + cut) if of_one else b""
    part += b"\xff\x93" + bytes(64)
    return data + struct.pack(">HHHIBB", 0xFF90, 10, 0, 12 + len(part), 0, 1) + part + b"\xff\xd9"


def many_packets_j2k(path: Path) -> None:
    """65,535 layers of 12,000 precincts: a decoder asks for each, though the file has ended."""
    path.write_bytes(jpeg_2000_code(5, 2000, layers=65_535))


def many_blocks_j2k(path: Path) -> None:
    """Six million blocks in two megapixels."""
    path.write_bytes(jpeg_2000_code(0, 1414))


def _tiff_of_holes(path: Path, *changed: tuple[int, int, int, int]) -> None:
    """64 x 64 pixels in half a gigabyte of holes: tag, type, numbers and value or place of what is odd."""
    short, long = 3, 4
    entries = {
        256: (short, 1, 64), 257: (short, 1, 64), 258: (short, 1, 8), 259: (short, 1, 1), 262: (short, 1, 1),
        273: (long, 1, 4096), 277: (short, 1, 1), 278: (short, 1, 64), 279: (long, 1, 4096),
    }  # fmt: skip
    entries |= {tag: rest for tag, *rest in changed}  # type: ignore[misc]
    packed = b"".join(struct.pack("<HHII", tag, *rest) for tag, rest in sorted(entries.items()))
    path.write_bytes(b"II*\0" + struct.pack("<IH", 8, len(entries)) + packed + bytes(4))
    os.truncate(path, 500 << 20)


def many_places_tiff(path: Path) -> None:
    """200 million places of strips, in a type that no place has."""
    _tiff_of_holes(path, (273, 6, 200 << 20, 4096))


def many_long_places_tiff(path: Path) -> None:
    """100 million places of strips in the right type."""
    _tiff_of_holes(path, (273, 4, 100 << 20, 4096), (257, 4, 1, 400_000_000), (256, 3, 1, 1))


def many_bits_tiff(path: Path) -> None:
    """How many bits each of 100 million channels has."""
    _tiff_of_holes(path, (258, 6, 100 << 20, 1024))


def turned_tiff(path: Path) -> None:
    """The same with the number of the format the wrong way round, which decoders read."""
    many_bits_tiff(path)
    data = path.read_bytes()[:200]
    short = b"MM*\0" + struct.pack(">IH", 8, 9)
    entries = [struct.unpack("<HHII", data[at : at + 12]) for at in range(10, 118, 12)]
    numbers = [(*e[:3], e[3] << 16) if e[1] == 3 else e for e in entries]
    path.write_bytes(short + b"".join(struct.pack(">HHII", *e) for e in numbers) + bytes(4))
    os.truncate(path, 500 << 20)


def many_entries_tiff(path: Path) -> None:
    """Two million tags of nothing."""
    path.write_bytes(b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 2_000_000))
    os.truncate(path, 500 << 20)


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
    "holes.jpg": holes, "chunks.png": many_chunks_png, "chunks behind.png": many_chunks_behind_png,
    "markers.jpg": many_markers_jpeg, "filled.jpg": filled_jpeg, "boxes.jp2": many_boxes_jp2,
    "places.tif": many_places_tiff, "long places.tif": many_long_places_tiff, "bits.tif": many_bits_tiff,
    "turned.tif": turned_tiff, "entries.tif": many_entries_tiff, "packets.j2k": many_packets_j2k,
    "blocks.j2k": many_blocks_j2k, "comment.ppm": long_comment_ppm, "rational.jpg": rational_exif_jpeg,
}  # fmt: skip
"""Files, by the name under which they are tried."""

NO_FILES: dict[str, Callable[[Path], None]] = {
    "pipe.jpg": pipe, "zero.jpg": link_to_zero, "terminal.jpg": link_to_terminal,
    "itself.jpg": link_to_itself, "folder.jpg": folder, "socket.jpg": listening,
}  # fmt: skip
"""What is there under the name of a picture and is none."""
