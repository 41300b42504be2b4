"""The rest of a project: what looks like its labelled objects waits as proposals until it is accepted."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from slimsam_core.annotation import Annotation, ImageState, MaskSource, Provenance
from slimsam_core.errors import ImageReadError
from slimsam_core.inference.prediction import ImageEmbedding, candidate_rle
from slimsam_core.labelling.drafts import Proposal, ProposalsDraft, has_proposals
from slimsam_core.labelling.known_objects import over_known
from slimsam_core.labelling.measured_finds import MeasuredFinds
from slimsam_core.labelling.picture_work import PictureWork, picture_work
from slimsam_core.labelling.sampling import evenly
from slimsam_core.likeness.cells import View, views_of
from slimsam_core.likeness.finds import Find, finds_in, without_doubles
from slimsam_core.likeness.learning import LabelledExample, LearntClass, NotYet, learn_class
from slimsam_core.likeness.measured import MeasuredPrecision
from slimsam_core.pixels.geometry import BoxXYXY, PromptSet, Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import Rle, iou, iou_between
from slimsam_core.progress import Progress, counted
from slimsam_core.project import ImageFilter, Project
from slimsam_core.suggesting.description import Describer

if TYPE_CHECKING:
    from slimsam_core.inference.predictor import Predictor

__all__ = [
    "ClassNotYet",
    "ClassReady",
    "Learnt",
    "LikeIn",
    "LikeTally",
    "examples_of",
    "label_rest",
    "learnt_classes",
    "like_in",
    "pictures_to_search",
]

Embed = Callable[[RgbImage], ImageEmbedding]

MOST_EXAMPLES = 60
"""Labelled pictures that a class is learnt from: each costs as much as one that is searched, twice."""
LEAST_CONFIDENCE = 0.1
"""Of what is offered at all: below it nine of ten are wrong, as that is what the confidence means."""
MOST_OFFERED = 60
"""Of one picture, the best: nobody looks through more. By eye."""
_BETTER_IOU = 0.6
"""Of the mask that a box asks for and the find whose box it is: less is another thing. By eye, a little above
COCO's AP50."""
_SAME_OF_TWO_CLASSES = 0.7
"""IoU of finds of two classes that are one thing: the surer class has it. By eye, between COCO's AP50 and
masks that are the same."""
UNFINISHED = frozenset({ImageState.NEW, ImageState.IN_PROGRESS, ImageState.NEEDS_REVIEW})


@dataclass(frozen=True)
class ClassReady:
    """A class was learnt and is looked for now."""

    category_id: int
    measured: MeasuredPrecision
    bar: float


@dataclass(frozen=True)
class ClassNotYet:
    """A class that is not looked for, and why."""

    category_id: int
    reason: NotYet


@dataclass(frozen=True, kw_only=True)
class LikeIn:
    """What was found in a picture."""

    image_id: int
    draft: ProposalsDraft | None = None
    known: int = 0
    """Finds that are objects already."""
    trouble: str = ""
    """Why nothing was looked for."""


@dataclass(kw_only=True)
class LikeTally:
    """What was found in all pictures."""

    pictures: int = 0
    offered: int = 0
    offered_in: int = 0
    sure: int = 0
    """Of the offered ones those above the bar."""
    known: int = 0
    unread: int = 0

    def note(self, found: LikeIn) -> None:
        """Count a picture."""
        self.pictures += not found.trouble
        self.unread += bool(found.trouble)
        self.known += found.known
        if found.draft is not None:
            self.offered += len(found.draft.proposals)
            self.offered_in += 1
            self.sure += sum(p.predicted_iou >= found.draft.threshold for p in found.draft.proposals)


def examples_of(project: Project, category_id: int) -> list[int]:
    """Pictures to learn a class from: those that are done or checked as empty, else all that have objects.

    In a picture that is not done an object without a label would teach that it is none of the class. Of more
    than ``MOST_EXAMPLES`` at least half have the class, where there are so many.
    """
    return _sample(project, _to_learn_from(project), category_id)


def _to_learn_from(project: Project) -> list[int]:
    """All pictures that classes could be learnt from, in order."""
    done = project.image_ids(ImageFilter(states=frozenset({ImageState.DONE, ImageState.EMPTY_CHECKED})))
    return done if _has_objects(project, done) else project.image_ids(ImageFilter(unlabelled=False))


