"""The review queue: what should be looked at again, the most doubtful first."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.workers.jobs import Jobs
from slimsam_core.annotation import Annotation, ImageEntry
from slimsam_core.labelling.quality import Finding, Review, check_image, review_queue, reviews
from slimsam_core.progress import CancelToken, ProgressSink
from slimsam_core.project import Change


class ReviewSession(QObject):
    """Checks the whole project on demand, and the pictures of the queue again as they change."""

    queue_changed = Signal()
    failed = Signal(object)

    def __init__(
        self, document: Document, navigator: Navigator, objects: ObjectSession, jobs: Jobs, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._navigator, self._objects, self._jobs = document, navigator, objects, jobs
        self.queue: tuple[Review, ...] = ()
        self.checked = False
        """Whether the project was checked since it was opened."""
        self._wanted: tuple[int, tuple[int, ...]] | None = None
        document.closed.connect(self.clear)
        document.changed.connect(self._follow)
        navigator.moved.connect(self._arrived)

    def check(self, title: str) -> None:
        """Check every picture, in the background."""
        project = self._document.project

        def work(progress: ProgressSink, token: CancelToken) -> list[Review]:
            return review_queue(reviews(project, progress=progress, cancel=token))

        self._jobs.start(title, work, self._take, self.failed.emit)

    def go(self, finding: Finding) -> None:
        """Show the picture of a finding, with its objects selected."""
        self._wanted = (finding.image_id, finding.annotation_ids)
        if finding.image_id == self._navigator.current_id:
            self._arrived(finding.image_id)
        else:
            self._navigator.go(finding.image_id)

    def clear(self) -> None:
        """Forget the queue."""
        self.queue, self.checked, self._wanted = (), False, None
        self.queue_changed.emit()

    def _take(self, found: list[Review]) -> None:
        self.queue, self.checked = tuple(found), True
        self.queue_changed.emit()

    def _arrived(self, image_id: int | None) -> None:
        if self._wanted is not None and image_id == self._wanted[0]:
            wanted, self._wanted = self._wanted[1], None
            self._objects.select(wanted)

    def _follow(self, change: Change) -> None:
        """A picture that was worked on leaves the queue when nothing is left to doubt."""
        if change.bulk or not self.queue:
            return
        touched = {
            value.image_id if isinstance(value, Annotation) else value.id
            for edit in change.edits
            for value in (edit.before, edit.after)
            if isinstance(value, Annotation | ImageEntry)
        }
        if not touched & {review.image.id for review in self.queue}:
            return
        project = self._document.project
        entries = project.images_by_id(sorted(touched))
        kept: list[Review] = []
        for review in self.queue:
            if review.image.id not in touched:
                kept.append(review)
            elif review.image.id in entries:
                image = entries[review.image.id]
                findings = check_image(image, project.annotations(image.id))
                if findings:
                    kept.append(Review(image, findings))
        self.queue = tuple(kept)
        self.queue_changed.emit()
