"""A detector through the pictures of a project: what it sees are proposals until somebody accepts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from slimsam_core.annotation import (
    UNFINISHED,
    DrawnShape,
    ImageState,
    MaskSource,
    Provenance,
    ShapeKind,
    imported_from,
)
from slimsam_core.detecting.detector import Detection, Detector
from slimsam_core.errors import ImageReadError
from slimsam_core.inference.predictor import Predictor
from slimsam_core.labelling.drafts import Proposal, has_proposals
from slimsam_core.labelling.known_objects import SAME_IOU, is_known_box, over_better, without_known
from slimsam_core.labelling.masks_in_boxes import Embed, SeenInBox, masks_in_boxes
from slimsam_core.labelling.picture_work import PictureWork, picture_work
from slimsam_core.pixels.geometry import PromptSet, Size, iou_of_boxes
from slimsam_core.pixels.mask import Polygon, Rle, from_polygons
from slimsam_core.progress import Progress
from slimsam_core.project import ImageFilter, Project

__all__ = [
    "DetectedAs",
    "DetectedIn",
    "DetectionPlan",
    "DetectionTally",
    "DetectorRun",
    "detect_pictures",
    "detected_in",
    "pictures_to_detect",
]

LEAST_SCORE = 0.25
"""Where the tools of all families cut when nothing else is said."""
OVERLAP = 0.5
"""IoU of two boxes of one thing; between the 0.45 of YOLOv5 and YOLOX and the 0.7 of YOLOv8."""


class DetectedAs(StrEnum):
    """What becomes of a detector's boxes."""

    MASKS = "masks"
    """What the model in use sees in each."""
    OWN = "own"
    """The detector's own masks."""
    BOXES = "boxes"
    """They stay boxes, which can be made masks later."""


@dataclass(frozen=True, kw_only=True)
class DetectionPlan:
    """What is wanted of a detector."""

    classes: Mapping[int, int]
    """Index of each wanted class -> id of the project's class; others are left out."""
    least: float = LEAST_SCORE
    """Score, 0..1."""
    overlap: float = OVERLAP
    """IoU, 0..1."""
    outcome: DetectedAs = DetectedAs.MASKS


@dataclass(frozen=True, kw_only=True)
class DetectedIn:
    """What was found in a picture."""

    image_id: int
    proposals: tuple[Proposal, ...] = ()
    """The best first; one for each thing that is no object of the picture yet."""
    known: int = 0
    """Things that are objects already."""
    empty: int = 0
    """Boxes in which there was no mask."""
    trouble: str = ""
    """Why nothing was looked for."""


@dataclass(kw_only=True)
class DetectionTally:
    """What was found in all pictures."""

    pictures: int = 0
    """That were looked at."""
    offered: int = 0
    offered_in: int = 0
    """Pictures with proposals."""
    known: int = 0
    empty: int = 0
    unread: int = 0
    """Pictures that could not be read."""

    def note(self, found: DetectedIn) -> None:
        """Count a picture."""
        self.pictures += not found.trouble
        self.unread += bool(found.trouble)
        self.offered += len(found.proposals)
        self.offered_in += bool(found.proposals)
        self.known += found.known
        self.empty += found.empty


def pictures_to_detect(project: Project, *, finished: bool = False) -> list[int]:
    """The pictures, in order, without proposals that wait; those that are done only with ``finished``."""
    waiting = {image_id for image_id, text in project.drafts().items() if has_proposals(text)}
    states = frozenset[ImageState]() if finished else UNFINISHED
    return [i for i in project.image_ids(ImageFilter(states=states)) if i not in waiting]


@dataclass(frozen=True, eq=False)
class DetectorRun:
    """What works together on the pictures."""

    detector: Detector
    plan: DetectionPlan
    predictor: Predictor | None = None
    """Needed for ``DetectedAs.MASKS`` alone."""
    embed: Embed | None = None
    """May take the embedding from a store; default: the predictor's own."""

    def __post_init__(self) -> None:
        if self.plan.outcome is DetectedAs.MASKS and self.predictor is None:
            raise ValueError("masks need a model")


def detect_pictures(
    project: Project, run: DetectorRun, image_ids: Sequence[int]
) -> Iterator[Progress | DetectedIn]:
    """Go through pictures; the project is read, not changed.

    Yields after every small step: Progress, and ``DetectedIn`` once for each picture. Raises CheckpointError
    for a detector that answers nonsense, OutOfMemory, and ProjectError when the project cannot be read.
    """
    for done, image_id in enumerate(image_ids):
        image = project.images_by_id([image_id]).get(image_id)
        if image is None:  # taken out of the project meanwhile
            continue
        at = Progress(STEP, done, len(image_ids), image.path)
        yield at
        for step in _of_picture(picture_work(project, image), run):
            yield at if step is None else step
    yield Progress(STEP, len(image_ids), len(image_ids))