def _sample(project: Project, found: Sequence[int], category_id: int) -> list[int]:
    with_class = set(project.image_ids(ImageFilter(category_ids=frozenset({category_id}))))
    having = [i for i in found if i in with_class]
    others = [i for i in found if i not in with_class]
    even = round(MOST_EXAMPLES * len(having) / max(1, len(found)))
    count = min(len(having), max(even, MOST_EXAMPLES // 2, MOST_EXAMPLES - len(others)))
    taken = {*evenly(having, count), *evenly(others, MOST_EXAMPLES - count)}
    return [i for i in found if i in taken]


def pictures_to_search(project: Project, category_ids: Iterable[int]) -> list[int]:
    """The pictures that are not done, in order, without proposals that wait and those that one of these
    classes is learnt from."""
    left_out = {image_id for image_id, text in project.drafts().items() if has_proposals(text)}
    to_learn_from = _to_learn_from(project)
    for category_id in category_ids:
        left_out.update(_sample(project, to_learn_from, category_id))
    return [i for i in project.image_ids(ImageFilter(states=UNFINISHED)) if i not in left_out]


def label_rest(
    project: Project,
    predictor: Predictor,
    embed: Embed,
    category_ids: Sequence[int],
    image_ids: Sequence[int],
) -> Iterator[Progress | ClassReady | ClassNotYet | LikeIn]:
    """Learn classes from labelled pictures and look for them in others; the project is read, not changed.

    Yields after every small step: Progress; of each class what was learnt; ``LikeIn`` once for each picture.
    Raises OutOfMemory, and ProjectError when the project cannot be read.
    """
    learnt = yield from learnt_classes(project, predictor, embed, category_ids, len(image_ids))
    before, whole = learnt.steps, learnt.steps + len(image_ids)
    for done, image_id in enumerate(image_ids if learnt.classes else ()):
        image = project.images_by_id([image_id]).get(image_id)
        if image is None:  # taken out of the project meanwhile
            continue
        at = Progress(SEARCHING, before + done, whole, image.path)
        yield at
        for step in _of_picture(picture_work(project, image), predictor, embed, learnt):
            yield at if step is None else step
    if learnt.classes:
        yield Progress(SEARCHING, whole, whole)


@dataclass(frozen=True, eq=False)
class Learnt:
    """The classes that can be looked for, and the steps of learning all that were wanted."""

    classes: tuple[LearntClass, ...]
    steps: int

    def draft(self, found: Sequence[Proposal]) -> ProposalsDraft:
        """Proposals, one at least, with what was measured of their classes, and where the slider stands."""
        there = {one.category_id for one in found}
        classes = [one for one in self.classes if one.category_id in there]
        measured = tuple(MeasuredFinds(one.category_id, one.measured.rows) for one in classes)
        return ProposalsDraft(tuple(found), max(one.bar for one in classes), measured)


def learnt_classes(
    project: Project, predictor: Predictor, embed: Embed, category_ids: Sequence[int], pictures: int
) -> Generator[Progress | ClassReady | ClassNotYet | LikeIn, None, Learnt]:
    """The first half of ``label_rest``; ``pictures``: that are searched afterwards.

    ``LikeIn`` comes of those that could not be learnt from, with their trouble.
    """
    unread: dict[int, str] = {}
    to_learn_from = _to_learn_from(project)
    sampled = {category_id: _sample(project, to_learn_from, category_id) for category_id in category_ids}
    classes: list[LearntClass] = []
    before, whole = 0, 2 * sum(map(len, sampled.values())) + pictures
    for category_id, image_ids in sampled.items():
        learning = learn_class(predictor, embed, _examples(project, image_ids, unread), category_id)
        result = yield from counted(learning, partial(_part_of, before, whole))
        before += 2 * len(image_ids)
        if isinstance(result, NotYet):
            count = _count_of(project, to_learn_from, category_id)
            yield ClassNotYet(category_id, replace(result, objects=count))
        else:
            classes.append(result)
            yield ClassReady(category_id, result.measured, result.bar)
    for image_id, trouble in unread.items():
        yield LikeIn(image_id=image_id, trouble=trouble)
    return Learnt(tuple(classes), before)


def like_in(
    pictures: Iterable[PictureWork], predictor: Predictor, embed: Embed, learnt: Learnt
) -> list[LikeIn]:
    """What is found in each. Raises OutOfMemory."""
    steps = (_of_picture(one, predictor, embed, learnt) for one in pictures)
    return [found for step in steps for found in step if found is not None]


SEARCHING = "Looking for more like these"


def _part_of(before: int, whole: int, step: Progress) -> Progress:
    """A step of one class in the whole: the bar never goes back."""
    return Progress(step.stage, before + step.done, whole)


def _has_objects(project: Project, image_ids: Sequence[int]) -> bool:
    return next(iter(project.annotations_of_images(image_ids)), None) is not None


def _count_of(project: Project, image_ids: Sequence[int], category_id: int) -> int:
    """Objects of a class in these pictures, without crowds."""
    with_class = set(project.image_ids(ImageFilter(category_ids=frozenset({category_id}))))
    objects = project.annotations_of_images([i for i in image_ids if i in with_class])
    return sum(one.category_id == category_id and not one.iscrowd for one in objects)


def _examples(project: Project, image_ids: Sequence[int], unread: dict[int, str]) -> list[LabelledExample]:
    """Of these pictures; which of them cannot be read is noted as it turns out."""
    found = []
    for image in project.images_by_id(image_ids).values():
        work = picture_work(project, image)
        objects = [one for one in work.objects if one.mask.area]
        named = tuple((one.category_id, one.mask) for one in objects if not one.iscrowd)
        unclear = tuple(one.mask for one in objects if one.iscrowd)
        found.append(LabelledExample(partial(_pixels, work, unread), named, unclear))
    return found


def _pixels(work: PictureWork, unread: dict[int, str]) -> RgbImage:
    try:
        return work.read()
    except ImageReadError as error:
        unread[work.image.id] = error.message
        raise


def _of_picture(
    picture: PictureWork, predictor: Predictor, embed: Embed, learnt: Learnt
) -> Iterator[LikeIn | None]:
    """What is found, after as many steps (None) as it needs."""
    try:
        rgb = picture.read()
    except ImageReadError as error:
        yield LikeIn(image_id=picture.image.id, trouble=error.message)
        return
    size = Size.of(rgb)
    objects = [one for one in picture.objects if one.mask.size == size]
    embedding = embed(rgb)
    yield None
    views: list[View] = []
    for view in views_of(predictor, embedding, rgb):
        views.append(view)
        yield None
    describer = Describer(embedding, rgb)
    made: list[Proposal] = []
    for one in learnt.classes:
        finds: list[Find] = []
        for find in finds_in(predictor, views, one.cells, describer):
            if find is None:
                yield None
            else:
                finds.append(find)
        for proposal in _proposals(predictor, embedding, one, finds):
            yield None
            if proposal is not None:
                made.append(proposal)
    found, known = _best(made, objects)
    yield LikeIn(image_id=picture.image.id, draft=learnt.draft(found) if found else None, known=known)


def _proposals(
    predictor: Predictor, embedding: ImageEmbedding, learnt: LearntClass, finds: Sequence[Find]
) -> Iterator[Proposal | None]:
    """Those that are sure enough, one a step."""
    if not finds:
        return
    scores = learnt.judge.scores(np.stack([find.vector for find in finds]))
    confidences = learnt.sigmoid(scores)
    for i in without_doubles(finds, scores)[:MOST_OFFERED]:
        if confidences[i] >= LEAST_CONFIDENCE:
            yield _proposal(predictor, embedding, finds[i], learnt.category_id, float(confidences[i]))


def _proposal(
    predictor: Predictor, embedding: ImageEmbedding, find: Find, category_id: int, confidence: float
) -> Proposal | None:
    """The mask that the model gives to the find's box and place, when it is the same thing."""
    mask, candidate = candidate_rle(embedding, find.candidate), find.candidate
    if not mask.area:
        return None
    x, y, width, height = mask.bbox_xywh
    prompts = PromptSet((find.point,), BoxXYXY(float(x), float(y), float(x + width), float(y + height)))
    better = predictor.predict(embedding, prompts).preferred
    closer: Rle = candidate_rle(embedding, better)
    if iou(mask, closer) >= _BETTER_IOU:
        mask, candidate = closer, better
    return Proposal(
        id=0,
        mask=mask,
        provenance=Provenance(
            source=MaskSource.LIKENESS,
            prompts=prompts,
            model_name=predictor.name,
            model_hash=predictor.model_hash,
            predicted_iou=candidate.predicted_iou,
            stability_score=candidate.stability_score,
        ),
        category_id=category_id,
        confidence=round(confidence, 4),
    )


def _best(made: Sequence[Proposal], objects: Sequence[Annotation]) -> tuple[tuple[Proposal, ...], int]:
    """Each thing once, under the surest class, without what is labelled; and the number of those."""
    kept: list[Proposal] = []
    for proposal in sorted(made, key=lambda p: -p.predicted_iou):
        same = iou_between([proposal.mask], [one.mask for one in kept]) if kept else np.zeros((1, 1))
        if same.max() < _SAME_OF_TWO_CLASSES:
            kept.append(proposal)
    numbered = tuple(replace(p, id=number) for number, p in enumerate(kept[:MOST_OFFERED], 1))
    known = over_known(numbered, objects)
    return tuple(p for p in numbered if p.id not in known), len(known)
