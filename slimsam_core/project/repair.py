"""A new project of all that is whole in a damaged one, and the list of what is not."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from slimsam_core.annotation import Annotation, Category, ImageEntry, ImageState, Root
from slimsam_core.project import schema
from slimsam_core.project.agreement import FolderAgreement
from slimsam_core.project.bounded import BoundedConnection, TooManyRows, bytes_of
from slimsam_core.project.connection import open_reader, project_error, sqlite_errors
from slimsam_core.project.decoding import MEANINGLESS, are_in_order, decode_rows, selection, source
from slimsam_core.project.edits import Edit, Stamps
from slimsam_core.project.lineage import uid_of
from slimsam_core.project.proof import Damage, Part, proof_of
from slimsam_core.project.side_files import true_path
from slimsam_core.project.store import Project
from slimsam_core.project.table import Table
from slimsam_core.project.tables import ANNOTATIONS, CATEGORIES, FILES, IMAGES, REMOVED, ROOTS
from slimsam_core.project.variant_table import VARIANTS
from slimsam_core.sentences import sentence

PAGE = 200
"""Rows that are read at a time; a page that cannot be read is tried row by row."""

MAX_TRIES = 20_000
"""Single rows that are tried in unreadable stretches of a table, so that repairing always ends."""

KEPT = "damaged, and kept: look at it"


def repair(damaged: Path | str, target: Path | str) -> list[Damage]:
    """Write what is whole in a project to a new one, and return what is not.

    Pictures, classes and folders whose values can still be read are kept and named, as objects hang on them;
    such a picture gets the state "needs review". A damaged object is left out. The history begins anew. The
    damaged file is not changed. Raises ProjectError when nothing can be read or the target exists.
    """
    path = true_path(damaged)
    with sqlite_errors(path), contextlib.closing(open_reader(path)) as connection:
        source = _Source(path, connection)
        found = source.read_all()
    with Project.create(target) as project:
        project.apply("Repair", (Edit(None, value) for value in found), stamps=Stamps.AS_GIVEN)
        project.prune(0)
        known = FolderAgreement(path, lambda: source.uid)
        project.agreement.give(v.path for v in found if isinstance(v, Root) and known.covers(v.path))
    return source.damages


class _Source:
    """The damaged file, read row by row."""

    def __init__(self, path: Path, connection: BoundedConnection) -> None:
        schema.check_application(connection, path)
        self._path, self._connection = path, connection
        self.damages: list[Damage] = []
        self.uid = self._uid()

    def read_all(self) -> list[Any]:
        """Every value of the new project, each after those that it needs."""
        roots = self._needed(ROOTS)
        categories = [replace(c, uid=uid_of(self.uid, c.uid, c.id)) for c in self._needed(CATEGORIES)]
        files, _ = self._sound(FILES)
        images = self._needed(IMAGES)
        folders = {root.id for root in roots}
        for image in [image for image in images if image.root_id not in folders]:
            self._note(Part.PICTURE, image.id, image.path, f"left out: its folder {image.root_id} is lost")
        images = [
            replace(image, uid=uid_of(self.uid, image.uid, image.id))
            for image in images
            if image.root_id in folders
        ]
        removed, _ = self._sound(REMOVED)
        places = {(image.root_id, image.path) for image in images}
        removed = [r for r in removed if r.root_id in folders and (r.root_id, r.path) not in places]
        paths = {image.id: image.path for image in images}
        classes = {category.id for category in categories}
        objects, damages = self._sound(ANNOTATIONS)
        kept: list[Annotation] = []
        for annotation in objects:
            if annotation.image_id in paths and annotation.category_id in classes:
                kept.append(annotation)
                continue
            lost = "picture" if annotation.image_id not in paths else "class"
            where = paths.get(annotation.image_id, "")
            self._note(Part.OBJECT, annotation.id, where, f"left out: its {lost} is lost")
        self.damages += damages
        found = Counter(value.image_id for value in (*objects, *damages))
        for image_id, path in paths.items():
            self._count(image_id, path, found[image_id])
        variants, _ = self._sound(VARIANTS)
        return [*roots, *categories, *files, *images, *removed, *map(self._known, kept), *variants]

    def _known(self, annotation: Annotation) -> Annotation:
        """The object as other copies of the project know it: the new file has a uid of its own."""
        return replace(annotation, uid=uid_of(self.uid, annotation.uid, annotation.id))

    def _count(self, image_id: int, path: str, found: int) -> None:
        """Name a picture with more objects than were found: a page that leads elsewhere hides its rows."""
        with contextlib.suppress(sqlite3.Error):
            row = self._connection.execute(
                "SELECT objects FROM image NOT INDEXED WHERE id = ?", (image_id,)
            ).fetchone()
            if row and type(row[0]) is int and row[0] > found:
                reason = sentence(
                    "not every object of it can be read: {lost:,} of {all:,} are lost",
                    lost=row[0] - found,
                    all=row[0],
                )
                self._note(Part.PICTURE, image_id, path, reason)

    def _note(self, part: Part, number: int, where: str, reason: str) -> None:
        self.damages.append(Damage(part=part, id=number, where=where, reason=reason))

    def _sound(self, table: Table) -> tuple[list[Any], list[Damage]]:
        values: list[Any] = []
        damages: list[Damage] = []
        for rows in self._pages(table):
            good, bad = decode_rows(table, rows)
            values += good
            damages += bad
        if table in (FILES, REMOVED, VARIANTS):
            self.damages += damages
        return values, damages

    def _needed(self, table: Table) -> list[Any]:
        """The values of a table that others hang on: also those that are damaged and can still be read."""
        values: list[Any] = []
        names: dict[str, int] = {}
        for rows in self._pages(table):
            for row in rows:
                good, bad = decode_rows(table, [row])
                value = good[0] if good else self._readable(table, row)
                if value is None:
                    self.damages += bad
                    continue
                value, unique = _with_own_name(value, names)
                if unique in names:
                    self._note(Part(table.noun), value.id, unique, "left out: another one has its place")
                    continue
                names[unique] = 1
                values.append(value)
                if bad:
                    self.damages.append(replace(bad[0], reason=f"{bad[0].reason}: {KEPT}"))
        return values

    def _readable(self, table: Table, row: tuple[Any, ...]) -> Any:
        """The value of a row that is not as it was saved, None when it makes no sense."""
        columns = dict(zip(table.columns, row, strict=False))
        with contextlib.suppress(*MEANINGLESS):
            good, _ = decode_rows(table, [(*row[: len(table.columns)], proof_of(table, columns))])
            if good:
                table.encode(good[0])
                return replace(good[0], state=ImageState.NEEDS_REVIEW) if table is IMAGES else good[0]
        if table is CATEGORIES and type(columns["id"]) is int:
            return Category(id=columns["id"], name=f"class {columns['id']}")
        return None

    def _pages(self, table: Table) -> Iterator[list[tuple[Any, ...]]]:
        """All rows by their ids; stretches that cannot be read are named and stepped over."""
        select = f"SELECT {selection(table)} FROM {source(table, 'NOT INDEXED')} WHERE {table.name}.id"
        last, tries, step, torn = -(1 << 63), 0, 1, False
        taken = 0
        end = self._last_id(table)
        while tries < MAX_TRIES:
            size = 1 if torn else PAGE
            try:
                rows = self._connection.execute(
                    f"{select} > ? ORDER BY {table.name}.id LIMIT {size}", (last,)
                ).fetchall()
                taken += bytes_of(rows)
                self._connection.check_rows(taken)  # all of them are kept
            except TooManyRows as error:
                self._unread(table, error)
                return
            except sqlite3.Error as error:
                if not torn:
                    self._unread(table, error)
                elif last >= end:
                    return
                else:  # the row behind `last` lies in an unreadable page: look further and further ahead
                    last, step = max(last, 0) + step, min(step * 2, 64)
                torn, tries = True, tries + 1
                continue
            if not rows:
                return
            yield rows
            if not are_in_order(last, rows):
                reason = sentence("not every {noun} can be read (its rows are out of order)", noun=table.noun)
                self.damages.append(Damage(part=Part.STRUCTURE, id=None, where="", reason=reason))
                if rows[-1][0] <= last:
                    return
            last, step, tries = rows[-1][0], 1, tries + torn

    def _unread(self, table: Table, error: sqlite3.Error) -> None:
        reason = sentence(
            "not every {noun} can be read ({value})",
            noun=table.noun,
            value=project_error(self._path, error).message,
        )
        self.damages.append(Damage(part=Part.STRUCTURE, id=None, where="", reason=reason))

    def _last_id(self, table: Table) -> int:
        with contextlib.suppress(sqlite3.Error):
            (found,) = self._connection.execute(f"SELECT max(id) FROM {table.name} NOT INDEXED").fetchone()
            if type(found) is int:
                return found
        return MAX_TRIES

    def _uid(self) -> str:
        try:
            (uid,) = self._connection.execute("SELECT id FROM project").fetchone()
            return str(uid)
        except (sqlite3.Error, TypeError):
            return ""


def _with_own_name(value: Any, taken: dict[str, int]) -> tuple[Any, str]:
    """The value under a name that no other has, as the tables ask for, and that name."""
    if isinstance(value, ImageEntry):
        return value, f"{value.root_id}/{value.path}"
    if isinstance(value, Root):
        return value, value.path
    name = value.name
    while name in taken:  # the number goes on where the last one ended: thousands may have one name
        taken[value.name] += 1
        name = f"{value.name} ({taken[value.name]})"
    return replace(value, name=name), name
