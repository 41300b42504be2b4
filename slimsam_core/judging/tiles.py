"""Small pictures of an object for a verdict: the teacher's mask, the student's, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from slimsam_core.judging.report import outlined
from slimsam_core.judging.verdict import ComparedObject, ComparedPicture
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.pixels.mask import BoolMask

_GAINED, _LOST = (64, 160, 255), (255, 64, 64)


@dataclass(frozen=True, eq=False)
class Tiles:
    """Three tiles of the same place, uint8 HxWx3, at most 240 pixels a side.

    Outlines: green = the label (or the teacher, without one), red = the model's mask. Difference: red = what
    the student lost, blue = what it added.
    """

    teacher: NDArray[np.uint8]
    student: NDArray[np.uint8]
    difference: NDArray[np.uint8]


def tiles_of(compared: ComparedObject | ComparedPicture) -> Tiles:
    """Read the picture and paint. Raises ImageReadError."""
    rgb = read_image(Path(compared.picture)).rgb
    before, after = compared.before.decode(), compared.after.decode()
    target = compared.target.decode() if isinstance(compared, ComparedObject) else before
    around = target | before | after
    if not around.any():
        around[...] = True
    return Tiles(
        outlined(rgb, target, before, around),
        outlined(rgb, target, after, around),
        outlined(painted(rgb, before, after), target, after & ~after, around),
    )


_COVER = 0.65
"""Of the colour over the picture: it is seen at once, and what lies below too."""


def painted(rgb: RgbImage, before: BoolMask, after: BoolMask) -> RgbImage:
    """The picture with what was lost in red and what was added in blue."""
    result = rgb.copy()
    for mask, colour in ((before & ~after, _LOST), (after & ~before, _GAINED)):
        result[mask] = ((1 - _COVER) * result[mask] + _COVER * np.array(colour)).astype(np.uint8)
    return result
