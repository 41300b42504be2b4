"""Pictures from disk: any common file -> RGB pixels as a person sees them, plus a hash of their content."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from slimsam_core.errors import ImageReadError
from slimsam_core.files.machine_memory import available_memory
from slimsam_core.files.shards import descriptor_of
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.levels import Levels, levels_of, to_rgb
from slimsam_core.pixels.picture_file import IMAGE_SUFFIXES as IMAGE_SUFFIXES
from slimsam_core.pixels.picture_file import MAX_IMAGE_PIXELS as MAX_IMAGE_PIXELS
from slimsam_core.pixels.picture_file import (
    OpenPicture,
    check_length,
    check_pixels,
    check_scans,
    open_picture,
    read_error,
    whole_file,
)
from slimsam_core.pixels.picture_memory import check_blocks, decoding_bytes

__all__ = ["LoadedImage", "file_hash", "image_size", "read_image"]

RgbImage = NDArray[np.uint8]

LARGE_BYTES = 512 << 20
"""Pictures whose decoding takes more memory are decoded one at a time, and only when that much is free: 60
megapixels of a photograph, 27 of WebP."""
_STRIP_PIXELS = 4_000_000
"""Pixels that are converted at a time: what a conversion needs on top stays under 50 MB."""
_NARROW = 64
"""Pixels; each line of a strip takes Pillow a pointer and a whole word, however few pixels it has."""
_SPARED = 256 << 20
"""Bytes of memory that a picture must leave to others."""

_large = threading.Lock()
_CHOSEN = 8
"""Times the side of a small picture that a large one is scaled down to first, without a copy of all of it."""


@dataclass(frozen=True, eq=False, kw_only=True)
class LoadedImage:
    """A decoded picture. ``rgb`` is uint8 HxWx3, read-only, EXIF orientation applied."""

    rgb: RgbImage
    exif_orientation: int
    """The EXIF tag as found, 1..8; 1 = upright."""
    levels: Levels | None = None
    """The values themselves where there are more than 8 bits: for the screen; the model sees ``rgb``."""
    several: bool = False
    """The file holds more pages or frames than this first one."""
    transparent: bool = False
    """Parts of it are transparent in the file; ``rgb`` has the colours that are stored there."""

    @property
    def size(self) -> Size:
        """Size as seen, after EXIF."""
        return Size.of(self.rgb)

    @property
    def nbytes(self) -> int:
        """Memory of the pixels."""
        return self.rgb.nbytes + (self.levels.values.nbytes if self.levels else 0)


OPAQUE = 255
WITH_ALPHA = frozenset(("RGBA", "LA", "PA"))
"""Modes of Pillow that have a channel for how opaque a pixel is."""


def read_image(path: Path | str, max_pixels: int = MAX_IMAGE_PIXELS) -> LoadedImage:
    """Decode a picture. Raises ImageReadError when it is missing, broken, too large or not a picture.

    Grey, palette, CMYK and alpha pictures become RGB (transparent pixels over white is not attempted: the
    colour stored under them is shown). Grey pictures of 16 bits or more are windowed from their own 0.1 to
    99.9 percentiles to 0..255, colour pictures of 16 bits from the whole range (``levels.levels_of``): what
    a model sees depends on the file alone. Of several frames or pages the first is read.
    """
    with open_picture(path) as opened, _room(opened, max_pixels):
        levels, rgb = _deep(opened) if _is_deep(opened) or opened.image is None else (None, None)
        if rgb is None and opened.image is not None:
            rgb = upright_rgb(opened.image, opened.orientation)
        elif rgb is None:
            raise ImageReadError(
                "{path} is a TIFF of an unknown kind.", "Save it with 8 bits a channel.", path=path
            )
        transparent = opened.image is not None and _is_transparent(opened.image)
    rgb.setflags(write=False)
    return LoadedImage(
        rgb=rgb,
        exif_orientation=opened.orientation,
        levels=levels,
        several=opened.several,
        transparent=transparent,
    )


def _is_transparent(image: Image.Image) -> bool:
    """Whether a decoded picture has a pixel that is not opaque; of palettes whether they can say so."""
    if image.mode in WITH_ALPHA:
        alpha = image.getextrema()[-1]  # without a copy of the channel
        return isinstance(alpha, tuple) and alpha[0] < OPAQUE
    return bool(image.has_transparency_data)


def read_small(path: Path | str, side: int) -> RgbImage:
    """A picture scaled down so that its longer side is at most ``side`` pixels: uint8 hxwx3, writable.

    JPEG files are decoded at a fraction of their size. Raises ImageReadError.
    """
    with open_picture(path) as opened:
        image = opened.image
        if image is not None and not _is_deep(opened) and image.mode in ("RGB", "L"):
            with _room(opened, MAX_IMAGE_PIXELS):
                image.draft("RGB", (side * 2, side * 2))  # JPEG only: 1/2, 1/4 or 1/8, the rest is done below
                image.thumbnail((side, side), Image.Resampling.BILINEAR)
                return upright_rgb(image, opened.orientation)
    rgb = read_image(path).rgb
    if rgb.shape[0] * rgb.shape[1] > _STRIP_PIXELS:  # Pillow would copy it, with a fourth channel
        times = min(1.0, side * _CHOSEN / max(rgb.shape))
        rgb = cv2.resize(rgb, None, fx=times, fy=times, interpolation=cv2.INTER_AREA)
    full = Image.fromarray(rgb)
    full.thumbnail((side, side), Image.Resampling.BILINEAR)
    return np.array(full, np.uint8)


def image_header(path: Path | str) -> tuple[Size, int]:
    """Size as seen (after EXIF) and EXIF orientation 1..8, from the header alone. Raises ImageReadError."""
    with open_picture(path) as opened:
        return opened.size, opened.orientation


def image_size(path: Path | str) -> Size:
    """Size as seen (after EXIF), read from the header alone. Raises ImageReadError."""
    return image_header(path)[0]


def file_hash(path: Path | str) -> str:
    """BLAKE2b-128 of the file's bytes, hex: recognises a moved picture. Raises ImageReadError."""
    path = Path(path)
    try:
        with os.fdopen(descriptor_of(path), "rb") as file:
            check_length(path, os.fstat(file.fileno()).st_size)
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except OSError as error:
        raise read_error(path, error) from error


