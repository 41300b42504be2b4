"""Pictures with masks painted over them, for reports and for ``--overlay``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, PngImagePlugin

from slimsam_core.errors import ImageReadError, OutputError
from slimsam_core.files.atomic import atomic_path
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask
from slimsam_core.pixels.picture_file import open_picture


def paint_masks(rgb: RgbImage, masks: Iterable[tuple[BoolMask, str]], opacity: float = 0.45) -> RgbImage:
    """A copy of the picture with each ``(mask, "#rrggbb")`` tinted and outlined; shapes HxWx3 and HxW."""
    painted = rgb.copy()
    for pixels, color in masks:
        tint = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
        painted[pixels] = (painted[pixels] * (1 - opacity) + tint * opacity).astype(np.uint8)
        outlines, _ = cv2.findContours(pixels.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        width = max(1, round(max(rgb.shape[:2]) / 400))
        cv2.drawContours(painted, outlines, -1, tuple(tint.tolist()), width, cv2.LINE_AA)
    return painted


_WRITTEN = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp"})
"""Not all that Pillow could write: to ask it loads every plug-in, also those that start other programs."""
MARK = "SlimSAM desktop"
"""Stands in the PNG and JPEG files that ``save_picture`` writes."""


def check_picture_path(path: Path | str) -> None:
    """Raises OutputError when ``save_picture`` could not write there: no such format, or no such folder."""
    path = Path(path)
    if path.suffix.lower() not in _WRITTEN:
        raise OutputError(
            "{path}: no picture format has the suffix {suffix!r}.",
            "Use .png or .jpg.",
            path=path,
            suffix=path.suffix,
        )
    if not path.parent.is_dir():
        raise OutputError("The folder of {path} does not exist.", "Create the folder first.", path=path)


def save_picture(rgb: RgbImage, path: Path | str) -> None:
    """Write a picture whole or not at all; the suffix chooses the format. Raises OutputError."""
    path = Path(path)
    check_picture_path(path)
    text = PngImagePlugin.PngInfo()
    text.add_text("Software", MARK)
    with atomic_path(path, suffix=path.suffix.lower()) as temporary:
        Image.fromarray(rgb).save(temporary, pnginfo=text, comment=MARK)


def is_saved_picture(path: Path | str) -> bool:
    """Whether ``save_picture`` wrote this file."""
    try:
        with open_picture(path, ("PNG", "JPEG")) as picture:
            said = picture.image.info if picture.image else {}
            return said.get("Software") == MARK or said.get("comment") == MARK.encode()
    except ImageReadError:
        return False
