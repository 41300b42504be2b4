"""A project: one SQLite file, one way to change it, every change journaled with its effect."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from slimsam_core.annotation import ImageEntry
from slimsam_core.errors import OutputError, ProjectError, ProjectReadOnly
from slimsam_core.files.atomic import atomic_path
from slimsam_core.files.listing import exists, is_file, is_folder
from slimsam_core.files.lock import ProjectBusy, WriterLock
from slimsam_core.progress import ProgressSink, ignore_progress
from slimsam_core.project import agreement, journal
from slimsam_core.project.annotators import annotator_of
from slimsam_core.project.asking import is_older
from slimsam_core.project.connection import damage_errors, value_errors
from slimsam_core.project.copying import write_copy, write_pages
from slimsam_core.project.edits import Change, ChangeKind, Edit, Entity, JournalEntry, Stamps
from slimsam_core.project.effects import Effects, next_id, record_of
from slimsam_core.project.empty_file import put_draft, write_empty
from slimsam_core.project.journal import JournalRecord
from slimsam_core.project.lineage import Stamp, new_token
from slimsam_core.project.part_origin import PartOrigin
from slimsam_core.project.reader import Reader
from slimsam_core.project.side_files import true_path
from slimsam_core.project.writer import Writer
from slimsam_core.sentences import sentence

PROJECT_SUFFIX = ".slimsam"

LISTED_EDITS = 10_000
"""A change of more edits is ``bulk`` and does not list them, so that memory stays flat."""

HISTORY = 100
"""Commands that are listed unless others are asked for: by eye, what a person scrolls through."""

NO_DRAFTS: Mapping[int, str] = MappingProxyType({})


class Project(Reader):
    """An open project. Made by ``create`` and ``open``, closed by ``close`` or ``with``.

    Reading and writing are safe from any thread; a long ``apply`` in one does not keep another from reading.
    """

    def __init__(
        self,
        path: Path,
        lock: WriterLock | None = None,
        read_only_reason: str = "",
        progress: ProgressSink = ignore_progress,
    ) -> None:
        """For ``open``: with the lock to write, or with the reason why not."""
        self._writer = Writer(path, lock, self._reopen, progress) if lock is not None else None
        with contextlib.ExitStack() as on_error:
            if self._writer is not None:
                on_error.callback(self._writer.close)
            super().__init__(path)
            on_error.callback(super().close)
            origin = self.part_origin
            self.annotator = annotator_of(self.uid, origin.annotator if origin else "")
            """Who gives the commands; empty = not known."""
            on_error.pop_all()
        self._next_ids: dict[type, int] = {}
        self._ids_lock = threading.Lock()
        self.read_only_reason = read_only_reason
        """Why nothing can be changed; empty when it can."""
        self._classes_locked = origin is not None and origin.classes_locked
        self._token, self._count = new_token(), 0

    @property
    def read_only(self) -> bool:
        """Whether changes are refused; ``read_only_reason`` says why."""
        return bool(self.read_only_reason)

    @staticmethod
    def create(
        path: Path | str, roots: Iterable[Path | str] = (), part_of: PartOrigin | None = None
    ) -> Project:
        """Make a new project with these image folders and open it. Raises ProjectError; replaces no file."""
        if Path(path).is_symlink() and not exists(Path(path)):  # it would be made where the link leads
            raise ProjectError("{path} is a link that leads nowhere.", "Choose another name.", path=path)
        path = true_path(path)
        if exists(path):
            raise ProjectError("{path} exists already.", "Open it, or choose another name.", path=path)
        uid, folders = uuid.uuid4().hex, [str(Path(root).absolute()) for root in roots]
        write_empty(path, uid, folders, part_of)
        agreement.agree(uid, folders)
        return Project.open(path)

    @staticmethod
    def open(path: Path | str, read_only: bool = False, progress: ProgressSink = ignore_progress) -> Project:
        """Open a project; recovers by itself what a crash left behind. Raises ProjectError.

        When another window holds it, or nothing can be written there, the project opens read-only and
        ``read_only_reason`` says why. With ``read_only`` a file of an older version is still converted, of
        which ``progress`` hears.
        ``path`` of the project is where the file really lies: through links it has one lock and one journal.
        """
        path = true_path(path)
        if not is_file(path):
            raise ProjectError(
                "{path} does not exist.", "It may have been moved, or its disk is not connected.", path=path
            )
        if read_only:
            if is_older(path):
                # only a writer can convert it; where nobody may write, the next line says so
                with contextlib.suppress(ProjectError):
                    Project.open(path, progress=progress).close()
            return Project(path, read_only_reason=sentence("it was opened for reading."))
        try:
            lock = WriterLock(path)
        except ProjectBusy as busy:
            if busy.host != socket.gethostname():
                raise ProjectError(
                    busy.message,
                    sentence(
                        "A project is used by one computer at a time; close it on {host}.", host=busy.host
                    ),
                ) from busy
            return Project(path, read_only_reason=busy.message)
        except OSError as error:
            why = error.strerror or error
            reason = sentence(
                "nothing can be written or locked in {folder} ({why}).", folder=path.parent, why=why
            )
            return Project(path, read_only_reason=reason)
        if not os.access(path, os.W_OK):
            lock.release()
            return Project(path, read_only_reason=sentence("{name} is write-protected.", name=path.name))
        if path.stat().st_nlink > 1:
            lock.release()
            reason = sentence(
                "the file has a second name elsewhere, which would change with it. Copy it to label on."
            )
            return Project(path, read_only_reason=reason)
        try:
            project = Project(path, lock, progress=progress)
        except BaseException:
            lock.release()
            raise
        try:
            project._follow_move()
        except BaseException:
            project.close()
            raise
        return project

    def close(self) -> None:
        """Let go of the file; everything is on the disk already. Calling it twice does nothing."""
        super().close()
        if self._writer is not None:
            self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def apply(
        self,
        label: str,
        edits: Iterable[Edit],
        drafts: Mapping[int, str] = NO_DRAFTS,
        *,
        undoable: bool = True,
        stamps: Stamps = Stamps.HERE,
    ) -> Change:
        """Do a command: its edits and its journal entry in one transaction, on the disk at return.

        ``drafts`` are kept as by ``keep_draft`` in the same transaction: what becomes an object leaves the
        draft at that very moment, whatever happens to the program. A command that changes nothing keeps none.
        One that is not ``undoable`` stands in the history and is no step of undo: what the program found out
        about files by itself. It ends what can be redone as any command does. ``stamps``: whose work it is.

        ``edits`` may be a long stream; when it raises (``Cancelled``, say), nothing was changed. Raises
        ProjectError when an edit does not fit (its ``before`` is not current, an id was used before), and
        ProjectUnavailable when the file cannot be written now: the same call may be tried again later.
        Nothing was changed then.
        """
        with self._transaction() as connection:
            seq = journal.begin_do(connection, label, self.annotator, undoable)
            change = self._carry_out(
                connection,
                Change(seq=seq, label=label, edits=()),
                ((record_of(edit), edit) for edit in edits),
                journal_as=seq,
                stamps=stamps,
            )
            if not change.edits and not change.bulk:
                connection.execute("ROLLBACK")
                return Change(seq=0, label=label, edits=())
            for image_id, content in drafts.items():
                with value_errors(self.path):
                    put_draft(connection, image_id, content)
        return change

    def undo(self) -> Change | None:
        """Take back the last command that is not undone; None when there is none. Raises as ``apply``."""
        return self._step(backwards=True)

    def redo(self) -> Change | None:
        """Bring back what was undone last; None after a new command. Raises as ``apply``."""
        return self._step(backwards=False)

    def _step(self, backwards: bool) -> Change | None:
        with self._transaction() as connection, damage_errors(self.path):
            step = journal.next_undo(connection) if backwards else journal.next_redo(connection)
            if step is None:
                return None
            records = ((record, None) for record in journal.read_records(connection, step.target, backwards))
            change = self._carry_out(
                connection, Change(seq=step.target, label=step.label, edits=(), kind=step.kind), records
            )
            journal.append_step(connection, step, self.annotator)
        return change

    def step_images(self, kind: ChangeKind) -> tuple[int, ...]:
        """Ids of the pictures that the next undo or redo will change; empty when it changes none."""
        with self.asking() as connection, damage_errors(self.path):
            step = journal.next_undo(connection) if kind is ChangeKind.UNDO else journal.next_redo(connection)
            return journal.images_of(connection, step.target) if step else ()

    def command_images(self, seq: int) -> tuple[int, ...]:
        """Ids of the pictures that a command of ``history`` changed and that are in the project; of a huge
        command those of its first part."""
        with self.asking() as connection, damage_errors(self.path):
            return journal.images_of(connection, seq)

    def history(self, limit: int = HISTORY) -> list[JournalEntry]:
        """The newest commands, newest first."""
        with self.asking() as connection, damage_errors(self.path):
            return journal.history(connection, limit)

    def stack_labels(self, limit: int) -> tuple[list[str], list[str]]:
        """Labels of the last commands to undo, oldest first, and of those to redo, next one first."""
        with self.asking() as connection, damage_errors(self.path):
            return journal.stack_labels(connection, limit)

    def last_seq(self) -> int:
        """Number of the last journal entry: another one means that the project was changed."""
        with self.asking() as connection:
            return journal.stacks(connection).last_seq

    def prune(self, keep: int, newest: int | None = None) -> int:
        """Forget all commands but the last ``keep`` undoable and all redoable ones, and shrink the file.

        With ``newest`` nothing is forgotten when the journal has gone on after that entry. Returns how many
        were forgotten. The project itself is not changed. Raises as ``apply``.
        """
        if keep < 0:
            raise ValueError(f"keep must be at least 0, not {keep}")
        with self._transaction() as connection, damage_errors(self.path):
            if newest is not None and journal.stacks(connection).last_seq != newest:
                return 0
            pruned = journal.prune(connection, keep)
        if self._writer is not None:
            self._writer.vacuum()
        return pruned

    def next_id(self, kind: type[Entity]) -> int:
        """A new id for a value of this kind: never given before, neither here nor in an earlier session."""
        with self._ids_lock, self.asking() as connection:
            given = max(self._next_ids.get(kind, 0), next_id(connection, kind))
            self._next_ids[kind] = given + 1
        return given

    def save_copy(self, target: Path | str) -> None:
        """Write the whole project to a new file, even when its own file has vanished. Raises OutputError."""
        target = Path(target).absolute()
        if exists(target):
            raise OutputError("{target} exists already.", "Choose another name.", target=target)
        try:
            with atomic_path(target) as draft:
                if self._writer is not None:
                    write_pages(draft, self._writer.backup)
                else:
                    write_copy(self, draft)
        except sqlite3.Error as error:
            raise OutputError(
                "{target} cannot be written: {error}.", "Choose another folder.", target=target, error=error
            ) from error

    def record_facts(self, images: Sequence[ImageEntry]) -> None:
        """Keep what was read from picture files (size, content hash, EXIF) of images known by their ids.

        Facts are not commands: they are not in the history and undo does not touch them. Raises as ``apply``.
        """
        with self._transaction() as connection:
            effects = Effects(connection, self.path, self._stamp())
            for image in images:
                effects.record_facts(image)

    def drafts(self) -> dict[int, str]:
        """Picture id -> what somebody began there and did not accept: JSON of the window that kept it.

        Drafts are no part of what is labelled: nothing exports, counts or checks them.
        """
        return dict(self.ask("SELECT image_id, content FROM draft ORDER BY image_id"))

    def keep_draft(self, image_id: int, content: str) -> None:
        """Keep the draft of a picture (JSON) in place of its former one; empty = there is none any more.

        On the disk at return. No command: it is not in the history and undo does not touch it. Raises as
        ``apply``.
        """
        with self._transaction() as connection, value_errors(self.path):
            put_draft(connection, image_id, content)

    def _carry_out(
        self,
        connection: sqlite3.Connection,
        change: Change,
        records: Iterable[tuple[JournalRecord, Edit | None]],
        journal_as: int | None = None,
        stamps: Stamps = Stamps.HERE,
    ) -> Change:
        effects = Effects(
            connection,
            self.path,
            self._stamp(),
            kind=change.kind,
            stamps=stamps,
            classes_locked=self._classes_locked,
        )
        listed: list[Edit] = []
        parts = journal.Parts(connection, journal_as) if journal_as is not None else None
        count = 0
        for record, wanted in records:
            with value_errors(self.path):
                done = effects.carry_out(record, wanted)
            if done is None:
                continue
            count += 1
            if count <= LISTED_EDITS:
                listed.append(done[0])
            if parts is not None:
                parts.add(done[1])
        if parts is not None:
            parts.finish()
        effects.finish()
        bulk = count > LISTED_EDITS
        return Change(
            seq=change.seq,
            label=change.label,
            edits=() if bulk else tuple(listed),
            kind=change.kind,
            bulk=bulk,
        )

    def _stamp(self) -> Stamp:
        self._count += 1
        return Stamp(self._token, self._count, self.annotator)

    def _follow_move(self) -> None:
        """When the project was moved together with its pictures, find the folders at their new places."""
        home = self.path.parent
        moved = []
        with damage_errors(self.path):
            ((old_home,),) = self.ask("SELECT home FROM project")
            if old_home == str(home):
                return
            for root in self.roots():
                path = Path(root.path)
                if path.is_relative_to(old_home) and not exists(path):
                    candidate = home / path.relative_to(old_home)
                    if is_folder(candidate):
                        moved.append(Edit(root, replace(root, path=str(candidate))))
        self.apply("Follow moved folders", moved, undoable=False)
        with self._transaction() as connection:
            connection.execute("UPDATE project SET home = ?", (str(home),))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._check_open()
        if self._writer is None:
            raise ProjectReadOnly(
                "{name} is read-only: {read_only_reason}",
                name=self.path.name,
                read_only_reason=self.read_only_reason,
            )
        with self._writer.transaction() as connection:
            yield connection
