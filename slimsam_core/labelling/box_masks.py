"""Boxes of a detector to masks: objects that came in as a box alone get the mask that a model sees in it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from slimsam_core import figures
from slimsam_core.annotation import Annotation, ImageEntry, MaskSource, is_box
from slimsam_core.errors import ImageReadError
from slimsam_core.labelling.masks_in_boxes import Embed, SeenInBox, masks_in_boxes
from slimsam_core.labelling.picture_work import PictureWork, picture_work
from slimsam_core.pixels.geometry import BoxXYXY, Size
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.project import Edit, ImageFilter, Project

if TYPE_CHECKING:
    from slimsam_core.inference.predictor import Predictor

COMMAND = "Boxes to masks"
"""Label of the command, one a picture."""
CHANGED = "the object was changed meanwhile"
LOCKED = "the object is locked"
RESIZED = "the picture has another size now"
OUTSIDE = "the box lies outside the picture"
UNSEEN = "the model sees nothing in the box"
REASONS = (CHANGED, LOCKED, RESIZED, OUTSIDE, UNSEEN)
"""Why a box is left as it is."""


@dataclass(frozen=True)
class PictureMasks:
    """What a model made of the boxes of one picture: objects before and after, and the boxes left as such."""

    image: ImageEntry
    made: tuple[tuple[Annotation, Annotation], ...]
    left: tuple[tuple[int, str], ...]
    """Id of the object and why it stays a box."""


@dataclass
class BoxTally:
    """Every box is counted once: as a mask that was made, or with the reason why it was left."""

    pictures: int = 0
    made: set[int] = field(default_factory=set)
    left: dict[int, str] = field(default_factory=dict)

    @property
    def boxes(self) -> int:
        """How many boxes were looked at: those made and those left."""
        return len(self.made) + len(self.left)

    def note(self, made: Sequence[int], left: Sequence[tuple[int, str]]) -> None:
        """Count the boxes of one picture, by the ids of their objects."""
        self.pictures += bool(made)
        self.made.update(made)
        for annotation_id, reason in left:
            if annotation_id not in self.made:
                self.left[annotation_id] = reason
        for annotation_id in made:
            self.left.pop(annotation_id, None)

    @property
    def summary(self) -> str:
        """One line: ``118 of 120 boxes became masks, in 14 pictures; 2 left as boxes``."""
        line = (
            f"{len(self.made):,} of {self.boxes:,} boxes became masks, in {figures.pictures(self.pictures)}"
        )
        return f"{line}; {len(self.left):,} left as boxes" if self.left else line

    def reasons(self, words: Callable[[str], str] = str) -> list[str]:
        """Each reason once, the most frequent first, in other ``words``: ``3 x the object is locked``."""
        counts: dict[str, int] = {}
        for reason in self.left.values():
            counts[reason] = counts.get(reason, 0) + 1
        return [f"{n:,} x {words(reason)}" for reason, n in sorted(counts.items(), key=lambda item: -item[1])]


def masks_of_boxes(
    project: Project, predictor: Predictor, embed: Embed | None = None
) -> Iterator[Progress | PictureMasks]:
    """Go through the pictures that have boxes; the project is read, not changed.

    Yields after every small step: Progress, and ``PictureMasks`` once for each picture. ``embed`` may take
    the embedding from a store. What was done is no box any more, so that a second run goes on where the first
    one stopped. Raises OutOfMemory, and ProjectError when the project cannot be read.
    """
    waiting = yield from boxes_in(project)
    for done, image_id in enumerate(waiting):
        found = project.images_by_id([image_id]).get(image_id)
        if found is None:  # taken out of the project meanwhile
            continue
        at = Progress(COMMAND, done, len(waiting), found.path)
        yield at
        for step in masks_in_picture(picture_work(project, found), predictor, embed or predictor.embed):
            yield at if step is None else step
    yield Progress(COMMAND, len(waiting), len(waiting))


def boxes_in(project: Project) -> Generator[Progress, None, list[int]]:
    """Yield how far it is; returns the pictures that have boxes."""
    waiting: list[int] = []
    for seen, (image, objects) in enumerate(project.labelled_images(ImageFilter(unlabelled=False)), 1):
        if any(map(is_box, objects)):
            waiting.append(image.id)
        if seen % 100 == 0:
            yield Progress("Looking for boxes", seen)
    return waiting


def edits_for(result: PictureMasks, now: Sequence[Annotation]) -> tuple[tuple[Edit, ...], PictureMasks]:
    """The edits that bring masks to the objects as they are ``now``, and the result without what changed.

    A class or a note that somebody gave meanwhile stays; a box that was moved, locked or deleted is left.
    """
    current = {annotation.id: annotation for annotation in now}
    edits: list[Edit] = []
    made: list[tuple[Annotation, Annotation]] = []
    left = list(result.left)
    for before, after in result.made:
        there = current.get(before.id)
        if there is None or there.drawn != before.drawn or not is_box(there):
            left.append((before.id, CHANGED))
        elif there.locked:
            left.append((before.id, LOCKED))
        else:
            edits.append(
                Edit(there, replace(there, mask=after.mask, drawn=None, provenance=after.provenance))
            )
            made.append((before, after))
    return tuple(edits), PictureMasks(result.image, tuple(made), tuple(left))


def convert_boxes(
    project: Project,
    predictor: Predictor,
    embed: Embed | None = None,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> BoxTally:
    """Give every imported box of a project its mask, one command a picture; when cancelled, that stays.

    Raises ProjectReadOnly and as ``masks_of_boxes``; Cancelled.
    """
    return take_masks(project, masks_of_boxes(project, predictor, embed), progress, cancel)


def take_masks(
    project: Project,
    steps: Iterable[Progress | PictureMasks],
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> BoxTally:
    """Write what ``steps`` make, one command a picture; when cancelled, that stays.

    Raises ProjectReadOnly, Cancelled and what ``steps`` raise.
    """
    tally = BoxTally()
    for step in steps:
        if cancel:
            cancel.raise_if_cancelled()
        if isinstance(step, Progress):
            progress(step)
            continue
        edits, result = edits_for(step, project.annotations(step.image.id))
        if edits:
            project.apply(COMMAND, edits)
        tally.note([before.id for before, _ in result.made], result.left)
    return tally


def masks_in_picture(
    picture: PictureWork, predictor: Predictor, embed: Embed
) -> Iterator[PictureMasks | None]:
    """The masks of one picture, after as many steps (None) as its boxes need."""
    boxes = [annotation for annotation in picture.objects if is_box(annotation)]
    try:
        rgb = picture.read()
    except ImageReadError as error:
        yield PictureMasks(picture.image, (), tuple((a.id, error.message) for a in boxes))
        return
    size = Size.of(rgb)
    left: list[tuple[int, str]] = []
    open_boxes: list[tuple[Annotation, BoxXYXY]] = []
    for annotation in boxes:
        box = _box_of(annotation)
        if annotation.locked:
            left.append((annotation.id, LOCKED))
        elif annotation.mask.size != size:
            left.append((annotation.id, RESIZED))
        elif box is None or box.clipped(size) is None:
            left.append((annotation.id, OUTSIDE))
        else:
            open_boxes.append((annotation, box))
    made: list[tuple[Annotation, Annotation]] = []
    if open_boxes:
        embedding = embed(rgb)
        yield None
        found: list[SeenInBox | None] = []
        for some in masks_in_boxes(predictor, embedding, [box for _, box in open_boxes], MaskSource.MODEL):
            found += some
            yield None
        for (before, _), seen in zip(open_boxes, found, strict=True):
            if seen is None:
                left.append((before.id, UNSEEN))
            else:
                made.append((before, replace(before, mask=seen.mask, drawn=None, provenance=seen.provenance)))
    yield PictureMasks(picture.image, tuple(made), tuple(left))


def _box_of(annotation: Annotation) -> BoxXYXY | None:
    """The rectangle that was imported; None when it has no area."""
    assert annotation.drawn is not None
    (xa, ya), (xb, yb) = annotation.drawn.rings[0]
    return BoxXYXY.from_corners(xa, ya, xb, yb) if xa != xb and ya != yb else None
