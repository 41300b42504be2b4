"""Qt's own record of a window's place and panels as text among the settings, with a checksum.

Qt believes what it is given: a record with a few other bytes ends the program, then at each start.
"""

from __future__ import annotations

import hashlib
import re

from PySide6.QtCore import QByteArray, QPoint, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_CHECKSUM_BYTES = 8
_PLACE = re.compile(r"(-?\d{1,6}),(-?\d{1,6})(?:,(\d{1,6}),(\d{1,6}))?")
"""Six digits: no desktop is wider, and no more than Qt can take."""


def to_text(record: QByteArray) -> str:
    """A record of ``saveState`` or ``saveGeometry`` as it is stored."""
    data = bytes(record.toBase64().data())
    return f"{_checksum(data)}:{data.decode('ascii')}"


def from_text(text: str) -> QByteArray:
    """What ``to_text`` was given; empty, which Qt refuses, for everything else."""
    checksum, _, data = text.partition(":")
    whole = checksum == _checksum(data.encode("utf-8", "replace"))
    return QByteArray.fromBase64(data.encode()) if whole else QByteArray()


def place_of(window: QWidget) -> str:
    """Where a window stands, and how much room its screen has."""
    room = window.screen().availableSize()
    return f"{window.x()},{window.y()},{room.width()},{room.height()}"


def go_back(window: QWidget, place: str) -> None:
    """Move to what ``place_of`` said, if a screen has that place; anything else is left alone.

    To the very pixel, as Qt takes for a title bar what the style says and moves the window below it. On a
    screen with other room, or with larger letters, to where none of the window is cut.
    """
    found = _PLACE.fullmatch(place)
    if found is None or window.isMaximized():
        return
    corner = QPoint(int(found[1]), int(found[2]))
    for room in (screen.availableGeometry() for screen in QGuiApplication.screens()):
        if room.contains(corner):
            if found[3] and QSize(int(found[3]), int(found[4])) != room.size():
                corner.setX(max(room.left(), min(corner.x(), room.right() + 1 - window.width())))
                corner.setY(max(room.top(), min(corner.y(), room.bottom() + 1 - window.height())))
            window.move(corner)
            return


def _checksum(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=_CHECKSUM_BYTES).hexdigest()
