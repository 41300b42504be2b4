"""Parts of a project for several people: made of the open one, and merged into it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.workers.io_pool import IoPool, Urgency, tell_or_raise
from slimsam_app.workers.jobs import Jobs, Work
from slimsam_core.errors import ProjectError
from slimsam_core.progress import CancelToken, ProgressSink
from slimsam_core.teamwork import (
    MadePart,
    MergeReport,
    SplitOptions,
    merge,
    parts_below,
    parts_folder,
    split,
)


class PartsSession(QObject):
    """What goes wrong is passed on to ``report``."""

    parted = Signal(object)
    """Tuple of MadePart."""
    merged = Signal(object)
    """MergeReport."""

    def __init__(
        self,
        document: Document,
        jobs: Jobs,
        pool: IoPool,
        *,
        report: Callable[[Exception], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._jobs, self._pool, self._report = document, jobs, pool, report

    @property
    def parts_folder(self) -> Path:
        """Where the parts of the open project lie when nobody says otherwise."""
        return parts_folder(self._document.project)

    def look_for_parts(self, done: Callable[[tuple[Path, ...]], None]) -> CancelToken:
        """Call ``done`` with the parts that lie where parts of the open project lie usually."""
        folder = self.parts_folder
        return self._pool.submit(
            lambda: parts_below(folder), done, tell_or_raise(lambda _: done(())), priority=Urgency.SHOWING
        )

    def split(self, out: Path, options: SplitOptions) -> None:
        """Write the parts, in the background; the project is not changed."""
        project = self._document.project

        def work(progress: ProgressSink, token: CancelToken) -> tuple[MadePart, ...]:
            return tuple(split(project, out, options, progress, token))

        self._start(tr("Splitting the project"), work, self.parted.emit)

    def merge(self, sources: Sequence[Path]) -> None:
        """Join other projects into the open one, in the background, as one step that can be undone."""
        project = self._document.project
        if project.read_only:
            self._report(ProjectError(tr("This project is read-only."), project.read_only_reason))
            return

        def work(progress: ProgressSink, token: CancelToken) -> MergeReport:
            return merge(project, sources, progress=progress, cancel=token)

        def done(report: MergeReport) -> None:
            if self._document.is_open and self._document.project is project:
                self._document.catch_up()
                self.merged.emit(report)

        self._start(tr("Merging"), work, done)

    def _start(self, title: str, work: Work, done: Callable[..., None]) -> None:
        try:
            self._document.require_saved()
        except ProjectError as error:
            self._report(error)
            return
        self._jobs.start(title, work, done, self._report)
