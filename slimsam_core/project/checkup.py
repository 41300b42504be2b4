"""Looking a whole project over: its structure, every row, what rows say of each other, its history."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from slimsam_core.annotation import ImageEntry
from slimsam_core.errors import ProjectError
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.project import journal
from slimsam_core.project.decoding import MEANINGLESS, are_in_order, decode_rows, selection, source
from slimsam_core.project.edits import ChangeKind
from slimsam_core.project.proof import Damage, Part, ProjectDamaged
from slimsam_core.project.reader import Reader
from slimsam_core.project.table import Table
from slimsam_core.project.tables import IMAGES, TABLES
from slimsam_core.sentences import sentence

MAX_LISTED = 100
"""Findings of one kind that SQLite is asked for: one is enough to refuse, a hundred to see the extent."""

PAGE = 500
"""Rows that are read at a time; by eye: a page is there at once and takes little memory."""

_COUNTED = (
    "SELECT image.id, image.path FROM image LEFT JOIN (SELECT image_id, count(*) AS n, min(area) AS smallest,"
    " max(area) AS largest, min(confidence) AS lowest, max(confidence) AS highest FROM annotation"
    " GROUP BY image_id) AS found ON found.image_id = image.id"
    " WHERE image.objects IS NOT coalesce(found.n, 0) OR image.area_min IS NOT found.smallest"
    " OR image.area_max IS NOT found.largest OR image.confidence_min IS NOT found.lowest"
    f" OR image.confidence_max IS NOT found.highest LIMIT {MAX_LISTED}"
)
_COUNTED_BY_CLASS = (
    "SELECT category.id, category.name FROM category LEFT JOIN"
    " (SELECT category_id, count(*) AS n FROM annotation"
    " GROUP BY category_id) AS found ON found.category_id = category.id"
    f" WHERE category.objects IS NOT coalesce(found.n, 0) LIMIT {MAX_LISTED}"
)
_LOST = tuple(
    (
        part,
        f"SELECT {table}.id, {table}.{column} FROM {table} LEFT JOIN {other} ON {other}.id = {table}.{column}"
        f" WHERE {other}.id IS NULL LIMIT {MAX_LISTED}",
        noun,
    )
    for part, table, column, other, noun in (
        (Part.OBJECT, "annotation", "image_id", "image", "picture"),
        (Part.OBJECT, "annotation", "category_id", "category", "class"),
        (Part.PICTURE, "image", "root_id", "root", "folder"),
        (Part.REMOVED, "removed_image", "root_id", "root", "folder"),
    )
)


def examine_structure(project: Reader) -> list[Damage]:
    """What is wrong between the rows and in the file itself; takes about a second for a gigabyte.

    Without findings every row is found by every way that leads to it, and what is counted is right. Raises
    ProjectError when the file cannot be read at all.
    """
    found: list[Damage] = []
    try:
        for (message,) in project.ask(f"PRAGMA integrity_check({MAX_LISTED})"):
            if message != "ok":
                found.append(
                    Damage(
                        part=Part.STRUCTURE, id=None, where="", reason=" ".join(str(message).split())[:200]
                    )
                )
        for part, sql, noun in _LOST:
            for number, other in project.ask(sql):
                found.append(
                    Damage(
                        part=part,
                        id=number,
                        where="",
                        reason=f"its {noun} {repr(other)[:80]} is not in the project",
                    )
                )
        for number, path in project.ask(_COUNTED):
            found.append(
                Damage(
                    part=Part.PICTURE,
                    id=number,
                    where=str(path)[:200],
                    reason="its objects are not counted right",
                )
            )
        for number, name in project.ask(_COUNTED_BY_CLASS):
            found.append(
                Damage(
                    part=Part.CLASS,
                    id=number,
                    where=str(name)[:200],
                    reason="its objects are not counted right",
                )
            )
    except ProjectError as error:
        if not found:
            raise
        found.append(Damage(part=Part.STRUCTURE, id=None, where="", reason=error.message))
    return found


def require_whole(project: Reader) -> None:
    """Raise ProjectDamaged when rows could be missed; an export proves those that it reads."""
    found = examine_structure(project)
    if found:
        raise ProjectDamaged(project.path, tuple(found))


def examine(
    project: Reader, progress: ProgressSink = ignore_progress, cancel: CancelToken | None = None
) -> Iterator[Damage]:
    """Everything that an export, an undo or a view would stumble over. Always returns. Raises Cancelled."""
    cancel = cancel or CancelToken()
    try:
        yield from examine_structure(project)
    except ProjectError as error:
        yield Damage(part=Part.STRUCTURE, id=None, where="", reason=error.message)
    yield from examine_rows(project, progress, cancel)
    yield from _examine_history(project)
    yield from _examine_numbers(project)


def examine_rows(
    project: Reader, progress: ProgressSink = ignore_progress, cancel: CancelToken | None = None
) -> Iterator[Damage]:
    """Rows that are not as they were saved: each is read and proved. Always returns. Raises Cancelled."""
    for table in TABLES.values():
        yield from _examine_rows(project, table, progress, cancel or CancelToken())


def _examine_rows(
    project: Reader, table: Table, progress: ProgressSink, cancel: CancelToken
) -> Iterator[Damage]:
    last, done = -(1 << 63), 0
    while True:
        cancel.raise_if_cancelled()
        progress(Progress(f"Checking every {table.noun}", done))
        try:
            rows = project.ask(
                f"SELECT {selection(table)} FROM {source(table, 'NOT INDEXED')}"
                f" WHERE {table.name}.id > ? ORDER BY {table.name}.id LIMIT {PAGE}",
                (last,),
            )
        except ProjectError as error:
            yield Damage(
                part=Part.STRUCTURE,
                id=None,
                where="",
                reason=f"not every {table.noun} can be read ({error.message})",
            )
            return
        values, damages = decode_rows(table, rows)
        yield from damages
        if table is IMAGES:
            yield from _examine_derived(project, values)
        if not rows:
            return
        if not are_in_order(last, rows):  # pages that lead in circles: this would never end
            reason = sentence("not every {noun} can be read (its rows are out of order)", noun=table.noun)
            yield Damage(part=Part.STRUCTURE, id=None, where="", reason=reason)
            return
        last, done = rows[-1][0], done + len(rows)


def _examine_derived(project: Reader, values: list[ImageEntry]) -> Iterator[Damage]:
    names = ", ".join(IMAGES.derived)
    for value in values:
        stored = project.ask(f"SELECT {names} FROM image NOT INDEXED WHERE id = ?", (value.id,))
        expected = IMAGES.derive(value)
        if stored and stored[0] != tuple(expected[name] for name in IMAGES.derived):
            yield Damage(
                part=Part.PICTURE, id=value.id, where=value.path, reason="it is not sorted or searched right"
            )


LAST_NUMBER = (1 << 53) - 1
"""The highest that every reader of an export understands; counting from 1 never comes there."""
_NUMBERS = (
    *((table.noun, table.name, "id") for table in TABLES.values()),
    ("removed value", "retired", "id"),
    ("history", "journal", "seq"),
    ("history", "sqlite_sequence", "seq"),
)


def _examine_numbers(project: Reader) -> Iterator[Damage]:
    """Numbers after which there is none for what comes next: the file can be read and not changed."""
    for noun, table, column in _NUMBERS:
        sql = f"SELECT {column} FROM {table} WHERE typeof({column}) <> 'integer' OR {column} > ? LIMIT 1"
        try:
            found = project.ask(sql, (LAST_NUMBER,))
        except ProjectError as error:
            yield Damage(part=Part.STRUCTURE, id=None, where="", reason=error.message)
            continue
        for (number,) in found:
            reason = sentence(
                "the number {number} of a {noun} leaves none for the next",
                number=repr(number)[:40],
                noun=noun,
            )
            yield Damage(part=Part.STRUCTURE, id=None, where="", reason=reason)


def _examine_history(project: Reader) -> Iterator[Damage]:
    try:
        entries = project.ask("SELECT seq, label, time, kind, author FROM journal ORDER BY seq")
    except ProjectError as error:
        yield Damage(part=Part.HISTORY, id=None, where="", reason=error.message)
        return
    for seq, label, time, kind, author in entries:
        try:
            journal.check_entry(label, time, author)
            if kind == ChangeKind.DO:
                with project.asking() as connection:
                    for _ in journal.read_records(connection, seq):
                        pass
        except (*MEANINGLESS, zlib.error) as error:
            yield Damage(
                part=Part.HISTORY,
                id=seq,
                where=str(label)[:200],
                reason=f"it cannot be taken back ({str(error)[:200]})",
            )
    try:
        with project.asking() as connection:
            journal.stack_labels(connection, len(entries) + 1)
    except (*MEANINGLESS, ProjectError) as error:
        yield Damage(
            part=Part.HISTORY, id=None, where="", reason=f"its order makes no sense ({str(error)[:200]})"
        )
