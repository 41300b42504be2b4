"""Carrying out edits inside a transaction: checks, rows, counters, retired ids."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path

from slimsam_core.annotation import Annotation, ImageEntry
from slimsam_core.errors import ProjectError
from slimsam_core.project.edits import STEPS_BACK_AND_FORTH, ChangeKind, Edit, Entity, Stamps
from slimsam_core.project.journal import JournalRecord
from slimsam_core.project.lineage import Stamp, adds_to, changed_by
from slimsam_core.project.proof import (
    NOT_AS_SAVED,
    PROOF,
    Damage,
    Part,
    ProjectDamaged,
    check_types,
    proof_of,
)
from slimsam_core.project.table import Row, Table
from slimsam_core.project.tables import ANNOTATIONS, BY_NAME, CATEGORIES, IMAGES, LINEAGE, ROOTS, TABLES

_WHEREABOUTS = frozenset({"root_id", "path"})
"""Columns of a picture that say where its file is."""

_NOTED = frozenset({"author", *LINEAGE})
"""Columns that the store notes by itself: a view may know them as they were."""

_LABEL = frozenset({"counts", "height", "width", "drawn", "category_id"})
"""Columns of an object of which who changes them is its author."""


def record_of(edit: Edit) -> JournalRecord:
    """The edit in columns; of a replacement only those that differ."""
    table = TABLES[type(edit.entity)]
    before = table.encode(edit.before) if edit.before is not None else None
    after = table.encode(edit.after) if edit.after is not None else None
    if before is not None and after is not None:
        names = [name for name in table.columns if before[name] != after[name]]
        before = {name: before[name] for name in names}
        after = {name: after[name] for name in names}
    return JournalRecord(table.name, edit.entity.id, before, after)


class Effects:
    """Edits of one transaction. ``finish`` must follow the last one, before the commit."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        stamp: Stamp,
        *,
        kind: ChangeKind = ChangeKind.DO,
        stamps: Stamps = Stamps.HERE,
        classes_locked: bool = False,
    ) -> None:
        """Undo and redo bring ids that were removed back, and what values rested on; others leave ``stamp``,
        as ``stamps`` says."""
        self._connection, self._path = connection, path
        self._stamp, self._kind, self._stamps = stamp, kind, stamps
        self._revive = kind in STEPS_BACK_AND_FORTH
        self._classes_locked = classes_locked and not self._revive and stamps is not Stamps.AS_GIVEN
        self._retired_up_to = {name: _last_retired(connection, name) for name in BY_NAME}
        self._touched_images: set[int] = set()
        self._objects_of_category: Counter[int] = Counter()

    def carry_out(
        self, record: JournalRecord, wanted: Edit | None = None
    ) -> tuple[Edit, JournalRecord] | None:
        """Do one edit. Returns it with full values and its record, None when it changes nothing.

        ``wanted`` is the edit that the record was made of, where there is one.
        Raises ProjectError when the project is not as the edit expects it, sqlite3.Error for the rest.
        """
        table = BY_NAME[record.table]
        if self._revive and table is ROOTS and self._folder_stays(record):
            return None
        if self._classes_locked and table is CATEGORIES:
            _refuse_other_classes(record)
        if record.before is None:
            return self._add(table, record, wanted)
        row = self._current(table, record.id)
        for name, expected in record.before.items():
            if row[name] == expected or name in table.facts or name in _NOTED:
                continue
            if self._revive and table is IMAGES and name in _WHEREABOUTS and record.after is None:
                continue  # a look into the folder found its file elsewhere meanwhile: it goes from there
            if table.decode(row | {name: expected}) != table.decode(row):  # 1 and 1.0 are one value in JSON
                raise ProjectError(
                    "The {noun} {id} was changed in the meantime ({name}).",
                    "Nothing was changed; look at it as it is now and try again.",
                    noun=table.noun,
                    id=record.id,
                    name=name,
                )
        if record.after is None:
            return self._remove(table, row, record.before.get("writes"))
        return self._replace(table, self._stamped(table, record, row), row)

    def _folder_stays(self, record: JournalRecord) -> bool:
        """Whether a folder that goes or comes with a step of undo is to be left as it is.

        Pictures may have been found in it meanwhile, which no step of undo takes along.
        """
        if record.before is not None and record.after is not None:
            return False
        there = "SELECT 1 FROM root WHERE id = ?"
        in_use = (
            "SELECT 1 FROM image WHERE root_id = ? UNION ALL SELECT 1 FROM removed_image WHERE root_id = ?"
        )
        if record.before is None:
            return self._connection.execute(there, (record.id,)).fetchone() is not None
        return self._connection.execute(f"{in_use} LIMIT 1", (record.id, record.id)).fetchone() is not None

    def finish(self) -> None:
        """Bring what pictures and classes know of their objects up to date."""
        self._connection.executemany(
            "UPDATE image SET (objects, area_min, area_max, confidence_min, confidence_max) ="
            " (SELECT count(*), min(area), max(area), min(confidence), max(confidence) FROM annotation"
            " WHERE image_id = :id) WHERE id = :id",
            ({"id": image_id} for image_id in sorted(self._touched_images)),
        )
        self._connection.executemany(
            "UPDATE category SET objects = objects + ? WHERE id = ?",
            ((count, category_id) for category_id, count in self._objects_of_category.items() if count),
        )

    def _current(self, table: Table, entity_id: int) -> Row:
        row = self._connection.execute(
            f"SELECT {table.select}, {PROOF} FROM {table.name} WHERE id = ?", (entity_id,)
        ).fetchone()
        if row is None:
            raise ProjectError(
                "The {noun} {entity_id} is not in the project any more.",
                "Nothing was changed.",
                noun=table.noun,
                entity_id=entity_id,
            )
        found = dict(zip(table.columns, row, strict=False))
        if proof_of(table, found) != row[-1]:
            raise ProjectDamaged(
                self._path, (Damage(part=Part(table.noun), id=entity_id, where="", reason=NOT_AS_SAVED),)
            )
        return found

    def _add(self, table: Table, record: JournalRecord, wanted: Edit | None) -> tuple[Edit, JournalRecord]:
        assert record.after is not None
        row: Row = record.after
        if len(row) < len(table.columns):  # journaled by a version that knew fewer columns
            row = dict.fromkeys(table.columns) | row
            record = replace(record, after=row)
        edit = wanted or Edit(None, table.decode(row))
        if not self._revive and self._stamps is not Stamps.AS_GIVEN and table.late:
            row = row | self._born(table, row)
            record = replace(record, after=row)
            edit = Edit(None, _with_lineage(edit.after, row))
        if self._revive:
            self._connection.execute("DELETE FROM retired WHERE kind = ? AND id = ?", (table.name, record.id))
        elif record.id <= self._retired_up_to[table.name] and self._is_retired(table, record.id):
            raise ProjectError(
                "The id {id} of a {noun} was in use before.",
                "Ids are never given twice.",
                id=record.id,
                noun=table.noun,
            )
        _check(table, row)
        self._connection.execute(table.insert, row | table.derive(edit.after) | {PROOF: proof_of(table, row)})
        self._count(table, row, 1)
        return edit, record

    def record_facts(self, image: ImageEntry) -> None:
        """Write what was read from a picture's file; nothing when the picture is gone."""
        (known,) = self._connection.execute("SELECT count(*) FROM image WHERE id = ?", (image.id,)).fetchone()
        if not known:
            return
        row, now = self._current(IMAGES, image.id), IMAGES.encode(image)
        row |= {name: now[name] for name in IMAGES.facts}
        _check(IMAGES, row)
        names = [*sorted(IMAGES.facts), PROOF]
        self._connection.execute(
            f"UPDATE image SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?",
            (*(row[name] for name in names[:-1]), proof_of(IMAGES, row), image.id),
        )

    def _born(self, table: Table, row: Row) -> Row:
        """What a new value is told from others by."""
        born: Row = {
            "uid": f"{self._stamp.token}:{row['id']}",
            "writes": f"{self._stamp.token}:{self._stamp.count}",
        }
        if table is ANNOTATIONS:
            given = row["author"] if self._stamps is Stamps.AUTHORS else None
            born["author"] = given or self._stamp.author or row["author"]
        return born

    def _stamped(self, table: Table, record: JournalRecord, row: Row) -> JournalRecord:
        """The replacement with what it leaves of who did it."""
        if not table.late or record.after is None or record.before is None:
            return record
        if self._revive:
            if "writes" in record.before and record.before["writes"] == row["writes"]:
                return record
            return replace(record, after=record.after | {"writes": changed_by(self._stamp, row["writes"])})
        if self._stamps is Stamps.AS_GIVEN:
            return record
        after = {name: value for name, value in record.after.items() if name not in LINEAGE}
        changed = {name for name, value in after.items() if row[name] != value}
        seen = record.after.get("writes")
        if not changed and not adds_to(row["writes"], seen):
            return replace(record, after=after)
        after["writes"] = changed_by(self._stamp, row["writes"], seen)
        if table is ANNOTATIONS and self._stamp.author and changed & _LABEL:
            given = after.get("author") if self._stamps is Stamps.AUTHORS else None
            after["author"] = given or self._stamp.author
        return replace(record, after=after)

    def _remove(self, table: Table, row: Row, given: str | None) -> tuple[Edit, JournalRecord]:
        """``given``: the writes that a removal comes with, where it comes from another project."""
        entity_id = row["id"]
        self._connection.execute(f"DELETE FROM {table.name} WHERE id = ?", (entity_id,))
        uid = writes = None
        if table.late and self._kind is not ChangeKind.UNDO:  # what undo takes back was never there
            as_given = self._stamps is Stamps.AS_GIVEN and not self._revive
            writes = given if as_given else changed_by(self._stamp, row["writes"], given)
            uid = row["uid"]
        self._connection.execute(
            "INSERT INTO retired (kind, id, uid, writes) VALUES (?, ?, ?, ?)",
            (table.name, entity_id, uid, writes),
        )
        self._retired_up_to[table.name] = max(entity_id, self._retired_up_to[table.name])
        self._count(table, row, -1)
        return Edit(table.decode(row), None), JournalRecord(table.name, entity_id, row, None)

    def _replace(self, table: Table, record: JournalRecord, row: Row) -> tuple[Edit, JournalRecord] | None:
        assert record.after is not None
        changed = [name for name, value in record.after.items() if row[name] != value]
        if not changed:
            return None
        new_row = row | record.after
        old, new = table.decode(row), table.decode(new_row)
        _check(table, new_row)
        written = {name: new_row[name] for name in changed} | table.derive(new)
        written[PROOF] = proof_of(table, new_row)
        self._connection.execute(
            f"UPDATE {table.name} SET {', '.join(f'{name} = ?' for name in written)} WHERE id = ?",
            (*written.values(), record.id),
        )
        self._count(table, row, -1)
        self._count(table, new_row, 1)
        before = {name: row[name] for name in changed}
        after = {name: new_row[name] for name in changed}
        return Edit(old, new), JournalRecord(table.name, record.id, before, after)

    def _is_retired(self, table: Table, entity_id: int) -> bool:
        found = self._connection.execute(
            "SELECT 1 FROM retired WHERE kind = ? AND id = ?", (table.name, entity_id)
        )
        return found.fetchone() is not None

    def _count(self, table: Table, row: Row, sign: int) -> None:
        if table is ANNOTATIONS:
            self._touched_images.add(row["image_id"])
            self._objects_of_category[row["category_id"]] += sign


