"""Carry on: the next picture, with the objects of this one proposed where they are now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.sessions.draft_session import DraftSession
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.workers.jobs import another_job
from slimsam_app.workers.spare_time import SpareTime, Tools
from slimsam_core.annotation import Annotation, MaskSource, Provenance
from slimsam_core.inference.embedding_store import stored_embedding
from slimsam_core.labelling.drafts import BAR, Proposal, ProposalsDraft
from slimsam_core.labelling.known_objects import without_known
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.progress import Progress
from slimsam_core.project.stored_drafts import tracks_that_wait
from slimsam_core.project.tracks import tracks_for, used_tracks

if TYPE_CHECKING:
    from slimsam_core.carrying.objects import CarriedObjects
    from slimsam_core.carrying.through import CarryEnd, CarryStop
    from slimsam_core.inference.prediction import ImageEmbedding
    from slimsam_core.inference.predictor import Predictor
    from slimsam_core.project import Project


@dataclass(frozen=True, eq=False, kw_only=True)
class CarriedOver:
    """What was carried into a picture."""

    image_id: int
    proposals: tuple[Proposal, ...] = ()
    doubtful: int = 0
    """Objects under the bar, which are not offered."""
    gone: int = 0
    """Objects that left the picture."""
    known: int = 0
    """Objects that are in the picture's labels already."""
    stopped: CarryStop | None = None
    """Why nothing could be carried."""
    occupied: bool = False
    """Other proposals came into the picture meanwhile: those stay alone."""


class CarrySession(QObject):
    """Steps on and has the objects found again, in the background; they are in the project once accepted."""

    offered = Signal(int, object)
    """Image id, ProposalsDraft; who listens keeps it with the picture before ``finished``."""
    finished = Signal(object)
    """CarriedOver."""
    told = Signal(str, str)
    """Why there is nothing to do, and what to do instead."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(
        self,
        document: Document,
        navigator: Navigator,
        objects: ObjectSession,
        drafts: DraftSession,
        *,
        spare: SpareTime,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._navigator, self._objects = document, navigator, objects
        self._drafts, self._spare = drafts, spare
        self._result: CarriedOver | None = None

    def start(self) -> None:
        """Go to the next picture and carry the objects of this one over."""
        navigator, objects = self._navigator, self._objects.objects
        picture, row = navigator.picture, navigator.row_of(navigator.current_id)
        if picture is None:
            return
        if row < 0 or row + 1 >= len(navigator.ids):
            self.told.emit(tr("This is the last image."), "")
            return
        if self._spare.busy:
            self.failed.emit(another_job(self._spare))
            return
        target = navigator.ids[row + 1]
        navigator.step(+1)
        if not objects:
            self.told.emit(tr("The image before has no objects to carry over."), "")
        elif self._drafts.has_proposals(target):
            self.told.emit(tr("Nothing was carried over: the image has proposals already."), "")
        else:
            self._begin(target, picture.rgb, objects)

    def _begin(self, target: int, before: Any, labelled: tuple[Annotation, ...]) -> None:
        project = self._document.project

        def task(tools: Tools) -> Iterator[Any]:
            after = read_image(project.image_path(project.image(target))).rgb
            tracks = tracks_for(labelled, tracks_in_use(project))
            done = CarriedOver(image_id=target)
            for step in carried_steps(tools, lambda: before, labelled, [lambda: after], tracks):
                if isinstance(step, Progress):
                    yield step
                elif isinstance(step, CarriedPicture):
                    done = CarriedOver(
                        image_id=target, proposals=step.proposals, doubtful=step.doubtful, gone=step.gone
                    )
                elif step.why.is_before_the_picture:
                    done = replace(done, stopped=step.why)
            yield done

        self._spare.start(tr("Carry on"), task, self._take, self._done, self.failed.emit)

    def _take(self, result: CarriedOver) -> None:
        if not self._document.is_open:
            return
        image_id, known = result.image_id, self._document.annotations(result.image_id)
        news = without_known(result.proposals, known)
        self._drafts.look()  # it may be the shown one
        occupied = bool(news) and self._drafts.has_proposals(image_id)
        self._result = replace(
            result,
            proposals=() if occupied else news,
            known=len(result.proposals) - len(news),
            occupied=occupied,
        )
        if self._result.proposals:
            self.offered.emit(image_id, ProposalsDraft(news, BAR))

    def _done(self, complete: bool) -> None:
        result, self._result = self._result, None
        if complete and result is not None:
            self.finished.emit(result)


@dataclass(frozen=True, eq=False)
class CarriedPicture:
    """What was carried into one of several pictures."""

    number: int
    """Its place among them, from 0."""
    proposals: tuple[Proposal, ...]
    doubtful: int
    gone: int


def tracks_in_use(project: Project) -> frozenset[int]:
    """Of the objects of a project and of what was carried and waits. Raises ProjectError."""
    return used_tracks(project).union(*map(tracks_that_wait, project.drafts().values()))


def carried_steps(
    tools: Tools,
    first: Callable[[], RgbImage],
    objects: Sequence[Annotation],
    pictures: Sequence[Callable[[], RgbImage]],
    tracks: Mapping[int, int],
) -> Iterator[Progress | CarriedPicture | CarryEnd]:
    """Objects of the first picture carried through others; see ``carry_through``.

    ``tracks``: of the objects, by their ids.
    """
    from slimsam_core.carrying import through  # the first paint does without it

    def embed(rgb: RgbImage) -> ImageEmbedding:
        return stored_embedding(rgb, tools.predictor, tools.store)

    for step in through.carry_through(tools.predictor, embed, first, objects, pictures, bar=BAR):
        if isinstance(step, through.CarriedInto):
            made, found = _proposals_of(step.found, tools.predictor, tracks), step.found
            doubtful = len(found.carried) - len(made)
            yield CarriedPicture(step.number, made, doubtful, len(found.gone))
        else:
            yield step


def _proposals_of(
    found: CarriedObjects, predictor: Predictor, tracks: Mapping[int, int]
) -> tuple[Proposal, ...]:
    """Those that are sure enough, the most certain first; ``tracks``: of the objects, by their ids."""
    sure = [(one, carried) for one, carried in found.carried if carried.confidence >= BAR]
    return tuple(
        Proposal(
            id=number,
            mask=carried.mask,
            provenance=Provenance(
                source=MaskSource.CARRIED,
                prompts=carried.prompts,
                model_name=predictor.name,
                model_hash=predictor.model_hash,
                predicted_iou=carried.predicted_iou,
                stability_score=carried.stability_score,
            ),
            category_id=one.category_id,
            confidence=round(carried.confidence, 4),
            track=tracks[one.id],
            follows=one.id,
        )
        for number, (one, carried) in enumerate(sure, 1)
    )
