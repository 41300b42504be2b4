"""What is learnt from and what judges: the newest objects of a person, parted by picture."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from slimsam_core.annotation import Annotation, ImageEntry, ImageState, MaskSource
from slimsam_core.datasets.labelled import LabelledImage, Skipped, iterate
from slimsam_core.datasets.project_dataset import ProjectDataset
from slimsam_core.errors import ProjectError
from slimsam_core.files.foreign import open_regular
from slimsam_core.project import ImageFilter, Project, project_at

LEAST_OBJECTS = 20
"""Before that nothing is tried: with the objects that judge taken off, a dozen are left to learn from."""
MOST_OBJECTS = 200
"""The newest: what a person labels now is what the next clicks are for, and more would take an hour."""
MOST_HELD = 30
"""Objects that judge: from here on the time of judging grows faster than what it tells."""
LEAST_HELD = 8
"""With fewer, one object that goes wrong decides."""
HELD_SHARE = 0.4
"""Of all objects, at most about so many judge: who judges with few objects finds nothing, who learns from few
learns nothing, and with twenty both want more than half."""
LEAST_HELD_PICTURES = 3
"""Objects of one picture go wrong together: two pictures tell nothing of how others vary."""
LEAST_LEARNT = 8
"""Objects that are left to learn from: of twenty in five pictures, three of which judge."""
_LABELLED = ImageFilter(unlabelled=False)
LEAST_PIXELS = 16
"""Of an object: a smaller one teaches nothing (as in ``training.crops``) and judges by chance."""


@dataclass(frozen=True)
class AcceptedObjects:
    """Labelled pictures as a data set, each with the objects of it that are used."""

    name: str
    images: tuple[tuple[str, LabelledImage], ...]
    """Key and labels."""

    def __len__(self) -> int:
        return len(self.images)

    def key(self, index: int) -> str:
        """A name of the picture."""
        return self.images[index][0]

    def labels(self, index: int) -> LabelledImage:
        """The labels of one picture."""
        return self.images[index][1]

    @property
    def objects(self) -> int:
        """How many there are in all pictures."""
        return sum(len(image.objects) for _, image in self.images)


@dataclass(frozen=True)
class Parted:
    """No picture, and no copy of it, lies on both sides."""

    learnt: AcceptedObjects
    held: AcceptedObjects


@dataclass(frozen=True, kw_only=True)
class TooFew:
    """What there is instead of enough."""

    objects: int
    pictures: int


def accepted(entry: ImageEntry, annotation: Annotation) -> bool:
    """Whether a person made or confirmed an object: drawn, clicked, corrected, or taken from proposals.

    What came in with a file, or got its mask from an imported box without anybody at it, counts once its
    picture is done. Proposals are no objects yet.
    """
    made = annotation.provenance
    if made.human_edits or entry.state is ImageState.DONE:
        return True
    if made.is_imported:
        return False
    return made.source != MaskSource.MODEL or made.time_spent_s > 0


def parted(path: Path) -> Parted | TooFew:
    """The objects of a project, to learn from and to judge by. Raises ProjectError for one that cannot be
    read."""
    path = project_at(path)
    with Project.open(path, read_only=True) as project:
        if project.count_annotations() < LEAST_OBJECTS:
            return TooFew(objects=project.count_annotations(), pictures=len(project.image_ids(_LABELLED)))
    try:
        dataset = ProjectDataset(path, accepted)
    except ProjectError:  # it was read just now: none of its pictures can be used
        return TooFew(objects=0, pictures=0)
    return part(dataset.name, list(iterate(dataset, Skipped())))


def part(name: str, images: Sequence[tuple[str, LabelledImage]]) -> Parted | TooFew:
    """The newest objects of these pictures; of them the newest pictures judge."""
    images = _newest(images)
    groups = sorted(_same_pictures(images), key=lambda group: -max(map(_age, group)))
    objects = sum(len(image.objects) for _, image in images)
    if objects < LEAST_OBJECTS or len(groups) <= LEAST_HELD_PICTURES:
        return TooFew(objects=objects, pictures=len(groups))
    wanted = min(MOST_HELD, max(LEAST_HELD, round(HELD_SHARE * objects)))
    held: list[tuple[str, LabelledImage]] = []
    pictures = 0
    while groups and (pictures < LEAST_HELD_PICTURES or _objects(held) < wanted):
        held += groups.pop(0)
        pictures += 1
    learnt = [one for group in groups for one in group]
    if _objects(learnt) < LEAST_LEARNT:
        return TooFew(objects=objects, pictures=pictures + len(groups))
    return Parted(AcceptedObjects(name, tuple(learnt)), AcceptedObjects(name, tuple(_few(held))))


def _newest(images: Sequence[tuple[str, LabelledImage]]) -> list[tuple[str, LabelledImage]]:
    """Pictures with those of the ``MOST_OBJECTS`` newest objects that have enough pixels; numbers of objects
    are given in the order in which they come."""
    ids = sorted(
        (one.id for _, image in images for one in image.objects if one.mask.area >= LEAST_PIXELS),
        reverse=True,
    )
    kept = frozenset(ids[:MOST_OBJECTS])
    found = [
        (key, replace(image, objects=tuple(one for one in image.objects if one.id in kept)))
        for key, image in images
    ]
    return [(key, image) for key, image in found if image.objects]


def _age(image: tuple[str, LabelledImage]) -> int:
    """The number of the newest object."""
    return max(one.id for one in image[1].objects)


def _objects(images: Sequence[tuple[str, LabelledImage]]) -> int:
    return sum(len(image.objects) for _, image in images)


def _few(held: Sequence[tuple[str, LabelledImage]]) -> list[tuple[str, LabelledImage]]:
    """At most ``MOST_HELD`` objects, as many of each picture as of the others where it has them."""
    taken: dict[str, int] = {key: 0 for key, _ in held}
    left = min(MOST_HELD, _objects(held))
    while left:
        for key, image in held:
            if left and taken[key] < len(image.objects):
                taken[key] += 1
                left -= 1
    return [(key, replace(image, objects=image.objects[-taken[key] :])) for key, image in held if taken[key]]


def _same_pictures(
    images: Sequence[tuple[str, LabelledImage]],
) -> list[list[tuple[str, LabelledImage]]]:
    """Pictures grouped with their copies: files of the same bytes. What cannot be read is no copy."""
    by_size: dict[object, list[tuple[str, LabelledImage]]] = {}
    for one in images:
        try:
            size: object = one[1].path.stat().st_size
        except OSError:
            size = one[0]
        by_size.setdefault(size, []).append(one)
    groups: dict[object, list[tuple[str, LabelledImage]]] = {}
    for alike in by_size.values():
        for key, image in alike:
            same: object = _digest(image.path) or key if len(alike) > 1 else key
            groups.setdefault(same, []).append((key, image))
    return list(groups.values())


def _digest(path: Path) -> bytes:
    """Of a file's bytes; nothing where it cannot be read."""
    try:
        with open_regular(path) as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b""
