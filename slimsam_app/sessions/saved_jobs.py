"""Jobs on the open project that read it from the disk: what waits in memory is written first."""

from __future__ import annotations

from collections.abc import Callable

from slimsam_app.document import Document
from slimsam_app.workers.jobs import Jobs, Work
from slimsam_core.errors import SlimSamError


class SavedJobs:
    """Starts jobs once everything is saved; ``report`` hears what went wrong, here and in the job."""

    def __init__(self, document: Document, jobs: Jobs, report: Callable[[SlimSamError], None]) -> None:
        self._document, self._jobs, self._report = document, jobs, report

    def start(self, title: str, work: Work, done: Callable[..., None]) -> None:
        """As ``Jobs.start``; nothing begins while commands cannot be written."""
        self._begin(self._document.require_saved, title, work, done)

    def start_changing(self, title: str, work: Work, done: Callable[..., None]) -> None:
        """The same for a job that changes the project, which can be read-only."""

        def check() -> None:
            self._document.require_writable()
            self._document.require_saved()

        self._begin(check, title, work, done)

    def _begin(self, check: Callable[[], None], title: str, work: Work, done: Callable[..., None]) -> None:
        try:
            check()
        except SlimSamError as error:
            self._report(error)
            return
        self._jobs.start(title, work, done, self._report)
