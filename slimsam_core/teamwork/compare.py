"""How far people agree who labelled the same pictures, or how one agrees with a project that is right."""

from __future__ import annotations

import contextlib
import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from slimsam_core.annotation import Annotation, ImageEntry, ImageState
from slimsam_core.errors import ProjectError
from slimsam_core.pixels.mask import Rle, iou_between
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.project import Reader
from slimsam_core.project.lineage import uid_of
from slimsam_core.teamwork.coefficients import KrippendorffsAlpha, cohens_kappa
from slimsam_core.teamwork.packed_part import unpacked
from slimsam_core.teamwork.part_look import name_of, opened_part
from slimsam_core.teamwork.pictures import entries_of, folders_of, index_of, known_of

AGREED_KEY = "agreed_by"
"""In ``Annotation.extra``: names of the people on whose picture this object was decided to be right."""

AGREE_IOU = 0.9
"""From here on two masks of one class are one opinion: edges that differ by a pixel or two of hundreds."""

NOTHING = "(nothing)"
"""What somebody said who saw the picture and made no such object."""
MATCH_IOU = 0.5
"""From this IoU on two masks mean one object: COCO's lowest threshold."""
WORST = 50
"""Disagreements that are listed, the gravest first."""
PAGE = 200


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """One object on which people differ."""

    picture: str
    file: Path | None
    """Where the picture lies; None where it may not be looked at."""
    said: tuple[tuple[str, str], ...]
    """Each who saw the picture, with the class or ``NOTHING``."""
    masks: tuple[tuple[str, Rle], ...]
    """The masks of those who made one."""
    iou: float
    """Lowest IoU of any two masks; 0 where somebody made none."""

    @property
    def gravity(self) -> float:
        """0..1: how far they differ; another class counts as much as no object."""
        names = {name for _, name in self.said}
        return 1.0 if len(names) > 1 else 1.0 - self.iou


@dataclass
class ClassAgreement:
    """How two people agree on a class."""

    both: int = 0
    """Objects that both made and gave this class."""
    only_first: int = 0
    """Objects of the first with this class of which the second said something else, or nothing."""
    only_second: int = 0
    iou_sum: float = 0.0

    @property
    def iou(self) -> float | None:
        """Mean IoU of the objects that both made."""
        return self.iou_sum / self.both if self.both else None

    @property
    def agreement(self) -> float | None:
        """Share of objects on which both agree (F1), 0..1."""
        total = 2 * self.both + self.only_first + self.only_second
        return 2 * self.both / total if total else None


@dataclass(kw_only=True)
class PairAgreement:
    """How two people agree; with a gold project the first is it."""

    first: str
    second: str
    pictures: int = 0
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What both said of each object, ``NOTHING`` among it -> how often."""
    classes: dict[str, ClassAgreement] = field(default_factory=lambda: defaultdict(ClassAgreement))

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa over all objects, an object that was not made counted as said ``NOTHING``."""
        return cohens_kappa(self.pairs)

    @property
    def class_kappa(self) -> float | None:
        """Cohen's kappa of the classes alone, over the objects that both made."""
        return cohens_kappa({pair: count for pair, count in self.pairs.items() if NOTHING not in pair})

    @property
    def matched(self) -> int:
        """Objects that both made, whatever their classes."""
        return sum(count for pair, count in self.pairs.items() if NOTHING not in pair)

    @property
    def missed(self) -> int:
        """Objects of the first that the second did not make."""
        return sum(count for (_, second), count in self.pairs.items() if second == NOTHING)

    @property
    def extra(self) -> int:
        """Objects of the second that the first did not make."""
        return sum(count for (first, _), count in self.pairs.items() if first == NOTHING)

    @property
    def agreed(self) -> int:
        """Objects that both made with one class."""
        return sum(entry.both for entry in self.classes.values())

    @property
    def iou(self) -> float | None:
        """Mean IoU of the objects that both made with one class."""
        return sum(entry.iou_sum for entry in self.classes.values()) / self.agreed if self.agreed else None


@dataclass(kw_only=True)
class TeamComparison:
    """What was compared, and how it came out."""

    observers: tuple[str, ...]
    gold: str = ""
    """The one that is taken to be right; empty = nobody."""
    pictures: int = 0
    """Pictures that at least two saw."""
    unchanged: int = 0
    """Objects that all have as they had them before the pictures were shared: they tell nothing."""
    decided: int = 0
    """Objects that were decided among people, and tell nothing of any one of them."""
    pairs: list[PairAgreement] = field(default_factory=list)
    alpha: float | None = None
    """Krippendorff's alpha of all."""
    worst: list[Disagreement] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """What one observer made of a picture."""

    observer: str
    objects: tuple[Annotation, ...]
    names: Mapping[int, str]
    project_uid: str


