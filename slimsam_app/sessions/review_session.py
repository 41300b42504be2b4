"""The review queue: what should be looked at again, the most doubtful first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from slimsam_app import figures
from slimsam_app.document import Document
from slimsam_app.i18n import mark as _
from slimsam_app.i18n import tr
from slimsam_app.intents import images
from slimsam_app.kept import Intent
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.workers.jobs import Jobs
from slimsam_core.annotation import Annotation, ImageEntry, ImageState
from slimsam_core.errors import SlimSamError
from slimsam_core.labelling.limits import Limits, usual_limits
from slimsam_core.labelling.quality import (
    Doubt,
    Review,
    Rule,
    approve,
    check_image,
    doubts_of,
    review_queue,
    reviews,
)
from slimsam_core.progress import CancelToken, ProgressSink
from slimsam_core.project import Change, Edit
from slimsam_core.visible_text import one_line


class ReviewSession(QObject):
    """Checks the whole project on demand, and the pictures of the queue again as they change."""

    queue_changed = Signal()
    current_changed = Signal()
    """Another entry is looked at, or none."""
    looked_at = Signal(int, object)
    """Picture id and ids of its objects that should be in sight; the picture may still be on its way."""
    failed = Signal(object)

    def __init__(
        self, document: Document, navigator: Navigator, objects: ObjectSession, jobs: Jobs, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._navigator, self._objects, self._jobs = document, navigator, objects, jobs
        self.queue: tuple[Review, ...] = ()
        self.checked = False
        """Whether the project was checked since it was opened."""
        self.wrong: set[tuple[int, int | None]] = set()
        """Entries (see ``key_of``) that were found to need work, until somebody works on them."""
        self.said: dict[tuple[int, int | None], bool] = {}
        """Entries that were judged since the project was checked -> whether they were found right."""
        self._place = 0
        """Where in the queue the entry stood that is looked at, or was."""
        self._places: dict[int, int] = {}
        """Where each picture stood when the project was checked: a step back puts it there again."""
        self._current: tuple[int, int | None] | None = None
        self._wanted: tuple[int, tuple[int, ...]] | None = None
        self.is_open = False
        """Whether the person has the queue: entries that nobody sees are not judged."""
        self.further_rules: Callable[[], Sequence[Rule]] = tuple
        """What doubts objects by more than their picture, as it knows the project now."""
        self._further: Sequence[Rule] = ()
        self._limits = Limits()
        self._class_ids: dict[int, int] = {}
        """Of the objects of the queue's pictures, by their ids."""
        self._any = False
        """Whether there was any object to be checked."""
        document.closed.connect(self.clear)
        document.changed.connect(self._follow)
        navigator.moved.connect(self._arrived)

    def set_open(self, is_open: bool) -> None:
        """The queue was shown or put away."""
        if is_open != self.is_open:
            self.is_open = is_open
            self.current_changed.emit()

    def check(self, title: str) -> None:
        """Check every picture, in the background."""
        project, further = self._document.project, self.further_rules()

        def work(progress: ProgressSink, token: CancelToken) -> tuple[list[Review], Limits, dict[int, int]]:
            limits = usual_limits(project)
            found = reviews(project, limits=limits, progress=progress, further=further, cancel=token)
            queue = review_queue(found)
            objects = project.annotations_of_images([review.image.id for review in queue])
            return queue, limits, {one.id: one.category_id for one in objects}

        def take(result: tuple[list[Review], Limits, dict[int, int]]) -> None:
            found, self._limits, self._class_ids = result
            self._further = further  # the worker has done with them
            self._take(found)

        self._jobs.start(title, work, take, self.failed.emit)

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """The entries of the queue, one an object, in the order of the pictures."""
        return tuple(doubt for review in self.queue for doubt in doubts_of(review))

    def class_of(self, doubt: Doubt) -> str:
        """The class of the object that an entry is about; empty for a picture as a whole."""
        category_id = 0 if doubt.owner is None else self._class_ids.get(doubt.owner, 0)
        category = self._document.category(category_id) if category_id else None
        return category.name if category is not None else ""

    @property
    def current(self) -> Doubt | None:
        """The entry that is looked at."""
        return next((doubt for doubt in self.doubts if key_of(doubt) == self._current), None)

    @property
    def left(self) -> tuple[Doubt, ...]:
        """The entries that nobody has judged yet, from the one that is looked at round to it again."""
        place = min(self._place, len(self.doubts))
        rest = self.doubts[place:] + self.doubts[:place]
        return tuple(doubt for doubt in rest if key_of(doubt) not in self.wrong)

    def begin(self) -> None:
        """Look at the first entry that nobody has judged, unless one is looked at."""
        if self.current is None and self.left:
            self.go(self.left[0])

    def go(self, doubt: Doubt) -> None:
        """Show the picture of an entry, with its objects selected and in sight."""
        self._current = key_of(doubt)
        self._place = self.doubts.index(doubt) if doubt in self.doubts else self._place
        self._wanted = (doubt.image.id, doubt.annotation_ids)
        if doubt.image.id == self._navigator.current_id:
            self._arrived(doubt.image.id)
        else:
            self._navigator.go(doubt.image.id)
        self.current_changed.emit()

    def judge(self, right: bool) -> None:
        """Say of the entry that is looked at that it is right, or that it needs work; go on to the next.

        Where none is looked at, since it was settled otherwise, the next one is shown first: what is judged
        is what is seen.
        """
        doubt = self.current
        if doubt is None:
            self._show_next()
            return
        self._place = self.doubts.index(doubt)
        self.said[key_of(doubt)] = right
        try:
            words, change = self._approve(doubt) if right else self._refuse(doubt)
        except SlimSamError as error:
            del self.said[key_of(doubt)]
            self.failed.emit(error)
            return
        following = next((d for d in self.left if key_of(d) != key_of(doubt)), None)
        if following is not None:
            self.go(following)
        else:
            self._current = None
            self.current_changed.emit()
            words = f"{words} {self.through}"
        self._objects.noted.emit(words, change.seq if change is not None else 0)

    def _show_next(self) -> None:
        if self.left:
            self.begin()
            self._objects.noted.emit(tr("The entry before is settled: this is the next one."), 0)

    @property
    def through(self) -> str:
        """That nothing is left to judge, with how much was; empty as long as something is left."""
        if not self.said or self.left:
            return ""
        right = sum(self.said.values())
        words = tr("The queue is through: {right} right, {wrong} wrong.")
        return words.format(right=figures.count(right), wrong=figures.count(len(self.said) - right))

    @property
    def nothing(self) -> str:
        """Why no entry is left, once the project was checked."""
        found = tr("No object is doubtful.") if self._any else tr("There is no object to be checked yet.")
        return self.through or found

    def _approve(self, doubt: Doubt) -> tuple[str, Change | None]:
        image = self._document.image(doubt.image.id)
        objects = self._document.annotations(image.id)
        one = next((a for a in objects if a.id == doubt.owner), None)
        if one is not None:
            change = self._document.run(Intent(_("Found right"), (Edit(one, approve(one)),)))
            words = tr("Object #{id} was found right.").format(id=one.id)
        else:
            state = ImageState.DONE if objects else ImageState.EMPTY_CHECKED
            change = self._document.run(images.set_state(image, state))
            words = tr("1 image is now “{state}”.").format(state=tr(images.STATE_TEXT[state]))
        return words, change

    def _refuse(self, doubt: Doubt) -> tuple[str, Change | None]:
        change = self._document.run(
            images.set_state(self._document.image(doubt.image.id), ImageState.NEEDS_REVIEW)
        )
        self.wrong.add(key_of(doubt))
        name = one_line(doubt.image.path.rsplit("/", 1)[-1])
        self.queue_changed.emit()
        return tr("{name} needs work.").format(name=name), change

    def clear(self) -> None:
        """Forget the queue."""
        self.queue, self.checked, self._wanted, self._current = (), False, None, None
        self._places, self._further, self._place = {}, (), 0
        self.wrong.clear()
        self.said.clear()
        self.queue_changed.emit()

    def _take(self, found: list[Review]) -> None:
        self.queue, self.checked = tuple(found), True
        self._any = self._document.project.count_annotations() > 0
        self.said = {}
        self._place = 0
        self._places = {review.image.id: place for place, review in enumerate(found)}
        self.queue_changed.emit()

    def _arrived(self, image_id: int | None) -> None:
        if self._wanted is not None and image_id == self._wanted[0]:
            wanted, self._wanted = self._wanted[1], None
            self._objects.select(wanted)
            self.looked_at.emit(image_id, wanted)
        elif self._current is not None and image_id != self._current[0]:
            # what is judged is what is seen: the entry follows the picture
            seen = next((doubt for doubt in self.doubts if doubt.image.id == image_id), None)
            self._current = key_of(seen) if seen is not None else None
            self.current_changed.emit()

    def _follow(self, change: Change) -> None:
        """A picture that was worked on leaves the queue when nothing is left to doubt, and a step back brings
        it there again."""
        if change.bulk or not self._places:
            return
        self.wrong -= {
            (value.image_id, value.id)
            for edit in change.edits
            for value in (edit.before, edit.after)
            if isinstance(value, Annotation)
        }
        touched = {
            value.image_id if isinstance(value, Annotation) else value.id
            for edit in change.edits
            for value in (edit.before, edit.after)
            if isinstance(value, Annotation | ImageEntry)
        }
        touched &= self._places.keys()
        if not touched:
            return
        project = self._document.project
        entries = project.images_by_id(sorted(touched))
        kept = [review for review in self.queue if review.image.id not in touched]
        for image in entries.values():
            objects = project.annotations(image.id)
            self._class_ids |= {one.id: one.category_id for one in objects}
            findings = check_image(image, objects, self._limits, further=self._further)
            if findings:
                kept.append(Review(image, findings))
        kept.sort(key=lambda review: self._places[review.image.id])
        self.queue = tuple(kept)
        self.queue_changed.emit()


def key_of(doubt: Doubt) -> tuple[int, int | None]:
    """What an entry is known by while its reasons change: picture and object (None = the picture)."""
    return (doubt.image.id, doubt.owner)
