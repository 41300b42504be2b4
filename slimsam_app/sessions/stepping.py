"""Undo and redo in sight: the picture concerned is shown first, then the step is done and told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from slimsam_app import figures
from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.sentences import step_words
from slimsam_app.sessions.navigator import Navigator
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_core.annotation import Annotation, ImageEntry
from slimsam_core.project import Change
from slimsam_core.project.edits import STEPS_BACK_AND_FORTH, ChangeKind

RECENT = 200
"""Steps that are listed: more than a day's list is read by nobody, and each is looked up in the journal."""


@dataclass(frozen=True, kw_only=True)
class DoneStep:
    """One command of the history."""

    label: str
    """Not translated."""
    time: datetime
    images: tuple[int, ...]
    """Ids of the pictures that it changed and that are there."""
    name: str
    """Of the first of them; empty when there is none."""
    undone: bool
    author: str


class Stepping(QObject):
    """Goes where the next step of the history acts; nothing changes that nobody sees."""

    told = Signal(str)
    """What was taken back or done again, and in which picture."""

    def __init__(
        self, document: Document, navigator: Navigator, objects: ObjectSession, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._navigator, self._objects = document, navigator, objects
        self._changes: list[Change] = []
        self._light: tuple[int, tuple[int, ...]] | None = None
        self._chosen: dict[int, tuple[int, ...]] = {}
        """Number of a command -> ids that were selected before it: undo selects them again."""
        document.changed.connect(self._hear)
        document.closed.connect(self._forget)
        navigator.picture_ready.connect(self._arrived)

    def undo(self) -> None:
        """Take the last command back. Raises ProjectError."""
        self._step(back=True)

    def redo(self) -> None:
        """Do again what was taken back. Raises ProjectError."""
        self._step(back=False)

    def recent(self, limit: int = RECENT) -> tuple[DoneStep, ...]:
        """The newest commands, newest first. Raises ProjectError."""
        project = self._document.project
        entries = project.history(limit)
        images = [project.command_images(entry.seq) for entry in entries]
        known = project.images_by_id([found[0] for found in images if found])
        return tuple(
            DoneStep(
                label=entry.label,
                time=entry.time,
                images=found,
                name=known[found[0]].path.rsplit("/", 1)[-1] if found else "",
                undone=entry.undone,
                author=entry.author,
            )
            for entry, found in zip(entries, images, strict=True)
        )

    def _step(self, *, back: bool) -> None:
        document = self._document
        document.require_saved()
        concerned = document.project.step_images(ChangeKind.UNDO if back else ChangeKind.REDO)
        if concerned and self._navigator.current_id not in concerned:
            self._navigator.go(concerned[0])
        self._changes.clear()
        act: Callable[[], None] = document.undo if back else document.redo
        act()
        for change in self._changes:
            self._show(change, concerned, back)

    def _show(self, change: Change, concerned: tuple[int, ...], back: bool) -> None:
        back_again = [
            e.entity.id for e in change.edits if e.before is None and isinstance(e.after, ImageEntry)
        ]
        if back_again and not concerned:
            self._navigator.set_filter(self._navigator.filter, show=back_again[0])
        current = self._navigator.current_id
        kept = [edit.after for edit in change.edits if isinstance(edit.after, Annotation)]
        ids = tuple(annotation.id for annotation in kept if annotation.image_id == current)
        chosen = self._chosen.get(change.seq, ()) if back else ()
        if chosen:
            self._objects.select(chosen[:1])  # Subtract asks which was chosen first
            self._objects.select(chosen)
        if current is not None and ids:
            self._light = (current, ids)
            if self._navigator.picture is not None:
                self._arrived(current)
        self.told.emit(_words(change.label, self._names(concerned, change), back))

    def _names(self, concerned: tuple[int, ...], change: Change) -> list[str]:
        found = self._document.project.images_by_id(concerned)
        names = {image_id: found[image_id].path for image_id in concerned if image_id in found}
        names |= {e.entity.id: e.entity.path for e in change.edits if isinstance(e.entity, ImageEntry)}
        return [path.rsplit("/", 1)[-1] for path in names.values()]

    def _arrived(self, image_id: int) -> None:
        if self._light is not None:
            (wanted, ids), self._light = self._light, None
            if wanted == image_id:
                self._objects.lit.emit(ids)

    def _hear(self, change: Change) -> None:
        if change.kind in STEPS_BACK_AND_FORTH:
            self._changes.append(change)
        elif self._objects.chosen_before and change.seq:
            self._chosen[change.seq] = self._objects.chosen_before

    def _forget(self) -> None:
        self._light = None
        self._chosen.clear()
        self._changes.clear()


def _words(label: str, names: Iterable[str], back: bool) -> str:
    pictures, label = list(names), step_words(label)
    if len(pictures) == 1:
        words = tr("Undone in {name}: {label}") if back else tr("Redone in {name}: {label}")
        return words.format(name=pictures[0], label=label)
    if pictures:
        undone, redone = tr("Undone in {count} images: {label}"), tr("Redone in {count} images: {label}")
        return (undone if back else redone).format(count=figures.count(len(pictures)), label=label)
    return (tr("Undone: {label}") if back else tr("Redone: {label}")).format(label=label)
