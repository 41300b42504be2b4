"""The files that SQLite keeps beside a project, looked at before SQLite is: it trusts what it finds there.

``-wal`` and ``-shm`` belong to a project that is open. A ``-journal`` never does: from its last bytes SQLite
takes the name of a further file ("super-journal"), opens it and may delete it, while it only opens a project.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from slimsam_core.errors import ProjectError
from slimsam_core.files.plain_file import NotPlain, check_plain, open_plain

_HEADER_BYTES = 100  # SQLite's: see the last of these lines
_MAGIC = b"SQLite format 3\0"
_FORMATS = slice(18, 20)  # bytes 18 and 19
_ROLLBACK, _WAL = b"\1\1", b"\2\2"
_CHANGES, _VALID_FOR = slice(24, 28), slice(92, 96)
"""File format, https://www.sqlite.org/fileformat2.html, section 1.3: big-endian."""


def wal_path(path: Path) -> Path:
    """SQLite's write-ahead log beside the project; there as long as the project is open."""
    return path.with_name(path.name + "-wal")


def true_path(path: Path | str) -> Path:
    """The absolute path of the project file itself where ``path`` is a link: one file has one lock."""
    path = Path(path).absolute()
    try:
        return path.resolve() if path.is_symlink() else path
    except (OSError, RuntimeError) as error:  # a link that leads to itself
        raise ProjectError(
            "{path} is a link that leads nowhere.", "Open the project file itself.", path=path
        ) from error


def check(path: Path) -> None:
    """Refuse a project that SQLite must not be shown. Raises ProjectError; changes nothing."""
    journal = path.with_name(path.name + "-journal")
    if os.path.lexists(journal):
        raise ProjectError(
            "{journal} lies beside the project. A project of this program never has such a "
            "file, and with it there opening the project could delete or change other files.",
            "Move that file away, then open the project again.",
            journal=journal,
        )
    for beside in (wal_path(path), path.with_name(path.name + "-shm")):
        try:
            check_plain(beside)
        except NotPlain as error:
            raise ProjectError(
                "{beside} cannot be used: {strerror}.",
                "Move it away, then open the project again.",
                beside=beside,
                strerror=error.strerror,
            ) from error
    try:
        mode = path.stat().st_mode
    except OSError:
        return  # SQLite says it in its own words
    if not stat.S_ISREG(mode):
        raise ProjectError("{path} is not a file.", "Choose a SlimSAM project file.", path=path)


def mark_as_wal(path: Path) -> None:
    """Turn a file with a rollback journal (a copy, say) into one with a write-ahead log, as SQLite does.

    SQLite itself would write a ``-journal`` to change these bytes, and a crash would leave it there. The
    caller holds the lock, and this process has no connection to the file: closing it here would end the
    locks of that connection. Anything that is no such database is left alone.
    """
    try:
        fd = open_plain(path, os.O_RDWR)
    except OSError:
        return  # SQLite says it in its own words
    try:
        header = bytearray(os.read(fd, _HEADER_BYTES))
        if len(header) < _HEADER_BYTES or header[:16] != _MAGIC or header[_FORMATS] != _ROLLBACK:
            return
        header[_FORMATS] = _WAL
        changes = (int.from_bytes(header[_CHANGES], "big") + 1) & 0xFFFFFFFF
        header[_CHANGES] = header[_VALID_FOR] = changes.to_bytes(4, "big")
        os.lseek(fd, 0, os.SEEK_SET)
        os.write(fd, header)
        os.fsync(fd)
    finally:
        os.close(fd)
