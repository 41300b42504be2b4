"""What a safetensors file says of itself, and what is really in it, read without torch.

Every file of this form passes here before anything else looks at it: what the header says must fit together
and lie inside the file.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeGuard

import numpy as np

from slimsam_core.errors import CheckpointError
from slimsam_core.files.foreign import open_regular, parse_json
from slimsam_core.files.machine_memory import is_more_than_free
from slimsam_core.files.stored_array import StoredArray, storage_type
from slimsam_core.sentences import sentence

MAX_HEADER_BYTES = 16 << 20
"""SAM ViT-H has 0.1 MB; the format's own limit of 100 MB would take a gigabyte to read."""
MAX_WEIGHT_BYTES = 16_000_000_000
"""SAM ViT-H has 2.6 GB, with the state of its optimiser three times as much."""
MAX_TENSORS = 20_000
"""SAM ViT-H has 722."""
MAX_TENSOR_NAME = 300
"""Letters; the longest name of SAM has 75."""
_PIECE = 1 << 20
"""Bytes that are hashed at a time: a tensor may be as large as the file says, and that is cheaply said."""

_DTYPES = {
    "F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16",
    "I64": "int64", "I32": "int32", "I16": "int16", "I8": "int8", "U8": "uint8", "BOOL": "bool",
}  # fmt: skip
"""What safetensors and torch call a type of numbers."""
_ITEM_BYTES = {
    "F64": 8,
    "F32": 4,
    "F16": 2,
    "BF16": 2,
    "I64": 8,
    "I32": 4,
    "I16": 2,
    "I8": 1,
    "U8": 1,
    "BOOL": 1,
}


@dataclass(frozen=True)
class StoredTensor:
    """Type in safetensors' words (``F32``), shape, and place in the file (bytes from its beginning)."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True)
class WeightsHeader:
    """The header of a safetensors file, checked: texts by name, tensors by name."""

    metadata: Mapping[str, str] = field(default_factory=dict)
    tensors: Mapping[str, StoredTensor] = field(default_factory=dict)


def weights_digest(
    arch: dict[str, Any], tensors: Iterable[tuple[str, str, tuple[int, ...], Iterable[bytes | memoryview]]]
) -> str:
    """SHA-256 (hex) over an architecture and weights, the one definition of a model's content hash.

    ``arch``: ``ArchSpec.to_json()``, whose name does not count. ``tensors``: name, type in torch's words
    (``float32``), shape and bytes (little-endian, row-major, in any pieces), sorted by name.
    """
    digest = hashlib.sha256(json.dumps({**arch, "name": ""}, sort_keys=True).encode())
    for name, dtype, shape, data in tensors:
        digest.update(f"{name} torch.{dtype} {shape}\n".encode())
        for piece in data:
            digest.update(piece)
    return digest.hexdigest()


def read_header(path: Path) -> dict[str, str] | None:
    """A safetensors file's metadata without its tensors, None for other forms. Raises CheckpointError."""
    header = weights_header(path)
    return None if header is None else dict(header.metadata)


def weights_header(path: Path) -> WeightsHeader | None:
    """The checked header of a safetensors file, None for other forms and for folders. Raises CheckpointError
    for one that is cut off, damaged, or larger than any model."""
    try:
        with open_regular(path) as file:
            return _header(path, file)
    except IsADirectoryError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def native_digest(path: Path) -> str | None:
    """The content hash of the weights that a file of our own form holds now, whatever its header claims.

    Reads the whole file, in pieces. None for other forms. Raises CheckpointError.
    """
    try:
        with open_regular(path) as file:
            header = _header(path, file)
            if header is None or "model_hash" not in header.metadata:
                return None
            try:
                arch = dict(parse_json(header.metadata["arch"]))
            except (KeyError, TypeError, ValueError):
                return None

            def data(tensor: StoredTensor) -> Iterator[bytes]:
                file.seek(tensor.start)
                for start in range(tensor.start, tensor.end, _PIECE):
                    yield file.read(min(_PIECE, tensor.end - start))

            entries = sorted(header.tensors.items())
            return weights_digest(arch, ((n, _DTYPES[t.dtype], t.shape, data(t)) for n, t in entries))
    except IsADirectoryError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def read_arrays(path: Path) -> tuple[dict[str, StoredArray], dict[str, str]] | None:
    """Every array of a safetensors file by name, and its metadata; None for other forms. Raises
    CheckpointError, MemoryError, also where the arrays need more than is free."""
    try:
        with open_regular(path) as file:
            header = _header(path, file)
            if header is None:
                return None
            if is_more_than_free(sum(tensor.end - tensor.start for tensor in header.tensors.values())):
                raise MemoryError
            return {name: _array(path, file, of) for name, of in header.tensors.items()}, dict(
                header.metadata
            )
    except IsADirectoryError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def hollow_arrays(path: Path, header: WeightsHeader) -> dict[str, StoredArray]:
    """Arrays with the types and shapes of a header and no values, which take no memory: what does not fit is
    told before anything is read. Raises CheckpointError."""
    found: dict[str, StoredArray] = {}
    for name, of in header.tensors.items():
        dtype = _DTYPES[of.dtype]
        try:
            values = np.broadcast_to(np.zeros((), storage_type(dtype)), of.shape)
        except ValueError as error:  # an axis longer than numpy counts
            raise _damaged(path, sentence("shapes of arrays"), f"{of.shape}") from error
        found[name] = StoredArray(dtype, values)
    return found


