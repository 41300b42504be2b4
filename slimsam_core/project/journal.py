"""The append-only record of commands, and the undo and redo stacks that its entries form.

An entry is ``do``, ``undo``, ``redo`` or ``prune``. Each carries the tops of both stacks as they are after
it, and what lies below itself, so the last entry alone tells what undo and redo will do: no state lives
anywhere else.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from slimsam_core.project.edits import ChangeKind, JournalEntry
from slimsam_core.project.tables import Row, dump_json

PART_RECORDS = 1000
"""Records that are compressed and read back together: what a huge command needs of memory."""


@dataclass(frozen=True)
class Record:
    """An edit as it is journaled: the columns before and after of one row; None = no row.

    A replacement holds only the columns that it changes.
    """

    table: str
    id: int
    before: Row | None
    after: Row | None

    @property
    def inverse(self) -> Record:
        """The record that takes this one back."""
        return Record(self.table, self.id, self.after, self.before)


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


def begin_do(connection: sqlite3.Connection, label: str) -> int:
    """Append a command, return its number."""
    now = stacks(connection)
    cursor = connection.execute(
        "INSERT INTO journal (kind, target, label, time, undo_top, redo_top, below)"
        " VALUES ('do', NULL, ?, ?, NULL, NULL, ?)",
        (label, _now(), now.undo_top),
    )
    seq = cursor.lastrowid
    assert seq is not None
    connection.execute("UPDATE journal SET target = seq, undo_top = seq WHERE seq = ?", (seq,))
    return seq


@dataclass(frozen=True)
class Step:
    """What undo or redo is about to take up: the command ``target``, and the entry to append for it."""

    kind: ChangeKind
    target: int
    label: str
    undo_top: int | None
    redo_top: int | None
    below: int | None


def next_undo(connection: sqlite3.Connection) -> Step | None:
    """The command that undo takes back, None at the beginning of the journal."""
    now = stacks(connection)
    row = connection.execute("SELECT label, below FROM journal WHERE seq = ?", (now.undo_top,)).fetchone()
    if row is None or now.undo_top is None:
        return None
    # redo_top becomes the appended entry itself, see append_step
    return Step("undo", now.undo_top, row[0], _under(now.undo_top, row[1]), None, now.redo_top)


def next_redo(connection: sqlite3.Connection) -> Step | None:
    """The command that redo brings back, None when nothing was undone since the last command."""
    now = stacks(connection)
    row = connection.execute(
        "SELECT undone.target, done.label, undone.below FROM journal AS undone"
        " JOIN journal AS done ON done.seq = undone.target WHERE undone.seq = ?",
        (now.redo_top,),
    ).fetchone()
    if row is None or now.redo_top is None:
        return None
    return Step("redo", row[0], row[1], row[0], _under(now.redo_top, row[2]), None)


def _under(entry: int, below: int | None) -> int | None:
    """What lies below an entry; entries are older the deeper they lie. Raises ValueError otherwise."""
    if below is not None and below >= entry:
        raise ValueError(f"entry {entry} of the journal lies on a later one")
    return below


def append_step(connection: sqlite3.Connection, step: Step) -> None:
    """Record that the undo or redo was done."""
    cursor = connection.execute(
        "INSERT INTO journal (kind, target, label, time, undo_top, redo_top, below)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (step.kind, step.target, step.label, _now(), step.undo_top, step.redo_top, step.below),
    )
    if step.kind == "undo":
        connection.execute("UPDATE journal SET redo_top = seq WHERE seq = ?", (cursor.lastrowid,))


def write_part(connection: sqlite3.Connection, seq: int, records: Iterable[Record]) -> None:
    """Store the next records of a command."""
    text = dump_json([(record.table, record.id, record.before, record.after) for record in records])
    connection.execute(
        "INSERT INTO journal_part (seq, records) VALUES (?, ?)", (seq, zlib.compress(text.encode("ascii"), 1))
    )


def read_records(connection: sqlite3.Connection, seq: int, backwards: bool = False) -> Iterator[Record]:
    """The records of a command in order, or its inverses in reverse order."""
    order = "DESC" if backwards else "ASC"
    parts = connection.execute(f"SELECT id FROM journal_part WHERE seq = ? ORDER BY id {order}", (seq,))
    for (part,) in parts.fetchall():
        (blob,) = connection.execute("SELECT records FROM journal_part WHERE id = ?", (part,)).fetchone()
        records = [Record(*fields) for fields in json.loads(zlib.decompress(blob))]
        yield from (record.inverse for record in reversed(records)) if backwards else records


def history(connection: sqlite3.Connection, limit: int) -> list[JournalEntry]:
    """The newest commands, newest first."""
    rows = connection.execute(
        "SELECT seq, label, time, (SELECT kind FROM journal AS later WHERE later.target = journal.seq"
        " ORDER BY later.seq DESC LIMIT 1) FROM journal WHERE kind = 'do' ORDER BY seq DESC LIMIT ?",
        (limit,),
    )
    return [
        JournalEntry(seq, label, datetime.fromisoformat(time), last == "undo")
        for seq, label, time, last in rows
    ]


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
