"""A project file as an earlier version wrote it: what later ones added is taken out of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from slimsam_core.project.proof import PROOF, proof_of_values
from slimsam_core.project.tables import TABLES

_ADDED = {
    "journal": ("author",),
    "category": ("uid", "writes"),
    "image": ("uid", "writes", "review", "review_state"),
    "annotation": ("author", "uid", "writes"),
    "retired": ("uid", "writes"),
}


def as_version(path: Path, version: int) -> None:
    """Rewrite a closed project of the present version as one of version 5 or 6, without annotators."""
    assert version in (5, 6)
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in TABLES.values():
            if not table.late:
                continue
            for row in connection.execute(f"SELECT {', '.join(table.early)} FROM {table.name}").fetchall():
                proof = proof_of_values(table, (*row, *[None] * len(table.late)))
                connection.execute(f"UPDATE {table.name} SET {PROOF} = ? WHERE id = ?", (proof, row[0]))
        for index in ("annotation_author", "variant_image", "image_review"):
            connection.execute(f"DROP INDEX {index}")
        for table_name in ("variant", "part_origin"):
            connection.execute(f"DROP TABLE {table_name}")
        for table_name, columns in _ADDED.items():
            for column in columns:
                connection.execute(f"ALTER TABLE {table_name} DROP COLUMN {column}")
        if version < 6:
            connection.execute("DROP TABLE removed_image")
        connection.execute(f"PRAGMA user_version = {version}")
