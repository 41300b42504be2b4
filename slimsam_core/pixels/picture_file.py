"""The one door to picture files: regular files, formats that we promise, sizes that fit the memory.

Nothing else opens a picture. A stranger's folder can hold anything under the name ``photo.jpg``: a pipe that
never ends, a device, PostScript, a picture of a size that no memory has. Decoders are asked by name, so that
none of those that start other programs is ever loaded, and whatever they raise becomes an ImageReadError.
"""

from __future__ import annotations

import errno
import importlib.util
import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from slimsam_core.errors import Cancelled, ImageReadError, SlimSamError
from slimsam_core.files.foreign import NotRegular
from slimsam_core.files.shards import descriptor_of
from slimsam_core.installation import EXTRAS, how_to_add
from slimsam_core.pixels.avif_frames import largest_frame
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.gif_frame import first_frame
from slimsam_core.pixels.jpeg_scans import JPEG, MAX_SCANS, too_many_scans
from slimsam_core.pixels.picture_pieces import png_exif, too_many_chunks, too_many_pieces
from slimsam_core.pixels.ppm_decoder import register as register_ppm
from slimsam_core.pixels.tiff_tags import TiffTags, checked_tags
from slimsam_core.sentences import sentence

_PLUGINS = (
    JpegImagePlugin.JpegImageFile, PngImagePlugin.PngImageFile, TiffImagePlugin.TiffImageFile,
    BmpImagePlugin.BmpImageFile, WebPImagePlugin.WebPImageFile, GifImagePlugin.GifImageFile,
    PpmImagePlugin.PpmImageFile, Jpeg2KImagePlugin.Jpeg2KImageFile, AvifImagePlugin.AvifImageFile,
)  # fmt: skip
FORMATS = tuple(str(plugin.format) for plugin in _PLUGINS)
"""What Pillow is asked for. Loaded here by name: for one that is missing it would load all its plug-ins."""

IMAGE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".ppm", ".pgm"}
    | {".jp2", ".j2k", ".jpx", ".avif", ".heic", ".heif"}
)
KNOWN_FORMATS = sentence(
    "JPEG, PNG, TIFF of 1, 3 or 4 channels, BMP, WebP, GIF, PPM, JPEG 2000, AVIF or HEIC"
)

MAX_IMAGE_PIXELS = 500_000_000
"""20,000 x 20,000 pixels fit; a decompression bomb does not."""
MAX_OPEN_BYTES = {"TIFF": 512 << 20, "WEBP": 1 << 30, "AVIF": 1 << 30, "HEIF": 1 << 30}
"""What may be read before the first pixel. These formats have directories of any size or are read whole."""
_OPEN_BYTES = 16 << 20
"""The same for all others: profiles, comments and previews of a real picture take a few MB."""
_PNM_BYTES = 1 << 18
"""Of a PPM file: three numbers, and comments."""
MAX_FILE_BYTES = 8 << 30
"""Of any picture file: 500 megapixels of three 32-bit numbers have 6 GB. A file can have holes: a terabyte of
them is kept in a few bytes, and takes a quarter of an hour to be read."""
MAX_WHOLE_BYTES = 2 << 30
"""Of a file that is read whole: more than the longest side of any format but TIFF allows."""

register_ppm()
Image.MAX_IMAGE_PIXELS = None  # the limits are ours, checked before decoding, with messages of ours


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenPicture:
    """A picture whose header was read and whose pixels were not."""

    path: Path
    image: Image.Image | None
    """The decoder; None for a TIFF file that only OpenCV decodes."""
    stored: Size
    """As stored in the file, before it is turned upright."""
    orientation: int
    """1..8; the decoders do not turn the pixels, whatever the format."""
    several: bool
    """Whether other pages or frames follow the first one."""
    tiff: TiffTags | None
    """Of a TIFF file."""
    decoded_area: int
    """Pixels of the largest thing in it that is decoded whole: the picture, a frame or a tile."""

    @property
    def size(self) -> Size:
        """As seen, upright."""
        if self.orientation in (5, 6, 7, 8):
            return Size(self.stored.width, self.stored.height)
        return self.stored


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Whatever goes wrong inside becomes an ImageReadError that names the file."""
    try:
        yield
    except (SlimSamError, Cancelled):
        raise
    except Exception as error:  # decoders of a dozen formats raise whatever their parsers stumble over
        raise read_error(path, error) from error


@contextmanager
def open_picture(path: Path | str, formats: tuple[str, ...] = FORMATS) -> Iterator[OpenPicture]:
    """Read a picture's header. Raises ImageReadError, also for what is done with it inside."""
    path = Path(path)
    with reading(path), _PictureStream(descriptor_of(path)) as raw, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns about odd blocks that do not touch the pixels
        check_length(path, os.fstat(raw.fileno()).st_size)
        head = raw.read(32)
        raw.seek(0)
        tiff = checked_tags(raw, head)
        if tiff is not None and tiff.orientation_at is not None:
            raw.patch = tiff.orientation_at
        several = False
        file: BinaryIO = io.BufferedReader(raw)
        if head[:3] == b"GIF":
            data, several = first_frame(file)
            file = io.BytesIO(data)
        if (canvas := _webp_canvas(head)) is not None:
            check_pixels(path, canvas)  # its decoder takes the memory when it is made
        if too_many_pieces(file):
            raise _many_pieces(path)
        raw.may_read(_may_read(head, tiff))
        image = _opened(file, (*_without_tiff(formats, tiff), *_heif(head, path)), tiff)
        raw.may_read(None)
        if image is None and tiff is not None:
            yield OpenPicture(
                path=path, image=None, stored=Size(tiff.height, tiff.width), orientation=tiff.orientation,
                several=tiff.several, tiff=tiff, decoded_area=max(tiff.width * tiff.height, tiff.tile_area),
            )  # fmt: skip
            return
        assert image is not None
        with image:
            yield OpenPicture(
                path=path,
                image=image,
                stored=Size(image.height, image.width),
                orientation=tiff.orientation if tiff else _orientation(image, file),
                several=several or bool(tiff and tiff.several) or _frames(image) > 1,
                tiff=tiff,
                decoded_area=_decoded_area(path, image, file, tiff),
            )


