"""Cache files that prove to be whole: magic, JSON header, payload, BLAKE2b-128 of all of it."""

from __future__ import annotations

import hashlib
import json
import mmap
import struct
from pathlib import Path
from typing import Any

from slimsam_core.files.atomic import atomic_path
from slimsam_core.files.foreign import parse_json

_CHECKSUM_BYTES = 16


def write_checked(
    path: Path, magic: bytes, header: dict[str, Any], *payload: bytes | memoryview, flush: bool = True
) -> int:
    """Write a file whole or not at all and return its size in bytes; ``flush``: see ``atomic_path``. Raises
    OutputError."""
    text = json.dumps(header).encode()
    digest = hashlib.blake2b(digest_size=_CHECKSUM_BYTES)
    size = 0
    with atomic_path(path, flush=flush) as temporary, temporary.open("wb") as file:
        for part in (magic, struct.pack("<I", len(text)), text, *payload):
            digest.update(part)
            size += file.write(part)
        size += file.write(digest.digest())
    return size


def parse_checked(data: bytes | mmap.mmap, magic: bytes) -> tuple[dict[str, Any], memoryview] | None:
    """Header and payload of what ``write_checked`` wrote; None for anything else."""
    body, checksum = memoryview(data)[:-_CHECKSUM_BYTES], data[-_CHECKSUM_BYTES:]
    start = len(magic) + 4
    if len(body) < start or body[: len(magic)] != magic:
        return None
    if hashlib.blake2b(body, digest_size=_CHECKSUM_BYTES).digest() != checksum:
        return None
    end = start + struct.unpack_from("<I", body, len(magic))[0]
    try:
        header = parse_json(body[start:end])
    except ValueError:
        return None
    return (header, body[end:]) if isinstance(header, dict) else None
