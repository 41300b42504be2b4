"""The drafts of the open project: which pictures have one, kept in the project as soon as they change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from slimsam_app.document import RETRY_MS, Document
from slimsam_app.i18n import tr
from slimsam_app.sentences import in_words
from slimsam_app.sessions.class_moves import ClassMoves
from slimsam_core.errors import FormatError, ProjectError, SlimSamError
from slimsam_core.labelling.draft_classes import (
    may_mention,
    proposals_of_class,
    with_classes,
    with_former_classes,
)
from slimsam_core.labelling.drafts import Part, ProposalsDraft, from_text, has_proposals, to_text
from slimsam_core.project import Change
from slimsam_core.project.edits import STEPS_BACK_AND_FORTH


class DraftSession(QObject):
    """Reads and writes drafts; on the disk when ``keep`` returns, or tried again until they are."""

    changed = Signal(int)
    """Id of a picture that has a draft now, or none any more."""
    failed = Signal(object)

    def __init__(self, document: Document, moves: ClassMoves, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._moves = document, moves
        self._resolved: dict[int, int] = {}
        """Classes that were deleted, and what took over, as drafts are written on the disk."""
        self.look: Callable[[], None] = lambda: None
        """Called before a command is written: ``remember`` what is open at this moment."""
        self._texts: dict[int, str] = {}
        self._unsaved: set[int] = set()
        self._told = False
        self._retry = QTimer(self, interval=RETRY_MS)
        self._retry.timeout.connect(self.save_unsaved)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.save_unsaved)
        document.open_drafts = self._open_now
        document.drafts_written.connect(self._written)
        document.opened.connect(self._load)
        document.closed.connect(self._forget)
        document.changed.connect(self._follow_back)
        moves.leaving.connect(self._follow)

    @property
    def unsaved_count(self) -> int:
        """How many drafts are in memory only."""
        return len(self._unsaved)

    @property
    def count(self) -> int:
        """How many pictures of the project have one; one that was removed keeps its draft for undo."""
        return len(self._document.project.images_by_id(sorted(self._texts)))

    def has(self, image_id: int) -> bool:
        """Whether something was begun in a picture and not accepted."""
        return image_id in self._texts

    def parts(self, image_id: int) -> tuple[Part, ...]:
        """What was begun in a picture; a draft that cannot be read is told and left as it is."""
        text = self._texts.get(image_id, "")
        try:
            return tuple(map(self.with_known_class, from_text(text))) if text else ()
        except FormatError as error:
            self.failed.emit(error)
            return ()

    def with_known_class(self, part: Part) -> Part:
        """What a hand began has the class that took over, or that of new objects; proposals keep theirs, for
        undo."""
        if isinstance(part, ProposalsDraft):
            return part
        now = self._moves.now(part.category_id)
        return part if now == part.category_id else replace(part, category_id=now)

    def has_proposals(self, image_id: int) -> bool:
        """Whether proposals wait in a picture; also when its draft cannot be read, which stays as it is."""
        return image_id in self._texts and has_proposals(self._texts[image_id])

    def proposals_of(self, category_id: int) -> tuple[int, int]:
        """How many proposals of this class wait, and in how many pictures."""
        self.look()
        counts = {i: proposals_of_class(self._text_now(i), category_id) for i in self._texts}
        found = self._document.project.images_by_id(sorted(i for i, count in counts.items() if count))
        return sum(counts[i] for i in found), len(found)

    def keep(self, image_id: int, parts: Iterable[Part]) -> None:
        """Keep this as the draft of a picture, in place of its former one; no parts = it has none."""
        self.remember(image_id, parts)
        self.save_unsaved()

    def remember(self, image_id: int, parts: Iterable[Part]) -> None:
        """The same, to be written with the command that follows, or by ``save_unsaved`` when none does."""
        text = to_text(parts)
        before = self._texts.get(image_id, "")
        if text == before or not self._document.is_open:
            return
        if text:
            self._texts[image_id] = text
        else:
            del self._texts[image_id]
        self._unsaved.add(image_id)
        if bool(text) != bool(before):
            self.changed.emit(image_id)

    def save_soon(self) -> None:
        """Save what no command took along by the time that control is back at the event loop."""
        self._soon.start()

    def save_unsaved(self) -> bool:
        """Try to write what could not be written; whether all is on the disk now."""
        if self._unsaved and self._document.unsaved_count:
            self._retry.start()  # commands first: each takes the drafts along as they were at its time
            return False
        if self._unsaved and self._document.is_open and self._document.project.read_only:
            self._unsaved.clear()  # nothing can be accepted there either
        for image_id in sorted(self._unsaved):
            try:
                self._document.keep_draft(image_id, self._text_now(image_id))
            except ProjectError as error:
                self._tell(error)
                self._retry.start()
                return False
            self._unsaved.discard(image_id)
        self._retry.stop()
        self._told = False
        return True

    def _open_now(self) -> Mapping[int, str]:
        self.look()
        return {image_id: self._text_now(image_id) for image_id in sorted(self._unsaved)}

    def _written(self, drafts: Mapping[int, str]) -> None:
        self._unsaved -= {i for i, text in drafts.items() if text == self._text_now(i)}

    def _text_now(self, image_id: int) -> str:
        """With the classes that took over from deleted ones."""
        return with_classes(self._texts.get(image_id, ""), self._moves.resolved)

    def _follow(self) -> None:
        """Drafts with classes that were deleted, or came back, are to be written anew."""
        before, self._resolved = self._resolved, self._moves.resolved
        changed = {number for number, _ in before.items() ^ self._resolved.items()}
        self._unsaved |= {i for i, text in self._texts.items() if may_mention(text, changed)}

    def _follow_back(self, change: Change) -> None:
        """After undo and redo."""
        if change.kind in STEPS_BACK_AND_FORTH and self._moves.resolved != self._resolved:
            self._follow()
            self.save_soon()

    def _tell(self, error: SlimSamError) -> None:
        if not self._told:
            self._told = True
            words = tr("What is open on the picture could not be saved yet: {reason}")
            self.failed.emit(ProjectError(words.format(reason=in_words(error.message)), error.hint))

    def _load(self) -> None:
        self._forget()
        try:
            stored = self._document.project.drafts()
        except ProjectError as error:
            self.failed.emit(error)
            return
        for image_id, text in stored.items():
            self._texts[image_id], moved = with_former_classes(text)
            self._moves.learn(moved)
        self._resolved = self._moves.resolved

    def _forget(self) -> None:
        self._texts, self._told, self._resolved = {}, False, {}
        self._unsaved.clear()
        self._retry.stop()
        self._soon.stop()
