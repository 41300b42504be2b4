"""What proves that a row is as it was saved: a checksum of its columns, and the types that they must have.

A flipped bit in a file is told by SQLite only where it breaks the file's own structure; inside a value it
gives another value. The checksum tells damage, not malice: who makes a project by hand can compute it too.
"""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import Any

from slimsam_core.errors import ProjectError
from slimsam_core.project.json_columns import dump_json
from slimsam_core.project.table import Row, Table
from slimsam_core.sentences import sentence

PROOF = "proof"
"""Name of the column."""


class Part(StrEnum):
    """What a project consists of."""

    FOLDER = "folder"
    FILE = "imported file"
    CLASS = "class"
    PICTURE = "picture"
    REMOVED = "removed picture"
    OBJECT = "object"
    VARIANT = "other value"
    HISTORY = "history"
    STRUCTURE = "structure"


NOT_AS_SAVED = "not as it was saved"


@dataclass(frozen=True, kw_only=True)
class Damage:
    """One thing that is not as it was saved."""

    part: Part
    id: int | None
    """Of the object, the picture, ...; None where there is none or it cannot be read."""
    where: str
    """The picture's path, the class's name, ...; empty where it is not known."""
    reason: str
    image_id: int | None = None
    """The picture that an object belongs to."""

    def __str__(self) -> str:
        number = "" if self.id is None else f" {self.id}"
        place = f" of {self.where}" if self.part is Part.OBJECT and self.where else ""
        name = f" ({self.where})" if self.part is not Part.OBJECT and self.where else ""
        return f"{self.part}{number}{place or name}: {self.reason}"


SHOWN = 5
"""Damages that a message names; ``project check`` lists all."""


class ProjectDamaged(ProjectError):
    """Something that was asked for is not as it was saved; ``damages`` names it."""

    def __init__(self, path: Path, damages: tuple[Damage, ...]) -> None:
        more = sentence("; and {count} more", count=len(damages) - SHOWN) if len(damages) > SHOWN else ""
        super().__init__(
            "{name} is damaged: {damages}{more}.",
            "Go back to a copy of it. A repair takes what is whole into a new file: see the guide on"
            " projects.",
            command=("slimsam", "project", "repair", path, "NEW.slimsam"),
            name=path.name,
            damages="; ".join(map(str, damages[:SHOWN])),
            more=more,
            path=path,
        )
        self.damages = damages


def proof_of(table: Table, row: Row) -> int:
    """CRC-32 of the columns of a row, the same before it is stored and after it is read.

    CRC-32 finds every error of one or two bits and every run of up to 32 wrong bits in a row of this size.
    """
    values = [_as_stored(row[name], table.kinds[name]) for name in table.early]
    for name in table.late:
        if row[name] is not None:
            values += [name, _as_stored(row[name], table.kinds[name])]
    return zlib.crc32(dump_json((table.name, values)).encode("ascii"))


def is_as_saved(table: Table, values: Sequence[object], proof: object) -> bool:
    """Whether the columns of a row that was read, in order, are of the types that they must have and have
    this checksum. False tells nothing of what is wrong: ``check_types`` and ``proof_of`` do.

    """
    return _quick_proof(table, values) == proof


def proof_of_values(table: Table, values: Sequence[object]) -> int:
    """The same as ``proof_of`` of columns in order, in a third of the time for most rows."""
    found = _quick_proof(table, values)
    return found if found is not None else proof_of(table, dict(zip(table.columns, values, strict=True)))


def _quick_proof(table: Table, values: Sequence[object]) -> int | None:
    """None for rows that need a longer look: most rows of a project have one of few forms."""
    types = tuple(map(type, values))
    form = _FORMS[table.name].get(types, _UNKNOWN)
    if form is _UNKNOWN:
        form = _new_form(table, types)
    if form is None:
        return None
    shown: list[Any] = list(values)
    for place in form.texts:
        shown[place] = encode_basestring_ascii(shown[place])
    if form.code is not None:
        # of the characters of a code only the backslash needs care; other characters give another checksum
        shown[form.code] = shown[form.code].replace("\\", "\\\\")
    try:
        return zlib.crc32((form.template % tuple(shown)).encode("ascii"))
    except UnicodeEncodeError:  # in a code
        return None


@dataclass(frozen=True)
class _Form:
    """How a row with values of certain types is written as JSON."""

    template: str
    """For ``%`` with all values, texts in quotes and the code without."""
    texts: tuple[int, ...]
    """Which of the values are texts other than a code."""
    code: int | None
    """Which one is a run-length code."""


_UNKNOWN = _Form("", (), None)
_FORMS: dict[str, dict[tuple[type, ...], _Form | None]] = defaultdict(dict)
"""By table and types of the values; None for types that are not right."""

MAX_FORMS = 1000
"""A project has some twenty; a hand-made one could have any number."""

_NONE = type(None)
_MARKS: Mapping[type, str] = {int: "%d", float: "%r", str: "%s", _NONE: "null%.0s"}


def _new_form(table: Table, types: tuple[type, ...]) -> _Form | None:
    named = dict(zip(table.columns, types, strict=True))
    found = None
    if all(k is table.kinds[n] or (k is _NONE and n in table.nullable) for n, k in named.items()):
        texts = [place for place, name in enumerate(named) if named[name] is str and name != "counts"]
        code = table.columns.index("counts") if "counts" in named else None
        early = len(table.early)
        marks = ",".join(
            '"%s"' if place == code else _MARKS[kind] for place, kind in enumerate(types[:early])
        )
        for name, kind in zip(table.late, types[early:], strict=True):
            marks += "%.0s" if kind is _NONE else f',"{name}",{_MARKS[kind]}'
        found = _Form(f'["{table.name}",[{marks}]]', tuple(texts), code)
    forms = _FORMS[table.name]
    if len(forms) >= MAX_FORMS:
        forms.clear()
    forms[types] = found
    return found


def _as_stored(value: object, kind: type) -> object:
    if kind is float and isinstance(value, int | float):
        return float(value) + 0.0  # SQLite keeps no negative zero
    return int(value) if isinstance(value, bool) else value


def check_types(table: Table, row: Mapping[str, object]) -> None:
    """Raise ValueError with the name of the first column that holds another kind of value than it must."""
    for name in table.columns:
        value, kind = row[name], table.kinds[name]
        if value is None:
            if name not in table.nullable:
                raise ValueError(f"{name} is missing")
        elif type(value) is not kind and not (kind is float and type(value) is int):
            raise ValueError(f"{name} is of type {type(value).__name__}, not {kind.__name__}")
        elif type(value) is float and not math.isfinite(value):
            raise ValueError(f"{name} is {value}, not a number that can be written")
