"""Folders of records that somebody changed: runs, caches, kept states, exported ONNX pairs.

A whole folder is taken and one to three things in it are made odd: a value of a record, bytes, or the file
itself.
"""

from __future__ import annotations

import copy
import json
import os
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

from tests.hostile.projects import VALUES

ODD: tuple[Any, ...] = (
    *(value for value in VALUES if not isinstance(value, bytes)),
    [], {}, [[]], {"": {}}, True, [1, "x", None], 10**30, -1, 2**53, {"$tensor": "t9"}, {"$dict": [[1]]},
    "t0", {"$tensor": []}, {"$tuple": 3},
)  # fmt: skip
TEXTS: tuple[bytes, ...] = (
    b"", b"null", b"[]", b"{}", b"7", b"\xff\xfe", b"[" * 100_000, b'{"event": ' * 9, b"9" * 20_000, b"NaN",
    b'{"event": "step"}\n' * 3, b'{"event": "RunStarted"}\n', b'{"event": "Pruned", "stage": []}\n',
    b"\0" * 5000, b'"' + b"x" * 2_000_000 + b'"', b" " * 3_000_000,
)  # fmt: skip


def spoil(folder: Path, rng: Random, canary: Path) -> str:
    """Make one to three files of a folder odd; what was done, in words. Links lead to ``canary``."""
    done = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        if not files:
            break
        path = rng.choice(files)
        way = rng.choice((_value, _value, _value, _value, _bytes, _text, _other))
        done.append(f"{path.relative_to(folder)}: {way(path, rng, canary)}")
    return "; ".join(done)


def _value(path: Path, rng: Random, canary: Path) -> str:
    """Another value somewhere in a record."""
    with suppress(ValueError, struct.error, AttributeError, TypeError):  # it was made odd before
        return _value_in(path, rng)
    return _bytes(path, rng, canary)


def _value_in(path: Path, rng: Random) -> str:
    data = path.read_bytes()
    if path.suffix == ".safetensors":
        return _header_value(path, data, rng)
    if path.suffix == ".jsonl":
        lines = data.splitlines()
        if lines:
            place = rng.randrange(len(lines))
            value = json.loads(lines[place])
            told = change(value, rng)
            lines[place] = json.dumps(value).encode()
            path.write_bytes(b"\n".join(lines) + b"\n")
            return f"event {place}, {told}"
    if path.suffix == ".json":
        value = json.loads(data)
        told = change(value, rng)
        path.write_text(json.dumps(value))
        return told
    raise ValueError("no record")


def _header_value(path: Path, data: bytes, rng: Random) -> str:
    """Of the header of a safetensors file, or of the JSON in its metadata."""
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    metadata = header.get("__metadata__", {})
    inner = [key for key, value in metadata.items() if value[:1] in "{["]
    if inner and rng.random() < 0.7:
        key = rng.choice(inner)
        value = json.loads(metadata[key])
        told = f"{key}: {change(value, rng)}"
        metadata[key] = json.dumps(value)
    else:
        told = change(header, rng)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])
    return told


def change(value: Any, rng: Random) -> str:
    """Put an odd value somewhere into a JSON object or list, in place; where, in words. Raises TypeError."""
    way: list[str] = []
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return "/".join(way) + " is empty"
        key = rng.choice(keys)
        way.append(str(key))
        if isinstance(value[key], dict | list) and value[key] and rng.random() < 0.85:
            value = value[key]
            continue
        if isinstance(value, dict) and rng.random() < 0.2:
            del value[key]
            return f"{'/'.join(way)} is gone"
        value[key] = copy.deepcopy(rng.choice(ODD))  # lists among them may be made odd next
        return f"{'/'.join(way)} = {str(value[key])[:30]!r}"


def _bytes(path: Path, rng: Random, _: Path) -> str:
    data = bytearray(path.read_bytes())
    if not data:
        return "empty"
    what = rng.choice(("cut", "flip", "double", "zero"))
    place = rng.randrange(len(data))
    if what == "cut":
        del data[place:]
    elif what == "double":
        data += bytes(data)
    elif what == "zero":
        data[place : place + 64] = bytes(len(data[place : place + 64]))
    else:
        data[place] ^= 1 << rng.randrange(8)
    path.write_bytes(bytes(data))
    return f"{what} at {place}"


def _text(path: Path, rng: Random, _: Path) -> str:
    data = rng.choice(TEXTS)
    path.write_bytes(data)
    return f"{data[:20]!r}"