def pixels_hash(rgb: RgbImage) -> str:
    """BLAKE2b-128 of shape and pixels, hex: the key of everything computed from a picture."""
    digest = hashlib.blake2b(repr(rgb.shape).encode(), digest_size=16)
    digest.update(np.ascontiguousarray(rgb).data)
    return digest.hexdigest()


@contextmanager
def _room(opened: OpenPicture, max_pixels: int) -> Iterator[None]:
    """Decode inside. Refuses, before that, what has too many pixels, does not fit the memory that is left, or
    takes too long; large pictures wait for each other."""
    check_pixels(opened.path, opened.stored, max_pixels)
    check_scans(opened)
    needed = decoding_bytes(opened, _is_deep(opened))
    with _large if needed > LARGE_BYTES else nullcontext():
        left = available_memory() if needed > LARGE_BYTES else None
        if left is not None and needed > left - _SPARED:
            raise ImageReadError(
                "{path} has {size} pixels: decoding it takes {needed:.1f} GB of memory and "
                "{left:.1f} GB are free.",
                "Close other programs, or cut it into tiles first.",
                path=opened.path,
                size=opened.stored,
                needed=needed / 1e9,
                left=left / 1e9,
            )
        _check_pace(opened)
        yield


_SLOW = frozenset({"bmp_rle", "ppm_plain"})
"""Decoders of Pillow that take pixel by pixel in Python, a second for 4 megapixels of runs, 1 of digits."""
_SLOW_PIXELS = 50_000_000
"""That these take: programs that write runs or digits do so for icons and for lessons."""


def _check_pace(opened: OpenPicture) -> None:
    """Refuse what would be decoded for minutes, from a file of a kilobyte. Raises ImageReadError and
    ValueError."""
    check_blocks(opened)
    tiles = getattr(opened.image, "tile", ())
    if any(tile[0] in _SLOW for tile in tiles):
        check_pixels(opened.path, opened.stored, _SLOW_PIXELS)


_DEEP_GREY = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I", "F"})


