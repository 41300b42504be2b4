"""Carry through: the objects of a picture proposed in many of its neighbours, in the background."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.sessions.carry_session import CarriedPicture, carried_steps, tracks_in_use
from slimsam_app.sessions.draft_session import DraftSession
from slimsam_app.sessions.meeting_sides import CarriedTo, Meeting, SideBegun, as_joined
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.workers.spare_time import SpareTime, Tools
from slimsam_core.annotation import Annotation, ImageState
from slimsam_core.labelling.drafts import BAR, ProposalsDraft
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.progress import Progress
from slimsam_core.project.tracks import track_of, tracks_for

if TYPE_CHECKING:
    from slimsam_core.carrying.through import CarryStop


class CarryWay(StrEnum):
    """Into which pictures objects are carried."""

    FORWARD = "forward"
    BACKWARD = "backward"
    BETWEEN = "between"
    """Up to the next picture that has objects: the nearer half from here, the other from there."""


@dataclass(frozen=True, kw_only=True)
class CarrySide:
    """One picture with objects and those that they are carried into, in that order."""

    source: int
    targets: tuple[int, ...]
    objects: tuple[Annotation, ...]
    meets: int | None = None
    """The picture behind them up to which the other side comes: there both are compared."""
    far: tuple[Annotation, ...] = ()
    """The objects of that other side."""
    before: SideEnd | None = None
    """The picture behind the last target that was left, where more were asked for."""


class InTheWay(StrEnum):
    """What a picture has that nothing is carried into."""

    DONE = "done"
    EMPTY = "empty"
    """It is checked as empty."""
    LABELLED = "labelled"
    """It has objects."""
    WAITING = "waiting"
    """It has proposals."""


@dataclass(frozen=True)
class SideEnd:
    """Where one side ended; ``image_id``: the picture that it ended at."""

    why: CarryStop | InTheWay
    image_id: int


@dataclass(frozen=True)
class CarriedThrough:
    """What became of it."""

    pictures: int
    """With proposals."""
    ends: tuple[SideEnd, ...]
    crossed: int = 0
    """Objects that are not offered: from both sides they came to other places."""
    unsure: int = 0
    """Objects that may be one thing on both sides, and have two tracks."""


class CarryThroughSession(QObject):
    """Stops at the first doubt and says where; nothing is in the project before it is accepted."""

    offered = Signal(int, object)
    """Image id, ProposalsDraft."""
    joined = Signal(object, object)
    """Ids of images, and what becomes of each of their proposals (``as_joined``); who listens keeps it before
    ``finished``."""
    finished = Signal(object)
    """CarriedThrough."""
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
        self._pictures: set[int] = set()
        self._ends: list[SideEnd] = []
        self._meeting: Meeting | None = None

    def sides(self, way: CarryWay, count: int) -> tuple[CarrySide, ...]:
        """What would be done now; none = there is nothing to do.

        The selected objects, else all, go into at most ``count`` pictures, up to the first one that is done,
        checked as empty, or has objects or proposals already.
        """
        navigator = self._navigator
        row, current = navigator.row_of(navigator.current_id), navigator.current_id
        chosen = self._objects.selected or self._objects.objects
        if current is None or row < 0 or not chosen:
            return ()
        after = navigator.ids[row + 1 :]
        if way is CarryWay.BETWEEN:
            return self._between(current, chosen, after)
        ahead = after if way is CarryWay.FORWARD else navigator.ids[:row][::-1]
        targets = tuple(takewhile(self._is_free, ahead[:count]))
        if not targets:
            return ()
        left = next(iter(ahead[len(targets) : count]), None)
        before = SideEnd(self._in_the_way(left) or InTheWay.DONE, left) if left is not None else None
        return (CarrySide(source=current, targets=targets, objects=chosen, before=before),)

    def start(self, way: CarryWay, count: int) -> None:
        """Begin, or say why not."""
        sides = self.sides(way, count)
        if not sides:
            return
        project = self._document.project
        ways = [(*side.targets, *((side.meets,) if side.meets is not None else ())) for side in sides]
        whole = sum(map(len, ways))

        def read(image_id: int) -> RgbImage:
            return read_image(project.image_path(project.image(image_id))).rgb

        def task(tools: Tools) -> Iterator[Any]:
            done, used = 0, tracks_in_use(project)
            for number, (side, pictures) in enumerate(zip(sides, ways, strict=True)):
                tracks = tracks_for(side.objects, used)
                used = used.union(tracks.values())
                yield SideBegun(number, tracks)
                for step in carried_steps(
                    tools,
                    partial(read, side.source),
                    side.objects,
                    [partial(read, image_id) for image_id in pictures],
                    tracks,
                ):
                    if isinstance(step, Progress):
                        yield Progress(step.stage, done + step.done, whole)
                    elif isinstance(step, CarriedPicture):
                        yield CarriedTo(pictures[step.number], step.proposals, number)
                    elif step.number == len(pictures) and side.before is not None:
                        yield side.before
                    elif step.number < len(side.targets) or side.meets is None:
                        yield SideEnd(step.why, side.targets[min(step.number, len(side.targets) - 1)])
                done += len(pictures)

        if not self._spare.busy:
            self._pictures, self._ends, self._meeting = set(), [], _meeting_of(sides)
        self._spare.start(tr("Carry through"), task, self._take, self._done, self.failed.emit)

    def _between(
        self, current: int, chosen: tuple[Annotation, ...], after: Sequence[int]
    ) -> tuple[CarrySide, ...]:
        gap = tuple(takewhile(self._is_free, after))
        if not gap or len(gap) == len(after):
            return ()
        other = after[len(gap)]
        there = self._document.annotations(other)
        if not there:
            return ()  # it has proposals, or somebody said that nothing is there
        same = _same_things(chosen, self._objects.objects, there)
        near = (len(gap) + 1) // 2 if same else len(gap)
        meets = (*gap, other)[near] if same else None
        near_side = CarrySide(source=current, targets=gap[:near], objects=chosen, meets=meets, far=same)
        far_side = CarrySide(source=other, targets=gap[near:][::-1], objects=same)
        return tuple(side for side in (near_side, far_side) if side.targets)

    def _is_free(self, image_id: int) -> bool:
        return self._in_the_way(image_id) is None

    def _in_the_way(self, image_id: int) -> InTheWay | None:
        if self._drafts.has_proposals(image_id):
            return InTheWay.WAITING
        if self._document.annotations(image_id):
            return InTheWay.LABELLED
        state = self._document.image(image_id).state
        return {ImageState.DONE: InTheWay.DONE, ImageState.EMPTY_CHECKED: InTheWay.EMPTY}.get(state)

    def _take(self, result: CarriedTo | SideBegun | SideEnd) -> None:
        if not self._document.is_open:
            return
        if isinstance(result, SideEnd):
            self._ends.append(result)
            return
        # at once, so that nothing is lost when the program ends before both sides met
        wanted = self._meeting is None or self._meeting.take(result)
        if wanted and isinstance(result, CarriedTo):
            self._offer(result)

    def _as_now(self, objects: Sequence[Annotation]) -> tuple[Annotation, ...]:
        """They may have got tracks by what was accepted meanwhile."""
        there = {i: self._document.annotations(i) for i in {one.image_id for one in objects}}
        now = {one.id: one for found in there.values() for one in found}
        return tuple(now.get(one.id, one) for one in objects)

    def _offer(self, found: CarriedTo) -> None:
        if found.proposals:
            self._pictures.add(found.image_id)
            self.offered.emit(found.image_id, ProposalsDraft(found.proposals, BAR))

    def _done(self, complete: bool) -> None:
        meeting, self._meeting = self._meeting, None
        if not self._document.is_open:
            return
        crossed = unsure = 0
        if meeting is not None:
            meeting.here, meeting.there = map(self._as_now, (meeting.here, meeting.there))
            joined = meeting.joined()
            crossed, unsure = len(joined.crossed), len(joined.unsure)
            self.joined.emit(frozenset(meeting.pictures), as_joined(joined))
            self._pictures -= {i for i, all_of in meeting.pictures.items() if all_of <= joined.crossed}
        if complete or self._pictures or self._ends:
            self.finished.emit(CarriedThrough(len(self._pictures), tuple(self._ends), crossed, unsure))


def _meeting_of(sides: Sequence[CarrySide]) -> Meeting | None:
    """None where nothing comes from another side."""
    first = sides[0]
    if first.meets is None:
        return None
    return Meeting(image_id=first.meets, here=first.objects, there=first.far, labelled=len(sides) == 1)


def _same_things(
    chosen: Sequence[Annotation], here: Sequence[Annotation], there: Sequence[Annotation]
) -> tuple[Annotation, ...]:
    """Which objects of another picture are the chosen ones of this: those of the same track, else of the
    same class that are no other thing of this picture. All, when all are chosen."""
    ids = {one.id for one in chosen}
    others = {track_of(one) for one in here if one.id not in ids} - {0}
    if len(ids) == len(here):
        return tuple(there)
    tracks_there = {track_of(one) for one in there} - {0}
    tracks = {track_of(one) for one in chosen} & tracks_there
    classes = {one.category_id for one in chosen if track_of(one) not in tracks}
    return tuple(
        one
        for one in there
        if track_of(one) in tracks or (one.category_id in classes and track_of(one) not in others)
    )
