"""A first look at a large photograph: the small picture that cameras put into their files (EXIF, IFD 1)."""

from __future__ import annotations

from pathlib import Path

from PIL import ExifTags

from slimsam_core.errors import ImageReadError
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage, upright_rgb
from slimsam_core.pixels.picture_file import embedded_picture, open_picture

_START, _LENGTH = ExifTags.Base.JpegIFOffset, ExifTags.Base.JpegIFByteCount
_PREFIX = 6
"""``Exif`` and two zeros stand before the block that the offsets count from."""
_MAX_SIDE = 640
"""Cameras write 160 x 120, some 320 or 640 across; more would take as long as the picture itself."""
_MOST_BARS = 0.2
"""A 3:2 photograph in a frame of 4:3 has bars of 11 % of the height; more: it was cut since."""


def glance(path: Path | str) -> RgbImage | None:
    """The embedded small picture, upright and without bars, uint8 hxwx3; None where there is none that fits.

    Takes milliseconds whatever the size of the photograph. For a moment's look only: nobody promises that it
    was made anew when the photograph was edited. Never raises for what a file holds.
    """
    try:
        with open_picture(path) as opened:
            image = opened.image
            if image is None or image.format != "JPEG":
                return None
            place = image.getexif().get_ifd(ExifTags.IFD.IFD1)
            start, length = place.get(_START), place.get(_LENGTH)
            block = image.info.get("exif", b"")
            if not isinstance(start, int) or not isinstance(length, int) or start < 0 or length <= 0:
                return None
            data = block[_PREFIX + start : _PREFIX + start + length]
            with embedded_picture(data, str(path), ("JPEG",)) as small:
                if max(small.size) > _MAX_SIDE:
                    return None
                box = _without_bars(Size(small.height, small.width), opened.stored)
                return upright_rgb(small.crop(box), opened.orientation) if box else None
    except ImageReadError:
        return None


def _without_bars(small: Size, large: Size) -> tuple[int, int, int, int] | None:
    """The part of the small picture that has the shape of the large one: left, top, right, bottom."""
    width = min(small.width, round(small.height * large.width / large.height))
    height = min(small.height, round(small.width * large.height / large.width))
    if width * height < (1 - _MOST_BARS) * small.area:
        return None
    left, top = (small.width - width) // 2, (small.height - height) // 2
    return left, top, left + width, top + height
