"""Pictures from disk: any common file -> RGB pixels as a person sees them, plus a hash of their content."""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from slimsam_core.errors import ImageReadError
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.levels import Levels, levels_of, to_rgb

RgbImage = NDArray[np.uint8]

IMAGE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".ppm", ".pgm"}
)
MAX_IMAGE_PIXELS = 500_000_000
"""20,000 x 20,000 pixels fit; a decompression bomb does not."""

Image.MAX_IMAGE_PIXELS = None  # the limit above is ours, checked before decoding, with a message of ours


@dataclass(frozen=True, eq=False)
class LoadedImage:
    """A decoded picture. ``rgb`` is uint8 HxWx3, read-only, EXIF orientation applied."""

    rgb: RgbImage
    exif_orientation: int
    """The EXIF tag as found, 1..8; 1 = upright."""
    bit_depth: int
    """Bits a channel in the file: 8, or 16 when there were more than 8."""
    levels: Levels | None = None
    """The values themselves where there are more than 8 bits: for the screen; the model sees ``rgb``."""

    @property
    def size(self) -> Size:
        """Size as seen, after EXIF."""
        return Size(self.rgb.shape[0], self.rgb.shape[1])

    @property
    def nbytes(self) -> int:
        """Memory of the pixels."""
        return self.rgb.nbytes + (self.levels.values.nbytes if self.levels else 0)


def read_image(path: Path | str, max_pixels: int = MAX_IMAGE_PIXELS) -> LoadedImage:
    """Decode a picture. Raises ImageReadError when it is missing, broken, too large or not a picture.

    Grey, palette, CMYK and alpha pictures become RGB (transparent pixels over white is not attempted: the
    colour stored under them is shown). Grey pictures of 16 bits or more are windowed from their own 0.1 to
    99.9 percentiles to 0..255, colour pictures of 16 bits from the whole range (``levels.levels_of``): what
    a model sees depends on the file alone. Of several frames the first is read.
    """
    path = Path(path)
    try:
        with _open(path) as picture:
            _check_size(picture, path, max_pixels)
            deep = _is_deep(picture)  # before the EXIF is read, which may decode the picture
            orientation = int(picture.getexif().get(ExifTags.Base.Orientation, 1) or 1)
            levels = _levels(picture, path, orientation) if deep else None
            if levels is None:
                rgb = _to_rgb(ImageOps.exif_transpose(picture) if orientation in range(2, 9) else picture)
            else:
                rgb = to_rgb(levels)
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError, OverflowError) as error:
        raise _read_error(path, error) from error
    rgb.setflags(write=False)
    return LoadedImage(rgb, orientation if orientation in range(1, 9) else 1, 16 if levels else 8, levels)


def image_header(path: Path | str) -> tuple[Size, int]:
    """Size as seen (after EXIF) and EXIF orientation 1..8, from the header alone. Raises ImageReadError."""
    path = Path(path)
    try:
        with _open(path) as picture:
            width, height = picture.size
            orientation = int(picture.getexif().get(ExifTags.Base.Orientation, 1) or 1)
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError) as error:
        raise _read_error(path, error) from error
    if orientation in (5, 6, 7, 8):
        return Size(width, height), orientation
    return Size(height, width), orientation if orientation in (2, 3, 4) else 1


def image_size(path: Path | str) -> Size:
    """Size as seen (after EXIF), read from the header alone. Raises ImageReadError."""
    return image_header(path)[0]


def file_hash(path: Path | str) -> str:
    """BLAKE2b-128 of the file's bytes, hex: recognises a moved picture. Raises ImageReadError."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    except OSError as error:
        raise _read_error(Path(path), error) from error


def pixels_hash(rgb: RgbImage) -> str:
    """BLAKE2b-128 of shape and pixels, hex: the key of everything computed from a picture."""
    digest = hashlib.blake2b(repr(rgb.shape).encode(), digest_size=16)
    digest.update(np.ascontiguousarray(rgb).data)
    return digest.hexdigest()


def find_images(folder: Path | str) -> Iterator[Path]:
    """Pictures below a folder by suffix, unsorted, hidden ones skipped. Raises ImageReadError."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    yield from find_images(entry.path)
                elif "." + entry.name.rpartition(".")[2].lower() in IMAGE_SUFFIXES and entry.is_file():
                    yield Path(entry.path)
    except OSError as error:
        raise ImageReadError(
            f"Cannot list the folder {folder}: {error.strerror or error}.",
            "Check that it still exists and that you may read it.",
        ) from error


