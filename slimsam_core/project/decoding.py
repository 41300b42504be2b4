"""Rows of a project as values, each proved: what is not as it was saved is named and never handed on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from slimsam_core.annotation import Annotation
from slimsam_core.errors import ProjectError
from slimsam_core.pixels.mask_codes import BAD, areas_of
from slimsam_core.project.proof import NOT_AS_SAVED, PROOF, Damage, Part, check_types, is_as_saved, proof_of
from slimsam_core.project.proved import LONG_CHARS, PROVED
from slimsam_core.project.table import Row, Table
from slimsam_core.project.tables import ANNOTATIONS, decode_with_good_mask, mask_size

MEANINGLESS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    OverflowError,
    ProjectError,
)
"""What decoding raises for values that make no sense."""

_COLUMNS = len(ANNOTATIONS.columns)
_HEIGHT, _WIDTH, _COUNTS = map(ANNOTATIONS.columns.index, ("height", "width", "counts"))
_AREA, _PATH = _COLUMNS + 1, _COLUMNS + 2
"""Places in a row of ``selection(ANNOTATIONS)``."""


def selection(table: Table) -> str:
    """What to select of a table for ``decode_rows``, comma-separated; it comes from ``source``."""
    found = f"{table.select}, {table.name}.{PROOF}"
    if table is ANNOTATIONS:
        found += ", annotation.area, image.path, image.height, image.width"
    return found


def source(table: Table, hint: str = "") -> str:
    """Where to select it from; ``hint`` is SQLite's for the table itself."""
    joined = " LEFT JOIN image ON image.id = annotation.image_id" if table is ANNOTATIONS else ""
    return f"{table.name} {hint}{joined}"


def are_in_order(last: int, rows: Sequence[tuple[Any, ...]]) -> bool:
    """Whether rows that were read by their ids behind ``last`` have larger and larger ids.

    SQLite trusts the order of its pages: in a damaged file rows come again, and going on never ends.
    """
    ids = [last, *(row[0] for row in rows)]
    return all(first < second for first, second in pairwise(ids))


def decode_rows(table: Table, rows: Sequence[tuple[Any, ...]]) -> tuple[list[Any], list[Damage]]:
    """The values of the rows of ``selection`` that are as they were saved, in order, and damage."""
    if table is ANNOTATIONS:
        return _decode_objects(rows)
    values: list[Any] = []
    damages: list[Damage] = []
    count = len(table.columns)
    for whole in rows:
        row = dict(zip(table.columns, whole[:count], strict=True))
        try:
            if not is_as_saved(table, whole[:count], whole[count]):
                _check(table, row, whole[count])
            values.append(table.decode(row))
        except MEANINGLESS as error:
            damages.append(
                Damage(part=Part(table.noun), id=_number(row["id"]), where=_name(row), reason=_reason(error))
            )
    return values, damages


def _decode_objects(rows: Sequence[tuple[Any, ...]]) -> tuple[list[Annotation], list[Damage]]:
    found: list[Any] = []  # of Annotation and Damage, one a row
    places: list[int] = []
    codes: list[tuple[str, int]] = []
    damaged = False
    for row in rows:
        values = row[:_COLUMNS]
        counts, height, width = values[_COUNTS], values[_HEIGHT], values[_WIDTH]
        is_proved = type(counts) is str and len(counts) >= LONG_CHARS and PROVED.has(row)
        try:
            if not is_proved:
                _prove_all_but_code(row, values)
            value = decode_with_good_mask(values, mask_size(height, width))
        except MEANINGLESS as error:
            damaged = True
            found.append(_object_damage(row, _reason(error)))
            continue
        if not is_proved:
            places.append(len(found))
            codes.append((counts, height * width))
        found.append(value)
    for place, area in zip(places, areas_of(codes), strict=True):
        row = rows[place]
        if area == BAD:
            found[place] = _object_damage(row, "its mask is no run-length code of its size")
        elif area != row[_AREA]:
            found[place] = _object_damage(row, "its mask has another area")
        else:
            if len(row[_COUNTS]) >= LONG_CHARS:
                PROVED.add(row)
            continue
        damaged = True
    if not damaged:
        return found, []
    good = [value for value in found if isinstance(value, Annotation)]
    return good, [value for value in found if isinstance(value, Damage)]


def _prove_all_but_code(row: tuple[Any, ...], values: tuple[Any, ...]) -> None:
    proof, _, path, height, width = row[_COLUMNS:]
    if not is_as_saved(ANNOTATIONS, values, proof):
        _check(ANNOTATIONS, _row(values), proof)
    if path is None:
        raise ValueError(f"its picture {values[1]} is not in the project")
    if height is not None and (height != values[_HEIGHT] or width != values[_WIDTH]):
        size = mask_size(values[_HEIGHT], values[_WIDTH])
        raise ValueError(f"its mask is {size} large, its picture {width}x{height}")


def _row(values: Sequence[Any]) -> Row:
    return dict(zip(ANNOTATIONS.columns, values, strict=True))


def _check(table: Table, row: Row, proof: object) -> None:
    check_types(table, row)
    if proof_of(table, row) != proof:
        raise ValueError(NOT_AS_SAVED)


def _object_damage(row: tuple[Any, ...], reason: str) -> Damage:
    path = row[_PATH]
    return Damage(
        part=Part.OBJECT,
        id=_number(row[0]),
        where=path if type(path) is str else "",
        reason=reason,
        image_id=_number(row[ANNOTATIONS.columns.index("image_id")]),
    )


def _number(value: object) -> int | None:
    return value if type(value) is int else None


def _name(row: Row) -> str:
    name = row.get("path", row.get("name"))
    return name[:200] if type(name) is str else ""


def _reason(error: BaseException) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"a text of it is no JSON ({error.msg})"
    text = error.message if isinstance(error, ProjectError) else str(error)
    return (
        text[:300]
        if not isinstance(error, KeyError | RecursionError)
        else f"a value of it makes no sense ({text[:80]})"
    )
