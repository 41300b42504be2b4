"""The door for ONNX files: what is in one is looked at before OpenVINO or ONNX Runtime reads it.

An ONNX file is a protocol buffer. Of it only what we need is walked through: the notes of its maker, and
where tensors say that they lie in other files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from slimsam_core.errors import CheckpointError
from slimsam_core.files.containment import lies_in
from slimsam_core.files.foreign import open_regular, read_bytes

SUFFIXES = (".onnx",)
MAX_BYTES = 1 << 30
"""The largest detectors that we know have 300 MB."""
MAX_MESSAGES = 2_000_000
"""Nodes, attributes and tensors; the largest detectors have some ten thousand."""
MAX_DEPTH = 40
"""Messages in messages; a graph in a branch of a graph takes three."""
MAX_NOTES = 1 << 20
"""Letters of all notes together; names of a thousand classes take 20,000."""
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
"""Kinds of fields that a protocol buffer of today has."""


class _Part(StrEnum):
    """Messages of onnx.proto that we look into."""

    MODEL = "model"
    GRAPH = "graph"
    FUNCTION = "function"
    TRAINING = "training"
    NODE = "node"
    ATTRIBUTE = "attribute"
    SPARSE = "sparse"
    TENSOR = "tensor"
    NOTE = "note"
    PLACE = "place"


_PAIRS = frozenset({_Part.NOTE, _Part.PLACE})
"""A key and a value."""
_LOCATION = "location"
"""Key of the name of another file."""
_BELOW: Mapping[_Part, Mapping[int, _Part]] = {
    _Part.MODEL: {7: _Part.GRAPH, 14: _Part.NOTE, 20: _Part.TRAINING, 25: _Part.FUNCTION},
    _Part.GRAPH: {1: _Part.NODE, 5: _Part.TENSOR, 15: _Part.SPARSE},
    _Part.FUNCTION: {7: _Part.NODE, 11: _Part.ATTRIBUTE},
    _Part.TRAINING: {1: _Part.GRAPH, 2: _Part.GRAPH},
    _Part.NODE: {5: _Part.ATTRIBUTE},
    _Part.ATTRIBUTE: {
        5: _Part.TENSOR, 10: _Part.TENSOR, 6: _Part.GRAPH, 11: _Part.GRAPH,
        22: _Part.SPARSE, 23: _Part.SPARSE,
    },
    _Part.SPARSE: {1: _Part.TENSOR, 2: _Part.TENSOR},
    _Part.TENSOR: {13: _Part.PLACE},
}  # fmt: skip
"""Which fields of a message hold further messages that we look into, by their numbers in onnx.proto."""


@dataclass(frozen=True, kw_only=True)
class OnnxFile:
    """What a file holds, and what it says about itself."""

    path: Path
    content: bytes
    notes: Mapping[str, str]
    """``metadata_props``: what the program that wrote it noted."""
    beside: tuple[str, ...]
    """Other files of its folder that hold its weights."""
    digest: str
    """SHA-256 of the file and those beside it."""


def open_onnx(path: Path, limit: int = MAX_BYTES) -> OnnxFile:
    """Look at a file of at most ``limit`` bytes with its weights. Raises CheckpointError for what is none, is
    too large or leads elsewhere."""
    if path.suffix.lower() not in SUFFIXES:
        raise CheckpointError(
            "{path} is not an ONNX file.",
            "Export your detector as ONNX; its file ends with .onnx.",
            path=path,
        )
    try:
        content = read_bytes(path, limit)
    except OSError as error:
        raise CheckpointError(
            "{path} cannot be read: {why}.", path=path, why=error.strerror or error
        ) from error
    notes: dict[str, str] = {}
    places: list[str] = []
    try:
        for kind, key, value in _pairs(memoryview(content)):
            if kind is _Part.NOTE:
                notes[key] = value
            elif key == _LOCATION:
                places.append(value)
    except (ValueError, IndexError) as error:
        raise _broken(path) from error
    if sum(map(len, notes.values())) > MAX_NOTES:
        raise _broken(path)
    beside = tuple(sorted(set(places)))
    return OnnxFile(
        path=path, content=content, notes=notes, beside=beside, digest=_digest(path, content, beside, limit)
    )


def _broken(path: Path) -> CheckpointError:
    return CheckpointError("{path} is not a complete ONNX file.", "Copy or export it once more.", path=path)


def _digest(path: Path, content: bytes, beside: tuple[str, ...], limit: int) -> str:
    """Raises CheckpointError when a file of weights lies elsewhere or cannot be read."""
    digest = hashlib.sha256(content)
    left = limit - len(content)
    for name in beside:
        inside = PurePosixPath(name)
        if inside.is_absolute() or ".." in inside.parts or not lies_in(path.parent, path.parent / name):
            raise CheckpointError(
                "{path} has weights in a file outside its folder: {name}.",
                "Export it as one file.",
                path=path,
                name=name,
            )
        try:
            with open_regular(path.parent / name) as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
                    left -= len(piece)
                    if left < 0:
                        raise OSError(f"the files have more than {limit >> 30} GB together")
        except (OSError, ValueError) as error:
            raise CheckpointError(
                "{path} has weights in {name}, which cannot be read: {why}.",
                "Copy the two files together, or export it as one file.",
                path=path,
                name=name,
                why=getattr(error, "strerror", None) or error,
            ) from error
    return digest.hexdigest()


def _pairs(content: memoryview) -> Iterator[tuple[_Part, str, str]]:
    """Each pair of texts: NOTE or PLACE, key, value. Raises ValueError or IndexError for what is none."""
    waiting = [(_Part.MODEL, content, 0)]
    seen, graphs = 0, 0
    while waiting:
        kind, part, depth = waiting.pop()
        seen += 1
        if seen > MAX_MESSAGES or depth > MAX_DEPTH:
            raise ValueError("too many parts")
        if kind in _PAIRS:
            texts = {number: bytes(field).decode() for number, field in _fields(part)}
            yield kind, texts.get(1, ""), texts.get(2, "")
            continue
        for number, field in _fields(part):
            below = _BELOW[kind].get(number)
            if below is not None:
                waiting.append((below, field, depth + 1))
                graphs += below is _Part.GRAPH
    if not graphs:
        raise ValueError("no graph")


def _fields(part: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Numbers and bytes of the fields that hold bytes; others are passed over."""
    at, end = 0, len(part)
    while at < end:
        key, at = _varint(part, at)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise ValueError("no field has the number 0")
        if kind == _VARINT:
            _, at = _varint(part, at)
        elif kind in (_FIXED64, _FIXED32):
            at += 8 if kind == _FIXED64 else 4
        elif kind == _BYTES:
            length, at = _varint(part, at)
            if at + length > end:
                raise ValueError("cut off")
            yield number, part[at : at + length]
            at += length
        else:
            raise ValueError(f"a field of kind {kind}")
    if at != end:
        raise ValueError("cut off")


def _varint(part: memoryview, at: int) -> tuple[int, int]:
    """A number and the place behind it. Raises IndexError at the end, ValueError for one that never ends."""
    value = 0
    for shift in range(0, 70, 7):
        byte = part[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("a number without end")
