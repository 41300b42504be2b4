"""One writer a project: a lock of the operating system on a file beside it, gone with its process."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from slimsam_core.errors import ProjectError

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


class ProjectBusy(ProjectError):
    """Somebody else holds the lock; the message says who."""

    def __init__(self, message: str, hint: str, host: str) -> None:
        super().__init__(message, hint)
        self.host = host


class WriterLock:
    """Held from construction until ``release``. Raises ProjectBusy when another holds it, OSError when the
    folder does not allow a lock file."""

    def __init__(self, project_path: Path) -> None:
        self.path = project_path.with_name(project_path.name + ".lock")
        while True:
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
            try:
                _try_lock(fd)
                if not self._still_there(fd):
                    os.close(fd)  # its last holder removed it between our open and our lock
                    continue
                os.ftruncate(fd, 0)
                owner = {"host": socket.gethostname(), "pid": os.getpid(), "since": _now()}
                os.lseek(fd, 0, os.SEEK_SET)
                os.write(fd, json.dumps(owner).encode())
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
            owner = json.loads(self.path.read_bytes())
            host, who = owner["host"], f"process {owner['pid']} on {owner['host']} since {owner['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            host, who = socket.gethostname(), "another process"
        return ProjectBusy(
            f"{project_path.name} is open in another window ({who}).",
            "It can be looked at here; close it there to edit it here.",
            host,
        )


def _now() -> str:
    return datetime.now(UTC).astimezone().strftime("%Y-%m-%d %H:%M")
