"""What a safetensors file says of itself, and what is really in it, read without torch."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from slimsam_core.errors import CheckpointError

MAX_HEADER_BYTES = 100_000_000
"""The limit of the safetensors format itself."""

_DTYPES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16",
    "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip
"""What safetensors and torch call a type of numbers."""


def weights_digest(
    arch: dict[str, Any], tensors: Iterable[tuple[str, str, tuple[int, ...], bytes | memoryview]]
) -> str:
    """SHA-256 (hex) over an architecture and weights, the one definition of a model's content hash.

    ``arch``: ``ArchSpec.to_json()``, whose name does not count. ``tensors``: name, type in torch's words
    (``float32``), shape and bytes (little-endian, row-major), sorted by name.
    """
    digest = hashlib.sha256(json.dumps({**arch, "name": ""}, sort_keys=True).encode())
    for name, dtype, shape, data in tensors:
        digest.update(f"{name} torch.{dtype} {shape}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def read_header(path: Path) -> dict[str, str] | None:
    """A safetensors file's metadata without its tensors, None for other forms. Raises CheckpointError."""
    try:
        with path.open("rb") as file:
            header = _header(path, file)
    except IsADirectoryError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error
    if header is None:
        return None
    metadata = header.get("__metadata__")
    return metadata if isinstance(metadata, dict) else {}


def native_digest(path: Path) -> str | None:
    """The content hash of the weights that a file of our own form holds now, whatever its header claims.

    Reads the whole file, tensor by tensor. None for other forms. Raises CheckpointError.
    """
    try:
        with path.open("rb") as file:
            header = _header(path, file)
            start = file.tell()
            try:
                metadata = (header or {}).pop("__metadata__")
                arch, _ = dict(json.loads(metadata["arch"])), metadata["model_hash"]
                entries = [_entry(name, header[name]) for name in sorted(header)] if header else []
            except (KeyError, TypeError, ValueError):
                return None

            def data(first: int, end: int) -> bytes:
                file.seek(start + first)
                return file.read(end - first)

            return weights_digest(
                arch, ((name, dtype, shape, data(*span)) for name, dtype, shape, span in entries)
            )
    except IsADirectoryError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def _entry(name: str, entry: dict[str, Any]) -> tuple[str, str, tuple[int, ...], tuple[int, int]]:
    """Name, type, shape and place of a tensor. Raises KeyError, TypeError, ValueError for a broken entry."""
    first, end = map(int, entry["data_offsets"])
    return name, _DTYPES[entry["dtype"]], tuple(map(int, entry["shape"])), (first, end)


def _header(path: Path, file: BinaryIO) -> dict[str, Any] | None:
    """The header of an open safetensors file, which is left at the first tensor; None for other forms."""
    length = int.from_bytes(file.read(8), "little")
    size = os.fstat(file.fileno()).st_size
    if not 2 <= length <= min(MAX_HEADER_BYTES, size - 8):
        return None
    try:
        header = json.loads(file.read(length))
    except (UnicodeDecodeError, json.JSONDecodeError):
        return None
    if not isinstance(header, dict):
        return None
    if isinstance(header.get("__metadata__"), dict):
        wanted = 8 + length + _tensor_bytes(header)
        if size != wanted:
            raise CheckpointError(
                f"{path} is cut off or damaged.",
                "Download or copy it again.",
                expected=f"{wanted:,} bytes",
                found=f"{size:,}",
            )
    return header


def _tensor_bytes(header: dict[str, Any]) -> int:
    """The bytes of all tensors, as the header of a safetensors file says."""
    ends = [0]
    for entry in header.values():
        offsets = entry.get("data_offsets") if isinstance(entry, dict) else None
        if isinstance(offsets, list) and len(offsets) == 2 and isinstance(offsets[1], int):
            ends.append(offsets[1])
    return max(ends)


def _unreadable(path: Path, error: OSError) -> CheckpointError:
    return CheckpointError(f"{path} cannot be read: {error.strerror}.", "Check the path.")
