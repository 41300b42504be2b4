"""Commands that could not be written yet: kept in memory, in order, and shown as if they were done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from slimsam_core.annotation import Annotation, Category, ImageEntry
from slimsam_core.errors import ProjectError
from slimsam_core.project import Edit, Stamps

E = TypeVar("E", Annotation, Category, ImageEntry)


@dataclass(frozen=True)
class Intent:
    """What the user wanted, in words, and the edits that bring it about."""

    label: str
    edits: tuple[Edit, ...]
    drafts: tuple[tuple[int, str], ...] = ()
    """Picture id, what stays open there; on the disk together with the edits. ``Document`` puts them in."""
    stamps: Stamps = Stamps.HERE
    """Whose work it is."""


class KeptCommands:
    """The commands, oldest first, and why the last attempt to write them failed."""

    def __init__(self) -> None:
        self.intents: list[Intent] = []
        self.reason: ProjectError | None = None

    def __len__(self) -> int:
        return len(self.intents)

    def keep(self, intent: Intent, reason: ProjectError) -> None:
        """Remember a command that was refused."""
        self.intents.append(intent)
        self.reason = reason

    def clear(self) -> None:
        """Forget all of them."""
        self.intents.clear()
        self.reason = None

    def over(self, kind: type[E], stored: Iterable[E], wanted: Callable[[E], bool]) -> list[E]:
        """The stored values of a kind as they will be, with the added ones that are ``wanted``."""
        found = {value.id: value for value in stored}
        for intent in self.intents:
            for edit in intent.edits:
                if isinstance(edit.entity, kind):
                    found.pop(edit.entity.id, None)
                    if isinstance(edit.after, kind) and wanted(edit.after):
                        found[edit.after.id] = edit.after
        return list(found.values())
