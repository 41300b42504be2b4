"""One window for each user and display: a second start hands its paths over to the window that is there."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from slimsam_core.files.foreign import parse_json
from slimsam_core.files.lock import ProjectBusy, WriterLock

_CONNECT_MS = 3000
"""Nobody listens: the system says so at once, but on a Windows pipe that is just taken."""
_ANSWER_MS = 10_000
"""How long a start waits for the window that is there: beside a compression on two busy cores one took more
than three seconds, and a second window met a project that it could only read."""

_AGAIN_MS = 3000
"""How often a further window looks whether the one that listens has ended: nobody starts the program again
faster than that by hand."""
_MAX_BYTES = 1 << 20
"""Ten thousand long paths; what is longer is no start of ours."""

_TAKEN, _BUSY = b"taken\n", b"busy\n"

_TOKEN = "XDG_ACTIVATION_TOKEN"
"""With it a Wayland desktop lets the older window come forward; Qt reads it from the environment."""


def hand_over(where: str, paths: Sequence[Path]) -> bool:
    """Ask the window that listens at ``where`` to open ``paths`` (none: to come forward); whether it does."""
    socket = QLocalSocket()
    socket.connectToServer(where)
    if not socket.waitForConnected(_CONNECT_MS):
        return False
    token = os.environ.get(_TOKEN, "")
    message = {"paths": [str(path.absolute()) for path in paths], "token": token}
    socket.write(json.dumps(message).encode() + b"\n")
    while not socket.canReadLine():
        if not socket.waitForReadyRead(_ANSWER_MS):
            return False
    return socket.readLine().data() == _TAKEN


def _is_heard(where: str) -> bool:
    """Whether a window listens there, busy or not."""
    socket = QLocalSocket()
    socket.connectToServer(where)
    found = socket.waitForConnected(_CONNECT_MS)
    socket.abort()
    return found


def _lock_place(where: str) -> Path:
    """What the lock lies beside: the address, or on Windows, where that is no file, a name in this user's own
    temporary folder."""
    return Path(where) if os.name != "nt" else Path(tempfile.gettempdir()) / where


class Listener(QObject):
    """Hears later starts. ``asked`` has their paths, none for a start without any.

    ``is_busy`` tells whether a question is open, so that nothing can be opened now. Of several windows the
    one that holds the lock beside the address listens; another takes it over when that ends. Without the lock
    two that started at once both listened: Qt puts its socket in the place of one that is there, and whoever
    closed took the address away from the other.
    """

    asked = Signal(list)

    def __init__(self, where: str, is_busy: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._is_busy = is_busy
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        self._where = where
        self._lock: WriterLock | None = None
        self._again = QTimer(self, interval=_AGAIN_MS)
        self._again.timeout.connect(self._listen)
        self._again.start()
        self._listen()

    def close(self) -> None:
        """Stop; the address is free, if it was this window's."""
        self._again.stop()
        self._server.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _listen(self) -> None:
        """Take the address unless another window has it."""
        try:
            lock = WriterLock(_lock_place(self._where))
        except (ProjectBusy, OSError):  # another one, or no place for a lock: then nobody listens
            return
        if _is_heard(self._where):  # a window of an older version, which takes no lock
            lock.release()
            return
        if os.name != "nt":
            QLocalServer.removeServer(self._where)  # of a window that was killed
        if not self._server.listen(self._where):
            lock.release()  # tried again, by this window or another one
            return
        self._lock = lock
        self._again.stop()

    def _answer(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.setReadBufferSize(_MAX_BYTES)
            socket.setParent(self)
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)

    def _read(self) -> None:
        socket = self.sender()
        assert isinstance(socket, QLocalSocket)
        if not socket.canReadLine():
            if socket.bytesAvailable() >= _MAX_BYTES:
                socket.abort()
            return
        try:
            message = parse_json(socket.readLine().data())
            paths = [Path(text) for text in message["paths"] if isinstance(text, str)]
            token = message["token"]
        except (ValueError, TypeError, KeyError):
            socket.abort()
            return
        busy = self._is_busy()
        socket.write(_BUSY if busy else _TAKEN)
        socket.flush()
        if not busy:
            if isinstance(token, str) and token.isprintable() and token:
                os.environ[_TOKEN] = token
            self.asked.emit(paths)