def _other(path: Path, rng: Random, canary: Path) -> str:
    """What is no file of its own any more."""
    path.unlink()
    what = rng.choice(("gone", "pipe", "folder", "device", "link", "loop"))
    if what == "pipe":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    elif what != "gone":
        path.symlink_to({"device": Path("/dev/zero"), "link": canary, "loop": path}[what])
    return what


def onnx_folder(folder: Path, encoder: bytes, decoder: bytes, config: bytes) -> None:
    """What looks like an exported pair."""
    (folder / "onnx").mkdir(parents=True)
    (folder / "config.json").write_bytes(config)
    (folder / "onnx/vision_encoder.onnx").write_bytes(encoder)
    (folder / "onnx/prompt_encoder_mask_decoder.onnx").write_bytes(decoder)


def _graph(**changes: Any) -> bytes:
    """A graph that gives its input back under the names of an encoder, with some things changed."""
    from onnx import TensorProto, helper

    dims = changes.pop("dims", [1, 3, 128, 128])
    nodes = changes.pop("nodes", None) or [
        helper.make_node("Identity", ["pixel_values"], ["image_embeddings"]),
        helper.make_node("Identity", ["pixel_values"], ["image_positional_embeddings"]),
    ]
    value = [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, dims)]
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
        for name in ("image_embeddings", "image_positional_embeddings")
    ]
    graph = helper.make_graph(nodes, "g", value, outputs, initializer=changes.pop("initializer", []))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    data: bytes = model.SerializeToString()
    return data


def _external(place: str) -> bytes:
    from onnx import TensorProto, helper

    tensor = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[1])
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", place), ("offset", "0"), ("length", "4")):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    nodes = [
        helper.make_node("Add", ["pixel_values", "w"], ["image_embeddings"]),
        helper.make_node("Identity", ["w"], ["image_positional_embeddings"]),
    ]
    return _graph(nodes=nodes, initializer=[tensor])


def _large() -> bytes:
    from onnx import TensorProto

    return _graph(initializer=[TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[2**20, 2**20])])


def _filled(count: int) -> bytes:
    """Makes so many numbers from two: computed as the graph is loaded."""
    from onnx import TensorProto, helper

    shape = TensorProto(name="shape", data_type=TensorProto.INT64, dims=[1], int64_data=[count])
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["zeros"]),
        helper.make_node("ReduceSum", ["zeros"], ["sum"], keepdims=0),
        helper.make_node("Add", ["pixel_values", "sum"], ["image_embeddings"]),
        helper.make_node("Identity", ["pixel_values"], ["image_positional_embeddings"]),
    ]
    return _graph(nodes=nodes, initializer=[shape])


def endless() -> bytes:
    """A loop that goes round 2^62 times when it is computed."""
    from onnx import TensorProto, helper

    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["again"]), helper.make_node("Abs", ["x"], ["y"])],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("x", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("again", TensorProto.BOOL, []),
            helper.make_tensor_value_info("y", TensorProto.FLOAT, None),
        ],
    )
    turns = TensorProto(name="turns", data_type=TensorProto.INT64, int64_data=[2**62])
    nodes = [
        helper.make_node("Loop", ["turns", "", "pixel_values"], ["image_embeddings"], body=body),
        helper.make_node("Identity", ["pixel_values"], ["image_positional_embeddings"]),
    ]
    return _graph(nodes=nodes, initializer=[turns])


ONNX: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"not a graph at all",
    "bytes": lambda: bytes(range(256)) * 400,
    "nested": lambda: b"\x3a" + b"\xff\xff\xff\xff\x07" + b"\x0a\x7f" * 50_000,
    "other outputs": lambda: _graph(dims=[1, 1]),
    "gives its input back": lambda: _graph(),
    "cut off": lambda: _graph()[:-30],
    "weights that are not there": _large,
    "12 GB of zeros": lambda: _filled(3 << 30),
    "a terabyte of zeros": lambda: _filled(1 << 38),
    "weights from a file above": lambda: _external("../../../canary"),
    "weights from the system": lambda: _external("/etc/passwd"),
    "weights from a device": lambda: _external("/dev/zero"),
}
CONFIGS: dict[str, bytes] = {
    "deep": b"[" * 100_000, "null": b"null", "no architecture": b"{}", "a number": b'{"slimsam_arch": 7}',
    "odd architecture": b'{"slimsam_arch": {"family": "../x", "image_size": 1e99}}',
}  # fmt: skip
