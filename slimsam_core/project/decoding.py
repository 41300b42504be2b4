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
    found: list[Annotation | Damage] = []
    places: list[int] = []
    codes: list[tuple[str, int]] = []
    count = len(ANNOTATIONS.columns)
    for whole in rows:
        values, (proof, _, path, height, width) = whole[:count], whole[count:]
        try:
            if not is_as_saved(ANNOTATIONS, values, proof):
                _check(ANNOTATIONS, _row(values), proof)
            size = mask_size(*values[3:5])
            if path is None:
                raise ValueError(f"its picture {values[1]} is not in the project")
            if height is not None and (height, width) != size.hw:
                raise ValueError(f"its mask is {size} large, its picture {width}x{height}")
            annotation = decode_with_good_mask(values, size)
        except MEANINGLESS as error:
            found.append(_object_damage(_row(values), path, _reason(error)))
            continue
        places.append(len(found))
        codes.append((annotation.mask.counts, size.area))
        found.append(annotation)
    for place, area in zip(places, areas_of(codes), strict=True):
        stored, path = rows[place][count + 1 : count + 3]
        if area == BAD or area != stored:
            what = (
                "its mask is no run-length code of its size" if area == BAD else "its mask has another area"
            )
            found[place] = _object_damage(_row(rows[place][:count]), path, what)
    good = [value for value in found if isinstance(value, Annotation)]
    return good, [value for value in found if isinstance(value, Damage)]


def _row(values: Sequence[Any]) -> Row:
    return dict(zip(ANNOTATIONS.columns, values, strict=True))


def _check(table: Table, row: Row, proof: object) -> None:
    check_types(table, row)
    if proof_of(table, row) != proof:
        raise ValueError(NOT_AS_SAVED)


def _object_damage(row: Row, path: object, reason: str) -> Damage:
    return Damage(
        part=Part.OBJECT,
        id=_number(row["id"]),
        where=path if type(path) is str else "",
        reason=reason,
        image_id=_number(row["image_id"]),
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