def compare_annotators(
    project: Reader, progress: ProgressSink = ignore_progress, cancel: CancelToken | None = None
) -> TeamComparison:
    """Compare the people of one project where they labelled the same pictures, by their objects.

    Objects that were decided among people are left out: they are nobody's own any more. So are people who
    share no picture with another. Raises ProjectError when nobody, or one alone, has objects in it, and
    Cancelled.
    """
    names = tuple(entry.name for entry in project.statistics().annotators if entry.name)
    if len(names) < 2:
        raise ProjectError(
            "There are no two annotators in {name} to compare.",
            "Name the projects of the others, too.",
            name=project.path.name,
        )
    decided: Counter[str] = Counter()
    with project.snapshot() as frozen:
        pictures = _by_author(frozen, names, decided)
        found = _compare(pictures, names, "", progress, cancel or CancelToken())
    found.decided = decided.total()
    found.pairs = [pair for pair in found.pairs if pair.pictures]
    met = {name for pair in found.pairs for name in (pair.first, pair.second)}
    found.observers = tuple(name for name in names if name in met) or names
    return found


def compare_projects(
    first: Reader,
    others: Sequence[Path],
    gold: bool = False,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> TeamComparison:
    """Compare projects, each the work of one person, where they have the same pictures.

    ``gold``: the first is right, and each of the others is measured by it. A picture counts for somebody who
    has objects in it or said of its state. One may come as a zip file. Raises ProjectError and Cancelled.
    """
    cancel = cancel or CancelToken()
    with contextlib.ExitStack() as opened:
        readers = [opened.enter_context(first.snapshot())]
        for path in others:
            file, packed = opened.enter_context(unpacked(path, cancel))
            reader = opened.enter_context(opened_part(file, packed, progress))
            readers.append(opened.enter_context(reader.snapshot()))
        names = _different([name_of(reader) for reader in readers])
        seen = _by_project(readers, names)
        return _compare(seen, names, names[0] if gold else "", progress, cancel)


def _different(names: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        number, chosen = 2, name
        while chosen in found:
            chosen, number = f"{name} ({number})", number + 1
        found.append(chosen)
    return tuple(found)


_Picture = tuple[ImageEntry, Reader, list[Seen]]


def _by_author(project: Reader, names: Sequence[str], decided: Counter[str]) -> Iterator[_Picture]:
    classes = {category.id: category.name for category in project.categories()}
    for image, listed in project.labelled_images():
        objects = [o for o in listed if AGREED_KEY not in o.extra]
        decided.update({image.path: len(listed) - len(objects)})
        authors = {annotation.author for annotation in objects} & set(names)
        if len(authors) > 1:
            yield (
                image,
                project,
                [
                    Seen(name, tuple(o for o in objects if o.author == name), classes, project.uid)
                    for name in names
                    if name in authors
                ],
            )


def _by_project(readers: Sequence[Reader], names: Sequence[str]) -> Iterator[_Picture]:
    index = index_of(readers[0])
    places: dict[int, dict[int, int]] = {known.id: {0: known.id} for known in index.by_uid.values()}
    for number, reader in enumerate(readers[1:], 1):
        taken: set[int] = set()
        folders = folders_of(reader)
        for image in entries_of(reader):
            other = known_of(reader, image, folders)
            found = index.find(other, taken)
            if found is None:
                continue  # only pictures that the first has are compared
            taken.add(found.id)
            places[found.id][number] = image.id
    classes = [{category.id: category.name for category in reader.categories()} for reader in readers]
    listed = [(image_id, where) for image_id, where in places.items() if len(where) > 1]
    for image_id, where in listed:
        image = readers[0].image(image_id)
        seen = []
        for number, own in where.items():
            reader = readers[number]
            objects = reader.annotations(own)
            if objects or reader.image(own).state is not ImageState.NEW:
                seen.append(Seen(names[number], objects, classes[number], reader.uid))
        if len(seen) > 1:
            yield image, readers[0], seen


def _compare(
    pictures: Iterator[_Picture],
    names: Sequence[str],
    gold: str,
    progress: ProgressSink,
    cancel: CancelToken,
) -> TeamComparison:
    found = TeamComparison(observers=tuple(names), gold=gold)
    pairs = {
        (first, second): PairAgreement(first=first, second=second)
        for first, second in itertools.combinations(names, 2)
        if not gold or first == gold
    }
    alpha = KrippendorffsAlpha()
    worst: list[tuple[float, int, Disagreement]] = []
    counter = itertools.count()
    for done, (image, project, seen) in enumerate(pictures):
        if done % 100 == 0:
            cancel.raise_if_cancelled()
            progress(Progress("Comparing pictures", done))
        found.pictures += 1
        if not gold:
            seen, same = _without_unchanged(seen)
            found.unchanged += same
        for one, two in itertools.combinations([entry.observer for entry in seen], 2):
            if (one, two) in pairs:
                pairs[one, two].pictures += 1
        for unit in units_of(seen):
            said = {entry.observer: NOTHING for entry in seen} | {
                who: name for who, (name, _, _) in unit.items()
            }
            alpha.add(list(said.values()))
            _count(unit, said, pairs)
            disagreement = _disagreement(image, project, said, unit)
            if disagreement.gravity > 1 - AGREE_IOU:
                item = (disagreement.gravity, -next(counter), disagreement)
                (heapq.heappush if len(worst) < WORST else heapq.heappushpop)(worst, item)
    found.pairs, found.alpha = list(pairs.values()), alpha.value
    found.worst = [item for _, _, item in sorted(worst, reverse=True)]
    return found


def _without_unchanged(seen: Sequence[Seen]) -> tuple[list[Seen], int]:
    """Objects that everybody has with the same identity, mask and class were there before."""
    if len(seen) < 2:
        return list(seen), 0
    listed = [
        {uid_of(entry.project_uid, o.uid, o.id): (o.mask, entry.names[o.category_id]) for o in entry.objects}
        for entry in seen
    ]
    same = {uid for uid, value in listed[0].items() if all(other.get(uid) == value for other in listed[1:])}
    kept = [
        Seen(
            entry.observer,
            tuple(o for o in entry.objects if uid_of(entry.project_uid, o.uid, o.id) not in same),
            entry.names,
            entry.project_uid,
        )
        for entry in seen
    ]
    return kept, len(same)


Unit = dict[str, tuple[str, Rle, int]]
"""Observer -> class, mask and id of one object."""


def units_of(seen: Sequence[Seen]) -> list[Unit]:
    """The objects of a picture, those of different people that mean the same joined: the closest first."""
    units: list[Unit] = [
        {entry.observer: (entry.names[o.category_id], o.mask, o.id)} for entry in seen for o in entry.objects
    ]
    sizes = {unit[who][1].size for unit in units for who in unit}
    if len(units) < 2 or len(sizes) > 1:
        return units
    masks = [next(iter(unit.values()))[1] for unit in units]
    owners = [next(iter(unit)) for unit in units]
    ious = iou_between(masks, masks)
    order = np.argsort(-ious, axis=None, kind="stable")
    place = list(range(len(units)))
    for flat in order:
        a, b = divmod(int(flat), len(units))
        if ious[a, b] < MATCH_IOU:
            break
        if a >= b or owners[a] == owners[b]:
            continue
        one, two = place[a], place[b]
        if one != two and not units[one].keys() & units[two].keys():
            units[one] |= units[two]
            units[two] = {}
            place = [one if where == two else where for where in place]
    return [unit for unit in units if unit]


def _count(unit: Unit, said: Mapping[str, str], pairs: Mapping[tuple[str, str], PairAgreement]) -> None:
    for (first, second), pair in pairs.items():
        if first not in said or second not in said or (first not in unit and second not in unit):
            continue
        one, two = said[first], said[second]
        pair.pairs[one, two] += 1
        if one == two:
            pair.classes[one].both += 1
            pair.classes[one].iou_sum += float(iou_between([unit[first][1]], [unit[second][1]])[0, 0])
            continue
        if one != NOTHING:
            pair.classes[one].only_first += 1
        if two != NOTHING:
            pair.classes[two].only_second += 1


def lowest_iou(unit: Unit) -> float:
    """Lowest IoU of any two masks, 0..1; 0 where they are of different sizes."""
    masks = [mask for _, mask, _ in unit.values()]
    return float(iou_between(masks, masks).min()) if len({mask.size for mask in masks}) == 1 else 0.0


def _disagreement(image: ImageEntry, project: Reader, said: Mapping[str, str], unit: Unit) -> Disagreement:
    lowest = 0.0
    if len(unit) == len(said):
        lowest = lowest_iou(unit)
    file = None
    with contextlib.suppress(ProjectError):
        file = project.image_path(image)
    return Disagreement(
        picture=image.path,
        file=file,
        said=tuple(said.items()),
        masks=tuple((who, mask) for who, (_, mask, _) in unit.items()),
        iou=lowest,
    )
