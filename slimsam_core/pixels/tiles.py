"""Small pictures of something and its surroundings, as pages of results show them."""

from __future__ import annotations

import base64

import cv2
import numpy as np

from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask
from slimsam_core.visible_text import in_html

_WIDER = 1.3
"""Times the longer side of what is shown: so much around it tells where it is."""
_LEAST_PX = 24
"""Side of what is shown at least: fewer pixels are no picture."""
_JPEG_QUALITY = 80
"""A page of fifty stays below a megabyte, and outlines stay sharp."""


def surroundings(mask: BoolMask) -> tuple[slice, slice]:
    """Rows and columns of a square around the pixels of a mask (H, W), which has some; it may end outside."""
    ys, xs = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    side = int(_WIDER * max(ys[-1] - ys[0], xs[-1] - xs[0], _LEAST_PX)) + 1
    top, left = max(0, int(ys[0] + ys[-1] - side) // 2), max(0, int(xs[0] + xs[-1] - side) // 2)
    return slice(top, top + side), slice(left, left + side)


def fitted(rgb: RgbImage, side: int) -> RgbImage:
    """The picture, uint8 (H, W, 3), with ``side`` pixels along its longer side."""
    scale = side / max(rgb.shape[:2])
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    found: RgbImage = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return found


def img_tag(rgb: RgbImage, alt: str = "") -> str:
    """HTML of the picture, which lies in the page itself; ``alt`` says it to those who do not see it."""
    data = cv2.imencode(".jpg", rgb[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1].tobytes()
    return f"<img alt='{in_html(alt)}' src='data:image/jpeg;base64,{base64.b64encode(data).decode()}'>"
