"""Parts of a project for several people: made of the open one, and merged into it again."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.sessions.by_project import ByProject
from slimsam_app.sessions.saved_jobs import SavedJobs
from slimsam_app.sessions.team_session import TeamSession
from slimsam_app.workers.io_pool import IoPool, Urgency, tell_or_raise
from slimsam_app.workers.jobs import Jobs
from slimsam_core.errors import SlimSamError
from slimsam_core.progress import CancelToken, ProgressSink
from slimsam_core.project import annotator_of
from slimsam_core.teamwork import (
    MadePart,
    MergeReport,
    PartLook,
    SplitOptions,
    TeamComparison,
    UnknownClass,
    compare_annotators,
    compare_projects,
    look_at_part,
    merge,
    own_part,
    own_parts_of,
    parts_below,
    parts_folder,
    split,
    unknown_classes,
)
from slimsam_core.teamwork.compare import Disagreement
from slimsam_core.teamwork.compare_report import PersonTile, tiles_of, write_page

CLASSES_KEY = "state.merged_classes"
MOST_CLASSES = 500
"""Choices that are remembered of a project, the newest: a part asks for some, and the settings stay small."""

LookedAt = tuple[Path, PartLook | SlimSamError]
"""A part, and what it holds or why it cannot be merged."""


class PartsSession(QObject):
    """What goes wrong is passed on to ``report``."""

    parted = Signal(object)
    """Tuple of MadePart."""
    compared = Signal(object)
    """TeamComparison."""
    page_written = Signal(object)
    """Path of an HTML file."""
    part_made = Signal(object)
    """Path of the own part of a project, to be opened."""
    merged = Signal(object)
    """MergeReport."""

    def __init__(
        self,
        document: Document,
        jobs: Jobs,
        pool: IoPool,
        team: TeamSession,
        *,
        report: Callable[[Exception], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._jobs, self._pool, self._report = document, jobs, pool, report
        self._saved, self._team = SavedJobs(document, jobs, report), team
        self._merged_classes = ByProject(team.settings, CLASSES_KEY)

    @property
    def parts_folder(self) -> Path:
        """Where the parts of the open project lie when nobody says otherwise."""
        return parts_folder(self._document.project.path)

    def look_for_parts(self, done: Callable[[tuple[Path, ...]], None]) -> CancelToken:
        """Call ``done`` with the parts that lie where parts of the open project lie usually."""
        folders = (self.parts_folder, own_parts_of(self._document.project))
        return self._pool.submit(
            lambda: tuple(path for folder in folders for path in parts_below(folder)),
            done,
            tell_or_raise(lambda _: done(())),
            priority=Urgency.SHOWING,
        )

    def work_apart(self, path: Path) -> None:
        """Make the own part of a project that cannot be changed here, in the background, and tell of it."""
        name = self._team.name or annotator_of("") or _login()

        def work(progress: ProgressSink, token: CancelToken) -> Path:
            return own_part(path, name, progress, token)

        self._jobs.start(tr("Making your part"), work, self.part_made.emit, self._report)

    def split(self, out: Path, options: SplitOptions) -> None:
        """Write the parts, in the background; the project is not changed."""
        project = self._document.project

        def work(progress: ProgressSink, token: CancelToken) -> tuple[MadePart, ...]:
            return tuple(split(project, out, options, progress, token))

        self._saved.start(tr("Splitting the project"), work, self.parted.emit)

    def look_at(
        self, path: Path, done: Callable[[tuple[Path, PartLook | SlimSamError]], None]
    ) -> CancelToken:
        """Call ``done`` with the path of a part and what it holds, or why it cannot be merged."""

        def work(token: CancelToken) -> tuple[Path, PartLook | SlimSamError]:
            try:
                return path, look_at_part(path, token)
            except SlimSamError as error:
                return path, error

        return self._pool.submit(work, done, tell_or_raise(self._report), priority=Urgency.SHOWING)

    def unknown(self, parts: Iterable[PartLook]) -> list[UnknownClass]:
        """The classes of parts that the open project does not have."""
        return unknown_classes(self._document.project.uid, self._document.categories(), parts)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes of the open project."""
        return tuple(category.name for category in self._document.categories())

    @property
    def classes_before(self) -> dict[str, str | None]:
        """What became of classes of others in former merges: the name there -> here, or None: left out."""
        found = self._merged_classes.of(self._document.project.uid)
        if not isinstance(found, dict):
            return {}
        return {str(name): value for name, value in found.items() if value is None or isinstance(value, str)}

    def merge(self, sources: Sequence[Path], mapping: Mapping[str, str | None] | None = None) -> None:
        """Join other projects into the open one, in the background, as one step that can be undone.

        ``mapping``: the name of a class there -> here, or None: its objects are left out.
        """
        project = self._document.project

        if mapping:
            known = {**self.classes_before, **mapping}
            self._merged_classes.keep(project.uid, dict(list(known.items())[-MOST_CLASSES:]))

        def work(progress: ProgressSink, token: CancelToken) -> MergeReport:
            return merge(project, sources, mapping, progress, token)

        def done(report: MergeReport) -> None:
            if self._document.is_open and self._document.project is project:
                self._document.catch_up()
                self.merged.emit(report)

        self._saved.start_changing(tr("Merging"), work, done)

    def compare(self, others: Sequence[Path], *, gold: bool) -> None:
        """Compare the people of the open project, or it with others, in the background.

        ``gold``: the open project is right, and the others are measured by it.
        """
        project = self._document.project

        def work(progress: ProgressSink, token: CancelToken) -> TeamComparison:
            if others:
                return compare_projects(project, others, gold, progress, token)
            return compare_annotators(project, progress, token)

        self._saved.start(tr("Comparing people"), work, self.compared.emit)

    def save_page(self, found: TeamComparison, path: Path) -> None:
        """Write a comparison as one HTML file with pictures of the worst, in the background."""

        def work(_progress: ProgressSink, _token: CancelToken) -> Path:
            write_page(found, path)
            return path

        self._jobs.start(tr("Writing the page"), work, self.page_written.emit, self._report)

    def look_closer(
        self, one: Disagreement, observers: Sequence[str], done: Callable[[tuple[PersonTile, ...]], None]
    ) -> CancelToken:
        """Call ``done`` with a disagreement as each person sees it, side by side."""
        return self._pool.submit(
            lambda: tiles_of(one, observers), done, tell_or_raise(self._report), priority=Urgency.SHOWING
        )


def _login() -> str:
    """Who is logged in, where nobody said a name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without an entry, on some systems
        return tr("me")
