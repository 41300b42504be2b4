"""Exports and imports: jobs that run in the pool and end with a report.

The formats are imported when one is wanted: the window is painted before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.on_demand import registry, transfer
from slimsam_app.sessions.saved_jobs import SavedJobs
from slimsam_app.workers.io_pool import IoPool, Urgency, tell_or_raise
from slimsam_app.workers.jobs import Jobs
from slimsam_core.progress import CancelToken, ProgressSink

if TYPE_CHECKING:
    from slimsam_core.formats.project_records import Selection
    from slimsam_core.formats.registry import Format, FormatGuess, WriteOptions
    from slimsam_core.formats.report import ExportReport, ImportReport
    from slimsam_core.project.reader import Reader

Found = TypeVar("Found")


@dataclass(frozen=True)
class FormatQuestion:
    """Several formats are possible (``fits``), or none seems to be, and all that can be read are named."""

    source: Path
    guesses: tuple[FormatGuess, ...]
    fits: bool


class TransferSession(QObject):
    """What goes wrong is told to ``report``."""

    exported = Signal(object)
    """Tuple of ExportReport, one for each file or folder written."""
    format_wanted = Signal(object)
    """FormatQuestion: the import goes on once ``import_annotations`` is called with a format."""
    imported = Signal(object)
    """ImportReport."""

    def __init__(
        self,
        document: Document,
        jobs: Jobs,
        pool: IoPool,
        report: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._pool, self._report = document, pool, report
        self._saved = SavedJobs(document, jobs, report)

    def export(
        self,
        target: Path,
        format_: Format | None = None,
        selection: Selection | None = None,
        options: WriteOptions | None = None,
        only: frozenset[int] | None = None,
    ) -> None:
        """Write the project (COCO when no format is given), in the background.

        ``only``: ids of pictures to write over what is there; then ``selection`` and ``options`` do not
        count then.
        """
        if only is not None:
            selection = transfer.Selection(image_ids=only, unlabelled=True)
            options = registry.WriteOptions(overwrite=True)
        project = self._document.project
        written, chosen, how = (
            format_ or registry.get_format("coco"),
            selection or transfer.Selection(),
            options or registry.WriteOptions(),
        )

        def work(progress: ProgressSink, token: CancelToken) -> tuple[ExportReport, ...]:
            return transfer.export_project(
                project, written, target, chosen, replace(how, progress=progress, cancel=token)
            )

        self._saved.start(tr("Exporting"), work, self.exported.emit)

    def look(self, question: Callable[[Reader], Found], done: Callable[[Found], None]) -> CancelToken:
        """Ask something of the project as it is now, in the background: what is there, what would be written.

        ``done`` hears the answer unless the token was cancelled.
        """
        project = self._document.project

        def work() -> Found:
            with project.snapshot() as frozen:
                return question(frozen)

        return self._pool.submit(work, done, tell_or_raise(self._report), priority=Urgency.FORECAST)

    def export_images(self, target: Path, image_ids: Sequence[int]) -> None:
        """Write just these pictures as COCO, in the background; an existing file is replaced."""
        self.export(target, only=frozenset(image_ids))

    def import_annotations(
        self, source: Path, images_root: Path | None = None, format_: Format | None = None
    ) -> None:
        """Take the objects of a file or folder into the project, as one command that can be undone.

        Without a format the path is looked at; ``format_wanted`` asks when that does not tell.
        """
        project = self._document.project

        def work(progress: ProgressSink, token: CancelToken) -> ImportReport | FormatQuestion:
            try:
                chosen = format_ or registry.recognise(source)
            except registry.SeveralFormats as several:
                return FormatQuestion(source, several.candidates, fits=True)
            except registry.UnknownFormat:
                return FormatQuestion(source, registry.readable(source), fits=False)
            return transfer.import_into(
                project,
                chosen,
                source,
                images_root=images_root,
                progress=progress,
                cancel=token,
            )

        def done(found: ImportReport | FormatQuestion) -> None:
            if self._document.is_open and self._document.project is project:
                if isinstance(found, FormatQuestion):
                    self.format_wanted.emit(found)
                    return
                self._document.catch_up()
            if not isinstance(found, FormatQuestion):
                self.imported.emit(found)

        self._saved.start_changing(tr("Importing"), work, done)
