"""Connections to a project file, and SQLite's errors in words."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from slimsam_core.errors import ProjectError, ProjectUnavailable
from slimsam_core.project import side_files
from slimsam_core.project.bounded import BoundedConnection, TooManyRows
from slimsam_core.project.schema import check_application

BUSY_TIMEOUT_S = 5.0
"""How long SQLite waits for another process: a command of it is done by then, an import may not be."""
CACHE_KIB = 32 * 1024
"""Pages that a connection keeps, so that going through a list does not read the file again."""

LONGEST_VALUE = 64 << 20
"""Bytes of a text, a blob or a row that SQLite hands out: no mask and no journal part comes near."""


def open_writer(path: Path) -> sqlite3.Connection:
    """The writing connection: WAL, every commit on the disk before it returns, foreign keys on.

    The caller holds the lock. Raises ProjectError before SQLite sees the file when that would not be safe.
    """
    side_files.check(path)
    connection = _connect(path, "mode=rw")
    try:
        check_application(connection, path)  # before the first byte is changed
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.close()  # its locks would end when the file is closed after the change
            side_files.mark_as_wal(path)
            connection = _connect(path, "mode=rw")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_size_limit = {64 << 20}")
        connection.set_authorizer(_writer_may)
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: Path) -> BoundedConnection:
    """A connection that changes nothing and sees every commit as soon as it is done.

    It may write beside the file where it is allowed to: the last one who closes leaves no side files. In a
    read-only folder, where SQLite cannot put its shared memory, a cleanly closed file is still read.
    Raises ProjectError before SQLite sees the file when that would not be safe.
    """
    side_files.check(path)
    try:
        return _open_reader(path, "mode=rw")
    except sqlite3.OperationalError as error:
        clean = not side_files.wal_path(path).exists()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
    return _open_reader(path, "mode=ro&immutable=1" if clean else "mode=ro")


def copy_compact(path: Path, target: Path) -> None:
    """Write what a project holds to an empty file, without its free pages: a stranger's file may have any
    number of them, all holes. Others read and write meanwhile.

    Look the structure over before: pages that lead in circles are copied until the time is over. Raises
    ProjectError, sqlite3.Error.
    """
    with contextlib.closing(open_reader(path)) as connection:
        connection.set_authorizer(_may_all)  # SQLite attaches the new file and makes its tables there
        connection.execute("PRAGMA query_only = OFF")  # which is a matter of the connection, not of a file
        connection.execute("VACUUM INTO ?", (str(target),))


def _may_all(*_: object) -> int:
    return sqlite3.SQLITE_OK


def _open_reader(path: Path, options: str) -> BoundedConnection:
    connection = _connect(path, options)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT name FROM sqlite_schema LIMIT 1").fetchone()
        connection.set_authorizer(_reader_may)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(path: Path, options: str) -> BoundedConnection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
        factory=BoundedConnection,
    )
    try:
        with contextlib.suppress(OSError):  # SQLite says it in its own words
            connection.allow_for(path)
        harden(connection)
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection


def harden(connection: sqlite3.Connection) -> None:
    """Let nothing that stands in a file act: no functions in its schema, no writing around the schema."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1)  # no project has a trigger
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1)  # for VACUUM
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA mmap_size = 0")  # a file that is cut while it is mapped ends the process
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_VIEW, False)


_READER_ACTIONS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_TRANSACTION}
)
_READER_PRAGMAS = frozenset(
    {"application_id", "user_version", "quick_check", "integrity_check", "data_version"}
)
_FUNCTIONS = frozenset({"count", "min", "max", "sum", "coalesce", "instr", "typeof", "length"})
_WRITER_MAY_NOT = frozenset(
    {
        *(sqlite3.SQLITE_CREATE_TRIGGER, sqlite3.SQLITE_CREATE_TEMP_TRIGGER, sqlite3.SQLITE_CREATE_VIEW),
        *(sqlite3.SQLITE_CREATE_TEMP_VIEW, sqlite3.SQLITE_CREATE_VTABLE, sqlite3.SQLITE_RECURSIVE),
    }
)


