"""How ragged a mask is beside the labelled one: what a person has to clean up, which IoU hardly sees."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from slimsam_core.pixels.mask import BoolMask


@dataclass(frozen=True)
class Form:
    """Of a found mask, as multiples of the label's: ``parts`` = its number of separate parts, ``outline`` =
    the length of its outline. 1 = as labelled; more parts are islands, a longer outline is a frayed one."""

    parts: float
    outline: float


def form_of(found: BoolMask, target: BoolMask) -> Form:
    """The form of a mask beside that of a label with at least one pixel, both bool HxW."""
    return Form(_parts(found) / _parts(target), _outline(found) / max(1, _outline(target)))


def _parts(pixels: BoolMask) -> int:
    """Parts that touch not even at corners."""
    count, _ = cv2.connectedComponents(pixels.view(np.uint8), connectivity=8)
    return int(count) - 1


def _outline(pixels: BoolMask) -> int:
    """Edges between set and unset pixels; the picture's border is none."""
    down, across = pixels[1:] != pixels[:-1], pixels[:, 1:] != pixels[:, :-1]
    return int(down.sum() + across.sum())
