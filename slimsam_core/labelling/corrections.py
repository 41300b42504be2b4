"""What a model is asked when a click only takes away from an object: it is also told where that object is."""

from __future__ import annotations

import cv2
import numpy as np

from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet
from slimsam_core.pixels.mask import Rle
from slimsam_core.pixels.mask_crop import crop

_SIDE = 512
"""A larger mask is looked at in steps: a point well inside needs no pixel's care, and a click waits."""


def with_its_place(prompts: PromptSet, mask: Rle) -> PromptSet:
    """Clicks that only take away, with the box of the object's ``mask`` and a point well inside it.

    The point is the one farthest from the outline and from the clicks. Where a click or a box says already
    where the object is, or the mask is empty, the prompts are given back as they are: SAM was taught with
    clicks on things, and alone a click beside one means nothing to it.
    """
    says_where = prompts.box is not None or any(point.positive for point in prompts.points)
    x, y, width, height = mask.bbox_xywh
    if says_where or prompts.empty or not width:
        return prompts
    step = -(-max(width, height) // _SIDE)
    inside = crop(mask, x, y, width, height)[::step, ::step]
    depth = cv2.distanceTransform(np.pad(inside, 1).view(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    rows, columns = np.ogrid[: inside.shape[0], : inside.shape[1]]
    for click in prompts.points:
        across, down = (click.x - x) / step - columns - 0.5, (click.y - y) / step - rows - 0.5
        depth = np.where(inside, np.minimum(depth, np.hypot(across, down)), 0.0)
    row, column = np.unravel_index(int(np.argmax(depth)), depth.shape)
    point = PointPrompt(x + int(column) * step + 0.5, y + int(row) * step + 0.5)
    box = BoxXYXY(float(x), float(y), float(x + width), float(y + height))
    return PromptSet((point, *prompts.points), box)
