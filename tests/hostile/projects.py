"""Projects that are damaged by hand: each change is one that a stranger, a bad disk or a bad tool makes."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing, suppress
from pathlib import Path
from random import Random

VALUES: tuple[object, ...] = (
    None, 0, 1, -1, 2**31, 2**63 - 1, -(2**63), 1.5, float("inf"), 1e308, "", "x", "1", "é\n\x1b[31m", "\x00",
    "[" * 3000, '{"a": NaN}', "[]", "{}", "null", '{"rings": [[[1e999, 0]]]}', '{"kind": "polygon"}',
    "../../x", "/etc/passwd", "C:\\x", b"", b"\xff\xfe", b"x" * 5000, "5@5@5@5@", "9" * 400,
    "2026-13-45", "a" * 70_000,
)  # fmt: skip
TABLES = (
    "project", "root", "category", "image", "annotation", "retired", "journal", "journal_part",
    "imported_file", "draft", "removed_image",
)  # fmt: skip
PAGE = 4096


def damage(path: Path, rng: Random) -> str:
    """Change a project in one to three ways; what was done, in words."""
    ways, done = (_value, _value, _value, _schema, _rows, _pages), []
    with suppress(sqlite3.DatabaseError):  # what is no database any more is damaged enough
        for _ in range(rng.choice((1, 1, 2, 3))):
            done.append(rng.choice(ways)(path, rng))
    return "; ".join(done)


def _value(path: Path, rng: Random) -> str:
    """Another value in one column of one row, or of all."""
    table, value = rng.choice(TABLES), rng.choice(VALUES)
    with closing(_connection(path)) as connection, connection:
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        name = rng.choice(names or ["id"])
        where = rng.choice(["", f" WHERE rowid = {rng.randrange(1, 8)}"])
        with suppress(sqlite3.Error, OverflowError):
            connection.execute(f"UPDATE {table} SET {name} = ?{where}", (value,))
    return f"{table}.{name} = {str(value)[:20]!r}{where}"


def _schema(path: Path, rng: Random) -> str:
    """Columns, tables, views, triggers and indexes that are not ours, or not there."""
    table = rng.choice(TABLES)
    script = rng.choice(
        (
            f"ALTER TABLE {table} ADD COLUMN more TEXT DEFAULT 'x'",
            f"ALTER TABLE {table} RENAME TO old; CREATE VIEW {table} AS SELECT * FROM old",
            f"ALTER TABLE {table} RENAME TO old; CREATE TABLE {table} (id)",
            f"DROP TABLE {table}",
            f"CREATE TRIGGER t AFTER INSERT ON journal BEGIN DELETE FROM {table}; END",
            f"CREATE TRIGGER t BEFORE UPDATE ON {table} BEGIN SELECT raise(ABORT, 'no'); END",
            f"CREATE INDEX own ON {table}(rowid)",
            "DROP INDEX annotation_image",
            "DROP INDEX image_order",
            "CREATE TABLE sqlite_like (x)",
            f"PRAGMA user_version = {rng.choice((-1, 0, 1, 2, 3, 4, 6, 2**31 - 1))}",
            f"PRAGMA application_id = {rng.choice((0, 1, -1))}",
            "PRAGMA encoding = 'UTF-16'",
        )
    )
    with closing(_connection(path)) as connection, suppress(sqlite3.Error):
        connection.executescript(script)
    return script[:60]


def _rows(path: Path, rng: Random) -> str:
    """Rows that are gone, doubled, or point to nothing."""
    table = rng.choice(TABLES)
    script = rng.choice(
        (
            f"DELETE FROM {table}",
            f"DELETE FROM {table} WHERE rowid % 2",
            f"UPDATE {table} SET rowid = rowid + 1000",
            f"UPDATE {table} SET rowid = -rowid",
            "UPDATE annotation SET image_id = 99",
            "UPDATE annotation SET category_id = 99",
            "UPDATE image SET root_id = 99",
            "UPDATE journal SET below = seq",
            "UPDATE journal SET target = 1, undo_top = 1, redo_top = 1",
            "UPDATE journal SET kind = 'undo'",
            "INSERT INTO project SELECT * FROM project",
            "UPDATE image SET height = width, width = height",
            "UPDATE annotation SET proof = 0",
            "UPDATE annotation SET counts = counts || '0'",
        )
    )
    with closing(_connection(path)) as connection, suppress(sqlite3.Error):
        connection.executescript(script)
    return script


def _pages(path: Path, rng: Random) -> str:
    """Pages that are exchanged, emptied, cut off, or lead to others."""
    data = bytearray(path.read_bytes())
    count = len(data) // PAGE
    what = rng.choice(("swap", "copy", "zero", "cut", "child", "header"))
    one, other = rng.randrange(1, max(2, count)), rng.randrange(1, max(2, count))
    if what == "cut":
        del data[PAGE * one + rng.randrange(PAGE) :]
    elif what == "header":
        data[rng.randrange(16, 100)] = rng.randrange(256)
    elif what == "zero":
        data[PAGE * one : PAGE * (one + 1)] = bytes(PAGE)
    elif what == "child":
        data[PAGE * one + 8 : PAGE * one + 12] = struct.pack(">I", other + 1)
    else:
        first, second = (bytes(data[PAGE * n : PAGE * (n + 1)]) for n in (one, other))
        data[PAGE * other : PAGE * (other + 1)] = first
        if what == "swap":
            data[PAGE * one : PAGE * (one + 1)] = second
    path.write_bytes(data)
    return f"{what} pages {one} and {other}"


def lead_in_circles(path: Path, table: str, depth: int = 16, ways: int = 100) -> None:
    """Give a table pages that each lead to the next one ``ways`` times: ``ways ** depth`` leaves to walk to.

    No page leads to itself or to one above, so that SQLite's own limit of 20 levels is kept.
    """
    with closing(_connection(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    data = bytearray(path.read_bytes())
    leaf = data[PAGE * (root - 1) : PAGE * root]  # the table as it is, moved to the end
    first = len(data) // PAGE + 1
    data[PAGE * (root - 1) : PAGE * root] = _interior(first, ways)
    for level in range(depth):
        data += _interior(first + level + 1, ways)
    data += leaf
    data[28:32] = struct.pack(">I", len(data) // PAGE)
    path.write_bytes(data)


def _interior(child: int, ways: int) -> bytes:
    """A page of a table that leads to one child again and again, by keys that grow."""
    cells = [struct.pack(">I", child) + bytes([key]) for key in range(1, ways + 1)]
    page = bytearray(PAGE)
    place = PAGE
    for number, cell in enumerate(cells):
        place -= len(cell)
        page[place : place + len(cell)] = cell
        page[12 + 2 * number : 14 + 2 * number] = struct.pack(">H", place)
    page[:12] = struct.pack(">BHHHBI", 5, 0, len(cells), place, 0, child)
    return bytes(page)


def _connection(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("PRAGMA writable_schema = ON")
    return connection


def share_one_text(path: Path, table: str, column: str, size: int, *, holes: bool = False) -> None:
    """Give a table 3,200 rows, their ids in order, that all have one text of about ``size`` letters: each row
    has 500 bytes of its own, and the pages of the rest are stored once.

    With ``holes`` the rest is one page that leads to itself, and the file is as long as it must be.
    """
    root, page = _one_row(path, table, column, size)
    payload, after = _varint(page, struct.unpack(">H", page[8:10])[0])  # of its only cell
    spare = (payload - _LEAST) % (PAGE - 4)  # what would stand in the row's own page
    root, page = _one_row(path, table, column, size - spare)
    payload, after = _varint(page, struct.unpack(">H", page[8:10])[0])
    _, after = _varint(page, after)  # its id, which is not in what follows
    cell = bytes(page[after : after + _LEAST + 4])
    data, pages = bytearray(path.read_bytes()), 400
    first = len(data) // PAGE + 1
    data[PAGE * (root - 1) : PAGE * root] = _fan(first, pages)
    for number in range(pages):
        data += _leaf(_as_varint(payload), cell, 8 * number + 1, 8)
    length = len(data)
    data[28:32] = struct.pack(">I", length // PAGE)
    if holes:
        (chain,) = struct.unpack(">I", cell[-4:])
        data[PAGE * (chain - 1) : PAGE * (chain - 1) + 4] = struct.pack(">I", chain)
        data[PAGE * chain : PAGE * (first - 1)] = bytes(PAGE * (first - 1 - chain))
    with path.open("wb") as file:
        for place in range(0, length, PAGE):
            if any(piece := data[place : place + PAGE]):
                file.seek(place)
                file.write(piece)
        file.truncate(length)


_LEAST = (PAGE - 12) * 32 // 255 - 23
"""Bytes that stand in its own page of a row that is too long for it."""


def _one_row(path: Path, table: str, column: str, size: int) -> tuple[int, bytes]:
    """Leave one row with a text of ``size`` letters in a table; the number of its page, and the page."""
    with closing(_connection(path)) as connection:
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = 1", ("/" + "x" * (size - 1),))
        connection.execute(f"DELETE FROM {table} WHERE rowid > 1")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    with path.open("rb") as file:
        file.seek(PAGE * (root - 1))
        return root, file.read(PAGE)


def _varint(data: bytes | bytearray, place: int) -> tuple[int, int]:
    """A number of SQLite's with seven bits a byte, and where the next thing stands."""
    value = 0
    while True:
        byte = data[place]
        value, place = (value << 7) | (byte & 0x7F), place + 1
        if byte < 0x80:
            return value, place


def _as_varint(value: int) -> bytes:
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(value & 0x7F | 0x80)
    return bytes(reversed(found))


def _leaf(payload: bytes, cell: bytes, first: int, count: int) -> bytes:
    page, place = bytearray(PAGE), PAGE
    for number in range(count):
        whole = payload + _as_varint(first + number) + cell
        place -= len(whole)
        page[place : place + len(whole)] = whole
        page[8 + 2 * number : 10 + 2 * number] = struct.pack(">H", place)
    page[:8] = struct.pack(">BHHHB", 13, 0, count, place, 0)
    return bytes(page)


def _fan(first: int, pages: int) -> bytes:
    """A page that leads to so many leaves of eight rows, one after the other."""
    page, place = bytearray(PAGE), PAGE
    for number in range(pages - 1):
        cell = struct.pack(">I", first + number) + _as_varint(8 * number + 8)
        place -= len(cell)
        page[place : place + len(cell)] = cell
        page[12 + 2 * number : 14 + 2 * number] = struct.pack(">H", place)
    page[:12] = struct.pack(">BHHHBI", 5, 0, pages - 1, place, 0, first + pages - 1)
    return bytes(page)