def _array(path: Path, file: BinaryIO, of: StoredTensor) -> StoredArray:
    dtype = _DTYPES[of.dtype]
    file.seek(of.start)
    data = bytearray(of.end - of.start)
    if file.readinto(data) != len(data):  # type: ignore[attr-defined]
        raise _damaged(path, sentence("{count:,} bytes", count=len(data)), sentence("its end"))
    try:
        return StoredArray(dtype, np.frombuffer(data, storage_type(dtype)).reshape(of.shape))
    except ValueError as error:  # no value in it, and an axis longer than numpy counts
        raise _damaged(path, sentence("shapes of arrays"), f"{of.shape}") from error


def check_weight_bytes(path: Path, size: int) -> int:
    """The size of a file of weights. Raises CheckpointError for one that is larger than any model."""
    if size > MAX_WEIGHT_BYTES:
        raise CheckpointError(
            "{name} is larger than any model that can be used here.",
            expected=sentence("at most {size:.0f} GB", size=MAX_WEIGHT_BYTES / 1000000000.0),
            found=f"{size / 1e9:.0f} GB",
            name=path.name,
        )
    return size


def _header(path: Path, file: BinaryIO) -> WeightsHeader | None:
    """The header of an open safetensors file; None for other forms."""
    length = int.from_bytes(file.read(8), "little")
    size = check_weight_bytes(path, os.fstat(file.fileno()).st_size)
    start = file.read(1)
    if start != b"{" or not 2 <= length <= size - 8:
        return None
    if length > MAX_HEADER_BYTES:
        raise _damaged(
            path,
            sentence("a header of at most {count:,} bytes", count=MAX_HEADER_BYTES),
            f"{length:,}",
        )
    try:
        header = parse_json(start + file.read(length - 1))
    except (UnicodeDecodeError, ValueError) as error:
        raise _damaged(path, sentence("JSON in the header"), str(error)[:200]) from error
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise _damaged(path, sentence("texts in the header's metadata"), sentence("something else"))
    if len(header) > MAX_TENSORS:
        raise _damaged(path, sentence("at most {count:,} tensors", count=MAX_TENSORS), f"{len(header):,}")
    tensors = {name: _tensor(path, name, entry, 8 + length) for name, entry in header.items()}
    wanted = max((tensor.end for tensor in tensors.values()), default=8 + length)
    if size != wanted:
        raise _damaged(path, sentence("{count:,} bytes", count=wanted), f"{size:,}")
    if sum(tensor.end - tensor.start for tensor in tensors.values()) != wanted - 8 - length:
        raise _damaged(path, sentence("tensors one behind the other"), sentence("some that overlap, or gaps"))
    return WeightsHeader(metadata, tensors)


def _tensor(path: Path, name: str, entry: Any, origin: int) -> StoredTensor:
    """Raises CheckpointError for an entry that contradicts itself."""
    values: dict[str, Any] = entry if isinstance(entry, dict) else {}
    kind, shape, offsets = values.get("dtype"), values.get("shape"), values.get("data_offsets")
    if len(name) > MAX_TENSOR_NAME or not (isinstance(kind, str) and _sizes(shape) and _sizes(offsets)):
        raise _damaged(
            path,
            sentence("type, shape and place of every tensor"),
            sentence("a broken entry for {name!r}", name=name[:60]),
        )
    if kind not in _DTYPES:
        raise _damaged(
            path,
            sentence("numbers of a type that is known here ({kinds})", kinds=", ".join(_DTYPES)),
            kind[:20],
        )
    if len(offsets) != 2 or offsets[1] - offsets[0] != math.prod(shape) * _ITEM_BYTES[kind]:
        raise _damaged(
            path,
            sentence("places that fit the shapes"),
            sentence("a broken entry for {name!r}", name=name[:60]),
        )
    return StoredTensor(kind, tuple(shape), origin + offsets[0], origin + offsets[1])


def _sizes(values: Any) -> TypeGuard[list[int]]:
    return isinstance(values, list) and len(values) <= 8 and all(type(v) is int and v >= 0 for v in values)


def _damaged(path: Path, expected: str, found: str) -> CheckpointError:
    return CheckpointError(
        "{path} is cut off or damaged.",
        "Download or copy it again.",
        expected=expected,
        found=found,
        path=path,
    )


def _unreadable(path: Path, error: OSError) -> CheckpointError:
    return CheckpointError(
        "{path} cannot be read: {strerror}.", "Check the path.", path=path, strerror=error.strerror
    )
