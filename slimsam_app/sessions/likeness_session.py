"""Find more like these: what looks like labelled objects is looked for in other pictures, in spare time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.workers.jobs import another_job
from slimsam_app.workers.spare_time import SpareTime, Tools
from slimsam_core.inference.embedding_store import stored_embedding

if TYPE_CHECKING:
    from slimsam_core.inference.transforms import FloatArray
    from slimsam_core.likeness.next_picture import MostTelling
    from slimsam_core.likeness.rest import ClassNotYet, ClassReady, LikeIn, LikeTally


@dataclass(frozen=True, kw_only=True)
class LikenessEnd:
    """What became of a search."""

    tally: LikeTally
    ready: tuple[ClassReady, ...]
    not_yet: tuple[ClassNotYet, ...]
    complete: bool
    """Whether it came to its end."""


class LikenessSession(QObject):
    """Learns classes from labelled pictures and looks for them in the others; nothing is in the project
    before it is accepted."""

    offered = Signal(int, object)
    """Image id, ProposalsDraft."""
    finished = Signal(object)
    """LikenessEnd."""
    chosen = Signal(object, bool)
    """MostTelling: the image to label next, and whether it is shown now; not when one moved on meanwhile."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(
        self,
        document: Document,
        navigator: Navigator,
        objects: ObjectSession,
        spare: SpareTime,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._navigator, self._objects = document, navigator, objects
        self._spare = spare
        self._tally: LikeTally | None = None
        self._ready: list[ClassReady] = []
        self._not_yet: list[ClassNotYet] = []
        self._looks: tuple[str, dict[int, FloatArray]] = ("", {})
        """Hash of the model, and what images look like to it; images keep their pixels, mostly."""
        document.closed.connect(self._forget)

    @property
    def classes_of_these(self) -> tuple[int, ...]:
        """Those of the selected objects, else the class of new objects."""
        chosen = tuple(dict.fromkeys(one.category_id for one in self._objects.selected))
        current = self._objects.category_id
        return chosen or ((current,) if self._document.category(current) is not None else ())

    def start(self) -> None:
        """Look for more of the classes of the selected objects."""
        self._start(tr("Find more like these"), self.classes_of_these)

    def start_all(self) -> None:
        """Look for more of every class."""
        wanted = [category.id for category in self._document.categories()]
        self._start(tr("Find more of all classes"), wanted)

    def go_to_next(self) -> None:
        """Show the image that tells most: it differs from the labelled ones, and little of it is sure."""
        project, shown = self._document.project, self._navigator.current_id
        search = _next_picture()

        def task(tools: Tools) -> Iterator[Any]:
            model = tools.predictor.model_hash
            if self._looks[0] != model:
                self._looks = (model, {})
            yield from search(
                project,
                lambda rgb: stored_embedding(rgb, tools.predictor, tools.store),
                self._looks[1],
                shown,
            )

        def take(found: MostTelling) -> None:
            stayed = self._document.is_open and self._navigator.current_id == shown
            if stayed and found.image_id is not None:
                self._navigator.go(found.image_id)
            self.chosen.emit(found, stayed)

        self._spare.start(tr("Next image to label"), task, take, lambda _: None, self.failed.emit)

    def _forget(self) -> None:
        self._looks = ("", {})

    def _start(self, title: str, category_ids: Sequence[int]) -> None:
        if self._spare.busy:
            self.failed.emit(another_job(self._spare))
            return
        rest, project, navigator = _searching(), self._document.project, self._navigator
        ahead = frozenset(navigator.ids[max(0, navigator.row_of(navigator.current_id)) :])

        def task(tools: Tools) -> Iterator[Any]:
            waiting = rest.pictures_to_search(project, category_ids)
            waiting.sort(key=lambda image_id: image_id not in ahead)  # where the person goes next
            yield from rest.label_rest(
                project,
                tools.predictor,
                lambda rgb: stored_embedding(rgb, tools.predictor, tools.store),
                category_ids,
                waiting,
            )

        self._tally, self._ready, self._not_yet = rest.LikeTally(), [], []
        self._spare.start(title, task, self._take, self._done, self.failed.emit)

    def _take(self, step: ClassReady | ClassNotYet | LikeIn) -> None:
        if self._tally is None or not self._document.is_open:
            return
        rest = _searching()
        if isinstance(step, rest.ClassReady):
            self._ready.append(step)
        elif isinstance(step, rest.ClassNotYet):
            self._not_yet.append(step)
        elif isinstance(step, rest.LikeIn):
            self._tally.note(step)
            if step.draft is not None:
                self.offered.emit(step.image_id, step.draft)

    def _done(self, complete: bool) -> None:
        tally, self._tally = self._tally, None
        if tally is not None and self._document.is_open and (complete or tally.offered):
            self.finished.emit(
                LikenessEnd(
                    tally=tally, ready=tuple(self._ready), not_yet=tuple(self._not_yet), complete=complete
                )
            )


def _searching() -> Any:
    """The module that searches, ``likeness.rest``, which the first paint does without."""
    return _likeness()[0]


def _next_picture() -> Any:
    """``next_picture``, which the first paint does without."""
    return _likeness()[1].next_picture


def _likeness() -> tuple[Any, Any]:
    from slimsam_core.likeness import next_picture, rest

    return rest, next_picture
