"""Several people, one data set: who works here, splitting the project, merging parts into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.sessions.by_project import ByProject
from slimsam_app.settings import Settings
from slimsam_app.workers.io_pool import IoPool, Urgency, tell_or_raise
from slimsam_app.workers.jobs import Jobs, Work
from slimsam_core.annotation import Annotation
from slimsam_core.errors import ProjectError
from slimsam_core.files.user_folders import ANNOTATOR_KEY
from slimsam_core.progress import CancelToken, ProgressSink
from slimsam_core.project import Change, Project, Statistics, annotator_of, choose_annotator, clean_name
from slimsam_core.teamwork import (
    MadePart,
    MergeReport,
    SplitOptions,
    merge,
    parts_below,
    parts_folder,
    split,
)

ASKED_KEY = "state.asked_name"
"""The projects in which the name was asked: once each, whatever the answer."""


class TeamSession(QObject):
    """What goes wrong is passed on to ``report``."""

    people_changed = Signal()
    """Who works here has another name, or other people have objects in the project."""
    name_wanted = Signal(object)
    """Tuple of the names of other people: nobody said yet who works here. Once a project."""
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
        settings: Settings,
        report: Callable[[Exception], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._jobs, self._pool, self._settings = document, jobs, pool, settings
        self._report = report
        self.people: tuple[str, ...] = ()
        """Names of those who have objects in the open project."""
        self._asked = ByProject(settings, ASKED_KEY)
        self._counting = CancelToken()
        document.opened.connect(self._opened)
        document.closed.connect(self._closed)
        document.changed.connect(self._follow)
        settings.when(ANNOTATOR_KEY, self, lambda _: self._take_name())

    @property
    def name(self) -> str:
        """Who works on the open project; empty = nobody said."""
        return self._document.project.annotator if self._document.is_open else ""

    def call_me(self, name: str, everywhere: bool) -> None:
        """From now on this person works here, and in all projects without a name of their own if wanted.

        Raises ProjectError for a name that cannot be.
        """
        name, project = clean_name(name), self._document.project
        choose_annotator(project.uid, None if everywhere else name)
        if everywhere:
            self._settings.set(ANNOTATOR_KEY, name)
            if _name_for(project) != name:  # the part was made for somebody else, who is not here
                choose_annotator(project.uid, name)
        self._take_name()

    def _take_name(self) -> None:
        if self._document.is_open:
            project = self._document.project
            project.annotator = _name_for(project)
            self.people_changed.emit()

    def _opened(self) -> None:
        self.people = ()
        self.people_changed.emit()
        self._count()

    def _closed(self) -> None:
        self._counting.cancel()
        self.people = ()
        self.people_changed.emit()

    def _count(self) -> None:
        project = self._document.project
        self._counting.cancel()
        # a project that is damaged is told by whoever meets that next
        self._counting = self._pool.submit(
            project.statistics, self._counted, tell_or_raise(lambda _: None), priority=Urgency.RECORDING
        )

    def _counted(self, found: Statistics) -> None:
        if not self._document.is_open:
            return
        project = self._document.project
        self.people = tuple(entry.name for entry in found.annotators if entry.name)
        self.people_changed.emit()
        nameless = self.people and not project.annotator and not project.read_only
        if nameless and self._asked.of(project.uid) is None:
            self._asked.keep(project.uid, {})
            self.name_wanted.emit(self.people)

    def _follow(self, change: Change) -> None:
        if change.bulk:
            self._count()
            return
        works = any(isinstance(edit.after, Annotation) for edit in change.edits)
        if works and self.name and self.name not in self.people:
            self.people = tuple(sorted((*self.people, self.name)))
            self.people_changed.emit()

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


def _name_for(project: Project) -> str:
    origin = project.part_origin
    return annotator_of(project.uid, origin.annotator if origin is not None else "")
