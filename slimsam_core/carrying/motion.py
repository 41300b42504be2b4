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
from slimsam_core.pixels.mask import BoolMask, Rle, encode
from slimsam_core.pixels.square_fit import resized_size

__all__ = ["Look", "Motion", "NoMotion", "look_at", "motion_between", "motion_of"]

WORKING_SIDE = 480
"""Longest side at which masks are moved; the edges of large pictures are the model's to mend."""
FLOW_SIDE, MOST_ENLARGED = 960, 2.0
"""Longest side at which the flow is found, in some 100 ms of processor time; small pictures are enlarged so
many times at most. At twice the working side masks that motion alone moved through ten frames had an IoU of
0.62 in place of 0.58."""
AGREES_PX = 1.5
"""So near a pixel comes back, forwards and backwards; of what was hidden or came in it does not. By eye:
the flow itself is good to about a pixel."""
ALIKE_GREY = 30.0
"""Levels of 255 that a pixel may look different: noise and shading, not another thing; by eye, several times
the noise of a photograph."""
_GREY_SPREAD = 20.0
"""Levels of difference at which a pixel's motion is believed six times in ten; by eye, below what is taken
for another thing."""
LEAST_AGREEING = 0.3
"""Share of the pixels whose motion is sure in pictures of one scene; in five sequences it was 0.50 and more
from one frame to the next, between pictures of different scenes 0.02 at most. Frames further apart come below
it in one scene too: in a shot of tennis one step of five at every 6th frame, four of five at every 15th."""


class NoMotion(StrEnum):
    """Why nothing can be carried from one picture to the next."""

    SIZE = "size"
    """The pictures differ in size or rotation."""
    CUT = "cut"
    """They show two scenes, or one at moments that are too far apart."""


@dataclass(frozen=True, eq=False)
class Motion:
    """Where the pixels of the later picture were in the earlier one, at a working size."""

    back_HW2: FloatArray
    """For each pixel of the later picture the way (x, y) to its place in the earlier one, working pixels."""
    sure: BoolMask
    """Pixels whose way back was confirmed forwards."""
    weight_HW: FloatArray
    """How far each pixel's way back can be believed, 0..1, where several motions say different things."""
    original: Size

    @property
    def certainty(self) -> float:
        """Share of the pixels whose motion is sure, 0..1."""
        return float(self.sure.mean())

    def warped(self, soft_HW: FloatArray) -> FloatArray:
        """Values of the earlier picture, at the working size, where they are in the later one."""
        rows, columns = np.mgrid[: self.sure.shape[0], : self.sure.shape[1]].astype(np.float32)
        return np.asarray(
            cv2.remap(
                soft_HW, columns + self.back_HW2[..., 0], rows + self.back_HW2[..., 1], cv2.INTER_LINEAR
            ),
            np.float32,
        )

    def moved(self, mask: Rle) -> Rle:
        """A mask of the earlier picture where it is in the later one; empty when it left."""
        return at_full_size(self.warped(at_working_size(mask)), self.original)


@dataclass(frozen=True, eq=False)
class Look:
    """A picture as motion is found in it: grey, at the size of the flow and at the working size."""

    large: NDArray[np.uint8]
    small: NDArray[np.uint8]
    original: Size


def look_at(rgb: RgbImage) -> Look:
    """Of a picture, uint8 HxWx3."""
    original = Size.of(rgb)
    working = working_size(original)
    side = min(FLOW_SIDE, MOST_ENLARGED * max(original.hw)) / max(working.hw)
    large = Size(max(1, round(working.height * side)), max(1, round(working.width * side)))
    return Look(_grey(rgb, large), _grey(rgb, working), original)


def working_size(original: Size) -> Size:
    """Of the masks that are moved in pictures of this size."""
    return resized_size(original, min(WORKING_SIDE, max(original.hw)))


def at_working_size(mask: Rle) -> FloatArray:
    """How much of each pixel of the working size a mask covers, float32 0..1."""
    working = working_size(mask.size)
    return np.asarray(
        cv2.resize(
            mask.decode().astype(np.float32), (working.width, working.height), interpolation=cv2.INTER_AREA
        ),
        np.float32,
    ).reshape(working.hw)


def at_full_size(soft_HW: FloatArray, original: Size) -> Rle:
    """The mask of what is covered by half or more."""
    whole = soft_HW
    if whole.shape != original.hw:
        whole = cv2.resize(whole, (original.width, original.height), interpolation=cv2.INTER_LINEAR)
    return encode(np.asarray(whole > 0.5).reshape(original.hw))


def motion_between(before: RgbImage, after: RgbImage) -> Motion | NoMotion:
    """The motion from one picture, uint8 HxWx3, to the next; or why there is none."""
    return motion_of(look_at(before), look_at(after))


def motion_of(before: Look, after: Look) -> Motion | NoMotion:
    """The same of pictures that were looked at."""
    if before.original != after.original:
        return NoMotion.SIZE
    forth, back = _flow(before, after), _flow(after, before)
    working = Size.of(before.small)
    rows, columns = np.mgrid[: working.height, : working.width].astype(np.float32)
    there_x, there_y = columns + back[..., 0], rows + back[..., 1]
    again = cv2.remap(forth, there_x, there_y, cv2.INTER_LINEAR)
    inside = (there_x >= 0) & (there_y >= 0) & (there_x < working.width) & (there_y < working.height)
    apart = np.hypot(again[..., 0] + back[..., 0], again[..., 1] + back[..., 1])
    looks = after.small - cv2.remap(before.small, there_x, there_y, cv2.INTER_LINEAR).astype(np.float32)
    unlike = np.abs(looks - np.median(looks))  # the light may change as a whole
    sure = np.asarray(inside & (unlike < ALIKE_GREY) & (apart < AGREES_PX))
    weight = inside * np.exp(-0.5 * (apart / AGREES_PX) ** 2 - 0.5 * (unlike / _GREY_SPREAD) ** 2)
    motion = Motion(back, sure, np.asarray(weight, np.float32), before.original)
    return motion if motion.certainty >= LEAST_AGREEING else NoMotion.CUT


def _grey(rgb: RgbImage, size: Size) -> NDArray[np.uint8]:
    shrinks = size.height <= rgb.shape[0]
    small = cv2.resize(
        rgb, (size.width, size.height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    )
    grey: NDArray[np.uint8] = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    return grey.reshape(size.hw)


def _flow(first: Look, second: Look) -> FloatArray:
    """In pixels of the working size."""
    finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    large = np.asarray(finder.calc(first.large, second.large, None), np.float32)
    height, width = first.small.shape
    small = cv2.resize(large, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(small * (width / large.shape[1]), np.float32).reshape(height, width, 2)
