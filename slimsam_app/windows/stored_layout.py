"""Qt's own record of a window's place and panels as text among the settings, with a checksum.

Qt believes what it is given: a record with a few other bytes ends the program, then at each start.
"""

from __future__ import annotations

import hashlib

from PySide6.QtCore import QByteArray

_CHECKSUM_BYTES = 8


def to_text(record: QByteArray) -> str:
    """A record of ``saveState`` or ``saveGeometry`` as it is stored."""
    data = bytes(record.toBase64().data())
    return f"{_checksum(data)}:{data.decode('ascii')}"


def from_text(text: str) -> QByteArray:
    """What ``to_text`` was given; empty, which Qt refuses, for everything else."""
    checksum, _, data = text.partition(":")
    whole = checksum == _checksum(data.encode("utf-8", "replace"))
    return QByteArray.fromBase64(data.encode()) if whole else QByteArray()


def _checksum(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=_CHECKSUM_BYTES).hexdigest()
