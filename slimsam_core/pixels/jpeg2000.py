"""How a JPEG 2000 picture is cut up, read from the headers of its code (ISO 15444-1, annex A).

A decoder keeps some hundred bytes for each block of a tile before it has seen one. A file of 150 bytes can
ask for one for each pixel: 550 bytes a pixel, where the picture has 3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from slimsam_core.pixels.picture_pieces import code_place

BLOCK_BYTES = 600
"""Of memory for each block: what was measured is 546."""
MAX_BLOCKS = 4_000_000
"""Of a whole picture: 500 megapixels of three colours in blocks of 32 x 32 have 2 million."""
MAX_PACKETS = 20_000_000
"""Of a whole picture: a decoder asks for one in each layer of each precinct, also where the file has ended.
With 20 layers 500 megapixels in precincts of 64 x 64 have half as many."""
_CODE = b"\xff\x4f\xff\x51"
_SIZES = struct.Struct(">HHHIIIIIIIIH")
"""Marker, length and kind; size and place of the picture and of its tiles; the number of colours."""
_COD, _COC, _SOT, _SOD, _EOC = 0xFF52, 0xFF53, 0xFF90, 0xFF93, 0xFFD9
_OTHERS = frozenset({0xFF50, *range(0xFF55, 0xFF64), 0xFF64, *range(0xFF74, 0xFF7A)})
"""Markers with a length that say nothing of blocks; behind all others a decoder looks for what it knows."""
_MAX_PARTS = 300_000
"""Parts of tiles: 500 megapixels in tiles of 256 x 256 have 8,000 tiles, each in some ten parts."""
_MAX_LEVELS = 32
"""Times that a picture is halved, by the standard."""
_PART_HEAD = 14
"""Bytes of the shortest part."""


@dataclass(frozen=True)
class Cuts:
    """Into what a picture is cut."""

    tile_area: int
    """Pixels of a tile; tiles are decoded one after the other."""
    tile_blocks: int
    """Blocks of the tile that has most, if all colours of all tiles were cut as finely as the finest."""
    blocks: int
    """The same of all tiles."""
    packets: int
    """Precincts of all tiles, counted in the same way, times the layers."""


@dataclass(frozen=True)
class _Style:
    """Exponents of two: sides of blocks, and of precincts for each halved size, the smallest first."""

    block: tuple[int, int]
    precincts: tuple[tuple[int, int], ...]

    def packets(self, width: int, height: int) -> int:
        """Precincts of one colour of a tile."""
        levels = len(self.precincts) - 1
        return sum(
            _parts(_parts(width, levels - level), across) * _parts(_parts(height, levels - level), down)
            for level, (across, down) in enumerate(self.precincts)
        )

    def blocks(self, width: int, height: int) -> int:
        """Of one colour of a tile, at least one for each band of each precinct."""
        total = 0
        for level, exponents in enumerate(self.precincts):
            cuts = 3 if level else 1  # bands
            for whole, precinct, block in zip((width, height), exponents, self.block, strict=True):
                side = _parts(whole, len(self.precincts) - 1 - level)
                inner = max(0, precinct - 1) if level else precinct
                cuts *= max(_parts(side, precinct), _parts(_parts(side, min(level, 1)), min(block, inner)))
            total += cuts
        return total


def read_cuts(file: BinaryIO) -> Cuts | None:
    """Of a file at any place; None when it is no JPEG 2000 picture. Raises ValueError for a code that
    decoders could read otherwise than it is read here."""
    file.seek(0)
    place = 0 if file.read(len(_CODE)) == _CODE else code_place(file)
    if place is None:
        return None
    file.seek(place + 2)
    head = file.read(_SIZES.size)
    if len(head) < _SIZES.size:
        return None
    _, length, _, right, bottom, _, _, across, down, left, top, colours = _SIZES.unpack(head)
    if not across or not down:
        return None
    width, height = min(right, across), min(bottom, down)
    tiles = max(1, -(-(right - left) // across) * -(-(bottom - top) // down))
    styles: set[_Style] = set()
    layers = 1
    for marker, body in _segments(file, place + 4 + length):
        if (found := _style(marker, body, colours > 256)) is not None:
            styles.add(found)
        if marker == _COD:
            layers = max(layers, int.from_bytes(body[2:4], "big"))
    most = max((style.blocks(width, height) for style in styles), default=0) * colours
    packets = max((style.packets(width, height) for style in styles), default=0) * colours * layers
    return Cuts(width * height, most, most * tiles, packets * tiles)


def _parts(count: int, exponent: int) -> int:
    """Of a side, cut at each ``2 ** exponent``."""
    return (count + (1 << exponent) - 1) >> exponent


def _segments(file: BinaryIO, at: int) -> Iterator[tuple[int, bytes]]:
    """Markers and what they say: of the whole picture, then of each part of a tile. Raises ValueError."""
    file.seek(at)
    parts, end = 0, 0
    while len(head := file.read(2)) == 2:
        marker = int.from_bytes(head, "big")
        if marker == _SOD and end > file.tell():
            file.seek(end)
            continue
        if marker in (_SOD, _EOC):
            return
        start = file.tell() - 2
        length = int.from_bytes(file.read(2), "big")
        body = file.read(max(0, length - 2))
        if marker == _SOT and len(body) >= 8:
            parts += 1
            size = int.from_bytes(body[2:6], "big")
            end = start + size if size >= _PART_HEAD else 0
        elif marker not in _OTHERS and marker not in (_COD, _COC):
            raise ValueError("its code has a part that is not known")
        if parts > _MAX_PARTS:
            raise ValueError("its tiles are cut into too many parts")
        yield marker, body


def _style(marker: int, body: bytes, many_colours: bool) -> _Style | None:
    """Of a marker that says how tiles, or one colour of them, are cut; None of others and of odd ones."""
    if marker not in (_COD, _COC):
        return None
    at = 0 if marker == _COD else 1 + many_colours
    rest = body[5:] if marker == _COD else body[at + 1 :]
    if len(rest) < 5 or rest[0] > _MAX_LEVELS:
        return None
    sizes = rest[0] + 1
    said = rest[5 : 5 + sizes] if body[at] & 1 else b"\xff" * sizes
    if len(said) < sizes:
        return None
    return _Style(((rest[1] & 15) + 2, (rest[2] & 15) + 2), tuple((value & 15, value >> 4) for value in said))
