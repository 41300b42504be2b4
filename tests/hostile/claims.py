"""Pictures of a few bytes that say they have hundreds of megapixels, one or more of each promised format.

Some are whole, such as a JPEG file that says no more than "grey"; others end before their first pixel.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image

from tests.hostile.pictures import jpeg_2000_code, jpeg_of_scans
from tests.pixels.picture_writers import png_chunk

SIDE = 16_000
"""256 megapixels: under the limit of pixels, and decoding them takes 1.8 to 20 GB."""
LONG_SIDE = 22_000
"""484 megapixels, for formats that take little for each."""
TILE_SIDE = 20_000
"""Of a TIFF tile: libtiff takes up to two gigabytes for one."""


def _saved(form: str, mode: str = "RGB", side: int = 16, **options: object) -> bytearray:
    buffer = io.BytesIO()
    Image.new(mode, (side, side)).save(buffer, form, **options)
    return bytearray(buffer.getvalue())


def _riff(body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _riff_chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def lossless_webp() -> bytes:
    """34 bytes."""
    sides = (SIDE - 1) | ((SIDE - 1) << 14)
    return _riff(_riff_chunk(b"VP8L", b"\x2f" + struct.pack("<I", sides) + bytes(8)))


def lossy_webp() -> bytes:
    """44 bytes."""
    data = _saved("WEBP")
    at = data.index(b"\x9d\x01\x2a") + 3
    data[at : at + 4] = struct.pack("<HH", SIDE, SIDE)
    return bytes(data)


def animated_webp(side: int = LONG_SIDE) -> bytes:
    """A film of two frames of 8x8 pixels on a canvas that is none."""
    inner = bytes(_saved("WEBP", side=8, lossless=True)[12:])
    frame = bytes(6) + (7).to_bytes(3, "little") * 2 + (100).to_bytes(3, "little") + b"\0" + inner
    canvas = b"\x02\0\0\0" + (side - 1).to_bytes(3, "little") * 2
    return _riff(
        _riff_chunk(b"VP8X", canvas)
        + _riff_chunk(b"ANIM", bytes(6))
        + _riff_chunk(b"ANMF", frame)
        + _riff_chunk(b"ANMF", frame)
    )


def _said(data: bytearray, mark: bytes, behind: int, side: int) -> bytes:
    """The same file, which says another size."""
    at = data.index(mark) + behind
    data[at : at + 8] = struct.pack(">II", side, side)
    return bytes(data)


def webp_on_canvas(side: int, canvas: int) -> bytes:
    """A picture on a canvas of another size."""
    sides = bytes(4) + (canvas - 1).to_bytes(3, "little") * 2
    return _riff(_riff_chunk(b"VP8X", sides) + bytes(_saved("WEBP", side=side, lossless=True)[12:]))


def avif(side: int, said: int, mode: str = "RGB") -> bytes:
    """A frame of one size in a container that says another one."""
    return _said(_saved("AVIF", mode, side, speed=10), b"ispe", 8, said)


def jpeg_2000(tile: int = LONG_SIDE) -> bytes:
    """One tile, or as many as its side asks for."""
    data = _saved("JPEG2000")
    at = data.index(b"\xff\x51") + 6
    struct.pack_into(">IIIIIIII", data, at, LONG_SIDE, LONG_SIDE, 0, 0, tile, tile, 0, 0)
    at = data.index(b"ihdr") + 4
    struct.pack_into(">II", data, at, LONG_SIDE, LONG_SIDE)
    return bytes(data)


def jpeg(progressive: bool) -> bytes:
    """A whole picture of one grey."""
    return jpeg_of_scans(1, LONG_SIDE, progressive=progressive)


def png(bits: int, colours: int, interlaced: int = 0, sides: tuple[int, int] = (LONG_SIDE,) * 2) -> bytes:
    """A header and no pixels."""
    header = struct.pack(">IIBBBBB", *sides, bits, colours, 0, 0, interlaced)
    rows = png_chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + rows + png_chunk(b"IEND", b"")


def gif(screen: int = LONG_SIDE, frame: int = 1) -> bytes:
    """A screen with a frame on it that ends after its first pixel: 35 bytes."""
    head = b"GIF89a" + struct.pack("<HHBBB", screen, screen, 0x80, 0, 0) + bytes(6)
    return head + b"\x2c" + struct.pack("<HHHHB", 0, 0, frame, frame, 0) + b"\x02\x02\x44\x01\0\x3b"


def bmp(bits: int, packed: int, data: bytes = b"") -> bytes:
    """Rows that are packed (1 = runs of bytes) or missing."""
    palette = bytes(8) if bits <= 8 else b""
    start = 14 + 40 + len(palette)
    sizes = struct.pack("<IiiHHIIiiII", 40, LONG_SIDE, LONG_SIDE, 1, bits, packed, len(data), 0, 0, 2, 0)
    return b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + sizes + palette + data


def pnm(kind: str, deepest: str = " 255") -> bytes:
    """A line of text."""
    return f"{kind} {LONG_SIDE} {LONG_SIDE}{deepest}\n1".encode()


def tiff(packing: int, bits: int, samples: int, form: int = 1, tiles: bool = False) -> bytes:
    """One strip that holds all, of which eight bytes are there; or one tile, of which 64 x 64 pixels show."""
    each = struct.Struct(f"<{samples}H")
    long, short = 4, 3
    tags = {
        256: (long, LONG_SIDE), 257: (long, LONG_SIDE), 259: (short, packing),
        262: (short, 2 if samples > 2 else 1), 273: (long, 8), 277: (short, samples),
        278: (long, LONG_SIDE), 279: (long, 8), 284: (short, 1),
    }  # fmt: skip
    if tiles:
        place, length = tags.pop(273), tags.pop(279)
        tags |= {256: (long, 64), 257: (long, 64), 324: place, 325: length}
        tags |= {322: (long, TILE_SIDE), 323: (long, TILE_SIDE)}
    behind = 8 + 2 + 12 * (len(tags) + 2) + 4
    lists = {258: each.pack(*[bits] * samples), 339: each.pack(*[form] * samples)}
    entries, extra = [], b""
    for tag in sorted({**tags, **lists}):
        if tag in tags:
            kind, value = tags[tag]
            entries.append(struct.pack("<HHII", tag, kind, 1, value))
        elif each.size <= 4:
            entries.append(struct.pack("<HHI", tag, short, samples) + lists[tag].ljust(4, b"\0"))
        else:
            entries.append(struct.pack("<HHII", tag, short, samples, behind + len(extra)))
            extra += lists[tag]
    head = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries))
    return head + b"".join(entries) + bytes(4) + extra


_LZW, _JPEG, _DEFLATE, _FAX = 5, 7, 8, 4

CLAIMS: Mapping[str, Callable[[], bytes]] = {
    "lossless.webp": lossless_webp, "lossy.webp": lossy_webp, "film.webp": animated_webp,
    "canvas.webp": lambda: animated_webp(65_535),
    "tile.jp2": jpeg_2000, "tiles.jp2": lambda: jpeg_2000(1024), "tiny tiles.jp2": lambda: jpeg_2000(1),
    "cut small.j2k": jpeg_2000_code, "one cut small.j2k": lambda: jpeg_2000_code(of_one=True),
    "grey.jpg": lambda: jpeg(False), "grey in scans.jpg": lambda: jpeg(True),
    "deep.png": lambda: png(16, 6), "in passes.png": lambda: png(16, 2, 1), "grey.png": lambda: png(8, 0),
    "screen.gif": gif, "runs.bmp": lambda: bmp(8, 1, b"\0\2\xff\xff" * 500), "rows.bmp": lambda: bmp(24, 0),
    "colours.ppm": lambda: pnm("P6"), "text.ppm": lambda: pnm("P3"), "bits.ppm": lambda: pnm("P4", ""),
    "deep.pgm": lambda: pnm("P5", " 65535"),
    "raw.tif": lambda: tiff(1, 8, 3), "packed.tif": lambda: tiff(_LZW, 8, 3),
    "jpeg.tif": lambda: tiff(_JPEG, 8, 3), "deep.tif": lambda: tiff(_DEFLATE, 16, 3),
    "doubles.tif": lambda: tiff(_DEFLATE, 64, 4, 3), "fax.tif": lambda: tiff(_FAX, 1, 1),
}  # fmt: skip
"""Name of a file -> what is in it."""

INSIDE: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "larger frame.avif": ("holds a frame of 2000x2000", lambda: avif(2000, 64)),
    "smaller frame.avif": ("holds a frame of 16x16", lambda: avif(16, SIDE)),
    "larger opacity.avif": ("holds a frame of 2000x2000", lambda: avif(2000, 64, "RGBA")),
    "larger code.jp2": ("is damaged", lambda: _said(_saved("JPEG2000", side=2000), b"ihdr", 4, 64)),
    "larger picture.webp": ("is damaged", lambda: webp_on_canvas(2000, 64)),
    "larger frame.gif": ("22000x22000 pixels", lambda: gif(64, LONG_SIDE)),
    "larger tile.tif": ("GB are free", lambda: tiff(_DEFLATE, 16, 3, tiles=True)),
    "short lines.png": ("GB are free", lambda: png(8, 0, sides=(1, 400_000_000))),
}
"""Name of a file that holds another picture than it says -> what is said of it, what is in it."""


def write_claims(folder: Path) -> None:
    """All of them."""
    for name, content in CLAIMS.items():
        (folder / name).write_bytes(content())