def _is_deep(opened: OpenPicture) -> bool:
    """Whether a picture that is not yet decoded has more than 8 bits a channel."""
    image, tiff = opened.image, opened.tiff
    if image is None or (tiff is not None and tiff.deep and not tiff.inks):
        return True
    return image.mode in _DEEP_GREY or any(";16" in str(tile) for tile in getattr(image, "tile", ()))


def _deep(opened: OpenPicture) -> tuple[Levels | None, RgbImage | None]:
    """The values, where there are more than 8 bits a channel, and the picture; None and None when they cannot
    be had as they are."""
    image = opened.image
    if image is not None and image.mode in _DEEP_GREY and not (opened.tiff and opened.tiff.wide):
        pixels: NDArray[np.generic] | None = np.asarray(image)
    else:
        if image is not None:
            image.load()  # tells what is damaged; its own pixels have 8 bits
        pixels = _opencv_pixels(opened)
    if pixels is None or (image is not None and pixels.dtype == np.uint8):
        return None, None
    if pixels.shape[:2] != opened.stored.hw:
        raise ValueError(f"it has {pixels.shape[1]}x{pixels.shape[0]} pixels and says {opened.stored}")
    upright = np.ascontiguousarray(_TURNS[opened.orientation](pixels))
    if upright.dtype == np.uint8:
        rgb: RgbImage = upright.astype(np.uint8, copy=False)
        return None, rgb if rgb.ndim == 3 else np.repeat(rgb[:, :, None], 3, axis=2)
    levels = levels_of(upright)
    return levels, to_rgb(levels)


_Turn = Callable[[NDArray[np.generic]], NDArray[np.generic]]
_TURNS: Mapping[int, _Turn] = {
    1: lambda pixels: pixels,
    2: np.fliplr,
    3: lambda pixels: np.rot90(pixels, 2),
    4: np.flipud,
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: np.rot90(pixels, 2).swapaxes(0, 1),
    8: np.rot90,
}
"""What makes a picture of this EXIF orientation upright: always a view."""
_BACK = {6: 8, 8: 6}
"""The orientation whose turn undoes another one, where that is not itself."""


def _opencv_pixels(opened: OpenPicture) -> NDArray[np.generic] | None:
    """What Pillow reads 8 bits of, or nothing: as stored, any type, HxWx3 or HxW; None = not known here."""
    tiff = opened.tiff
    if tiff is not None and (tiff.planar or tiff.half_float):
        kind = "channels of more than 8 bits one behind the other" if tiff.planar else "floats of 16 bits"
        raise ImageReadError(
            "{path} has {kind}.", "Save it with 32-bit floats, pixel by pixel.", path=opened.path, kind=kind
        )
    if tiff is not None and tiff.inks:
        return None  # four channels would be taken for colours and their opacity
    cv2.utils.logging.setLogLevel(
        cv2.utils.logging.LOG_LEVEL_SILENT
    )  # what is wrong is told by what is returned
    pixels = cv2.imdecode(np.frombuffer(whole_file(opened), np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        return None
    grey = pixels.ndim == 2 or pixels.shape[2] == 1
    found: NDArray[np.generic] = pixels.reshape(pixels.shape[:2]) if grey else pixels[:, :, 2::-1]
    return found


def upright_rgb(image: Image.Image, orientation: int) -> RgbImage:
    """RGB uint8 HxWx3, writable, owned, in one array: strips are converted and put where they belong."""
    image.load()
    width, height = image.size
    turned = orientation in (5, 6, 7, 8)
    rgb: RgbImage = np.empty((width, height, 3) if turned else (height, width, 3), np.uint8)
    as_stored = _TURNS[_BACK.get(orientation, orientation)](rgb)
    rows = max(1, _STRIP_PIXELS // max(_NARROW, width))
    transparent = image.mode == "P" or "transparency" in image.info
    for top in range(0, height, rows):
        whole = rows >= height
        strip = image if whole else image.crop((0, top, width, min(height, top + rows)))
        if transparent:
            strip = strip.convert("RGBA")
        as_stored[top : top + rows] = np.asarray(strip if strip.mode == "RGB" else strip.convert("RGB"))
    return rgb
