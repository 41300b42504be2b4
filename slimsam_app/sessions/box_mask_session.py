"""Boxes of a detector to masks for the whole folder, in the background, one command a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import mark as _
from slimsam_app.i18n import tr
from slimsam_app.kept import Intent
from slimsam_app.workers.spare_time import SpareTime, Tools
from slimsam_core.errors import ProjectError, SlimSamError
from slimsam_core.inference.embedding_store import stored_embedding
from slimsam_core.labelling.box_masks import BoxTally, edits_for, masks_of_boxes

if TYPE_CHECKING:
    from slimsam_core.labelling.box_masks import PictureMasks


class BoxMaskSession(QObject):
    """The worker finds masks picture by picture; each arrives here and becomes a command."""

    finished = Signal(object, bool)
    """BoxTally, and whether the run came to its end."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(self, document: Document, spare: SpareTime, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._spare = document, spare
        self._tally: BoxTally | None = None

    def start(self) -> None:
        """Begin, or say why not."""
        project = self._document.project
        try:
            self._document.require_writable()
        except ProjectError as error:
            self.failed.emit(error)
            return

        def task(tools: Tools) -> Iterator[Any]:
            return masks_of_boxes(
                project, tools.predictor, lambda rgb: stored_embedding(rgb, tools.predictor, tools.store)
            )

        if self._spare.start(tr("Masks from boxes"), task, self._take, self._done, self.failed.emit):
            self._tally = BoxTally()

    def _take(self, result: PictureMasks) -> None:
        if self._tally is None or not self._document.is_open:
            return
        edits, result = edits_for(result, self._document.annotations(result.image.id))
        try:
            self._document.run(Intent(_("Masks from boxes"), edits))
        except SlimSamError as error:
            self._spare.cancel()
            self.failed.emit(error)
            return
        self._tally.note([before.id for before, _ in result.made], result.left)

    def _done(self, complete: bool) -> None:
        tally, self._tally = self._tally, None
        if tally is not None and self._document.is_open and (complete or tally.boxes):
            self.finished.emit(tally, complete)
