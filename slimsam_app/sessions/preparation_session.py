"""Prepare this folder: every picture of the project encoded ahead of time, in the background."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.workers.spare_time import SpareTime, Tools
from slimsam_core.errors import OutputError, ProjectError
from slimsam_core.inference.preparation import preparation_steps
from slimsam_core.progress import Progress
from slimsam_core.project import ImageFilter
from slimsam_core.project.reader import PAGE

if TYPE_CHECKING:
    from slimsam_core.inference.preparation import PreparationReport


class PreparationSession(QObject):
    """Goes on where an earlier run stopped: embeddings that are on the disk are not made again."""

    finished = Signal(object)
    """PreparationReport."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(self, document: Document, spare: SpareTime, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._spare = document, spare
        self._report: PreparationReport | None = None

    def start(self) -> None:
        """Begin, or say why not."""
        project = self._document.project

        def task(tools: Tools) -> Iterator[Any]:
            if tools.store.disk_dir is None:
                raise OutputError(
                    tr("Nothing can be prepared: no space is set aside for it."),
                    tr("Settings (F2) have the space for prepared images."),
                )
            paths: list[Path] = []
            for offset in range(0, project.count_images(ImageFilter()), PAGE):
                for entry in project.images(ImageFilter(), offset, PAGE):
                    try:
                        paths.append(project.image_path(entry))
                    except ProjectError:
                        continue  # told when somebody goes there
                yield Progress("Preparing", 0)
            report = yield from preparation_steps(paths, tools.predictor, tools.store)
            yield report

        self._spare.start(tr("Preparing images"), task, self._take, self._done, self.failed.emit)

    def _take(self, report: PreparationReport) -> None:
        self._report = report

    def _done(self, complete: bool) -> None:
        report, self._report = self._report, None
        if complete and report is not None:
            self.finished.emit(report)  # now another job can begin
