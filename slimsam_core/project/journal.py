"""The append-only record of commands, and the undo and redo stacks that its entries form.

An entry is ``do``, ``undo``, ``redo`` or ``prune``. Each carries the tops of both stacks as they are after
it, and what lies below itself, so the last entry alone tells what undo and redo will do: no state lives
anywhere else.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from slimsam_core.errors import ProjectError
from slimsam_core.project.edits import ChangeKind, JournalEntry
from slimsam_core.project.json_columns import dump_json
from slimsam_core.project.table import Row
from slimsam_core.project.tables import ANNOTATIONS, BY_NAME, IMAGES

PART_RECORDS = 1000
"""Records that are compressed and read back together: what a huge command needs of memory."""

PART_CHARS = 8 << 20
"""Text of the records from which on a part is closed earlier; by eye: a part is held in memory to be read."""

LARGEST_PART = 64 << 20
"""Bytes of text that a part is unpacked to. As JSON values they take up to 20 times as much memory."""


@dataclass(frozen=True)
class JournalRecord:
    """An edit as it is journaled: the columns before and after of one row; None = no row.

    A replacement holds only the columns that it changes.
    """

    table: str
    id: int
    before: Row | None
    after: Row | None

    @property
    def inverse(self) -> JournalRecord:
        """The record that takes this one back."""
        return JournalRecord(self.table, self.id, self.after, self.before)


@dataclass(frozen=True)
class Stacks:
    """The last entry's number, and the entries that undo and redo act on next."""

    last_seq: int
    undo_top: int | None
    redo_top: int | None


def stacks(connection: sqlite3.Connection) -> Stacks:
    """The state of the journal."""
    row = connection.execute(
        "SELECT seq, undo_top, redo_top FROM journal ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    return Stacks(*row) if row else Stacks(0, None, None)


def begin_do(connection: sqlite3.Connection, label: str, author: str, undoable: bool = True) -> int:
    """Append a command, return its number. One that is not undoable lies in no stack."""
    now = stacks(connection)
    cursor = connection.execute(
        "INSERT INTO journal (kind, target, label, time, undo_top, redo_top, below, author)"
        " VALUES ('do', NULL, ?, ?, ?, NULL, ?, ?)",
        (label, _now(), now.undo_top, now.undo_top, author or None),
    )
    seq = cursor.lastrowid
    assert seq is not None
    top = ", undo_top = seq" if undoable else ""
    connection.execute(f"UPDATE journal SET target = seq{top} WHERE seq = ?", (seq,))
    return seq


@dataclass(frozen=True, kw_only=True)
class UndoStep:
    """What undo or redo is about to take up: the command ``target``, and the entry to append for it."""

    kind: ChangeKind
    target: int
    label: str
    undo_top: int | None
    redo_top: int | None
    below: int | None


def next_undo(connection: sqlite3.Connection) -> UndoStep | None:
    """The command that undo takes back, None at the beginning of the journal."""
    now = stacks(connection)
    row = connection.execute("SELECT label, below FROM journal WHERE seq = ?", (now.undo_top,)).fetchone()
    if row is None or now.undo_top is None:
        return None
    # redo_top becomes the appended entry itself, see append_step
    return UndoStep(
        kind=ChangeKind.UNDO,
        target=now.undo_top,
        label=row[0],
        undo_top=_under(now.undo_top, row[1]),
        redo_top=None,
        below=now.redo_top,
    )


def next_redo(connection: sqlite3.Connection) -> UndoStep | None:
    """The command that redo brings back, None when nothing was undone since the last command."""
    now = stacks(connection)
    row = connection.execute(
        "SELECT undone.target, done.label, undone.below FROM journal AS undone"
        " JOIN journal AS done ON done.seq = undone.target WHERE undone.seq = ?",
        (now.redo_top,),
    ).fetchone()
    if row is None or now.redo_top is None:
        return None
    return UndoStep(
        kind=ChangeKind.REDO,
        target=row[0],
        label=row[1],
        undo_top=row[0],
        redo_top=_under(now.redo_top, row[2]),
        below=None,
    )


def _under(entry: int, below: int | None) -> int | None:
    """What lies below an entry; entries are older the deeper they lie. Raises ValueError otherwise."""
    if below is not None and below >= entry:
        raise ValueError(f"entry {entry} of the journal lies on a later one")
    return below


def append_step(connection: sqlite3.Connection, step: UndoStep, author: str) -> None:
    """Record that the undo or redo was done."""
    cursor = connection.execute(
        "INSERT INTO journal (kind, target, label, time, undo_top, redo_top, below, author)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(step.kind, step.target, step.label, _now(), step.undo_top, step.redo_top, step.below),
            author or None,
        ),
    )
    if step.kind is ChangeKind.UNDO:
        connection.execute("UPDATE journal SET redo_top = seq WHERE seq = ?", (cursor.lastrowid,))


