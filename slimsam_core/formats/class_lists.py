"""Lists of classes as files: our own, ``classes.txt``, ``data.yaml``, COCO's categories, those of a project.

Our own is a JSON file with the ``categories`` of a COCO file and what COCO has no key for beside them: other
programs can read it. Nothing of a stranger's file is taken on trust: what cannot be a class is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from slimsam_core.annotation import ATTRIBUTE_KINDS, MAX_CLASS_NAME, MAX_CLASSES, Category
from slimsam_core.class_colors import is_color
from slimsam_core.errors import FormatError
from slimsam_core.files.atomic import atomic_write_json
from slimsam_core.formats.context import clean_text
from slimsam_core.formats.extended import KEY, from_extended, to_extended
from slimsam_core.formats.json_stream import open_json
from slimsam_core.formats.text_files import read_text, read_yaml
from slimsam_core.formats.yolo_read import class_names
from slimsam_core.project import CLASS_KEYS, PROJECT_SUFFIX, Project

MAX_ATTRIBUTES = 100
"""Attributes of a class, and values of an attribute: a person looks through them for each object."""
MAX_TEXT_BYTES = 4 << 20
"""Of a text file: 10,000 names of 200 characters that take two bytes."""
_LABELS = re.compile(r"\d+( +-?[\d.eE+-]+){4,}")
"""A row of a YOLO label file, which is no class name."""


def read_class_list(path: Path | str) -> tuple[Category, ...]:
    """The classes that a file lists, in its order, numbered from 1.

    Raises FormatError when it has none, or something in it cannot be a class; ProjectError for a project.
    """
    path = Path(path)
    match path.suffix.lower():
        case suffix if suffix == PROJECT_SUFFIX:
            with Project.open(path, read_only=True) as project:
                found: Iterable[Category] = _with_colors(project.categories())
        case ".yaml" | ".yml":
            found = _of_yaml(path)
        case ".txt" | ".names":
            found = _of_text(path)
        case ".json":
            found = _of_json(path)
        case _:
            raise FormatError(
                "{name} is no list of classes.",
                "Choose classes.txt, data.yaml, a COCO file, a saved list (.json) or a project (.slimsam).",
                name=path.name,
            )
    listed = tuple(replace(category, id=number) for number, category in enumerate(found, 1))
    _check(listed, path)
    return listed


def _with_colors(categories: Iterable[Category]) -> list[Category]:
    """The classes with the colours that they are seen in, which their numbers give them only there."""
    return [replace(category, color=category.display_color) for category in categories]


def write_class_list(path: Path | str, categories: Iterable[Category]) -> None:
    """Write the classes in this order, whole or not at all. Raises OutputError."""
    rows = [
        {"id": number, "name": c.name, "supercategory": c.supercategory, **to_extended(c)}
        for number, c in enumerate(_with_colors(categories), 1)
    ]
    atomic_write_json(path, {"info": {"description": "A list of classes"}, "categories": rows})


def _of_yaml(path: Path) -> Iterator[Category]:
    names = class_names(read_yaml(path), path)
    missing = next((number for number in range(len(names)) if number not in names), None)
    if missing is not None:
        raise FormatError(
            "{name} has no class with the number {missing}, but one with a higher number.",
            "Number the classes 0, 1, 2 ... without a gap.",
            name=path.name,
            missing=missing,
        )
    return (Category(id=1, name=_clean(names[number])) for number in range(len(names)))


def _of_text(path: Path) -> Iterator[Category]:
    lines = read_text(path, MAX_TEXT_BYTES).rstrip().splitlines()
    if any(_LABELS.fullmatch(line.strip()) for line in lines[:MAX_CLASSES]):
        raise FormatError(
            "{name} has rows of numbers: it holds objects, not classes.",
            "Choose classes.txt or data.yaml.",
            name=path.name,
        )
    return (Category(id=1, name=_clean(line)) for line in lines)


def _of_json(path: Path) -> Iterator[Category]:
    rows: list[Any] | None = None
    with open_json(path) as walker:
        if walker.top_is_array():
            raise _none(path)
        for key, start in walker.fields():
            if key != "categories" or start != "[":
                walker.skip()
                continue
            rows = []
            for row in walker.elements():
                rows.append(row)
                if len(rows) > MAX_CLASSES:
                    raise _too_many(path)
    if rows is None:
        raise _none(path)
    return (_of_row(row, f"{path.name}, class {number}") for number, row in enumerate(rows, 1))


def _of_row(row: Any, where: str) -> Category:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str):
        raise FormatError("has no name", where=where)
    more = row.get("supercategory")
    category = Category(
        id=1, name=_clean(row["name"]), supercategory=_clean(more) if isinstance(more, str) else ""
    )
    if KEY in row:
        try:
            return from_extended(category, row[KEY])  # type: ignore[no-any-return]
        except FormatError as error:
            raise FormatError(error.message, error.hint, where) from error
    color = row.get("color")
    if isinstance(color, list) and len(color) == 3 and all(type(v) is int and 0 <= v < 256 for v in color):
        return replace(
            category, color="#{:02x}{:02x}{:02x}".format(*color)
        )  # as COCO's panoptic files have it
    return category


def _clean(name: str) -> str:
    return " ".join(clean_text(name).split())


def _check(listed: tuple[Category, ...], path: Path) -> None:
    if not listed:
        raise _none(path)
    if len(listed) > MAX_CLASSES:
        raise _too_many(path)
    seen: dict[str, int] = {}
    for number, category in enumerate(listed, 1):
        where = f"{path.name}, class {number}"
        if not category.name:
            raise FormatError("has no name", where=where)
        if len(category.name) > MAX_CLASS_NAME:
            raise FormatError("has a name of {name:,} characters", where=where, name=len(category.name))
        if category.name in seen:
            raise FormatError(
                "has the name of class {seen}: {name!r}",
                where=where,
                seen=seen[category.name],
                name=category.name,
            )
        seen[category.name] = number
        if category.color and not is_color(category.color):
            raise FormatError("has the colour {color!r}, not #rrggbb", where=where, color=category.color[:20])
        if category.hotkey and (len(category.hotkey) > 1 or category.hotkey not in CLASS_KEYS):
            raise FormatError(
                "has the key {hotkey!r}, which is no digit", where=where, hotkey=category.hotkey[:20]
            )
        _check_attributes(category.attributes, where)


def _check_attributes(schema: Mapping[str, Any], where: str) -> None:
    if len(schema) > MAX_ATTRIBUTES:
        raise FormatError("has {schema:,} attributes", where=where, schema=len(schema))
    for name, kind in schema.items():
        known = isinstance(kind, str) and kind in ATTRIBUTE_KINDS
        values = isinstance(kind, list) and 0 < len(kind) <= MAX_ATTRIBUTES
        if not name or len(name) > MAX_CLASS_NAME or not (known or (values and all(map(_is_value, kind)))):
            raise FormatError("has an attribute that cannot be read: {name!r}", where=where, name=name[:40])


def _is_value(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_CLASS_NAME


def _none(path: Path) -> FormatError:
    return FormatError("{name} lists no classes.", "A COCO file has them under 'categories'.", name=path.name)


def _too_many(path: Path) -> FormatError:
    return FormatError(
        "{name} lists more than {max_classes:,} classes.",
        "Shorten the list.",
        name=path.name,
        max_classes=MAX_CLASSES,
    )
