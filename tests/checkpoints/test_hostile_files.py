"""Pickles that would run code: refused before anything of them happens."""

from __future__ import annotations

import builtins
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.checkpoints.restricted_pickle import load_pickled
from slimsam_core.errors import CheckpointError


class Call:
    """Pickles as a call of ``function``."""

    def __init__(self, function: Callable[..., Any], *args: Any) -> None:
        self.call = (function, args)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.call


def global_(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def text(value: str) -> bytes:
    return b"V" + value.encode() + b"\n"


SAM = global_("segment_anything_kd.modeling.sam", "Sam") + b")\x81"
GETATTR = global_("__builtin__", "getattr")
HEAD, END = b"\x80\x02", b"."


TRANSFORMER = SAM + b"}" + text("num_heads") + b"K\x08sb"
DECODER = (
    text("mask_decoder") + SAM + b"}" + text("_modules") + b"}" + text("transformer") + TRANSFORMER + b"ssbs"
)


def opcodes(marker: Path) -> dict[str, bytes]:
    """Hand-made pickles that try to get around the table of names."""
    touch = text(f"touch {marker}")
    return {
        "attribute of a class": HEAD
        + GETATTR
        + b"("
        + global_("collections", "OrderedDict")
        + text("forward")
        + b"tR.",
        "class of a stub": HEAD + GETATTR + b"(" + SAM + text("__class__") + b"tR" + END,
        "init of a stub": HEAD + GETATTR + b"(" + SAM + text("__init__") + b"tR" + END,
        "forward is not callable": HEAD
        + GETATTR
        + b"("
        + SAM
        + text("forward")
        + b"tR("
        + touch
        + b"tR"
        + END,
        "dotted name": b"\x80\x04" + b"\x8c\x0bcollections" + b"\x8c\x14OrderedDict.__init__\x93" + END,
        "instance opcode": HEAD + b"(" + touch + b"ios\nsystem\n" + END,
        "object opcode": HEAD + b"(" + global_("os", "system") + touch + b"o" + END,
        "extension registry": HEAD + b"\x82\x01" + END,
        "state that is no dictionary": HEAD + SAM + b"]b" + END,
        "module without a state": HEAD + SAM + END,
        "module of nonsense": HEAD + SAM + b"}" + text("_modules") + b"]sb" + END,
        "module in itself": HEAD
        + SAM
        + b"q\x00}"
        + text("_modules")
        + b"}"
        + DECODER
        + text("x")
        + b"h\x00ssb.",
        "unknown reference": HEAD + global_("os", "system") + b"Q" + END,
    }


def hostile(case: str, marker: Path) -> bytes:
    calls: dict[str, Any] = {
        "os.system": Call(os.system, f"touch {marker}"),
        "eval": Call(builtins.eval, f"open({str(marker)!r}, 'w')"),
        "exec": Call(builtins.exec, f"open({str(marker)!r}, 'w')"),
        "open": Call(open, str(marker), "w"),
        "path": Call(Path.touch, marker),
        "inside a state dict": {"image_encoder.pos_embed": Call(os.system, f"touch {marker}")},
    }
    return pickle.dumps(calls[case], protocol=2) if case in calls else opcodes(marker)[case]


CASES = ["os.system", "eval", "exec", "open", "path", "inside a state dict", *opcodes(Path("x"))]


def zipped(data: bytes, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", data)
        archive.writestr("archive/version", "3\n")
    return path


@pytest.mark.parametrize("form", ["zip", "stream", "stream after the magic"])
@pytest.mark.parametrize("case", CASES)
def test_nothing_is_executed(case: str, form: str, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    data = hostile(case, marker)
    path = tmp_path / "model.pth"
    if form == "zip":
        zipped(data, path)
    else:
        magic = pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2)
        prefix = magic + pickle.dumps(1001, protocol=2) + pickle.dumps({}, protocol=2)
        path.write_bytes((prefix if form != "stream" else b"") + data)
    with pytest.raises(CheckpointError):
        load_model(path)
    assert not marker.exists()


def test_the_cases_are_dangerous_to_an_ordinary_unpickler(tmp_path: Path) -> None:
    """The marker is really made when such a file is executed, so the test above can fail."""
    for case in ("os.system", "open", "instance opcode"):
        marker = tmp_path / case.replace(" ", "_")
        result = pickle.loads(hostile(case, marker))
        if hasattr(result, "close"):
            result.close()
        assert marker.exists()


def test_the_refused_name_is_told(tmp_path: Path) -> None:
    path = zipped(hostile("os.system", tmp_path / "m"), tmp_path / "model.pth")
    with pytest.raises(CheckpointError, match=r"system, which could run code; nothing of it was executed"):
        load_pickled(path)


@pytest.mark.parametrize(
    ("size", "stride", "offset"), [((4,), (1,), 1), ((2, 2), (3, 1), 0), ((4,), (-1,), 0), ((4, 1), (1,), 0)]
)
def test_tensors_may_not_reach_beyond_their_storage(
    tmp_path: Path, size: tuple[int, ...], stride: tuple[int, ...], offset: int
) -> None:
    def numbers(values: tuple[int, ...]) -> bytes:
        return b"(" + b"".join(f"I{v}\n".encode() for v in values) + b"t"

    storage = b"(" + text("storage") + global_("torch", "FloatStorage") + text("0") + text("cpu") + b"I4\ntQ"
    tensor = global_("torch._utils", "_rebuild_tensor_v2") + b"(" + storage + f"I{offset}\n".encode()
    tensor += numbers(size) + numbers(stride) + b"I00\n" + global_("collections", "OrderedDict") + b")RtR"
    path = zipped(HEAD + tensor + END, tmp_path / "model.pth")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("archive/data/0", bytes(16))
    with pytest.raises(CheckpointError, match="tensor"):
        load_pickled(path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_storages_must_have_the_size_they_claim(tmp_path: Path, compression: int) -> None:
    storage = b"(" + text("storage") + global_("torch", "FloatStorage") + text("0") + text("cpu") + b"I5\ntQ"
    path = zipped(HEAD + storage + END, tmp_path / "model.pth")
    with zipfile.ZipFile(path, "a", compression) as archive:
        archive.writestr("archive/data/0", bytes(16 if compression == zipfile.ZIP_STORED else 20))
    with pytest.raises(CheckpointError, match=r"storage 0 has|data/0 is compressed"):
        load_pickled(path)


def test_a_zip_file_of_something_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(CheckpointError, match=r"one data\.pkl"):
        load_model(tmp_path / "a.zip")
