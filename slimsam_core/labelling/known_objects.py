"""What a search found against what is labelled already: the same thing is no news."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from slimsam_core.annotation import Annotation
from slimsam_core.labelling.drafts import Proposal
from slimsam_core.pixels.geometry import BoxXYXY, Size, iou_of_boxes
from slimsam_core.pixels.mask import iou_between, iou_matrix

OVER_IOU = 0.5
"""From here on two masks are taken for one thing by everybody who counts detections (COCO's AP50)."""
SAME_IOU = 0.8
"""A find that covers an object of the project this well is no news. By eye: well above COCO's AP50, below
what differs along a border."""
SAME_BOX_IOU = 0.6
"""The same for boxes: a detector's are looser than those of masks, and two things rarely share so much.
By eye, between COCO's AP50 and the value for masks."""


def over_known(proposals: tuple[Proposal, ...], known: Sequence[Annotation]) -> frozenset[int]:
    """Ids of the proposals that share half or more with an object (IoU of ``OVER_IOU`` or more)."""
    masks = [a.mask for a in known]
    if not proposals or not masks or masks[0].size != proposals[0].mask.size:
        return frozenset()
    best = iou_between([p.mask for p in proposals], masks).max(axis=1)
    return frozenset(p.id for p, iou in zip(proposals, best, strict=True) if iou >= OVER_IOU)


def without_known(proposals: tuple[Proposal, ...], known: Sequence[Annotation]) -> tuple[Proposal, ...]:
    """The proposals that no object covers as well as itself."""
    masks = [a.mask for a in known]
    if not proposals or not masks or masks[0].size != proposals[0].mask.size:
        return proposals
    best = iou_between([p.mask for p in proposals], masks).max(axis=1)
    return tuple(p for p, iou in zip(proposals, best, strict=True) if iou < SAME_IOU)


def over_better(
    proposals: Sequence[Proposal], class_of: Callable[[Proposal], int], least: float = OVER_IOU
) -> frozenset[int]:
    """Ids of the proposals that lie over a better one of their class (IoU of ``least`` or more) that stays.

    ``proposals``: the best first. ``class_of``: 0 = it has none yet and lies over nothing.
    """
    groups: dict[tuple[int, Size], list[Proposal]] = {}
    for one in proposals:
        groups.setdefault((class_of(one), one.mask.size), []).append(one)
    found: set[int] = set()
    for (category_id, _), group in groups.items():
        if not category_id or len(group) < 2:
            continue
        shared = iou_matrix([one.mask for one in group]) >= least
        for row, one in enumerate(group):
            if any(shared[row, other] and group[other].id not in found for other in range(row)):
                found.add(one.id)
    return frozenset(found)


def is_known_box(box: BoxXYXY, known: Sequence[Annotation]) -> bool:
    """Whether an object of the picture has nearly this box."""
    boxes = (one.mask.box for one in known if one.mask.area)
    return any(iou_of_boxes(box.as_tuple(), other) > SAME_BOX_IOU for other in boxes)
