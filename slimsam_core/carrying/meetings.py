"""Objects of one class that meet on their way: whether each is still told from the other by its looks.

Motion and model follow pixels: where two like things overlap, or one passes in front of the other, both masks
may go on with one of them, or each with the other's. How well every mask looks like the object that it began
with, against how well it looks like the one that it met, says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from slimsam_core.annotation import Annotation
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.pixels.mask import Rle, iou_matrix

__all__ = ["Meetings"]

MEETS = 0.25
"""Of the smaller mask that lies in the other one, beyond what did at first: before that masks only touch.
By eye: well above what two borders share."""
HIDDEN = 0.7
"""Of the largest area that an object had: where less is left of it beside another one, that hides it. By eye:
one that only turns keeps more."""
STILL_TOLD = 0.5
"""Of the way between the looks of both at first, from the wrong object to the right one: 1 = they look as
they did, 0 = no exchange would be noticed, -1 = they were exchanged. By eye, the middle of 0 and 1."""
_LEAST_APART = 1e-3
"""Squared distance of the looks of two objects: nearer ones are never told apart; by eye, next to
nothing."""

Looks = Mapping[int, FloatArray | None]
"""Of objects by id: a vector of length 1, None where there is none."""


class Meetings:
    """Remembers which of the objects met; asked once for each picture, in order."""

    def __init__(self, objects: Sequence[Annotation], looks: Looks) -> None:
        """``objects``, ``looks``: as they are labelled."""
        self._looks = looks
        classes: dict[int, list[Annotation]] = {}
        for one in objects:
            classes.setdefault(one.category_id, []).append(one)
        self._groups = [[one.id for one in group] for group in classes.values() if len(group) > 1]
        self._first = _shares(self._groups, {one.id: one.mask for one in objects})
        self._largest = {one.id: one.mask.area for one in objects}
        self._met: set[tuple[int, int]] = set()

    def untold(self, masks: Mapping[int, Rle], looks: Looks) -> frozenset[int]:
        """Objects that cannot be told any more from one that they met.

        ``masks``, ``looks``: of those that are still there; all masks have one size.
        """
        shares = _shares(self._groups, masks)
        for number, mask in masks.items():
            self._largest[number] = max(self._largest[number], mask.area)
        for (one, other), share in shares.items():
            if share > self._first[one, other] + MEETS or self._hides(masks, one, other):
                self._met.add((one, other))
        return frozenset(
            number
            for pair in self._met
            if pair in shares and not self._is_told(pair, looks)
            for number in pair
        )

    def _hides(self, masks: Mapping[int, Rle], one: int, other: int) -> bool:
        """Whether one of two is being hidden by the other; what leaves the picture gets smaller, too."""
        smaller = [i for i in (one, other) if masks[i].area < HIDDEN * self._largest[i]]
        return any(not _at_border(masks[i]) for i in smaller) and _touch(masks[one], masks[other])

    def _is_told(self, pair: tuple[int, int], looks: Looks) -> bool:
        one, other = pair
        first = self._looks.get(one), self._looks.get(other)
        now = looks.get(one), looks.get(other)
        if first[0] is None or first[1] is None or now[0] is None or now[1] is None:
            return False
        way = first[0] - first[1]
        apart = float(way @ way)
        return apart > _LEAST_APART and float(way @ (now[0] - now[1])) > STILL_TOLD * apart


def _at_border(mask: Rle) -> bool:
    x, y, width, height = mask.bbox_xywh
    return not x or not y or x + width == mask.size.width or y + height == mask.size.height


def _touch(mask: Rle, other: Rle) -> bool:
    """Whether the boxes of two masks share a pixel, or lie side by side."""
    (x0, y0, w0, h0), (x1, y1, w1, h1) = mask.bbox_xywh, other.bbox_xywh
    return max(x0, x1) <= min(x0 + w0, x1 + w1) and max(y0, y1) <= min(y0 + h0, y1 + h1)


def _shares(groups: Sequence[Sequence[int]], masks: Mapping[int, Rle]) -> dict[tuple[int, int], float]:
    """Of each two objects of a group: how much of the smaller one lies in the other, 0..1."""
    found: dict[tuple[int, int], float] = {}
    for group in groups:
        there = [number for number in group if number in masks]
        overlaps = iou_matrix([masks[number] for number in there])
        for i, j in combinations(range(len(there)), 2):
            areas = masks[there[i]].area, masks[there[j]].area
            shared = float(overlaps[i, j]) * sum(areas) / (1.0 + float(overlaps[i, j]))
            found[there[i], there[j]] = shared / max(1, min(areas))
    return found
