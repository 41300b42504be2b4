"""The open project as the window sees it: the one place that changes it, and that tells what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from slimsam_app.i18n import tr
from slimsam_app.kept import Intent as Intent
from slimsam_app.kept import KeptCommands
from slimsam_app.sentences import step_words
from slimsam_core.annotation import Annotation, Category, ImageEntry, class_order
from slimsam_core.errors import ProjectError, ProjectUnavailable, SlimSamError
from slimsam_core.project import Change, Project
from slimsam_core.project.edits import ChangeKind, Edit

MAX_HISTORY = 2000
"""Commands of earlier sessions that can still be taken back."""

RETRY_MS = 3000
"""How often commands that could not be written are tried again."""


class JournalCommand(QUndoCommand):
    """One entry of the project's journal on Qt's undo stack."""

    def __init__(self, label: str, step: Callable[[ChangeKind], None]) -> None:
        super().__init__(step_words(label))
        self._step = step
        self._done = True

    def undo(self) -> None:
        self._done = False
        self._step(ChangeKind.UNDO)

    def redo(self) -> None:
        if not self._done:
            self._step(ChangeKind.REDO)
        self._done = True


class Document(QObject):
    """Sole mutator of the project. ``changed(Change)`` follows every change, also undo and redo."""

    opened = Signal()
    closing = Signal()
    """The project is still open, for the last time."""
    closed = Signal()
    changed = Signal(object)
    unsaved = Signal(int, object)
    """How many commands are in memory only, and the ProjectError that says why; (0, None) = none."""
    damaged = Signal(object)
    """Damages (a sequence of ``proof.Damage``) of pictures and objects that are left out of the view."""
    refused = Signal(object)
    """ProjectError: a kept command does not fit the project any more."""
    drafts_written = Signal(object)
    """Picture id -> draft, of those that went to the disk together with a command."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self._project: Project | None = None
        self._categories: tuple[Category, ...] | None = None
        self._ahead: dict[int, tuple[Annotation, ...]] = {}
        """Image id -> the objects that are stored for it, of one that is wanted soon."""
        self._replaying = False
        self._failure: SlimSamError | None = None
        self._kept = KeptCommands()
        self.open_drafts: Callable[[], Mapping[int, str]] = dict
        """Drafts that are not on the disk as they are now; asked at every command, which takes them along."""
        self._retry = QTimer(self, interval=RETRY_MS)
        self._retry.timeout.connect(self.save_kept)

    @property
    def is_open(self) -> bool:
        """Whether a project is open."""
        return self._project is not None

    @property
    def project(self) -> Project:
        """The open project, for reading. Raises ProjectError when none is open."""
        if self._project is None:
            raise ProjectError("No project is open.", "Open a folder of images first.")
        return self._project

    def take(self, project: Project) -> None:
        """Show this project and own it from now on; the former one is closed, unless it is the same."""
        if project is not self._project:
            self.close()
        self._project, self._ahead = project, {}
        project.on_damage = self.damaged.emit  # exports read strictly, from a snapshot
        self._categories = None
        self._refill_undo_stack()
        self.opened.emit()

    def close(self) -> None:
        """Close the project; what was done is on disk already, except what ``unsaved_count`` tells."""
        if self._project is None:
            return
        self.save_kept()
        self.closing.emit()
        self.save_kept()
        self._forget_kept()
        project, self._project = self._project, None
        self._categories, self._ahead = None, {}
        self._replaying = True
        self.undo_stack.clear()
        self._replaying = False
        self.closed.emit()
        project.close()

    def run(self, intent: Intent) -> Change | None:
        """Do what the user wants: on disk when this returns. None when there was nothing to do.

        While the file cannot be written (disk full, share gone) the command is kept in memory, shown as done,
        and written as soon as possible; ``unsaved`` tells. Raises ProjectError when the command is refused.
        """
        if not intent.edits:
            return None
        intent = replace(intent, drafts=tuple(self.open_drafts().items()))
        if not self.save_kept() and self._kept.reason is not None:
            return self._keep(intent, self._kept.reason)
        try:
            return self._write(intent)
        except ProjectUnavailable as error:
            return self._keep(intent, error)

    def run_or_tell(self, intent: Intent, tell: Callable[[SlimSamError], object]) -> Change | None:
        """The same for those who cannot go on when it is refused: ``tell`` hears why, and None comes back."""
        try:
            return self.run(intent)
        except SlimSamError as error:
            tell(error)
            return None

    def save_kept(self) -> bool:
        """Try to write what is kept in memory; whether everything is on the disk now."""
        while self._kept:
            try:
                self._write(self._kept.intents[0])
            except ProjectUnavailable as error:
                self._kept.reason = error
                self._tell_unsaved()
                return False
            except ProjectError as error:
                self.refused.emit(error)
            del self._kept.intents[0]
            if not self._kept:
                self._forget_kept()
                self._announce(Change(seq=self.project.last_seq(), label="", edits=(), bulk=True))
        return True

    def keep_draft(self, image_id: int, content: str) -> None:
        """Keep what was begun in a picture; see ``Project.keep_draft``. Raises ProjectError."""
        self.project.keep_draft(image_id, content)

    @property
    def unsaved_count(self) -> int:
        """How many commands are in memory only."""
        return len(self._kept)

    def _write(self, intent: Intent) -> Change | None:
        change = self.project.apply(intent.label, intent.edits, dict(intent.drafts), stamps=intent.stamps)
        if not change.seq:
            return None
        self.drafts_written.emit(dict(intent.drafts))
        self.undo_stack.push(JournalCommand(intent.label, self._journal_step))
        self._announce(change)
        return change

    def _keep(self, intent: Intent, reason: ProjectError) -> Change:
        self._kept.keep(intent, reason)
        self._retry.start()
        change = Change(seq=0, label=intent.label, edits=intent.edits)
        self._announce(change)
        self._tell_unsaved()
        return change

    def _forget_kept(self) -> None:
        self._kept.clear()
        self._retry.stop()
        self._tell_unsaved()

    def _tell_unsaved(self) -> None:
        self.unsaved.emit(len(self._kept), self._kept.reason)

    def undo(self) -> None:
        """Take the last command back. Raises ProjectError when that cannot be written."""
        self.require_saved()
        self.undo_stack.undo()
        self._raise_failure()

    def redo(self) -> None:
        """Do again what was taken back. Raises ProjectError when that cannot be written."""
        self.require_saved()
        self.undo_stack.redo()
        self._raise_failure()

    def require_writable(self) -> None:
        """Raise ProjectError when nothing can be changed in the project."""
        if self.project.read_only:
            raise ProjectError(tr("This project is read-only."), self.project.read_only_reason)

    def require_saved(self) -> None:
        """Raise the ProjectError of ``unsaved`` when something is in memory only and cannot be written."""
        if not self.save_kept() and self._kept.reason is not None:
            raise self._kept.reason

    def catch_up(self) -> None:
        """Take over commands that a job in a worker journaled, such as an import."""
        self._refill_undo_stack()
        self._announce(Change(seq=self.project.last_seq(), label="", edits=(), bulk=True))

    def categories(self) -> tuple[Category, ...]:
        """The classes in the order of their places; empty when no project is open."""
        if self._project is None:
            return ()
        if self._categories is None:
            stored = self._project.categories()
            found = self._kept.over(Category, stored, lambda _: True)
            self._categories = tuple(sorted(found, key=class_order))
        return self._categories

    def category(self, category_id: int) -> Category | None:
        """The class with this id, None when there is none."""
        return next((c for c in self.categories() if c.id == category_id), None)

    def annotations(self, image_id: int) -> tuple[Annotation, ...]:
        """The objects of an image, in painter's order."""
        stored = self._ahead.get(image_id)
        if stored is None:
            stored = self.project.annotations(image_id)
        if not self._kept:
            return stored
        found = self._kept.over(Annotation, stored, lambda annotation: annotation.image_id == image_id)
        return tuple(sorted(found, key=lambda annotation: (annotation.layer, annotation.id)))

    def read_ahead(self, image_id: int) -> tuple[Annotation, ...]:
        """Read the objects of an image that is wanted soon; they are kept until they or their image change.

        Raises ProjectError.
        """
        if image_id not in self._ahead:
            self._ahead = {image_id: self.project.annotations(image_id)}
        return self._ahead[image_id]

    def image(self, image_id: int) -> ImageEntry:
        """The image with this id. Raises ProjectError when it is gone."""
        return self._kept.over(ImageEntry, (self.project.image(image_id),), lambda i: i.id == image_id)[0]

    def _journal_step(self, kind: ChangeKind) -> None:
        if self._replaying:
            return
        try:
            change = self.project.undo() if kind is ChangeKind.UNDO else self.project.redo()
        except SlimSamError as error:
            self._failure = error
            return
        if change is not None:
            self._announce(change)

    def _raise_failure(self) -> None:
        if self._failure is not None:
            failure, self._failure = self._failure, None
            self._refill_undo_stack()
            raise failure

    def _announce(self, change: Change) -> None:
        if change.bulk or any(isinstance(edit.entity, Category) for edit in change.edits):
            self._categories = None
        if change.bulk or any(not self._ahead.keys().isdisjoint(_images_of(edit)) for edit in change.edits):
            self._ahead = {}
        self.changed.emit(change)

    def _refill_undo_stack(self) -> None:
        """Mirror the journal: done commands below the mark, undone ones above it."""
        self._replaying = True
        self.undo_stack.clear()
        undo, redo = self.project.stack_labels(MAX_HISTORY)
        for label in (*undo, *redo):
            self.undo_stack.push(JournalCommand(label, self._journal_step))
        self.undo_stack.setIndex(len(undo))
        self._replaying = False


def _images_of(edit: Edit) -> set[int]:
    """The images that it changes, or objects of which it changes."""
    values = (edit.before, edit.after)
    found = {value.image_id for value in values if isinstance(value, Annotation)}
    return found | {value.id for value in values if isinstance(value, ImageEntry)}
