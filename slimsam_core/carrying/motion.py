"""How things moved between two pictures of a sequence: dense optical flow, checked forwards and backwards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.inference.transforms import FloatArray
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask, Rle, encode, resized
from slimsam_core.pixels.square_fit import resized_size

__all__ = ["Motion", "NoMotion", "motion_between"]

WORKING_SIDE = 480
"""Longest side at which the flow is found, in 26 ms of processor time; the edges of large pictures are the
model's to mend."""
AGREES_PX = 1.5
"""So near a pixel comes back, forwards and backwards; of what was hidden or came in it does not."""
ALIKE_GREY = 30.0
"""Levels of 255 that a pixel may look different: noise and shading, not another thing."""
LEAST_AGREEING = 0.3
"""Share of the pixels whose motion is sure in pictures of one scene; in five sequences it was 0.50 and more,
between pictures of different scenes 0.02 at most."""


class NoMotion(StrEnum):
    """Why nothing can be carried from one picture to the next."""

    SIZE = "size"
    """The pictures differ in size or rotation."""
    CUT = "cut"
    """They show two scenes."""


@dataclass(frozen=True, eq=False)
class Motion:
    """Where the pixels of the later picture were in the earlier one, at a working size."""

    back_HW2: FloatArray
    """For each pixel of the later picture the way (x, y) to its place in the earlier one, working pixels."""
    sure: BoolMask
    """Pixels whose way back was confirmed forwards."""
    original: Size

    @property
    def certainty(self) -> float:
        """Share of the pixels whose motion is sure, 0..1."""
        return float(self.sure.mean())

    def moved(self, mask: Rle) -> tuple[Rle, float]:
        """A mask of the earlier picture where it is in the later one, and how sure that is, 0..1.

        The second is the share of its pixels whose motion is sure; 0 with an empty mask when it left.
        """
        working = Size(*self.sure.shape)
        small = resized(mask.decode(), working).astype(np.float32)
        rows, columns = np.mgrid[: working.height, : working.width].astype(np.float32)
        warped = cv2.remap(
            small, columns + self.back_HW2[..., 0], rows + self.back_HW2[..., 1], cv2.INTER_LINEAR
        )
        inside = warped > 0.5
        if not inside.any():
            return encode(np.zeros(self.original.hw, np.bool_)), 0.0
        sure = float(self.sure[inside].mean())
        if working == self.original:
            return encode(inside), sure
        large = cv2.resize(
            warped, (self.original.width, self.original.height), interpolation=cv2.INTER_LINEAR
        )
        return encode(np.asarray(large > 0.5)), sure


def motion_between(before: RgbImage, after: RgbImage) -> Motion | NoMotion:
    """The motion from one picture, uint8 HxWx3, to the next; or why there is none."""
    if before.shape != after.shape:
        return NoMotion.SIZE
    original = Size(*before.shape[:2])
    working = resized_size(original, min(WORKING_SIDE, max(original.hw)))
    first, second = _grey(before, working), _grey(after, working)
    forth, back = _flow(first, second), _flow(second, first)
    rows, columns = np.mgrid[: working.height, : working.width].astype(np.float32)
    there_x, there_y = columns + back[..., 0], rows + back[..., 1]
    again = cv2.remap(forth, there_x, there_y, cv2.INTER_LINEAR)
    inside = (there_x >= 0) & (there_y >= 0) & (there_x < working.width) & (there_y < working.height)
    apart = np.hypot(again[..., 0] + back[..., 0], again[..., 1] + back[..., 1])
    looks = second - cv2.remap(first, there_x, there_y, cv2.INTER_LINEAR).astype(np.float32)
    alike = np.abs(looks - np.median(looks)) < ALIKE_GREY  # the light may change as a whole
    motion = Motion(back, np.asarray(inside & alike & (apart < AGREES_PX)), original)
    return motion if motion.certainty >= LEAST_AGREEING else NoMotion.CUT


def _grey(rgb: RgbImage, size: Size) -> NDArray[np.uint8]:
    small = cv2.resize(rgb, (size.width, size.height), interpolation=cv2.INTER_AREA)
    grey: NDArray[np.uint8] = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    return grey


def _flow(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> FloatArray:
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return np.asarray(finder.calc(first, second, None), np.float32)
