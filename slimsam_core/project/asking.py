"""The reading connection of a project, shared by every thread that asks something."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slimsam_core.errors import ProjectError
from slimsam_core.project import schema
from slimsam_core.project.connection import damage_errors, open_reader, sqlite_errors, value_errors


class Asking:
    """Questions in SQL to a project file, for the modules of this package. Safe from any thread."""

    def __init__(self, path: Path) -> None:
        """Raises ProjectError when the file is no project of the present version."""
        self.path = path
        self._reading_lock = threading.Lock()
        self._reading = _connect(path)
        self._closed = False

    def close(self) -> None:
        """Let go of the file. Calling it twice does nothing."""
        with self._reading_lock:
            self._reading.close()
            self._closed = True

    def _reopen(self) -> None:
        """Read the file that is at the path now."""
        connection = _connect(self.path)
        with self._reading_lock:
            self._reading.close()
            self._reading = connection

    @contextlib.contextmanager
    def asking(self) -> Iterator[sqlite3.Connection]:
        """The reading connection, for the modules of this package."""
        with self._reading_lock, sqlite_errors(self.path):
            self._check_open()
            yield self._reading

    def _check_open(self) -> None:
        if self._closed:
            raise ProjectError("{name} is closed.", "Open it again.", name=self.path.name)

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows, for the modules of this package."""
        with self.asking() as connection, damage_errors(self.path), value_errors(self.path):
            return connection.execute(sql, values).fetchall()


def is_older(path: Path) -> bool:
    """Whether the file must be converted before it is read. Raises ProjectError when it is no project."""
    with sqlite_errors(path), damage_errors(path), contextlib.closing(open_reader(path)) as connection:
        return schema.check_readable(connection, path) < len(schema.MIGRATIONS)


@dataclass(frozen=True)
class Glance:
    """What a project holds, as far as it is told without opening it."""

    images: int
    objects: int
    folders: tuple[Path, ...]


def glance(path: Path) -> Glance:
    """Look at a project of any version; it is not converted, not locked and follows no moved folders.

    Raises ProjectError when it is none, or when its tables are not ours.
    """
    with sqlite_errors(path), damage_errors(path), contextlib.closing(open_reader(path)) as connection:
        schema.check_readable(connection, path)
        schema.check_as_ours(connection, path)
        ((images,),) = connection.execute("SELECT count(id) FROM image").fetchall()
        objects = sum(int(row[0]) for row in connection.execute("SELECT objects FROM category").fetchall())
        folders = [Path(row[0]) for row in connection.execute("SELECT path FROM root").fetchall()]
    return Glance(images, objects, tuple(folders))


def _connect(path: Path) -> sqlite3.Connection:
    with sqlite_errors(path), damage_errors(path):
        connection = open_reader(path)
        try:
            if schema.check_readable(connection, path) < len(schema.MIGRATIONS):
                raise ProjectError(
                    "{path} was written by an older version and must be converted before it is read.",
                    "Open it where it can be written.",
                    path=path,
                )
            schema.check_as_ours(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection
