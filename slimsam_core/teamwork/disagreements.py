"""Where people of one project differ on a picture that each labelled, and one object made of theirs.

After a merge the picture has the objects of all. Those of different people that mean one thing are found as
in a comparison; a person says whose holds, and the others go. What holds is marked, so that it is not asked
again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from slimsam_core.annotation import Annotation
from slimsam_core.errors import ProjectError
from slimsam_core.pixels.mask import Rle, iou_between, union
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.project import Edit, Reader
from slimsam_core.teamwork.compare import AGREE_IOU, AGREED_KEY, Seen, Unit, lowest_iou, units_of

SAME_THING_IOU = 0.25
"""From here on objects of two people show that each labelled the picture: of different things hardly any two
lie so much over each other, and of one thing people's masks rarely do less."""


@dataclass(frozen=True, kw_only=True)
class OpenDisagreement:
    """What several people made of one thing in a picture."""

    image_id: int
    said: tuple[tuple[str, Annotation | None], ...]
    """Everybody who labelled the picture, by name, and the object; None = made none there."""
    iou: float
    """Lowest IoU, 0..1, of any two masks; 0 where somebody made none."""
    classes: int
    """How many different classes they gave it, no object counted as one."""

    @property
    def objects(self) -> tuple[Annotation, ...]:
        """The objects, at least one."""
        return tuple(annotation for _, annotation in self.said if annotation is not None)

    @property
    def gravity(self) -> float:
        """0..1: how far they differ; another class counts as much as no object."""
        return 1.0 if self.classes > 1 else 1.0 - self.iou

    @property
    def agrees(self) -> bool:
        """Whether they mean the same: one class, and masks alike."""
        return self.classes == 1 and self.iou >= AGREE_IOU


def open_disagreements(
    project: Reader, progress: ProgressSink = ignore_progress, cancel: CancelToken | None = None
) -> list[OpenDisagreement]:
    """All of a project, the gravest first; what agrees is among them, at the end. Raises Cancelled."""
    cancel = cancel or CancelToken()
    found: list[OpenDisagreement] = []
    names = _class_names(project)
    for done, (image, objects) in enumerate(project.labelled_images()):
        if done % 100 == 0:
            cancel.raise_if_cancelled()
            progress(Progress("Comparing pictures", done))
        found += _of_objects(image.id, objects, names, project.uid)
    return sorted(found, key=lambda one: (-one.gravity, one.image_id))


def disagreements_of(project: Reader, image_ids: Iterable[int]) -> list[OpenDisagreement]:
    """The same of some pictures."""
    names = _class_names(project)
    return [
        one
        for image_id in image_ids
        for one in _of_objects(image_id, project.annotations(image_id), names, project.uid)
    ]


def _class_names(project: Reader) -> Mapping[int, str]:
    return {category.id: category.name for category in project.categories()}


def _of_objects(
    image_id: int, objects: Sequence[Annotation], names: Mapping[int, str], uid: str
) -> Iterator[OpenDisagreement]:
    """Objects that nobody signed, and those that were decided, are nobody's opinion."""
    if len({o.author for o in objects if o.author}) < 2 and not any(AGREED_KEY in o.extra for o in objects):
        return
    asked = [o for o in objects if o.author and AGREED_KEY not in o.extra]
    people = sorted(_who_labelled(objects, asked))
    seen = [Seen(name, tuple(o for o in asked if o.author == name), names, uid) for name in people]
    by_id = {o.id: o for o in asked}
    for unit in units_of(seen):
        yield _made(image_id, people, unit, by_id)


def _who_labelled(objects: Iterable[Annotation], asked: Sequence[Annotation]) -> set[str]:
    """Those who labelled the picture each by themselves: their objects lie over each other's.

    People who share the work on a picture, or mend an object of another, made no second one of any thing.
    """
    found: set[str] = set()
    for one in objects:
        known = one.extra.get(AGREED_KEY)
        if isinstance(known, list):
            found.update(name for name in known if isinstance(name, str))
    if len({one.mask.size for one in asked}) == 1:
        ious = iou_between([one.mask for one in asked], [one.mask for one in asked])
        for first, second in np.argwhere(ious >= SAME_THING_IOU):
            if asked[first].author != asked[second].author:
                found |= {asked[first].author, asked[second].author}
    return found


def _made(
    image_id: int, people: Sequence[str], unit: Unit, by_id: Mapping[int, Annotation]
) -> OpenDisagreement:
    whole = len(unit) == len(people)
    said = tuple((name, by_id[unit[name][2]] if name in unit else None) for name in people)
    classes = {name for name, _, _ in unit.values()}
    return OpenDisagreement(
        image_id=image_id,
        said=said,
        iou=lowest_iou(unit) if whole else 0.0,
        classes=len(classes) + (not whole),
    )


def keep_one(disagreement: OpenDisagreement, annotation_id: int) -> list[Edit]:
    """Edits after which this object holds and those of the others are gone."""
    return [
        Edit(one, _agreed(one, disagreement)) if one.id == annotation_id else Edit(one, None)
        for one in disagreement.objects
    ]


def keep_none(disagreement: OpenDisagreement) -> list[Edit]:
    """Edits after which there is no such object: who made none is right."""
    return [Edit(one, None) for one in disagreement.objects]


def keep_all(disagreement: OpenDisagreement) -> list[Edit]:
    """Edits after which all hold: they are different things."""
    return [Edit(one, _agreed(one, disagreement)) for one in disagreement.objects]


def keep_union(disagreement: OpenDisagreement) -> list[Edit]:
    """Edits after which the first object has the pixels of all and the others are gone.

    Raises ProjectError where there are no two masks of one size.
    """
    masks = [one.mask for one in disagreement.objects]
    if len(masks) < 2 or len({mask.size for mask in masks}) > 1:
        raise ProjectError("There are no two masks to unite.", "Keep one of the values.")
    return keep_drawn(disagreement, union(masks))


def keep_drawn(disagreement: OpenDisagreement, mask: Rle) -> list[Edit]:
    """Edits after which the first object has this mask and the others are gone."""
    first, *others = disagreement.objects
    shown = replace(_agreed(first, disagreement), mask=mask, drawn=None)
    return [Edit(first, shown), *(Edit(one, None) for one in others)]


def settle_agreeing(found: Collection[OpenDisagreement]) -> list[Edit]:
    """Edits after which one object is left of each on which people agree: the one most like the others."""
    edits: list[Edit] = []
    for one in found:
        if one.agrees:
            masks = [entry.mask for entry in one.objects]
            best = int(iou_between(masks, masks).sum(axis=1).argmax())
            edits += keep_one(one, one.objects[best].id)
    return edits


def _agreed(annotation: Annotation, disagreement: OpenDisagreement) -> Annotation:
    names = [name for name, _ in disagreement.said]
    return replace(annotation, extra={**annotation.extra, AGREED_KEY: names})
