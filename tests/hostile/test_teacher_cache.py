"""What the teacher's cache of a run that goes on may hold: anything, and it is read as nothing."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from slimsam_core.compression.supply import teacher_cache
from slimsam_core.compression.supply.teacher_cache import SUFFIX, TeacherCache
from slimsam_core.compression.sweeping.points import Sweep
from slimsam_core.compression.sweeping.sweep import run_sweep
from slimsam_core.errors import OutputError
from slimsam_core.files.checked_file import write_checked
from tests.compression.test_sweep import quick

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes and links")

SHAPE = (4, 8, 8)
VALUES = torch.linspace(-1, 1, 256).reshape(SHAPE).half()


def sealed(path: Path, header: dict[str, object], count: int = 256) -> None:
    write_checked(path, teacher_cache._MAGIC, header, bytes(2 * count))


def a_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b")


def texts(path: Path) -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array(["a"]))
    path.write_bytes(buffer.getvalue())


def a_giant_shape(path: Path) -> None:
    sealed(path, {"key": "k", "shape": [1 << 40]})


def holes(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 42)


def another_shape(path: Path) -> None:
    sealed(path, {"key": "k", "shape": [2, 2]}, 4)


def the_right_shape_and_fewer_values(path: Path) -> None:
    sealed(path, {"key": "k", "shape": [*SHAPE]}, 255)


def of_another_picture(path: Path) -> None:
    sealed(path, {"key": "other", "shape": [*SHAPE]})


def flipped(path: Path) -> None:
    TeacherCache(path.parent, 1 << 30).put("k", VALUES)
    data = bytearray(path.read_bytes())
    data[-100] ^= 0x40
    path.write_bytes(data)


def cut_off(path: Path) -> None:
    TeacherCache(path.parent, 1 << 30).put("k", VALUES)
    path.write_bytes(path.read_bytes()[:-1])


def a_header_that_is_none(path: Path) -> None:
    write_checked(path, teacher_cache._MAGIC, {"key": ["k"], "shape": {"a": None}}, bytes(512))


ODD: tuple[Callable[[Path], object], ...] = (
    a_zip, texts, a_giant_shape, holes, another_shape, the_right_shape_and_fewer_values, of_another_picture,
    flipped, cut_off, a_header_that_is_none, os.mkfifo,
    lambda path: path.symlink_to("/dev/zero"),
    lambda path: path.symlink_to(path.name),
)  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("make", ODD)
def test_what_is_no_embedding_is_not_there_and_gives_way_to_one(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    make(tmp_path / f"k{SUFFIX}")
    cache = TeacherCache(tmp_path, 1 << 43)
    assert cache.get("k", SHAPE) is None
    cache.put("k", VALUES)
    found = cache.get("k", SHAPE)
    assert found is not None
    assert torch.equal(found, VALUES)
    found += 1  # it is the caller's own


def test_a_folder_in_its_place_only_ends_the_keeping(tmp_path: Path) -> None:
    (tmp_path / f"k{SUFFIX}").mkdir()
    cache = TeacherCache(tmp_path, 1 << 30)
    assert cache.get("k", SHAPE) is None
    cache.put("k", VALUES)
    assert cache.get("k", SHAPE) is None


def test_nothing_is_written_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "user").mkdir()
    (tmp_path / "teacher-cache").symlink_to(tmp_path / "user")
    with pytest.raises(OutputError, match="is a link to another folder"):
        TeacherCache(tmp_path / "teacher-cache", 1 << 30)


@pytest.mark.parametrize("name", ["teacher-cache", "points", "points/r0.5-magnitude-s0"])
def test_a_sweep_writes_nothing_behind_a_link(tmp_path: Path, name: str) -> None:
    user, out = tmp_path / "user", tmp_path / "out"
    user.mkdir()
    (out / name).parent.mkdir(parents=True)
    (out / name).symlink_to(user)
    sweep = Sweep(recipe=quick(tmp_path), ratios=(0.5,), criteria=("magnitude",))
    assert [f"points/{point.name}" for point in sweep.points] == ["points/r0.5-magnitude-s0"]
    with pytest.raises(OutputError, match="is a link to another folder"):
        run_sweep(sweep, out)
    assert not list(user.iterdir())
