"""A project: one SQLite file, one way to change it, every change journaled with its effect."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from slimsam_core.annotation import ImageEntry, Root
from slimsam_core.atomic import atomic_path
from slimsam_core.errors import OutputError, ProjectError, ProjectReadOnly
from slimsam_core.project import journal, schema
from slimsam_core.project.connection import (
    is_io_error,
    open_reader,
    open_writer,
    sqlite_errors,
    value_errors,
    wal_path,
)
from slimsam_core.project.edits import Change, Edit, Entity, JournalEntry
from slimsam_core.project.effects import Effects, next_id, record_of
from slimsam_core.project.journal import Record
from slimsam_core.project.lock import ProjectBusy, WriterLock
from slimsam_core.project.reader import Reader
from slimsam_core.project.tables import IMAGES, ROOTS

PROJECT_SUFFIX = ".slimsam"

LISTED_EDITS = 10_000
"""A change of more edits is ``bulk`` and does not list them, so that memory stays flat."""


class Project(Reader):
    """An open project. Made by ``create`` and ``open``, closed by ``close`` or ``with``.

    Reading and writing are safe from any thread; a long ``apply`` in one does not keep another from reading.
    """

    def __init__(
        self,
        path: Path,
        reader: sqlite3.Connection,
        writer: sqlite3.Connection | None = None,
        lock: WriterLock | None = None,
        read_only_reason: str = "",
    ) -> None:
        super().__init__(path, reader)
        self._writer = writer
        self._lock = lock
        self._writing_lock = threading.RLock()
        self._opened_file = path.stat()
        self._suspect = False
        self._next_ids: dict[type, int] = {}
        self._ids_lock = threading.Lock()
        self.read_only_reason = read_only_reason
        """Why nothing can be changed; empty when it can."""

    @property
    def read_only(self) -> bool:
        """Whether changes are refused; ``read_only_reason`` says why."""
        return bool(self.read_only_reason)

    @staticmethod
    def create(path: Path | str, roots: Iterable[Path | str] = ()) -> Project:
        """Make a new project with these image folders and open it. Raises ProjectError; replaces no file."""
        path = Path(path).absolute()
        if path.exists():
            raise ProjectError(f"{path} exists already.", "Open it, or choose another name.")
        try:
            with (
                atomic_path(path) as draft,
                sqlite_errors(path),
                contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as connection,
            ):
                schema.migrate(connection)
                connection.execute(
                    "INSERT INTO project (id, created, home) VALUES (?, ?, ?)",
                    (uuid.uuid4().hex, datetime.now(UTC).isoformat(timespec="seconds"), str(path.parent)),
                )
                for number, root in enumerate(roots, 1):
                    row = ROOTS.encode(Root(number, str(Path(root).absolute())))
                    connection.execute("INSERT INTO root (id, path) VALUES (:id, :path)", row)
        except OutputError as error:
            raise ProjectError(error.message, error.hint) from error
        return Project.open(path)

    @staticmethod
    def open(path: Path | str, read_only: bool = False) -> Project:
        """Open a project; recovers by itself what a crash left behind. Raises ProjectError.

        When another window holds it, or nothing can be written there, the project opens read-only and
        ``read_only_reason`` says why.
        """
        path = Path(path).absolute()
        if not path.is_file():
            raise ProjectError(
                f"{path} does not exist.", "It may have been moved, or its disk is not connected."
            )
        if read_only:
            return _open_read_only(path, "It was opened for reading.")
        try:
            lock = WriterLock(path)
        except ProjectBusy as busy:
            if busy.host != socket.gethostname():
                raise ProjectError(
                    f"{busy.message}",
                    f"A project is used by one computer at a time; close it on {busy.host}.",
                ) from busy
            return _open_read_only(path, busy.message)
        except OSError as error:
            reason = f"nothing can be written or locked in {path.parent} ({error.strerror or error})."
            return _open_read_only(path, reason)
        try:
            if not os.access(path, os.W_OK):
                lock.release()
                return _open_read_only(path, f"{path.name} is write-protected.")
            with sqlite_errors(path):
                writer, reader = _connect(path)
        except BaseException:
            lock.release()
            raise
        project = Project(path, reader, writer, lock)
        try:
            project._follow_move()
        except BaseException:
            project.close()
            raise
        return project

    def close(self) -> None:
        """Let go of the file; everything is on the disk already. Calling it twice does nothing."""
        with self._writing_lock, self._reading_lock:
            self._reading.close()
            if self._writer is not None:
                self._writer.close()
            if self._lock is not None:
                self._lock.release()
            self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def apply(self, label: str, edits: Iterable[Edit]) -> Change:
        """Do a command: its edits and its journal entry in one transaction, on the disk at return.

        ``edits`` may be a long stream; when it raises (``Cancelled``, say), nothing was changed. Raises
        ProjectError when an edit does not fit (its ``before`` is not current, an id was used before) or the
        file cannot be written: nothing was changed then, and the same call may be tried again later.
        """
        with self._transaction() as connection:
            seq = journal.begin_do(connection, label)
            change = self._carry_out(
                connection,
                Change(seq, label, ()),
                ((record_of(edit), edit) for edit in edits),
                journal_as=seq,
            )
            if not change.edits and not change.bulk:
                connection.execute("ROLLBACK")
                return Change(0, label, ())
        return change

    def undo(self) -> Change | None:
        """Take back the last command that is not undone; None when there is none. Raises as ``apply``."""
        return self._step(backwards=True)

    def redo(self) -> Change | None:
        """Bring back what was undone last; None after a new command. Raises as ``apply``."""
        return self._step(backwards=False)

    def _step(self, backwards: bool) -> Change | None:
        with self._transaction() as connection:
            step = journal.next_undo(connection) if backwards else journal.next_redo(connection)
            if step is None:
                return None
            records = ((record, None) for record in journal.read_records(connection, step.target, backwards))
            change = self._carry_out(connection, Change(step.target, step.label, (), step.kind), records)
            journal.append_step(connection, step)
        return change

    def can_undo(self) -> str | None:
        """The label of the command that ``undo`` would take back, None when there is none."""
        with self._asking() as connection:
            step = journal.next_undo(connection)
        return step.label if step else None

    def can_redo(self) -> str | None:
        """The label of the command that ``redo`` would bring back, None when there is none."""
        with self._asking() as connection:
            step = journal.next_redo(connection)
        return step.label if step else None

    def history(self, limit: int = 100) -> list[JournalEntry]:
        """The newest commands, newest first."""
        with self._asking() as connection:
            return journal.history(connection, limit)

    def stack_labels(self, limit: int) -> tuple[list[str], list[str]]:
        """Labels of the last commands to undo, oldest first, and of those to redo, next one first."""
        with self._reading_lock, sqlite_errors(self.path):
            return journal.stack_labels(self._reading, limit)

    def last_seq(self) -> int:
        """Number of the last journal entry: another one means that the project was changed."""
        with self._asking() as connection:
            return journal.stacks(connection).last_seq

    def prune(self, keep: int) -> int:
        """Forget all commands but the last ``keep`` undoable and all redoable ones, and shrink the file.

        Returns how many were forgotten. The project itself is not changed. Raises as ``apply``.
        """
        if keep < 0:
            raise ValueError(f"keep must be at least 0, not {keep}")
        with self._transaction() as connection:
            pruned = journal.prune(connection, keep)
        # without room to rewrite the file its free pages stay inside and are used again: nothing is wrong
        with self._writing_lock, contextlib.suppress(sqlite3.OperationalError):
            connection.execute("VACUUM")
        return pruned

    def next_id(self, kind: type[Entity]) -> int:
        """A new id for a value of this kind: never given before, neither here nor in an earlier session."""
        with self._ids_lock, self._asking() as connection:
            given = max(self._next_ids.get(kind, 0), next_id(connection, kind))
            self._next_ids[kind] = given + 1
        return given

    def save_copy(self, target: Path | str) -> None:
        """Write the whole project to a new file, even when its own file has vanished. Raises OutputError."""
        target = Path(target).absolute()
        if target.exists():
            raise OutputError(f"{target} exists already.", "Choose another name.")
        try:
            with (
                atomic_path(target) as draft,
                self._writing_lock,
                contextlib.closing(sqlite3.connect(draft)) as copy,
            ):
                (self._writer or self._reading).backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            raise OutputError(f"{target} cannot be written: {error}.", "Choose another folder.") from error

    def record_facts(self, images: Sequence[ImageEntry]) -> None:
        """Keep what was read from picture files (size, content hash, EXIF) of images known by their ids.

        Facts are not commands: they are not in the history and undo does not touch them. Raises as ``apply``.
        """
        names = sorted(IMAGES.facts)
        with self._transaction() as connection:
            connection.executemany(
                f"UPDATE image SET {', '.join(f'{name} = :{name}' for name in names)} WHERE id = :id",
                (IMAGES.encode(image) for image in images),
            )

    def _carry_out(
        self,
        connection: sqlite3.Connection,
        change: Change,
        records: Iterable[tuple[Record, Edit | None]],
        journal_as: int | None = None,
    ) -> Change:
        effects = Effects(connection, revive=journal_as is None)
        listed: list[Edit] = []
        part: list[Record] = []
        count = 0
        for record, wanted in records:
            with value_errors(self.path):
                done = effects.carry_out(record, wanted)
            if done is None:
                continue
            count += 1
            if count <= LISTED_EDITS:
                listed.append(done[0])
            if journal_as is not None:
                part.append(done[1])
                if len(part) == journal.PART_RECORDS:
                    journal.write_part(connection, journal_as, part)
                    part.clear()
        if journal_as is not None and part:
            journal.write_part(connection, journal_as, part)
        effects.finish()
        bulk = count > LISTED_EDITS
        return Change(change.seq, change.label, () if bulk else tuple(listed), change.kind, bulk)

    def _follow_move(self) -> None:
        """When the project was moved together with its pictures, find the folders at their new places."""
        ((old_home,),) = self._rows("SELECT home FROM project")
        home = self.path.parent
        if old_home == str(home):
            return
        moved = []
        for root in self.roots():
            path = Path(root.path)
            if path.is_relative_to(old_home) and not path.exists():
                candidate = home / path.relative_to(old_home)
                if candidate.is_dir():
                    moved.append(Edit(root, replace(root, path=str(candidate))))
        self.apply("Follow moved folders", moved)
        with self._transaction() as connection:
            connection.execute("UPDATE project SET home = ?", (str(home),))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: committed at the end unless the body ended it, rolled back on any error."""
        with self._writing_lock:
            self._check_open()
            if self.read_only or self._writer is None:
                raise ProjectReadOnly(f"{self.path.name} is read-only: {self.read_only_reason}")
            with sqlite_errors(self.path):
                self._check_file()
                connection = self._writer
                try:
                    connection.execute("BEGIN IMMEDIATE")
                    yield connection
                    if connection.in_transaction:
                        connection.execute("COMMIT")
                except BaseException as error:
                    self._suspect = is_io_error(error)
                    if connection.in_transaction:
                        with contextlib.suppress(sqlite3.Error):  # the first error is the one to tell
                            connection.execute("ROLLBACK")
                    raise

    def _check_file(self) -> None:
        """Refuse to write into a file that is not at its path any more; go on when it has come back."""
        assert self._writer is not None
        assert self._lock is not None
        try:
            now = self.path.stat()
        except OSError as error:
            raise ProjectError(
                f"{self.path} has vanished ({error.strerror or error}).",
                "Connect its disk or share again, or save a copy elsewhere.",
            ) from error
        if not self._lock.in_place():
            lock = WriterLock(self.path)
            self._lock.release()
            self._lock = lock
        same_file = os.path.samestat(now, self._opened_file)
        if same_file and not wal_path(self.path).exists():
            # somebody tidied up: bring what only we still see into the file itself, then start a new log
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._suspect = True
        if self._suspect or not same_file:
            self._reconnect()

    def _reconnect(self) -> None:
        """Take up the file at the path again if it is this project in the state that we know."""
        assert self._writer is not None
        try:
            known = _fingerprint(self._writer)
        except sqlite3.Error as error:
            raise ProjectError(f"{self.path} was lost ({error}).", "Open it again.") from error
        writer, reader = _connect(self.path)
        if _fingerprint(writer) != known:
            writer.close()
            reader.close()
            raise ProjectError(
                f"{self.path} was replaced by another file.", "Save a copy elsewhere, then open it again."
            )
        with self._reading_lock:
            old = (self._writer, self._reading)
            self._writer, self._reading = writer, reader
        self._opened_file, self._suspect = self.path.stat(), False
        for connection in old:
            connection.close()


def _connect(path: Path) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """The writing and the reading connection of a project of the newest version."""
    writer = open_writer(path)
    try:
        schema.check_readable(writer, path)
        schema.migrate(writer)
        return writer, open_reader(path)
    except BaseException:
        writer.close()
        raise


def _fingerprint(connection: sqlite3.Connection) -> tuple[str, int]:
    (project_id,) = connection.execute("SELECT id FROM project").fetchone()
    return project_id, journal.stacks(connection).last_seq


def _open_read_only(path: Path, reason: str) -> Project:
    with sqlite_errors(path):
        reader = open_reader(path)
        try:
            if schema.check_readable(reader, path) < len(schema.MIGRATIONS):
                raise ProjectError(
                    f"{path} was written by an older version and must be converted, which is impossible now.",
                    reason,
                )
        except BaseException:
            reader.close()
            raise
    return Project(path, reader, read_only_reason=reason)
