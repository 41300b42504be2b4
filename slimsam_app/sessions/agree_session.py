"""The queue of what people differ on: conflicts of merges and objects of several people, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import counted, tr
from slimsam_app.i18n import mark as _
from slimsam_app.kept import Intent
from slimsam_app.on_demand import teamwork
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.sessions.questions import Question, of_conflict, of_disagreement
from slimsam_app.workers.jobs import Jobs
from slimsam_core.annotation import Annotation, Category, ImageEntry, Variant
from slimsam_core.errors import SlimSamError
from slimsam_core.progress import CancelToken, ProgressSink
from slimsam_core.project import Change, Edit

if TYPE_CHECKING:
    from slimsam_core.teamwork import MergeConflict, OpenDisagreement

Found: TypeAlias = "tuple[list[MergeConflict], list[OpenDisagreement]]"
SETTLED = _("Keep one of what agrees")


class AgreeSession(QObject):
    """Looks through the whole project on demand, and at the pictures of the queue again as they change."""

    queue_changed = Signal()
    current_changed = Signal()
    """Another question is looked at, or none; or it waits for something to be drawn."""
    failed = Signal(object)

    def __init__(
        self, document: Document, navigator: Navigator, objects: ObjectSession, jobs: Jobs, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._navigator, self._objects, self._jobs = document, navigator, objects, jobs
        self.queue: tuple[Question, ...] = ()
        self.agreeing: tuple[OpenDisagreement, ...] = ()
        """What people made alike: one of each is to be kept."""
        self.looked = False
        """Whether the project was looked through since it was opened."""
        self.drawing = False
        """Whether the next object that is made is the answer to the question that is looked at."""
        self._current: tuple[str, str] | None = None
        self._places: dict[int | None, int] = {}
        """Where each picture stood at first: a step back puts it there again."""
        document.closed.connect(self.clear)
        document.changed.connect(self._follow)
        objects.added.connect(self._take_drawn)
        navigator.moved.connect(self._moved)

    def look(self, title: str) -> None:
        """Look through every picture, in the background."""
        project = self._document.project

        def work(progress: ProgressSink, token: CancelToken) -> Found:
            with project.snapshot() as frozen:
                return teamwork.open_conflicts(frozen), teamwork.open_disagreements(frozen, progress, token)

        def take(found: Found) -> None:
            if self._document.is_open and self._document.project is project:
                self._take(found)

        self._jobs.start(title, work, take, self.failed.emit)

    @property
    def current(self) -> Question | None:
        """The question that is looked at."""
        return next((one for one in self.queue if one.key == self._current), None)

    def go(self, question: Question) -> None:
        """Show the picture of a question, and what each side says."""
        self.drawing, self._current = False, question.key
        if question.image_id is not None and question.image_id != self._navigator.current_id:
            self._navigator.go(question.image_id)
        self.current_changed.emit()

    def leave(self) -> None:
        """Look at no question; from drawing anew back to the question."""
        if self.drawing:
            self.drawing = False
        else:
            self._current = None
        self.current_changed.emit()

    def take(self, number: int) -> None:
        """The side with this number, from 0, is right."""
        question = self.current
        if question is not None and number < len(question.sides):
            side = question.sides[number]
            words = tr("Decided: {who}, {what}.").format(who=side.who, what=side.what)
            self._decide(question, side.edits, words)

    def unite(self) -> None:
        """The pixels of both masks are right."""
        question = self.current
        if question is not None and question.can_unite:
            self._decide(question, question.union, tr("Decided: both masks united."))

    def keep_both(self) -> None:
        """They are different things, and each is right."""
        question = self.current
        if question is not None and question.both is not None:
            self._decide(question, question.both, tr("Decided: both are kept."))

    def draw(self) -> None:
        """The next object that is made in this picture, with any tool, is the answer."""
        question = self.current
        if question is not None and question.drawn is not None:
            self.drawing = True
            self.current_changed.emit()

    def settle(self) -> None:
        """Keep one object of each on which people agree, as one step."""
        found = self.agreeing
        edits = teamwork.settle_agreeing(found)
        change = self._document.run_or_tell(Intent(SETTLED, tuple(edits)), self.failed.emit)
        if change is not None:
            words = counted(
                tr("{count} object on which people agree is kept once."),
                tr("{count} objects on which people agree are kept once."),
                len(found),
            )
            self._objects.noted.emit(words, change.seq)

    def clear(self) -> None:
        """Forget the queue."""
        self.queue, self.agreeing, self.looked = (), (), False
        self.drawing, self._current, self._places = False, None, {}
        self.queue_changed.emit()
        self.current_changed.emit()

    def _decide(self, question: Question, edits: Callable[[], list[Edit]], words: str) -> None:
        place = self.queue.index(question)
        try:
            change = self._document.run(question.intent(edits()))
        except SlimSamError as error:
            self.failed.emit(error)
            return
        self.drawing = False
        if change is not None:
            self._objects.noted.emit(words, change.seq)
        left = [one for one in self.queue if one.key != question.key]
        if change is not None and len(left) != len(self.queue):
            self.queue = tuple(left)  # kept in memory for now: the project does not show it yet
            self.queue_changed.emit()
        if left:
            self.go(left[min(place, len(left) - 1)])
        else:
            self._current = None
            self.current_changed.emit()

    def _take_drawn(self, ids: tuple[int, ...]) -> None:
        question = self.current
        if not self.drawing or question is None or question.drawn is None or not ids:
            return
        made = next((one for one in self._objects.objects if one.id == ids[0]), None)
        if made is not None and made.image_id == question.image_id:
            drawn = partial(question.drawn, self._document.project.annotation(made.id))
            self._decide(question, drawn, tr("Decided: as it was drawn."))

    def _take(self, found: Found) -> None:
        conflicts, disagreements = found
        listed = [of_conflict(self._document, one) for one in conflicts]
        listed += [of_disagreement(self._document, one) for one in disagreements if not one.agrees]
        self.agreeing = tuple(one for one in disagreements if one.agrees)
        self.looked, self._places = True, {}
        for one in listed:  # conflicts first, then by gravity: a picture stands where its worst does
            self._places.setdefault(one.image_id, len(self._places))
        for agreed in self.agreeing:
            self._places.setdefault(agreed.image_id, len(self._places))
        self._order(listed)

    def _order(self, listed: Iterable[Question]) -> None:
        self.queue = tuple(
            sorted(listed, key=lambda one: (self._places.get(one.image_id, len(self._places)), -one.gravity))
        )
        self.queue_changed.emit()
        self.current_changed.emit()

    def _moved(self, image_id: int | None) -> None:
        """What is decided is what is seen: the question follows the picture."""
        current = self.current
        if current is not None and current.image_id is not None and current.image_id != image_id:
            seen = next((one for one in self.queue if one.image_id == image_id), None)
            self.drawing, self._current = False, seen.key if seen is not None else None
            self.current_changed.emit()

    def _follow(self, change: Change) -> None:
        """Questions of pictures that were worked on go and come with what was done."""
        if not self.looked:
            return
        if change.bulk:
            self.clear()
            return
        touched = {_place(value) for edit in change.edits for value in (edit.before, edit.after)} - {0}
        touched &= self._places.keys()
        if not touched:
            return
        try:
            conflicts = teamwork.open_conflicts(self._document.project, touched)
            numbers = sorted(one for one in touched if one is not None)
            disagreements = teamwork.disagreements_of(self._document.project, numbers)
        except SlimSamError as error:
            self.failed.emit(error)
            return
        kept = [one for one in self.queue if one.image_id not in touched]
        kept += [of_conflict(self._document, one) for one in conflicts]
        kept += [of_disagreement(self._document, one) for one in disagreements if not one.agrees]
        self.agreeing = (
            *(one for one in self.agreeing if one.image_id not in touched),
            *(one for one in disagreements if one.agrees),
        )
        self._order(kept)


def _place(value: object) -> int | None:
    """The picture that a value is about, None for a class, 0 for anything else."""
    if isinstance(value, Annotation | Variant):
        return value.image_id
    if isinstance(value, ImageEntry):
        return value.id
    return None if isinstance(value, Category) else 0
