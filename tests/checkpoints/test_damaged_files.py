"""Whatever is wrong with a file, the answer is a CheckpointError or the model, and nothing is executed."""

from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.checkpoints.restricted_pickle import load_pickled
from slimsam_core.errors import CheckpointError

EDITS = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6)
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def pickled() -> bytes:
    buffer = io.BytesIO()
    torch.save({"a": torch.ones(2, 3), "b": torch.nn.Parameter(torch.zeros(4))}, buffer)
    with zipfile.ZipFile(buffer) as archive:
        name = next(n for n in archive.namelist() if n.endswith("data.pkl"))
        return archive.read(name)


@pytest.fixture(scope="module")
def native(tiny_model: Path) -> bytes:
    return tiny_model.read_bytes()


def edited(data: bytes, edits: list[tuple[float, int]], limit: int | None = None) -> bytes:
    changed = bytearray(data)
    for place, value in edits:
        changed[int(place * min(len(changed), limit or len(changed)))] = value
    return bytes(changed)


@QUICK
@given(EDITS)
def test_pickles_with_changed_bytes(pickled: bytes, tmp_path: Path, edits: list[tuple[float, int]]) -> None:
    path = tmp_path / "m.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("m/data.pkl", edited(pickled, edits))
        archive.writestr("m/data/0", bytes(24))
        archive.writestr("m/data/1", bytes(16))
    with contextlib.suppress(CheckpointError):  # many edits do no harm
        load_pickled(path)


@QUICK
@given(EDITS)
def test_safetensors_with_changed_headers(
    native: bytes, tmp_path: Path, edits: list[tuple[float, int]]
) -> None:
    path = tmp_path / "m.safetensors"
    path.write_bytes(edited(native, edits, limit=4000))
    with contextlib.suppress(CheckpointError):
        load_model(path)


@QUICK
@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"\x80\x02", b"\x10" + bytes(7) + b"{"]))
def test_any_bytes_at_all(tmp_path: Path, data: bytes, start: bytes) -> None:
    path = tmp_path / "m.pth"
    path.write_bytes(start + data)
    with pytest.raises(CheckpointError):
        load_model(path)


def test_buffers_of_newer_pickles_are_refused_unread(tmp_path: Path) -> None:
    # a cut-off BYTEARRAY8 makes CPython's own unpickler complain from the outside of any try block
    cut_off = b"\x80\x05\x96" + (100).to_bytes(8, "little") + b"short"
    (tmp_path / "weights.pth").write_bytes(cut_off)
    with pytest.raises(CheckpointError):
        load_pickled(tmp_path / "weights.pth")
    whole = b"\x80\x05\x96" + (5).to_bytes(8, "little") + b"short."
    (tmp_path / "weights.pth").write_bytes(whole)
    with pytest.raises(CheckpointError, match="BYTEARRAY8"):
        load_pickled(tmp_path / "weights.pth")
