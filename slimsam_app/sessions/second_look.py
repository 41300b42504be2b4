"""The second look at pictures: approved, sent back with notes at places, fixed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import counted, tr
from slimsam_app.i18n import mark as _
from slimsam_app.kept import Intent
from slimsam_app.on_demand import teamwork
from slimsam_app.sessions.navigator import Navigator
from slimsam_core.annotation import ImageEntry
from slimsam_core.project import Change, Edit
from slimsam_core.visible_text import one_line


class SecondLook(QObject):
    """Each word about pictures is one undoable command."""

    noted = Signal(str, int)
    """What was done, in words, and the number of its entry in the journal."""
    failed = Signal(object)

    def __init__(self, document: Document, navigator: Navigator, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._navigator = document, navigator

    def approve(self, image_ids: Sequence[int], *, go_on: bool = False) -> None:
        """These pictures are right as they are; ``go_on`` shows the next one of the list."""
        entries = self._entries(image_ids)
        change = self._run(_("Approve"), teamwork.approve_pictures(entries, self._document.project.annotator))
        if change is not None:
            count = len(change.edits)
            words = counted(tr("{count} image is approved."), tr("{count} images are approved."), count)
            self.noted.emit(words, change.seq)
        if go_on:
            self._navigator.step(+1)

    def send_back(self, image_id: int, text: str, place: tuple[float, float]) -> None:
        """The picture goes back to its annotator, with a note at a place (image pixels).

        Raises ProjectError for a note that cannot be.
        """
        entry = self._document.image(image_id)
        edits = teamwork.reject_picture(entry, self._document.project.annotator, text, place)
        change = self._document.run(Intent(_("Send back with a note"), tuple(edits)))
        if change is not None:
            name = one_line(entry.path.rsplit("/", 1)[-1])
            self.noted.emit(tr("{name} goes back with the note.").format(name=name), change.seq)

    def fixed(self, image_ids: Sequence[int]) -> None:
        """The notes of these pictures are done: somebody should look again."""
        edits = teamwork.mark_fixed(self._entries(image_ids), self._document.project.annotator)
        change = self._run(_("Mark as fixed"), edits)
        if change is not None:
            count = len(change.edits)
            words = counted(
                tr("{count} image waits for a second look."),
                tr("{count} images wait for a second look."),
                count,
            )
            self.noted.emit(words, change.seq)

    def _entries(self, image_ids: Sequence[int]) -> list[ImageEntry]:
        return [self._document.image(image_id) for image_id in image_ids]

    def _run(self, label: str, edits: Sequence[Edit]) -> Change | None:
        return self._document.run_or_tell(Intent(label, tuple(edits)), self.failed.emit)
