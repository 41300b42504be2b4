"""One writer a project: a lock of the operating system on a file beside it, gone with its process."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from slimsam_core.errors import ProjectError
from slimsam_core.files.foreign import parse_json
from slimsam_core.files.plain_file import NotPlain, open_plain
from slimsam_core.sentences import sentence

_OWNER_BYTES = 4096
"""What is read of a lock file: a host name has at most 255 characters."""

_NAME_CHARS = 255

_LOCKED_BYTE = 1 << 30  # far behind the text: Windows keeps others from reading a locked range

if sys.platform == "win32":
    import msvcrt

    def _try_lock(fd: int) -> None:
        os.lseek(fd, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(fd: int) -> None:
        # flock belongs to the open file, so it also keeps two windows of one process apart
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


def lock_path(path: Path) -> Path:
    """The lock file of what lies at ``path``."""
    return path.with_name(path.name + ".lock")


class ProjectBusy(ProjectError):
    """Somebody else holds the lock; the message says who."""

    def __init__(self, message: str, hint: str, host: str) -> None:
        super().__init__(message, hint)
        self.host = host


class WriterLock:
    """Held from construction until ``release``. Raises ProjectBusy when another holds it, OSError when the
    folder does not allow a lock file or something else stands at its name (a link, another person's file)."""

    def __init__(self, project_path: Path) -> None:
        self.path = lock_path(project_path)
        while True:
            fd = open_plain(self.path, os.O_RDWR | os.O_CREAT)
            try:
                _check_owner(fd, project_path)
                _try_lock(fd)
                if not self._still_there(fd):
                    os.close(fd)  # its last holder removed it between our open and our lock
                    continue
                os.ftruncate(fd, 0)
                owner = {"host": socket.gethostname(), "pid": os.getpid(), "since": _now()}
                os.lseek(fd, 0, os.SEEK_SET)
                os.write(fd, json.dumps(owner).encode())
            except NotPlain:
                os.close(fd)
                raise
            except (BlockingIOError, PermissionError) as error:
                os.close(fd)
                raise self._busy(project_path) from error
            except BaseException:
                os.close(fd)
                raise
            self._fd: int | None = fd
            return

    def release(self) -> None:
        """Let the next one write. Calling it twice does nothing."""
        if self._fd is None:
            return
        if sys.platform == "win32":
            os.close(self._fd)
            with contextlib.suppress(OSError):  # a waiting one has it open: it will use the same file
                self.path.unlink()
        else:
            if self._still_there(self._fd):
                with contextlib.suppress(
                    OSError
                ):  # a vanished or read-only folder: the lock ends all the same
                    self.path.unlink()
            os.close(self._fd)
        self._fd = None

    def in_place(self) -> bool:
        """Whether others meet this lock; not so after its file or folder was removed or replaced."""
        return self._fd is not None and self._still_there(self._fd)

    def _still_there(self, fd: int) -> bool:
        try:
            return os.path.samestat(self.path.stat(), os.fstat(fd))
        except OSError:
            return False

    def _busy(self, project_path: Path) -> ProjectBusy:
        try:
            owner = parse_json(_read_owner(self.path))
            host, since = str(owner["host"])[:_NAME_CHARS], str(owner["since"])[:_NAME_CHARS]
            who = sentence(
                "process {number} on {host} since {since}",
                number=str(int(owner["pid"])),
                host=host,
                since=since,
            )
        except (OSError, ValueError, KeyError, TypeError, OverflowError):
            host, who = socket.gethostname(), sentence("another process")
        return ProjectBusy(
            sentence("{name} is open in another window ({who}).", name=project_path.name, who=who),
            "It can be looked at here; close it there to edit it here.",
            host,
        )


def _read_owner(path: Path) -> bytes:
    fd = open_plain(path, os.O_RDONLY)
    try:
        return os.read(fd, _OWNER_BYTES)
    finally:
        os.close(fd)


def _check_owner(fd: int, project_path: Path) -> None:
    """Only our own lock file is emptied, or one of whom the project belongs to (shares map owners)."""
    if sys.platform != "win32":
        owner = os.fstat(fd).st_uid
        if owner != os.geteuid() and owner != project_path.stat().st_uid:
            raise NotPlain(errno.EPERM, "it is another person's file", str(lock_path(project_path)))


def _now() -> str:
    return datetime.now(UTC).astimezone().strftime("%Y-%m-%d %H:%M")
