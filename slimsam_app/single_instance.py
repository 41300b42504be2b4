"""One window for each user and display: a second start hands its paths over to the window that is there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from slimsam_core.files.foreign import parse_json

_CONNECT_MS = 3000
"""Nobody listens: the system says so at once, but on a Windows pipe that is just taken."""
_ANSWER_MS = 10_000
"""How long a start waits for the window that is there: beside a compression on two busy cores one took more
than three seconds, and a second window met a project that it could only read."""

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


class Listener(QObject):
    """Hears later starts. ``asked`` has their paths, none for a start without any.

    ``is_busy`` tells whether a question is open, so that nothing can be opened now.
    """

    asked = Signal(list)

    def __init__(self, where: str, is_busy: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._is_busy = is_busy
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        if _is_heard(where):  # Qt would take its address
            return
        if not self._server.listen(where) and os.name != "nt":
            QLocalServer.removeServer(where)  # of a window that was killed
            self._server.listen(where)

    def close(self) -> None:
        """Stop; the address is free."""
        self._server.close()

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
