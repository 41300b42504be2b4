"""Connections to a project file, and SQLite's errors in words."""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

from slimsam_core.errors import ProjectError, ProjectUnavailable

BUSY_TIMEOUT_S = 5.0
CACHE_KIB = 32 * 1024


def open_writer(path: Path) -> sqlite3.Connection:
    """The writing connection: WAL, every commit on the disk before it returns, foreign keys on."""
    connection = sqlite3.connect(
        f"{_uri(path)}?mode=rw",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute(f"PRAGMA journal_size_limit = {64 << 20}")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing and sees every commit as soon as it is done.

    It may write beside the file where it is allowed to: the last one who closes leaves no side files. In a
    read-only folder, where SQLite cannot put its shared memory, a cleanly closed file is still read.
    """
    try:
        return _open_reader(path, "mode=rw")
    except sqlite3.OperationalError as error:
        clean = not wal_path(path).exists()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
    return _open_reader(path, "mode=ro&immutable=1" if clean else "mode=ro")


def _open_reader(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{_uri(path)}?{options}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def wal_path(path: Path) -> Path:
    """SQLite's write-ahead log beside the project; there as long as the project is open."""
    return path.with_name(path.name + "-wal")


def is_io_error(error: BaseException) -> bool:
    """Whether the file itself failed, so that its connections may be stale."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def _uri(path: Path) -> str:
    return path.absolute().as_uri()


@contextlib.contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite reports about this file into ProjectError."""
    try:
        yield
    except sqlite3.ProgrammingError:  # wrong use of the API: a bug
        raise
    except sqlite3.Error as error:
        raise project_error(path, error) from error


@contextlib.contextmanager
def damage_errors(path: Path) -> Iterator[None]:
    """Turn content of the file that makes no sense into ProjectError; only around what the file says."""
    try:
        yield
    except (zlib.error, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ProjectError(
            f"{path} is damaged: a value in it cannot be read ({error}).", "Go back to a copy of it."
        ) from error


@contextlib.contextmanager
def value_errors(path: Path) -> Iterator[None]:
    """Turn values that SQLite cannot hold into ProjectError."""
    try:
        yield
    except OverflowError as error:
        raise ProjectError(
            f"A number is too large for {path.name}.", "Whole numbers go up to 2^63 - 1."
        ) from error
    except UnicodeEncodeError as error:
        raise ProjectError(
            f"A text cannot be stored in {path.name}: {error}.", "Write it in valid Unicode."
        ) from error


def project_error(path: Path, error: sqlite3.Error) -> ProjectError:
    """The words for an error of SQLite."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return ProjectUnavailable(
            f"The disk of {path} is full; the change was not saved.", "Free some space, then try again."
        )
    if code == sqlite3.SQLITE_READONLY:
        return ProjectUnavailable(
            f"{path} cannot be written.", "Check the permissions of the file and of its folder."
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ProjectUnavailable(
            f"{path} is locked by another program.", "Close that program, then try again."
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return ProjectUnavailable(
            f"{path} cannot be opened.", "Check that the file and its folder still exist."
        )
    if code == sqlite3.SQLITE_IOERR:
        return ProjectUnavailable(
            f"{path} cannot be read or written: {error}.", "Check the disk or the share, then try again."
        )
    if code == sqlite3.SQLITE_NOTADB:
        return ProjectError(f"{path} is not a project file.", "Choose a SlimSAM project file.")
    if code == sqlite3.SQLITE_CONSTRAINT:
        return ProjectError(f"The change does not fit {path.name}: {error}.", "Nothing was changed.")
    return ProjectError(f"{path} is damaged: {error}.", "Go back to a copy of it.")