def _with_lineage(value: Entity | None, row: Row) -> Entity:
    """The value as it is stored."""
    lineage = {"uid": row["uid"], "writes": row["writes"]}
    if isinstance(value, Annotation):
        return replace(value, author=row["author"] or "", **lineage)
    assert value is not None
    return replace(value, **lineage)


def _refuse_other_classes(record: JournalRecord) -> None:
    """Colour, key and place are the annotator's own; which classes there are is said where it was split."""
    if record.before is None or record.after is None or record.after.keys() & {"name", "attributes"}:
        raise ProjectError(
            "This project is a part whose classes are locked.",
            "Ask for the class where the project was split, or note it in the comment of the picture.",
        )


def _check(table: Table, row: Row) -> None:
    try:
        check_types(table, row)
    except ValueError as error:
        raise ProjectError(
            "The {noun} {row} cannot be stored: {error}.",
            "Nothing was changed.",
            noun=table.noun,
            row=row["id"],
            error=error,
        ) from error


def next_id(connection: sqlite3.Connection, kind: type[Entity]) -> int:
    """The smallest id above all that were ever used for this kind of value."""
    name = TABLES[kind].name
    (highest,) = connection.execute(f"SELECT coalesce(max(id), 0) FROM {name}").fetchone()
    return max(int(highest), _last_retired(connection, name)) + 1


def _last_retired(connection: sqlite3.Connection, name: str) -> int:
    query = "SELECT coalesce(max(id), 0) FROM retired WHERE kind = ?"
    (found,) = connection.execute(query, (name,)).fetchone()
    if type(found) is not int:
        raise ProjectError(
            "The project is damaged: the number of a removed {noun} is none.",
            "Go back to a copy of it.",
            noun=BY_NAME[name].noun,
        )
    return found
