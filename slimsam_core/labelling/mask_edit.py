"""Changes of masks that a person asks for, as functions from mask to mask.

Each works on the box of what it changes, so that an object in a picture of any size costs only itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.annotation import Annotation, DrawnShape, ShapeKind
from slimsam_core.formats.shapes import drawn_to_rle
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import BoolMask, Ring, Rle, empty, from_compressed, subtract, union
from slimsam_core.pixels.mask_crop import crop, paste

RAW_KEY = "unsimplified_mask"
_ANY_TOLERANCE = 1e6
"""Pixels: more than any picture has, whatever a file says."""
_TOLERANCE = "tolerance"
"""Beside the kept mask: the tolerance that made the outline, in pixels."""
"""Where an annotation keeps, among its extra keys, the mask that was simplified."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """What a brush painted: ``pixels`` (bool HxW, read-only) with their corner at column ``x``, row ``y``."""

    x: int
    y: int
    pixels: BoolMask
    adds: bool
    """True for a brush, False for an eraser."""

    def mask(self, size: Size) -> Rle:
        """The painted pixels as a mask of a picture of ``size``; what lies outside is cut."""
        return paste(self.pixels, self.x, self.y, size)


def apply_stroke(mask: Rle, stroke: Stroke) -> Rle:
    """The mask with the stroke added or taken away."""
    painted = stroke.mask(mask.size)
    return union((mask, painted)) if stroke.adds else subtract(mask, painted)


def shape_mask(shape: DrawnShape, size: Size) -> Rle:
    """The pixels of an outline that a person drew in a picture of ``size``; what lies outside is cut."""
    return drawn_to_rle(shape, size)


def fill_holes(mask: Rle, largest: int | None = None) -> Rle:
    """Set the pixels of enclosed holes (4-connected), of at most ``largest`` pixels when it is given."""

    def filled(pixels: BoolMask) -> BoolMask:
        count, labels, stats, _ = cv2.connectedComponentsWithStats((~pixels).view(np.uint8), connectivity=4)
        fills = np.ones(count, np.bool_) if largest is None else stats[:, cv2.CC_STAT_AREA] <= largest
        for rim in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
            fills[rim] = False  # open to the outside
        fills[0] = True  # the object itself
        return np.asarray(fills[labels], np.bool_)

    return _in_its_box(mask, 1, filled)


def drop_specks(mask: Rle, smallest: int) -> Rle:
    """Clear parts (8-connected) of fewer than ``smallest`` pixels."""

    def kept(pixels: BoolMask) -> BoolMask:
        labels, areas = _parts(pixels)
        keep = areas >= smallest
        keep[0] = False
        return np.asarray(keep[labels], np.bool_)

    return _in_its_box(mask, 0, kept)


def keep_largest(mask: Rle) -> Rle:
    """Only the part (8-connected) with the most pixels; the first in reading order of equal ones."""

    def kept(pixels: BoolMask) -> BoolMask:
        labels, areas = _parts(pixels)
        return np.asarray(labels == 1 + int(np.argmax(areas[1:])), np.bool_)

    return _in_its_box(mask, 0, kept)


def split_parts(mask: Rle) -> tuple[Rle, ...]:
    """Each part (8-connected) as a mask of its own, the largest first."""
    x, y, width, height = mask.bbox_xywh
    if not width:
        return ()
    labels, areas = _parts(crop(mask, x, y, width, height))
    order = 1 + np.argsort(-areas[1:], kind="stable")
    return tuple(paste(np.asarray(labels == label, np.bool_), x, y, mask.size) for label in order.tolist())


def smooth(mask: Rle, radius: float) -> Rle:
    """Round the outline: a pixel is set where at least half of the disc-like neighbourhood is (Gaussian of
    standard deviation ``radius`` pixels, > 0)."""
    if radius <= 0:
        raise ValueError(f"the radius must be greater than 0, not {radius}")

    def smoothed(pixels: BoolMask) -> BoolMask:
        share = cv2.GaussianBlur(pixels.astype(np.float32), (0, 0), radius, borderType=cv2.BORDER_REPLICATE)
        return np.asarray(share >= 0.5, np.bool_)

    return _in_its_box(mask, int(3 * radius) + 1, smoothed)


def translated(mask: Rle, columns: int, rows: int) -> Rle:
    """The mask moved right and down; what leaves the picture is cut."""
    x, y, width, height = mask.bbox_xywh
    if not width:
        return mask
    return paste(crop(mask, x, y, width, height), x + columns, y + rows, mask.size)


def room_to_move(masks: Sequence[Rle], columns: int, rows: int) -> tuple[int, int]:
    """As much of a move, in whole pixels, as leaves all of these masks of one picture inside it."""
    boxes = [mask.bbox_xywh for mask in masks if mask.area]
    if not boxes:
        return columns, rows
    size = masks[0].size
    left, top = min(x for x, _, _, _ in boxes), min(y for _, y, _, _ in boxes)
    right = max(x + width for x, _, width, _ in boxes)
    bottom = max(y + height for _, y, _, height in boxes)
    return min(max(columns, -left), size.width - right), min(max(rows, -top), size.height - bottom)


def translated_shape(shape: DrawnShape, columns: float, rows: float) -> DrawnShape:
    """The outline moved right and down."""
    if shape.kind is ShapeKind.ELLIPSE:
        ((x, y), (right, bottom)), *_ = shape.rings
        return replace(shape, rings=(((x + columns, y + rows), (right + columns, bottom + rows)),))
    return replace(shape, rings=tuple(tuple((x + columns, y + rows) for x, y in r) for r in shape.rings))


def outline_shape(mask: Rle, tolerance: float) -> DrawnShape | None:
    """A polygon around the mask's parts and holes that leaves it by at most ``tolerance`` pixels.

    Douglas-Peucker on the outlines along pixel edges; rings that shrink to a line are left out. None when
    nothing is left.
    """
    x, y, width, height = mask.bbox_xywh
    if not width:
        return None
    rings = [_simpler(ring, tolerance) for ring in edge_rings(crop(mask, x, y, width, height))]
    moved = tuple(tuple((px + x, py + y) for px, py in ring) for ring in rings if len(ring) >= 3)
    return DrawnShape(ShapeKind.POLYGON, moved) if moved else None


def edge_rings(pixels: BoolMask) -> list[NDArray[np.float64]]:
    """Rings (N, 2) of x, y along the pixel edges around all parts and holes of a mask, bool HxW."""
    doubled = np.repeat(np.repeat(pixels.view(np.uint8), 2, axis=0), 2, axis=1)
    contours, _ = cv2.findContours(doubled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    # on the doubled grid the two pixels of a cell tell its left edge from its right one
    return [np.floor((contour[:, 0, :].astype(np.float64) + 1) / 2) for contour in contours]


def simplified(annotation: Annotation, tolerance: float) -> Annotation:
    """The object outlined by a polygon that leaves its mask by at most ``tolerance`` pixels; 0 = the mask.

    The mask that was simplified stays with the object, so that another tolerance starts from it again.
    """
    raw = unsimplified(annotation)
    extra = {key: value for key, value in annotation.extra.items() if key != RAW_KEY}
    shape = outline_shape(raw, tolerance) if tolerance > 0 else None
    if shape is None:
        return replace(annotation, mask=raw, drawn=None, extra=extra)
    extra[RAW_KEY] = {**raw.to_coco(), _TOLERANCE: tolerance}
    return replace(annotation, mask=shape_mask(shape, raw.size), drawn=shape, extra=extra)


def tolerance_of(annotation: Annotation) -> float:
    """The tolerance in pixels that ``simplified`` gave the object; 0 when it is not simplified."""
    kept = annotation.extra.get(RAW_KEY)
    value = kept.get(_TOLERANCE) if isinstance(kept, Mapping) else None
    return float(value) if isinstance(value, int | float) and 0 < value < _ANY_TOLERANCE else 0.0


def unsimplified(annotation: Annotation) -> Rle:
    """The mask from before ``simplified``; the mask itself when it was not. Raises FormatError."""
    kept: Mapping[str, Any] | None = annotation.extra.get(RAW_KEY)
    if kept is None:
        return annotation.mask
    return from_compressed(str(kept["counts"]), annotation.mask.size, RAW_KEY)


def _simpler(ring: NDArray[np.float64], tolerance: float) -> Ring:
    reduced = cv2.approxPolyDP(ring.astype(np.float32)[:, None, :], tolerance, closed=True)[:, 0, :]
    return tuple((float(x), float(y)) for x, y in reduced.tolist())


def _parts(pixels: BoolMask) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Labels (0 = outside) and the number of pixels a label."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(pixels.view(np.uint8), connectivity=8)
    return np.asarray(labels, np.int32), stats[:, cv2.CC_STAT_AREA].astype(np.int64)


def _in_its_box(mask: Rle, margin: int, change: Callable[[BoolMask], BoolMask]) -> Rle:
    """``change`` applied to the box of the mask, ``margin`` pixels of emptiness added around it."""
    x, y, width, height = mask.bbox_xywh
    if not width:
        return empty(mask.size)
    pixels = np.pad(crop(mask, x, y, width, height), margin)
    return paste(change(pixels), x - margin, y - margin, mask.size)
