"""Which objects of several images are one thing: joined and taken apart by hand, as one command each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from slimsam_app import figures
from slimsam_app.document import Document
from slimsam_app.i18n import mark as _
from slimsam_app.i18n import tr
from slimsam_app.kept import Intent
from slimsam_app.sessions.carry_session import tracks_in_use
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_core.annotation import Annotation
from slimsam_core.errors import ProjectError
from slimsam_core.project import Edit
from slimsam_core.project.tracks import TRACK_KEY, track_of, tracked_rows
from slimsam_core.visible_text import one_line


class TrackSession(QObject):
    """Gives objects other tracks; what is refused is told with its reason."""

    noted = Signal(str, int)
    """What was done, and the number of its command."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(self, document: Document, objects: ObjectSession, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._objects = document, objects

    def join(self) -> None:
        """The selected object, and all that are one thing with it, are the thing that was copied."""
        copied = self._copied()
        if copied is None or len(self._objects.selected) != 1:
            return
        here, there = self._things(self._objects.selected), self._things((copied,))
        if here[0].id in {one.id for one in there}:
            self._refuse(tr("They are one thing already."))
            return
        both = {one.image_id for one in here} & {one.image_id for one in there}
        if both:
            name = one_line(self._document.image(min(both)).path)
            self._refuse(tr("Both are in {name}: they are two things.").format(name=name))
            return
        track = track_of(copied) or self._fresh(copied)
        self._give(_("One thing"), (*there, *here), track)

    def part(self) -> None:
        """From this image on the selected object is another thing than before."""
        if len(self._objects.selected) != 1 or not track_of(self._objects.selected[0]):
            return
        chosen = self._objects.selected[0]
        places = {number: place for place, number in enumerate(self._document.project.image_ids())}
        at = places[chosen.image_id]
        later = [one for one in self._things((chosen,)) if places.get(one.image_id, -1) >= at]
        self._give(_("Another thing"), later, self._fresh(chosen))

    def _give(self, label: str, things: Iterable[Annotation], track: int) -> None:
        edits = [
            Edit(one, replace(one, extra={**one.extra, TRACK_KEY: track}))
            for one in things
            if track_of(one) != track
        ]
        change = self._document.run_or_tell(Intent(label, tuple(edits)), self.failed.emit)
        if change is not None:
            words = tr("Objects that are of track {track} now: {count}.")
            self.noted.emit(words.format(track=track, count=figures.count(len(edits))), change.seq)

    def _copied(self) -> Annotation | None:
        """As it is stored now; what is gone, or comes from another project, is told."""
        try:
            return self._document.project.annotation(self._objects.copied_id)
        except ProjectError:
            self._refuse(tr("The object that was copied is not in this project any more."))
            return None

    def _things(self, objects: Sequence[Annotation]) -> list[Annotation]:
        """The first of these objects, and all that have its track."""
        first, track = objects[0], track_of(objects[0])
        project = self._document.project
        rows = tracked_rows(project) if track else ()
        same = [row.id for row in rows if row.track == track and row.id != first.id]
        return [first, *map(project.annotation, same)]

    def _fresh(self, one: Annotation) -> int:
        used = tracks_in_use(self._document.project)
        return one.id if one.id not in used else 1 + max(used)

    def _refuse(self, words: str) -> None:
        self.failed.emit(ProjectError(words, ""))
