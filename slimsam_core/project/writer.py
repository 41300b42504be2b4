"""The one connection that writes a project: it holds the lock, and copes with files that go away."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from slimsam_core.errors import ProjectError, ProjectUnavailable
from slimsam_core.files.lock import WriterLock
from slimsam_core.progress import ProgressSink, ignore_progress
from slimsam_core.project import journal, schema
from slimsam_core.project.connection import (
    damage_errors,
    is_io_error,
    no_identity,
    open_writer,
    sqlite_errors,
)
from slimsam_core.project.side_files import wal_path

PATIENCE_S = 2.0
"""How long a command waits for one of another thread: a window must not stand still while a job imports."""


class Writer:
    """Made by the holder of the lock, which it takes over; ``close`` gives it back.

    ``on_new_file`` is called after the file was taken up again: other connections to it are stale then.
    """

    def __init__(
        self,
        path: Path,
        lock: WriterLock,
        on_new_file: Callable[[], None],
        progress: ProgressSink = ignore_progress,
    ) -> None:
        self.path = path
        self._lock = lock
        self._on_new_file = on_new_file
        self._guard = threading.RLock()
        with sqlite_errors(path), damage_errors(path):
            self._connection = _connect(path, progress)
            self._state = _fingerprint(self._connection, self.path)
        self._file = path.stat()
        self._suspect = False

    def close(self) -> None:
        """Close the file and let the next one write. Calling it twice does nothing."""
        with self._guard:
            self._connection.close()
            self._lock.release()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Committed and on the disk at the end, unless the body ended it; rolled back on any error.

        Raises ProjectError, also when the file is not at its path any more; nothing was written then.
        """
        if not self._guard.acquire(timeout=PATIENCE_S):
            raise ProjectUnavailable(
                "A long command is still being saved in {name}.",
                "Wait until it is finished, or cancel it; then try again.",
                name=self.path.name,
            )
        with contextlib.ExitStack() as held, sqlite_errors(self.path):
            held.callback(self._guard.release)
            if self._connection.in_transaction:
                raise RuntimeError("a project cannot be changed by the edits that are being applied to it")
            self._check_file()
            connection = self._connection
            try:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                if connection.in_transaction:
                    state = _fingerprint(connection, self.path)
                    connection.execute("COMMIT")
                    self._state = state
            except BaseException as error:
                self._suspect = is_io_error(error)
                if connection.in_transaction:
                    with contextlib.suppress(sqlite3.Error):  # the first error is the one to tell
                        connection.execute("ROLLBACK")
                raise

    def vacuum(self) -> None:
        """Give free pages back to the disk, if it has the room to rewrite the file."""
        # without that room the free pages stay in the file and are used again: nothing is wrong
        with self._guard, sqlite_errors(self.path), contextlib.suppress(sqlite3.OperationalError):
            self._connection.execute("VACUUM")

    def backup(self, target: sqlite3.Connection) -> None:
        """Copy everything into another database, even when the file has vanished. Raises sqlite3.Error."""
        with self._guard:
            self._connection.backup(target)

    def _check_file(self) -> None:
        """SQLite itself would go on writing into a file that was deleted or replaced."""
        try:
            now = self.path.stat()
            if not self._lock.in_place():
                lock = WriterLock(self.path)
                self._lock.release()
                self._lock = lock
        except OSError as error:
            raise ProjectUnavailable(
                "{path} has vanished ({strerror}).",
                "Connect its disk or share again, or save a copy elsewhere.",
                path=self.path,
                strerror=error.strerror or error,
            ) from error
        same_file = os.path.samestat(now, self._file)
        if same_file and not wal_path(self.path).exists():
            # somebody tidied up: bring what only we still see into the file itself, then start a new log
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._suspect = True
        if self._suspect or not same_file:
            self._reconnect()

    def _reconnect(self) -> None:
        """Take up the file at the path if it is this project in the state in which we left it."""
        connection = _connect(self.path)
        try:
            if _fingerprint(connection, self.path) != self._state:
                raise ProjectError(
                    "{path} was replaced by another file.",
                    "Save a copy elsewhere, then open it again.",
                    path=self.path,
                )
            self._file = self.path.stat()
        except BaseException:
            connection.close()
            raise
        self._connection.close()
        self._connection, self._suspect = connection, False
        self._on_new_file()


def _connect(path: Path, progress: ProgressSink = ignore_progress) -> sqlite3.Connection:
    """A writing connection to a project of the newest version."""
    connection = open_writer(path)
    try:
        schema.check_readable(connection, path)
        schema.check_as_ours(connection, path)
        schema.migrate(connection, progress)
    except BaseException:
        connection.close()
        raise
    return connection


def _fingerprint(connection: sqlite3.Connection, path: Path) -> tuple[str, int]:
    """Which project it is, and the last entry of its journal."""
    found = connection.execute("SELECT id FROM project").fetchone()
    if found is None:
        raise no_identity(path)
    return found[0], journal.stacks(connection).last_seq