@contextmanager
def embedded_picture(data: bytes, where: str, formats: tuple[str, ...] = FORMATS) -> Iterator[Image.Image]:
    """A picture that stands inside another file; its header is read. Raises ImageReadError."""
    with reading(Path(where)), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if too_many_pieces(io.BytesIO(data)) or too_many_chunks(io.BytesIO(data)):
            raise _many_pieces(Path(where))
        if data[:2] == JPEG and too_many_scans(io.BytesIO(data)):
            raise _drawn_too_often(Path(where))
        formats = _without_tiff(formats, checked_tags(io.BytesIO(data), data))
        with Image.open(io.BytesIO(data), formats=formats) as image:
            yield image


def check_scans(opened: OpenPicture) -> None:
    """Refuse a JPEG picture that is drawn over itself so often, and a PNG of so many pieces, that decoding it
    has no end in sight. Raises ImageReadError and OSError."""
    with os.fdopen(descriptor_of(opened.path), "rb") as file:
        if too_many_chunks(file):
            raise _many_pieces(opened.path)
        file.seek(0)
        if file.read(len(JPEG)) != JPEG:
            return
        check_length(opened.path, os.fstat(file.fileno()).st_size, MAX_WHOLE_BYTES)
        if too_many_scans(file):
            raise _drawn_too_often(opened.path)


def _drawn_too_often(path: Path) -> ImageReadError:
    return ImageReadError(
        "{path} is a JPEG picture of more than {max_scans} scans, which takes very long to decode.",
        "Save it anew with another program.",
        path=path,
        max_scans=MAX_SCANS,
    )


def _many_pieces(path: Path) -> ImageReadError:
    return ImageReadError(
        "{path} consists of more pieces than a picture has.", "Save it anew with another program.", path=path
    )


def check_length(path: Path, count: int, limit: int = MAX_FILE_BYTES) -> None:
    """Raises ImageReadError for a file of more bytes than any picture of the promised sizes has."""
    if count > limit:
        raise ImageReadError(
            "{path} has more than {max_whole_bytes} GiB.",
            "Cut it into tiles first.",
            path=path,
            max_whole_bytes=limit >> 30,
        )


def check_pixels(path: Path, size: Size, limit: int = MAX_IMAGE_PIXELS) -> None:
    """Raises ImageReadError for a picture of more pixels than any that is promised."""
    if size.area > limit:
        raise ImageReadError(
            "{path} has {size} pixels, more than the limit of {max_pixels:,}.",
            "Cut it into tiles first.",
            path=path,
            size=size,
            max_pixels=limit,
        )


def whole_file(opened: OpenPicture) -> bytes:
    """All bytes of a picture file, its orientation said to be upright. Raises OSError and ImageReadError."""
    with _PictureStream(descriptor_of(opened.path)) as raw:
        check_length(opened.path, os.fstat(raw.fileno()).st_size, MAX_WHOLE_BYTES)
        raw.patch = opened.tiff.orientation_at if opened.tiff else None
        return raw.readall()


def read_error(path: Path, error: BaseException) -> ImageReadError:
    """What a decoder or the system raised, in words."""
    if isinstance(error, FileNotFoundError):
        return ImageReadError("{path} does not exist.", "It may have been moved or deleted.", path=path)
    if isinstance(error, PermissionError):
        return ImageReadError("{path} may not be read.", "Check the permissions of the file.", path=path)
    if isinstance(error, IsADirectoryError):
        return ImageReadError("{path} is a folder, not a picture.", "Open it as a folder.", path=path)
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return ImageReadError(
            "{path} is a link that leads in a circle.", "Remove it from the folder.", path=path
        )
    if isinstance(error, NotRegular):
        return ImageReadError(
            "{path} is a pipe, a socket or a device, not a file.", "Remove it from the folder.", path=path
        )
    if isinstance(error, UnidentifiedImageError):
        if path.is_file() and path.stat().st_size == 0:
            return ImageReadError(
                "{path} is an empty file.", "Copy it again from where it came from.", path=path
            )
        return ImageReadError(
            "{path} is not a picture in a known format.",
            "Pictures may be {known_formats}.",
            path=path,
            known_formats=KNOWN_FORMATS,
        )
    if isinstance(error, MemoryError):
        return ImageReadError(
            "There is not enough memory to decode {path}.", "Close other programs.", path=path
        )
    return ImageReadError(
        "{path} is damaged: {error}.",
        "Copy it again from where it came from.",
        path=path,
        error=_words(error),
    )


def _words(error: BaseException) -> str:
    words = " ".join(str(error).split()).rstrip(".")
    if isinstance(error, OSError) and error.strerror:
        words = error.strerror
    return words[:200] or type(error).__name__


class _PictureStream(io.FileIO):
    """A file in which one place reads as other bytes, and of whose beginning only so much may be read."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "rb")
        self.patch: tuple[int, bytes] | None = None
        self._left: int | None = None

    def may_read(self, count: int | None) -> None:
        """Only so many bytes from now on; None = any number."""
        self._left = count

    def readinto(self, buffer: Any, /) -> int:
        start = self.tell()
        count = super().readinto(buffer) or 0
        if self._left is not None:
            self._left -= count
            if self._left < 0:
                raise ValueError("what stands before its pixels is too long")
        if self.patch is not None:
            at, new = self.patch
            low, high = max(at, start), min(at + len(new), start + count)
            if low < high:
                memoryview(buffer).cast("B")[low - start : high - start] = new[low - at : high - at]
        return count

    def readall(self) -> bytes:
        data = bytearray(os.fstat(self.fileno()).st_size)
        filled, view = 0, memoryview(data)
        while filled < len(data) and (count := self.readinto(view[filled:])):
            filled += count
        return bytes(view[:filled])


def _webp_canvas(head: bytes) -> Size | None:
    """What an extended WebP file says of its canvas; others cannot have more than 16,384 x 16,384 pixels."""
    if head[8:16] != b"WEBPVP8X" or len(head) < 30:
        return None
    width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    return Size(height, width)


def _decoded_area(path: Path, image: Image.Image, file: BinaryIO, tiff: TiffTags | None) -> int:
    """See OpenPicture. Raises ImageReadError for a file that holds another frame than it says."""
    inside = largest_frame(path, file) if image.format == "AVIF" else tiff.tile_area if tiff else 0
    return max(image.width * image.height, inside)


def _without_tiff(formats: tuple[str, ...], tiff: TiffTags | None) -> tuple[str, ...]:
    """TIFF is asked for only where its tags were looked at."""
    return formats if tiff is not None else tuple(form for form in formats if form != "TIFF")


def _may_read(head: bytes, tiff: TiffTags | None) -> int:
    if tiff is not None:
        return MAX_OPEN_BYTES["TIFF"]
    if head[:1] == b"P":
        return _PNM_BYTES  # whose header is read letter by letter
    kind = {b"WEBP": "WEBP"}.get(head[8:12]) or {b"ftyp": "AVIF"}.get(head[4:8])
    return MAX_OPEN_BYTES[kind] if kind else _OPEN_BYTES


def _opened(file: BinaryIO, formats: tuple[str, ...], tiff: TiffTags | None) -> Image.Image | None:
    """The decoder; None for a TIFF file of a kind that Pillow does not know and OpenCV may."""
    try:
        return Image.open(file, formats=formats)
    except UnidentifiedImageError:
        if tiff is None or "TIFF" not in formats or min(tiff.width, tiff.height) < 1 or tiff.samples > 4:
            raise
        return None


_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"})


def _heif(head: bytes, path: Path) -> tuple[str, ...]:
    """The name of the decoder of HEIC files when this is one. Raises ImageReadError when it is missing."""
    if head[4:8] != b"ftyp" or head[8:12] not in _HEIC_BRANDS:
        return ()
    if importlib.util.find_spec("pillow_heif") is None:
        raise ImageReadError(
            "{path} is a HEIC picture, and the package that opens them is not installed.",
            how_to_add(*EXTRAS["heic"]),
            path=path,
        )
    from pillow_heif import register_heif_opener

    register_heif_opener()
    return ("HEIF",)


def _frames(image: Image.Image) -> int:
    """Frames of an animation, where the header tells; a telephone's JPEG with a depth map is one picture."""
    if image.format in ("PNG", "WEBP", "AVIF", "HEIF"):
        return int(getattr(image, "n_frames", 1))
    return 1


def _orientation(image: Image.Image, file: BinaryIO) -> int:
    """1..8 from the EXIF block or the XMP; what cannot be read says nothing about the pixels: 1."""
    try:
        if isinstance(image, PngImagePlugin.PngImageFile):
            if "exif" not in image.info and (block := png_exif(file)):
                image.info["exif"] = block
            tags = Image.Image.getexif(image)  # the plug-in's own would decode the whole picture for it
        else:
            tags = image.getexif()
        found = tags.get(ExifTags.Base.Orientation, 1)
    except Exception:  # see ``reading``
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1
