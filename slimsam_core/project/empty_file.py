"""The file of a new project, and the rows that are no values: drafts."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from slimsam_core.annotation import Root
from slimsam_core.errors import OutputError, ProjectError
from slimsam_core.files.atomic import atomic_path
from slimsam_core.project import schema
from slimsam_core.project.connection import sqlite_errors
from slimsam_core.project.part_origin import PartOrigin
from slimsam_core.project.proof import PROOF, proof_of
from slimsam_core.project.tables import ROOTS


def write_empty(path: Path, uid: str, folders: Sequence[str], part_of: PartOrigin | None = None) -> None:
    """Write a project without pictures to a new file. Raises ProjectError."""
    try:
        with (
            atomic_path(path) as draft,
            sqlite_errors(path),
            contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as connection,
        ):
            schema.migrate(connection)
            connection.execute(
                "INSERT INTO project (id, created, home) VALUES (?, ?, ?)",
                (uid, datetime.now(UTC).isoformat(timespec="seconds"), str(path.parent)),
            )
            if part_of is not None:
                connection.execute("INSERT INTO part_origin VALUES (?, ?, ?, ?, ?, ?)", part_of.row)
            for number, folder in enumerate(folders, 1):
                row = ROOTS.encode(Root(number, folder))
                connection.execute(ROOTS.insert, row | {PROOF: proof_of(ROOTS, row)})
    except OutputError as error:
        raise ProjectError(error.message, error.hint) from error


def put_draft(connection: sqlite3.Connection, image_id: int, content: str) -> None:
    """Keep a draft in place of the former one of its picture; empty = there is none any more."""
    if content:
        connection.execute(
            "INSERT OR REPLACE INTO draft (image_id, content, saved) VALUES (?, ?, ?)",
            (image_id, content, datetime.now(UTC).isoformat(timespec="milliseconds")),
        )
    else:
        connection.execute("DELETE FROM draft WHERE image_id = ?", (image_id,))
