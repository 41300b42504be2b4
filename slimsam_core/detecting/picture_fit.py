"""How a picture comes into a detector's network, and how its boxes come back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.inference.transforms import FloatArray
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage

_GREY = 114
"""What all YOLOs put around a picture."""


class PictureFit(StrEnum):
    """Where a picture lies in the network's input."""

    CENTRED = "centred"
    """Its proportions kept, grey on both sides."""
    CORNER = "corner"
    """Its proportions kept, grey right or below."""
    STRETCHED = "stretched"
    """It fills the input, whatever its proportions."""


@dataclass(frozen=True)
class InputPlacement:
    """From pixels of a picture to those of the network's input: times the scale, plus the shift; x then y."""

    scale: tuple[float, float]
    shift: tuple[float, float]

    def back(self, boxes_N4: NDArray[np.floating]) -> FloatArray:
        """Boxes x0 y0 x1 y1 in the input, as boxes in the picture."""
        shift = np.array(self.shift * 2, np.float32)
        scale = np.array(self.scale * 2, np.float32)
        return np.asarray((boxes_N4 - shift) / scale, np.float32)


@dataclass(frozen=True, kw_only=True)
class PictureInput:
    """What a family makes of a picture before its network."""

    size: Size
    fit: PictureFit
    bgr: bool = False
    """Blue first, as OpenCV has it."""
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (255.0, 255.0, 255.0)
    """Of levels 0..255, in the order of the channels."""

    def of(self, rgb: RgbImage) -> tuple[FloatArray, InputPlacement]:
        """uint8 HxWx3 -> float32 (1, 3, height, width), and where the picture lies in it."""
        picture, placement = self._placed(rgb)
        if self.bgr:
            picture = picture[..., ::-1]
        values = (picture - np.array(self.mean, np.float32)) / np.array(self.std, np.float32)
        return np.ascontiguousarray(values.transpose(2, 0, 1)[None], np.float32), placement

    def _placed(self, rgb: RgbImage) -> tuple[NDArray[np.uint8], InputPlacement]:
        height, width = rgb.shape[:2]
        size = self.size
        if self.fit is PictureFit.STRETCHED:
            shrinks = height >= size.height and width >= size.width
            how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
            stretched = cv2.resize(rgb, (size.width, size.height), interpolation=how)
            scale = (size.width / width, size.height / height)
            return np.asarray(stretched, np.uint8), InputPlacement(scale, (0.0, 0.0))
        ratio = min(size.height / height, size.width / width)
        inside = (max(1, round(width * ratio)), max(1, round(height * ratio)))
        small = cv2.resize(rgb, inside, interpolation=cv2.INTER_LINEAR)
        left = top = 0
        if self.fit is PictureFit.CENTRED:  # half a pixel more goes right and below
            left, top = (size.width - inside[0]) // 2, (size.height - inside[1]) // 2
        whole = np.full((*size.hw, 3), _GREY, np.uint8)
        whole[top : top + inside[1], left : left + inside[0]] = small
        scale = (inside[0] / width, inside[1] / height)
        return whole, InputPlacement(scale, (float(left), float(top)))
