"""Taking pictures out of the project, which leaves their files where they are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.intents import images
from slimsam_core.errors import SlimSamError


class RemovalSession(QObject):
    """One step of undo, told in a line; a look into the folder does not bring the pictures back."""

    noted = Signal(str, int)
    """What was done, and the number of its command."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document

    def remove(self, image_ids: Sequence[int]) -> None:
        """Take these pictures out with their objects."""
        try:
            objects = sum(len(self._document.annotations(image_id)) for image_id in image_ids)
            names = [self._document.image(image_id).path.rsplit("/", 1)[-1] for image_id in image_ids[:1]]
            change = self._document.run(images.remove(self._document.project, image_ids))
        except SlimSamError as error:
            self.failed.emit(error)
            return
        if change is not None:
            self.noted.emit(images.told_removed(names[0], len(image_ids), objects), change.seq)
