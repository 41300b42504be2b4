"""What changes a project: an edit replaces one frozen value by another, a change is a list of edits done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from slimsam_core.annotation import (
    Annotation,
    Category,
    ImageEntry,
    ImportedFile,
    RemovedImage,
    Root,
    Variant,
)

Entity = Root | ImportedFile | ImageEntry | RemovedImage | Category | Annotation | Variant


class ChangeKind(StrEnum):
    """How a change came about; the values stand in the journal."""

    DO = "do"
    UNDO = "undo"
    REDO = "redo"


STEPS_BACK_AND_FORTH = frozenset({ChangeKind.UNDO, ChangeKind.REDO})
"""Changes that bring back what was there before, and are no new work."""


class Stamps(StrEnum):
    """What the store notes on values that a command adds or changes: who, and in which order."""

    HERE = "here"
    """New work of this project's annotator."""
    AUTHORS = "authors"
    """The same, but authors that values come with are kept: of files that say them."""
    AS_GIVEN = "as given"
    """``uid``, ``writes`` and ``author`` of the values count as they are: of projects that are joined. Of a
    value that is removed, ``before.writes`` says by whose change."""


@dataclass(frozen=True)
class Edit:
    """One step: ``before`` None adds, ``after`` None removes, both replace (same type and id).

    A replacement means the fields that differ, and only these are compared with the project and written:
    what was learnt about a picture in the meantime (its size, its content hash) stays.
    """

    before: Entity | None
    after: Entity | None

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise ValueError("an edit needs a value before or after")
        if (
            self.before is not None
            and self.after is not None
            and (type(self.before) is not type(self.after) or self.before.id != self.after.id)
        ):
            raise ValueError(f"an edit keeps type and id: {self.before!r} -> {self.after!r}")

    @property
    def entity(self) -> Entity:
        """The value after, or the one before when it was removed."""
        found = self.after if self.after is not None else self.before
        assert found is not None
        return found

    @property
    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.after, self.before)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a command, an undo or a redo did to the project; views refresh from it."""

    seq: int
    """Number of the journal entry of the command; 0 when the command had nothing to change."""
    label: str
    edits: tuple[Edit, ...]
    """As effected, in order. Empty when ``bulk``."""
    kind: ChangeKind = ChangeKind.DO
    bulk: bool = False
    """More edits than are worth listing: refresh everything."""


@dataclass(frozen=True, kw_only=True)
class JournalEntry:
    """One command of the history."""

    seq: int
    label: str
    time: datetime
    """When it was done, with time zone."""
    undone: bool
    author: str = ""
    """The annotator who did it; empty = not known."""
