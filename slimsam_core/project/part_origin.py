"""What a part of a split project says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class PartOrigin:
    """What a part of a split project says of itself."""

    split: str
    """The same in all parts that were made together."""
    base: str
    """``uid`` of the project that was split."""
    base_name: str
    annotator: str
    """Whom it was made for."""
    classes_locked: bool
    """Whether its classes are left as they are."""
    created: str
    """ISO 8601 with time zone."""

    @property
    def row(self) -> tuple[Any, ...]:
        """The columns in order."""
        return (
            *(self.split, self.base, self.base_name, self.annotator),
            *(int(self.classes_locked), self.created),
        )

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> Self:
        """Raises TypeError and ValueError for values that make no sense."""
        split, base, base_name, annotator, locked, created = row
        if not all(type(text) is str and len(text) < 1000 for text in (*row[:4], created)):
            raise ValueError("it says of what it is a part in values that are no texts")
        return cls(
            split=split,
            base=base,
            base_name=base_name,
            annotator=annotator,
            classes_locked=bool(locked),
            created=created,
        )
