"""One of the projects of a merge, read and never trusted: its values, what was deleted, what waits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from slimsam_core.annotation import Annotation, Category, ImageEntry, ThingKind, Variant
from slimsam_core.errors import ProjectError
from slimsam_core.files.foreign import parse_json
from slimsam_core.project import Reader
from slimsam_core.project.lineage import LONGEST_UID, uid_of
from slimsam_core.project.proof import check_types
from slimsam_core.project.table import Table
from slimsam_core.project.tables import ANNOTATIONS, CATEGORIES, IMAGES, LINEAGE
from slimsam_core.teamwork.candidates import writes_of
from slimsam_core.teamwork.packed_part import PackedPart

PAGE = 5000
"""Rows that are read at a time."""

PICTURE_COLUMNS = ("state", "flags", "comment", "extra", "review")
"""What people say of a picture; the rest is where its file lies and what is in it."""

CLASS_COLUMNS = ("name", "color", "supercategory", "attributes", "extra")
"""What a class is; its key and its place are each one's own."""

_OWN = frozenset({"id", *LINEAGE})
"""Columns of an object that are not its content."""

Content = Mapping[str, Any]


def object_content(annotation: Annotation) -> dict[str, Any]:
    """The columns of an object but for its number and its lineage."""
    row = ANNOTATIONS.encode(annotation)
    return {name: value for name, value in row.items() if name not in _OWN}


def picture_content(image: ImageEntry) -> dict[str, Any]:
    """What people say of a picture."""
    return _columns(IMAGES.encode(image), PICTURE_COLUMNS)


def class_content(category: Category) -> dict[str, Any]:
    """What a class is."""
    return _columns(CATEGORIES.encode(category), CLASS_COLUMNS)


def _columns(row: Content, names: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


_PARTS: Mapping[ThingKind, tuple[Table, frozenset[str]]] = {
    ThingKind.OBJECT: (ANNOTATIONS, frozenset(ANNOTATIONS.columns) - _OWN),
    ThingKind.PICTURE: (IMAGES, frozenset(PICTURE_COLUMNS)),
    ThingKind.CLASS: (CATEGORIES, frozenset(CLASS_COLUMNS)),
}


def variant_content(variant: Variant) -> dict[str, Any] | None:
    """The content of another value, None when it was deleted. Raises ProjectError for one that is none."""
    if not variant.content:
        return None
    table, names = _PARTS[variant.kind]
    try:
        content = parse_json(variant.content)
        if type(content) is not dict or content.keys() != names:
            raise ValueError("it has other columns")
        if table is ANNOTATIONS:
            row = content | {"id": 1, "uid": None, "writes": None}
            check_types(table, row)
            table.decode(row)
        else:
            _check_columns(table, content)
    except (ValueError, TypeError, KeyError, RecursionError, ProjectError) as error:
        raise ProjectError(
            "A conflict that waits in a project is damaged: {error}.",
            "Merge a copy of it that is whole.",
            error=str(error)[:200],
        ) from error
    return content


def _check_columns(table: Table, content: Content) -> None:
    for name, value in content.items():
        if (value is None and name not in table.nullable) or (
            value is not None and type(value) is not table.kinds[name]
        ):
            raise ValueError(f"{name} is of another type than it must be")
    if table is IMAGES:
        row = dict.fromkeys(IMAGES.columns) | {"id": 1, "root_id": 1, "path": "x", "content_hash": ""}
        IMAGES.decode(row | {"exif_orientation": 1} | dict(content))
    else:
        row = dict.fromkeys(CATEGORIES.columns) | {"id": 1, "hotkey": ""}
        CATEGORIES.decode(row | dict(content))


@dataclass(kw_only=True)
class Source:
    """A project of a merge as it was when the merge began."""

    project: Reader
    name: str
    uid: str = ""
    deleted: dict[ThingKind, dict[str, list[str]]] = field(default_factory=dict)
    """Kind -> uid -> writes of each time that it was deleted and is not here any more."""
    variants: dict[tuple[ThingKind, str], list[Variant]] = field(default_factory=dict)
    """Kind and uid -> its other values."""
    waiting: dict[int, set[str]] = field(default_factory=dict)
    """Picture -> uids of its objects that have other values."""
    classes: dict[int, int] = field(default_factory=dict)
    """Number of a class here -> in the project that is merged into."""
    tracks: dict[int, int] = field(default_factory=dict)
    """Track there -> here."""
    left_out: dict[int, str] = field(default_factory=dict)
    """Number and name of the classes whose objects are not taken."""
    not_taken: Counter[str] = field(default_factory=Counter)
    """Name of such a class -> its objects."""
    packed: PackedPart | None = None
    """The zip file that the project came in."""

    @classmethod
    def of(cls, project: Reader, name: str, packed: PackedPart | None = None) -> Source:
        """Read what is small. Raises ProjectError when it makes no sense."""
        found = cls(project=project, name=name, uid=project.uid, packed=packed)
        found.deleted = {kind: defaultdict(list) for kind in ThingKind}
        for kind, number, uid, writes in _retired(project):
            found.deleted[kind][uid_of(found.uid, uid or "", number)].append(writes)
        variants: dict[tuple[ThingKind, str], list[Variant]] = defaultdict(list)
        for variant in project.variants:
            writes_of(variant.writes)
            variants[variant.kind, variant.uid].append(variant)
        found.variants = dict(variants)
        for (kind, uid), listed in variants.items():
            if kind is ThingKind.OBJECT:
                for variant in listed:
                    if variant.image_id is not None:
                        found.waiting.setdefault(variant.image_id, set()).add(uid)
        return found

    def uid_of(self, value: Annotation | ImageEntry | Category) -> str:
        """What tells the value from every other in all copies."""
        return uid_of(self.uid, value.uid, value.id)


def _retired(project: Reader) -> Iterator[tuple[ThingKind, int, str | None, str]]:
    for kind in ThingKind:
        last = -(1 << 63)
        while rows := project.ask(
            "SELECT id, uid, writes FROM retired WHERE kind = ? AND id > ? AND writes IS NOT NULL"
            " ORDER BY id LIMIT ?",
            (kind, last, PAGE),
        ):
            for number, uid, writes in rows:
                if type(number) is not int or type(writes) is not str or number <= last:
                    raise ProjectError(
                        "{name} is damaged: what was deleted in it cannot be read.",
                        "Merge a copy of it that is whole.",
                        name=project.path.name,
                    )
                if uid is not None and (type(uid) is not str or len(uid) > LONGEST_UID):
                    raise ProjectError(
                        "{name} is damaged: something that was deleted has no name that can be.",
                        "Merge a copy of it that is whole.",
                        name=project.path.name,
                    )
                writes_of(writes)
                last = number
                yield kind, number, uid, writes
