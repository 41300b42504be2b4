"""Clicks that correct a stored mask: what the model is asked, and what of its answer is taken.

The model is told where the object is, and of its answer only what the clicks are about counts: a left click
adds the connected part of the answer that it lies in, a right click takes its part away, and everywhere else
the stored mask stays as it is, pixel for pixel.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from slimsam_core.inference.prediction import Candidate, Prediction
from slimsam_core.inference.transforms import FloatArray, downsample_mask, picture_part, upsample_mask
from slimsam_core.inference.zoom import CloseUp, PlacedLogits, Window, logits_in_picture, whole_of
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size
from slimsam_core.pixels.mask import BoolMask, Rle, encode
from slimsam_core.pixels.mask_crop import crop

_SIDE = 512
"""A larger mask is looked at in steps: a point well inside needs no pixel's care, and a click waits."""
_NECK = 0.5
"""A part ends where it becomes thinner than this share of its thickness at the click: two parts are often
joined by a seam along the outline, where no two masks of one thing agree to the pixel. Of 0 to 0.7 this was
best on photographs for clicks that add and for those that take away."""
_RIM = np.ones((3, 3), np.uint8)
"""One cell around what is taken comes from the answer too, or its edge would be that of the cells."""


def with_its_place(prompts: PromptSet, mask: Rle) -> PromptSet:
    """Clicks that correct ``mask``, with a point well inside it and its box.

    The point is the one farthest from the outline and from the clicks. The box is left out where a left click
    lies outside it: the object goes further than its mask. Where the prompts have a box of their own, or the
    mask is empty, they are given back as they are.
    """
    x, y, width, height = mask.bbox_xywh
    if prompts.box is not None or prompts.empty or not width:
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
    further = any(
        p.positive and not (box.x0 <= p.x <= box.x1 and box.y0 <= p.y <= box.y1) for p in prompts.points
    )
    return PromptSet((point, *prompts.points), None if further else box)


def corrected(prediction: Prediction, prompts: PromptSet, mask: Rle) -> Prediction:
    """An answer to clicks on the object of ``mask``, of which only what the clicks are about is taken.

    Elsewhere the candidates have the logits of ``mask``. Where the prompts have a box, which is about the
    whole object, the answer is given back as it is.
    """
    if prompts.box is not None or not mask.area:
        return prediction
    candidates = tuple(_corrected(candidate, prompts, mask) for candidate in prediction.candidates)
    return replace(prediction, candidates=candidates)


def exact_mask(candidate: Candidate, mask: Rle) -> Rle:
    """A candidate at the picture's own size: where its logits are those of ``mask``, the pixels of it."""
    placed = _placed(candidate, mask)
    changed = placed.logits != _as_logits(mask, placed)
    if not changed.any():
        return mask
    window = placed.window or whole_of(mask.size)
    size = window.size
    there = picture_part(changed, size, placed.fit)
    rows = np.arange(size.height) * there.shape[0] // size.height  # the cell that a pixel lies in
    columns = np.arange(size.width) * there.shape[1] // size.width
    taken = there[rows[:, None], columns]
    pixels = mask.decode()
    part = pixels[window.y : window.y + size.height, window.x : window.x + size.width]
    np.copyto(part, upsample_mask(placed.logits, size, placed.fit), where=taken)
    return encode(pixels)


def _corrected(candidate: Candidate, prompts: PromptSet, mask: Rle) -> Candidate:
    placed = _placed(candidate, mask)
    logits, window, fit = placed
    before, around = _as_logits(mask, placed), window or whole_of(mask.size)
    taken = np.zeros(logits.shape, np.bool_)
    inside = fit.inside(around.size, logits.shape[0])
    for click in prompts.points:
        column = int((click.x - around.x) * inside.width / around.size.width)
        row = int((click.y - around.y) * inside.height / around.size.height)
        if 0 <= column < inside.width and 0 <= row < inside.height:
            found, was = (logits > 0) == click.positive, (before > 0) == click.positive
            taken |= _part(found & ~was, row, column)
    result = np.where(cv2.dilate(taken.view(np.uint8), _RIM).view(np.bool_), logits, before)
    result.setflags(write=False)
    if window is None:
        return replace(candidate, low_res_logits=result, close_up=None)
    close_up = CloseUp(window, result, fit)
    return replace(candidate, low_res_logits=logits_in_picture(close_up, mask.size), close_up=close_up)


def _part(changed: BoolMask, row: int, column: int) -> BoolMask:
    """What hangs together around a cell without a neck; nothing where the cell itself is not changed."""
    if not changed[row, column]:
        return np.zeros_like(changed)
    depth = cv2.distanceTransform(np.pad(changed, 1).view(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    least = _NECK * float(depth[row, column])
    _, parts = cv2.connectedComponents((depth >= least).view(np.uint8), connectivity=4)
    core = parts == parts[row, column]
    rest = cv2.distanceTransform((~core).view(np.uint8), cv2.DIST_L2, 5)
    part: BoolMask = changed & (rest <= least + 1)
    return part


def _placed(candidate: Candidate, mask: Rle) -> PlacedLogits:
    """The finest logits that cover all of the mask."""
    x, y, width, height = mask.bbox_xywh
    window = candidate.finest.window
    if window is None or window.holds_window(Window(x, y, Size(height, width))):
        return candidate.finest
    return PlacedLogits(candidate.low_res_logits, None, candidate.fit)


def _as_logits(mask: Rle, like: PlacedLogits) -> FloatArray:
    """A mask as logits of the same form and place."""
    window = like.window or whole_of(mask.size)
    pixels = crop(mask, window.x, window.y, window.size.width, window.size.height)
    return downsample_mask(pixels, like.logits.shape[0], like.fit)