def _reader_may(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """What a reading connection may do; SQLite asks for each statement when it is prepared."""
    allowed = action in _READER_ACTIONS or (action == sqlite3.SQLITE_PRAGMA and first in _READER_PRAGMAS)
    if action == sqlite3.SQLITE_FUNCTION:
        allowed = (second or "").lower() in _FUNCTIONS
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _writer_may(action: int, *_: str | None) -> int:
    """What the writing connection may do: no statement of ours makes what these actions make."""
    return sqlite3.SQLITE_DENY if action in _WRITER_MAY_NOT else sqlite3.SQLITE_OK


def is_io_error(error: BaseException) -> bool:
    """Whether the file itself failed, so that its connections may be stale."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


@contextlib.contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite reports about this file into ProjectError."""
    try:
        yield
    except sqlite3.ProgrammingError:  # wrong use of the API: a bug
        raise
    except sqlite3.Error as error:
        raise project_error(path, error) from error
    except MemoryError as error:
        raise ProjectError(
            "There is not enough memory to read {path}.", "Close other programs.", path=path
        ) from error
    except UnicodeDecodeError as error:  # of its own message, which shows a part of the damaged schema
        raise ProjectError(
            "{path} is damaged: its tables are described in bytes that are no text.",
            "Go back to a copy of it.",
            path=path,
        ) from error


_MEANINGLESS = (
    zlib.error,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    OverflowError,
)
"""What is raised where a file holds other kinds of values than it must."""


@contextlib.contextmanager
def damage_errors(path: Path) -> Iterator[None]:
    """Turn content of the file that makes no sense into ProjectError; only around what the file says."""
    try:
        yield
    except _MEANINGLESS as error:
        raise ProjectError(
            "{path} is damaged: a value in it cannot be read ({error}).",
            "Go back to a copy of it.",
            path=path,
            error=error,
        ) from error


def no_identity(path: Path) -> ProjectError:
    """A project whose row on itself is gone."""
    return ProjectError(
        "{path} is damaged: it does not say which project it is.",
        "Go back to a copy of it. A repair takes what is whole into a new file: see the guide on projects.",
        command=("slimsam", "project", "repair", path, "NEW.slimsam"),
        path=path,
    )


@contextlib.contextmanager
def value_errors(path: Path) -> Iterator[None]:
    """Turn values that SQLite cannot hold into ProjectError."""
    try:
        yield
    except OverflowError as error:
        raise ProjectError(
            "A number is too large for {name}.", "Whole numbers go up to 2^63 - 1.", name=path.name
        ) from error
    except UnicodeEncodeError as error:
        raise ProjectError(
            "A text cannot be stored in {name}: {error}.",
            "Write it in valid Unicode.",
            name=path.name,
            error=error,
        ) from error


def _numbers_are_used_up(path: Path) -> bool:
    """Whether this is why SQLite takes no more rows, for which it has the same words as for a full disk."""
    try:
        with contextlib.closing(open_reader(path)) as connection:
            found = connection.execute("SELECT 1 FROM sqlite_sequence WHERE seq >= ?", ((1 << 63) - 1,))
            return found.fetchone() is not None
    except (sqlite3.Error, ProjectError, OSError):
        return False


def project_error(path: Path, error: sqlite3.Error) -> ProjectError:
    """The words for an error of SQLite."""
    if isinstance(error, TooManyRows):
        return ProjectError(
            "{path} is damaged: its rows hold far more than the whole file, as if they shared their texts.",
            "Go back to a copy of it.",
            path=path,
        )
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL and _numbers_are_used_up(path):
        return ProjectError(
            "{path} cannot be changed: the numbers of its changes are used up.",
            "A repair takes what is whole into a new file: see the guide on projects.",
            path=path,
        )
    if code == sqlite3.SQLITE_FULL:
        return ProjectUnavailable(
            "The disk of {path} is full; the change was not saved.",
            "Free some space, then try again.",
            path=path,
        )
    if code == sqlite3.SQLITE_READONLY:
        return ProjectUnavailable(
            "{path} cannot be written.", "Check the permissions of the file and of its folder.", path=path
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ProjectUnavailable(
            "{path} is locked by another program.", "Close that program, then try again.", path=path
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return ProjectUnavailable(
            "{path} cannot be opened.", "Check that the file and its folder still exist.", path=path
        )
    if code == sqlite3.SQLITE_IOERR:
        return ProjectUnavailable(
            "{path} cannot be read or written: {error}.",
            "Check the disk or the share, then try again.",
            path=path,
            error=error,
        )
    if code == sqlite3.SQLITE_NOTADB:
        return ProjectError("{path} is not a project file.", "Choose a SlimSAM project file.", path=path)
    if code == sqlite3.SQLITE_INTERRUPT:
        return ProjectError(
            "{path} is damaged: reading it takes longer than any whole file of its size, as "
            "if its pages led in circles.",
            "Go back to a copy of it.",
            path=path,
        )
    if code == sqlite3.SQLITE_CONSTRAINT:
        return ProjectError(
            "The change does not fit {name}: {error}.", "Nothing was changed.", name=path.name, error=error
        )
    return ProjectError("{path} is damaged: {error}.", "Go back to a copy of it.", path=path, error=error)