class Parts:
    """The records of one command on their way into the journal; ``finish`` must follow the last one."""

    def __init__(self, connection: sqlite3.Connection, seq: int) -> None:
        self._connection, self._seq = connection, seq
        self._texts: list[str] = []
        self._chars = 0

    def add(self, record: JournalRecord) -> None:
        """The next record. Raises ProjectError when it is larger than could be read back."""
        text = dump_json((record.table, record.id, record.before, record.after))
        if len(text) > LARGEST_PART // 2:
            raise ProjectError(
                "The {noun} {id} is too large to be kept in a project.",
                "Its values take {text:.0f} MB.",
                noun=BY_NAME[record.table].noun,
                id=record.id,
                text=len(text) / 1e6,
            )
        self._texts.append(text)
        self._chars += len(text)
        if len(self._texts) == PART_RECORDS or self._chars > PART_CHARS:
            self.finish()

    def finish(self) -> None:
        """Store what is not stored yet."""
        if self._texts:
            blob = zlib.compress(f"[{','.join(self._texts)}]".encode("ascii"), 1)
            self._connection.execute(
                "INSERT INTO journal_part (seq, records) VALUES (?, ?)", (self._seq, blob)
            )
            self._texts.clear()
            self._chars = 0


def read_records(
    connection: sqlite3.Connection, seq: int, backwards: bool = False
) -> Iterator[JournalRecord]:
    """The records of a command in order, or its inverses in reverse order."""
    order = "DESC" if backwards else "ASC"
    parts = connection.execute(f"SELECT id FROM journal_part WHERE seq = ? ORDER BY id {order}", (seq,))
    for (part,) in parts.fetchall():
        (blob,) = connection.execute("SELECT records FROM journal_part WHERE id = ?", (part,)).fetchone()
        records = [_record(fields) for fields in json.loads(_unpack(blob))]
        yield from (record.inverse for record in reversed(records)) if backwards else records


def _unpack(blob: bytes) -> bytes:
    """The text of a part. Raises ValueError when it is larger than any part, zlib.error when it is torn."""
    stream = zlib.decompressobj()
    text = stream.decompress(blob, LARGEST_PART)
    if stream.unconsumed_tail:
        raise ValueError(f"a part of the journal is larger than {LARGEST_PART >> 20} MiB")
    if not stream.eof:
        raise ValueError("a part of the journal is cut off")
    return text


_PLAIN = frozenset({type(None), int, float, str})


def _record(fields: list[Any]) -> JournalRecord:
    """Raises ValueError, TypeError and KeyError for anything that is no record."""
    record = JournalRecord(*fields)
    columns = {"id", *BY_NAME[record.table].columns}
    for row in (record.before, record.after):
        if row is None:
            continue
        if not columns.issuperset(row) or not all(type(value) in _PLAIN for value in row.values()):
            raise ValueError(f"a row that is none of {record.table!r}")
    if type(record.id) is not int or (record.before is None and record.after is None):
        raise ValueError("a step of the journal without a row")
    return record


def images_of(connection: sqlite3.Connection, seq: int) -> tuple[int, ...]:
    """Ids of the pictures of the project that a command changed; of a huge one, of its first part."""
    found: dict[int, None] = {}
    for record in islice(read_records(connection, seq), PART_RECORDS):
        image_id = _image_of(connection, record)
        if image_id is not None:
            found[image_id] = None
    known = "SELECT 1 FROM image WHERE id = ?"
    return tuple(number for number in found if connection.execute(known, (number,)).fetchone())