STEP = "Looking for objects"


def detected_in(pictures: Iterable[PictureWork], run: DetectorRun) -> list[DetectedIn]:
    """What is found in each. Raises as ``detect_pictures``."""
    return [found for one in pictures for found in _of_picture(one, run) if found is not None]


def _of_picture(picture: PictureWork, run: DetectorRun) -> Iterator[DetectedIn | None]:
    """The finds of one picture, after as many steps (None) as it needs."""
    try:
        rgb = picture.read()
    except ImageReadError as error:
        yield DetectedIn(image_id=picture.image.id, trouble=error.message)
        return
    size = Size.of(rgb)
    objects = [one for one in picture.objects if one.mask.size == size]
    plan, predictor = run.plan, run.predictor
    found = run.detector.find(rgb, plan.least, plan.overlap, masks=plan.outcome is DetectedAs.OWN)
    wanted = _once([one for one in found if one.class_index in plan.classes], plan)
    news = [one for one in wanted if not is_known_box(one.box, objects)]
    yield None
    made: list[Proposal] = []
    if plan.outcome is DetectedAs.MASKS and news:
        assert predictor is not None
        embedding = (run.embed or predictor.embed)(rgb)
        yield None
        seen: list[SeenInBox | None] = []
        for some in masks_in_boxes(predictor, embedding, [one.box for one in news], MaskSource.DETECTOR):
            seen += some
            yield None
        for one, found_in in zip(news, seen, strict=True):
            if found_in is not None:
                made.append(_proposal(one, found_in.mask, found_in.provenance, plan.classes))
    else:
        made = [p for one in news if (p := _as_given(one, run.detector, plan, size)) is not None]
    made.sort(key=lambda p: -p.predicted_iou)
    empty = len(news) - len(made)
    numbered = tuple(replace(p, id=number) for number, p in enumerate(made, 1))
    twice = over_better(numbered, lambda p: p.category_id, SAME_IOU)  # two boxes, and one mask in both
    numbered = tuple(p for p in numbered if p.id not in twice)
    kept = without_known(numbered, objects)
    yield DetectedIn(
        image_id=picture.image.id,
        proposals=kept,
        known=len(wanted) - len(news) + len(numbered) - len(kept),
        empty=empty,
    )


def _once(found: Sequence[Detection], plan: DetectionPlan) -> list[Detection]:
    """Of boxes of different classes of the detector that are one of the project, and overlap, the best one;
    of those of one class the detector has chosen already. ``found``: the best first."""
    kept: list[Detection] = []
    for one in found:
        rivals = (
            other
            for other in kept
            if other.class_index != one.class_index
            and plan.classes[other.class_index] == plan.classes[one.class_index]
        )
        if not any(iou_of_boxes(one.box.as_tuple(), r.box.as_tuple()) > plan.overlap for r in rivals):
            kept.append(one)
    return kept


def _as_given(one: Detection, detector: Detector, plan: DetectionPlan, size: Size) -> Proposal | None:
    """The detector's own mask or box; None where it has no pixel."""
    name, made_by = detector.path.stem, detector.digest
    if plan.outcome is DetectedAs.OWN:
        if one.mask is None:
            return None
        provenance = Provenance(
            source=MaskSource.DETECTOR, prompts=PromptSet(box=one.box), model_name=name, model_hash=made_by
        )
        return _proposal(one, one.mask, provenance, plan.classes)
    x0, y0, x1, y1 = one.box.as_tuple()
    mask = from_polygons([Polygon(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))], size)
    if not mask.area:
        return None
    drawn = DrawnShape(ShapeKind.RECTANGLE, (((x0, y0), (x1, y1)),))
    provenance = Provenance(source=imported_from("detector"), model_name=name, model_hash=made_by)
    return _proposal(one, mask, provenance, plan.classes, drawn)


def _proposal(
    one: Detection,
    mask: Rle,
    provenance: Provenance,
    classes: Mapping[int, int],
    drawn: DrawnShape | None = None,
) -> Proposal:
    return Proposal(
        id=0,
        mask=mask,
        provenance=provenance,
        category_id=classes[one.class_index],
        confidence=round(min(1.0, one.score), 4),
        drawn=drawn,
    )
