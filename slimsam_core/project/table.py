"""How one kind of value lies in its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from slimsam_core.project.edits import Entity

Row = dict[str, Any]
"""Column name -> None, int, float or str."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One kind of value and its table."""

    name: str
    noun: str
    """What people call it."""
    columns: tuple[str, ...]
    """Columns that make up the value, ``id`` first; the journal keeps these."""
    encode: Callable[[Any], Row]
    """Value -> ``columns``."""
    decode: Callable[[Row], Entity]
    """``columns`` -> value."""
    derived: tuple[str, ...] = ()
    """Further columns computed from the value, for sorting and filtering."""
    derive: Callable[[Any], Row] = lambda _: {}
    """Value -> ``derived``."""
    facts: frozenset[str] = frozenset()
    """Columns that are read from the picture file and recorded outside the journal."""
    numbers: frozenset[str] = frozenset({"id"})
    """Columns of whole numbers."""
    reals: frozenset[str] = frozenset()
    """Columns of floating point numbers; all others hold text."""
    nullable: frozenset[str] = frozenset()
    """Columns that may be empty."""
    late: tuple[str, ...] = ()
    """The last of ``columns``, all nullable, that earlier versions did not have: empty ones do not count in
    the checksum, so that rows of these versions keep theirs."""

    @cached_property
    def kinds(self) -> Mapping[str, type]:
        """Column -> int, float or str."""
        return {
            name: int if name in self.numbers else float if name in self.reals else str
            for name in self.columns
        }

    @property
    def early(self) -> tuple[str, ...]:
        """The columns that every version has."""
        return self.columns[: len(self.columns) - len(self.late)]

    @property
    def select(self) -> str:
        """Comma-separated ``columns``, qualified by the table."""
        return ", ".join(f"{self.name}.{column}" for column in self.columns)

    @cached_property
    def insert(self) -> str:
        """The statement that adds a row of ``columns``, ``derived`` and its proof."""
        names = (*self.columns, *self.derived, "proof")
        marks = ", ".join(f":{name}" for name in names)
        return f"INSERT INTO {self.name} ({', '.join(names)}) VALUES ({marks})"