def _open(path: Path) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns about odd EXIF blocks that do not touch the pixels
        return Image.open(path)


def _check_size(picture: Image.Image, path: Path, max_pixels: int) -> None:
    width, height = picture.size
    if width * height > max_pixels:
        raise ImageReadError(
            f"{path} has {width}x{height} pixels, more than the limit of {max_pixels:,}.",
            "Cut it into tiles first.",
        )


_DEEP_GREY = frozenset({"I;16", "I;16B", "I;16L", "I;16N", "I", "F"})


def _is_deep(picture: Image.Image) -> bool:
    """Whether a picture that is not yet decoded has more than 8 bits a channel."""
    return picture.mode in _DEEP_GREY or any(";16" in str(tile) for tile in getattr(picture, "tile", ()))


def _levels(picture: Image.Image, path: Path, orientation: int) -> Levels | None:
    """Pixels of more than 8 bits a channel, upright; None when they cannot be had as they are."""
    if picture.mode in _DEEP_GREY:
        pixels: NDArray[np.generic] = np.asarray(picture)
    else:
        picture.load()  # tells what is damaged; its own pixels have 8 bits
        colours = _deep_colours(path)
        if colours is None:
            return None
        pixels = colours
    return levels_of(np.ascontiguousarray(_TURNS[orientation](pixels) if orientation in _TURNS else pixels))


_TURNS: Mapping[int, Callable[[NDArray[np.generic]], NDArray[np.generic]]] = {
    2: np.fliplr,
    3: lambda pixels: np.rot90(pixels, 2),
    4: np.flipud,
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: np.rot90(pixels, 2).swapaxes(0, 1),
    8: np.rot90,
}
"""What makes a picture of this EXIF orientation upright."""


def _deep_colours(path: Path) -> NDArray[np.uint16] | None:
    """16-bit colour or grey with alpha, as Pillow reads its 8 upper bits alone: uint16 HxWx3 or HxW."""
    import cv2

    pixels = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint16:
        return None
    grey = pixels.ndim == 2 or pixels.shape[2] == 1
    found: NDArray[np.uint16] = pixels.reshape(pixels.shape[:2]) if grey else pixels[:, :, 2::-1]
    return found


def _to_rgb(picture: Image.Image) -> RgbImage:
    """RGB uint8 HxWx3, writable, owned."""
    if picture.mode == "P" or "transparency" in picture.info:
        picture = picture.convert("RGBA")
    return np.array(picture.convert("RGB"), np.uint8)


def _read_error(path: Path, error: BaseException) -> ImageReadError:
    if isinstance(error, FileNotFoundError):
        return ImageReadError(f"{path} does not exist.", "It may have been moved or deleted.")
    if isinstance(error, PermissionError):
        return ImageReadError(f"{path} may not be read.", "Check the permissions of the file.")
    if isinstance(error, IsADirectoryError):
        return ImageReadError(f"{path} is a folder, not a picture.", "Open it as a folder.")
    if isinstance(error, UnidentifiedImageError):
        empty = path.is_file() and path.stat().st_size == 0
        return ImageReadError(
            f"{path} is {'an empty file' if empty else 'not a picture in a known format'}.",
            "Pictures may be JPEG, PNG, TIFF of 1, 3 or 4 channels, BMP, WebP or GIF.",
        )
    if isinstance(error, MemoryError):
        return ImageReadError(f"There is not enough memory to decode {path}.", "Close other programs.")
    return ImageReadError(f"{path} is damaged: {error}.", "Copy it again from where it came from.")
