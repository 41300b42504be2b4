"""Several people, one data set: who works here, and who else has objects in the project."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.sessions.by_project import ByProject
from slimsam_app.settings import Settings
from slimsam_app.workers.io_pool import IoPool, Urgency, tell_or_raise
from slimsam_core.annotation import Annotation, ReviewState
from slimsam_core.files.user_folders import ANNOTATOR_KEY
from slimsam_core.progress import CancelToken
from slimsam_core.project import Change, Project, Statistics, annotator_of, choose_annotator, clean_name

ASKED_KEY = "state.asked_name"
"""The projects in which the name was asked: once each, whatever the answer."""


class TeamSession(QObject):
    """Knows the people of the open project."""

    people_changed = Signal()
    """Who works here has another name, or other people have objects in the project."""
    name_wanted = Signal(object)
    """Tuple of the names of other people: nobody said yet who works here. Once a project."""

    came_back = Signal(int, int)
    """Pictures of the project just opened that were sent back, and that were fixed; not both 0."""

    def __init__(
        self,
        document: Document,
        pool: IoPool,
        *,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._pool, self.settings = document, pool, settings
        self.people: tuple[str, ...] = ()
        """Names of those who have objects in the open project."""
        self._nameless = False
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
            self.settings.set(ANNOTATOR_KEY, name)
            if _name_for(project) != name:  # the part was made for somebody else, who is not here
                choose_annotator(project.uid, name)
        self._take_name()

    def _take_name(self) -> None:
        if self._document.is_open:
            project = self._document.project
            project.annotator = _name_for(project)
            self.people_changed.emit()

    def _opened(self) -> None:
        self.people, self._nameless = (), False
        self.people_changed.emit()
        self._count(opening=True)

    def _closed(self) -> None:
        self._counting.cancel()
        self.people, self._nameless = (), False
        self.people_changed.emit()

    @property
    def authors(self) -> tuple[str, ...]:
        """Who has objects in the project; an empty name is nobody that is known."""
        return (*self.people, "") if self._nameless else self.people

    def _count(self, *, opening: bool = False) -> None:
        project = self._document.project
        self._counting.cancel()
        # a project that is damaged is told by whoever meets that next
        self._counting = self._pool.submit(
            project.statistics,
            partial(self._counted, opening),
            tell_or_raise(lambda _: None),
            priority=Urgency.RECORDING,
        )

    def _counted(self, opening: bool, found: Statistics) -> None:
        if not self._document.is_open:
            return
        project = self._document.project
        self.people = tuple(entry.name for entry in found.annotators if entry.name)
        self._nameless = any(not entry.name for entry in found.annotators)
        self.people_changed.emit()
        nameless = self.people and not project.annotator and not project.read_only
        if nameless and self._asked.of(project.uid) is None:
            self._asked.keep(project.uid, {})
            self.name_wanted.emit(self.people)
        sent_back = found.images_by_review[ReviewState.REJECTED]
        fixed = found.images_by_review[ReviewState.FIXED]
        if opening and (sent_back or fixed):
            self.came_back.emit(sent_back, fixed)

    def _follow(self, change: Change) -> None:
        if change.bulk:
            self._count()
            return
        works = any(isinstance(edit.after, Annotation) for edit in change.edits)
        self._nameless = self._nameless or (works and not self.name)
        if works and self.name and self.name not in self.people:
            self.people = tuple(sorted((*self.people, self.name)))
            self.people_changed.emit()


def _name_for(project: Project) -> str:
    origin = project.part_origin
    return annotator_of(project.uid, origin.annotator if origin is not None else "")
