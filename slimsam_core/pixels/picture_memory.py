"""How much memory decoding a picture takes, told before it is decoded.

A file of 34 bytes can say that it has 268 megapixels, and what a decoder holds meanwhile is up to 80 bytes
for each of them where the picture itself has 3. The figures are what the decoders hold at most: they were
measured.
"""

from __future__ import annotations

import os

from slimsam_core.files.shards import descriptor_of
from slimsam_core.pixels.jpeg2000 import BLOCK_BYTES, MAX_BLOCKS, MAX_PACKETS, Cuts, read_cuts
from slimsam_core.pixels.picture_file import OpenPicture

FIXED_BYTES = 64 << 20
"""What a conversion in strips and the decoders' own tables take, whatever the size of the picture."""
_RGB = 3
"""Bytes of a pixel of the picture that is made."""
_OF_MODE = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2}
"""Bytes that Pillow keeps of a pixel; 4 in all other modes."""
_IN_ANY_MODE = 4
_WIDE = frozenset({"I", "F"})
"""Modes of 32 bits."""
_WHOLE_FRAMES = {"WEBP": 16, "AVIF": 16, "HEIF": 16}
"""Bytes a pixel of decoders that keep whole frames beside the picture: WebP two canvases of four, their bytes
and Pillow's copy; AVIF and HEIC planes of up to 16 bits and the same."""
_OF_FRAME = 8
"""Bytes a pixel of an AVIF frame that is larger than the picture: three planes of 16 bits, and some more."""
_OF_NUMBER = {"JPEG": 2, "TIFF": 1, "JPEG2000": 6}
"""Bytes of each number that is kept until all is decoded: the coefficients of a progressive JPEG picture, a
TIFF picture in one strip, a tile of JPEG 2000 (32 bits to compute with, up to 16 as they come out)."""
_TILED = frozenset({"JPEG2000"})
"""Formats of which a tile at a time is kept so."""
_LINE_STEP, _POINTER = 4, 8
"""Bytes; they count in a picture of one pixel's width and 400 million lines."""
_ARRAYS = 3
"""Arrays of the values as they are stored that a picture of more than 8 bits goes through."""


def decoding_bytes(opened: OpenPicture, deep: bool) -> int:
    """Bytes of memory, at most, for decoding a picture whose header was read to RGB of 8 bits.

    ``deep`` says that it has more than 8 bits a channel. Raises OSError, ValueError.
    """
    image, area = opened.image, opened.stored.area
    form = str(image.format) if image is not None else ""
    if form in _WHOLE_FRAMES:
        scaled = (opened.decoded_area - area) * _OF_FRAME
        return FIXED_BYTES + area * _WHOLE_FRAMES[form] + scaled
    bands = len(image.getbands()) if image is not None else 0
    kept = _OF_MODE.get(image.mode, _IN_ANY_MODE) if image is not None else 0
    cuts = _cuts(opened)
    together = min(area, cuts.tile_area or area) if cuts is not None else area
    decoding = max(together * bands * _OF_NUMBER.get(form, 0), _tiff_tile(opened))
    decoding += cuts.tile_blocks * BLOCK_BYTES if cuts is not None else 0
    return FIXED_BYTES + _kept(opened, kept) + max(decoding, area * (_RGB + _values(opened, deep)))


def _kept(opened: OpenPicture, each: int) -> int:
    """What Pillow holds: lines that are filled up to whole words, and where each begins."""
    line = -(-opened.stored.width * each // _LINE_STEP) * _LINE_STEP
    return opened.stored.height * (line + _POINTER) if each else 0


def _tiff_tile(opened: OpenPicture) -> int:
    """Bytes of one tile, which is decoded whole, however little of it the picture shows."""
    tiff = opened.tiff
    if tiff is None:
        return 0
    return tiff.tile_area * (1 if tiff.planar else tiff.samples) * max(1, -(-tiff.bits // 8))


def _values(opened: OpenPicture, deep: bool) -> int:
    """Bytes a pixel of all arrays that values of more than 8 bits go through; 0 for others."""
    if not deep:
        return 0
    image, tiff = opened.image, opened.tiff
    bands = len(image.getbands()) if image is not None else 0
    if tiff is not None:
        return _ARRAYS * max(tiff.samples, bands) * max(1, tiff.bits // 8)
    return _ARRAYS * bands * (4 if image is not None and image.mode in _WIDE else 2)


def check_blocks(opened: OpenPicture) -> None:
    """Raises ValueError for a JPEG 2000 picture of so many blocks that decoding takes minutes; OSError."""
    cuts = _cuts(opened)
    if cuts is not None and cuts.blocks > MAX_BLOCKS:
        raise ValueError(f"it is cut into {cuts.blocks:,} blocks")
    if cuts is not None and cuts.packets > MAX_PACKETS:
        raise ValueError(f"it is cut into {cuts.packets:,} packets")


def _cuts(opened: OpenPicture) -> Cuts | None:
    """Of a JPEG 2000 picture; None of others and where the file does not tell."""
    if opened.image is None or opened.image.format not in _TILED:
        return None
    with os.fdopen(descriptor_of(opened.path), "rb") as file:
        return read_cuts(file)