def _image_of(connection: sqlite3.Connection, record: JournalRecord) -> int | None:
    """The picture that a record is about, None for a record of anything else."""
    if record.table == IMAGES.name:
        return record.id
    if record.table != ANNOTATIONS.name:
        return None
    for row in (record.before, record.after):
        if row and "image_id" in row:
            return int(row["image_id"])
    # a replacement holds only the columns that it changes
    sql = "SELECT image_id FROM annotation WHERE id = ?"
    stored = connection.execute(sql, (record.id,)).fetchone()
    return int(stored[0]) if stored else None


def history(connection: sqlite3.Connection, limit: int) -> list[JournalEntry]:
    """The newest commands, newest first."""
    rows = connection.execute(
        "SELECT seq, label, time, (SELECT kind FROM journal AS later WHERE later.target = journal.seq"
        " ORDER BY later.seq DESC LIMIT 1), author FROM journal WHERE kind = 'do' ORDER BY seq DESC LIMIT ?",
        (limit,),
    )
    return [
        JournalEntry(
            seq=seq,
            label=label,
            time=datetime.fromisoformat(time),
            undone=last == ChangeKind.UNDO,
            author=_author(author),
        )
        for seq, label, time, last, author in rows
    ]


def _author(author: object) -> str:
    """Raises ValueError for one that is no text."""
    if author is not None and type(author) is not str:
        raise ValueError("the annotator of a command is no text")
    return author or ""


def check_entry(label: object, time: object, author: object) -> None:
    """Raise ValueError or TypeError for an entry that ``history`` could not tell."""
    _author(author)
    if type(label) is not str or type(time) is not str:
        raise ValueError("its label or its time is no text")
    datetime.fromisoformat(time)


def stack_labels(connection: sqlite3.Connection, limit: int) -> tuple[list[str], list[str]]:
    """Labels of the last commands that can be undone, oldest first, and of all to redo, next one first."""
    now = stacks(connection)
    undo: list[str] = []
    entry = now.undo_top
    while entry is not None and len(undo) < limit:
        row = connection.execute("SELECT label, below FROM journal WHERE seq = ?", (entry,)).fetchone()
        if row is None:  # pruned
            break
        undo.append(row[0])
        entry = _under(entry, row[1])
    redo: list[str] = []
    entry = now.redo_top
    while entry is not None:
        row = connection.execute(
            "SELECT done.label, undone.below FROM journal AS undone"
            " JOIN journal AS done ON done.seq = undone.target WHERE undone.seq = ?",
            (entry,),
        ).fetchone()
        if row is None:
            break
        redo.append(row[0])
        entry = _under(entry, row[1])
    return undo[::-1], redo


def prune(connection: sqlite3.Connection, keep: int) -> int:
    """Forget commands but the last ``keep`` that can be undone and all that can be redone; how many went."""
    now = stacks(connection)
    undoable: set[int] = set()
    entry = now.undo_top
    while entry is not None and len(undoable) < keep:
        row = connection.execute("SELECT below FROM journal WHERE seq = ?", (entry,)).fetchone()
        if row is None:
            break
        undoable.add(entry)
        entry = _under(entry, row[0])
    redoable: set[int] = set()
    entry = now.redo_top
    while entry is not None:
        target, below = connection.execute(
            "SELECT target, below FROM journal WHERE seq = ?", (entry,)
        ).fetchone()
        redoable.update((entry, target))
        entry = _under(entry, below)
    cursor = connection.execute(
        "INSERT INTO journal (kind, label, time, undo_top, redo_top) VALUES ('prune', '', ?, ?, ?)",
        (_now(), now.undo_top if undoable else None, now.redo_top),
    )
    kept = {cursor.lastrowid, *undoable, *redoable}
    connection.execute("CREATE TEMP TABLE kept (seq INTEGER PRIMARY KEY)")
    try:
        connection.executemany("INSERT INTO kept VALUES (?)", ((seq,) for seq in kept))
        (before,) = connection.execute("SELECT count(*) FROM journal WHERE kind = 'do'").fetchone()
        connection.execute("DELETE FROM journal WHERE seq NOT IN kept")  # takes their parts along
        (after,) = connection.execute("SELECT count(*) FROM journal WHERE kind = 'do'").fetchone()
    finally:
        connection.execute("DROP TABLE temp.kept")
    return int(before - after)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
