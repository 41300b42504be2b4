"""Tar files of strangers: headers that ask for memory, time or disk are refused in words."""

from __future__ import annotations

import contextlib
import os
import tarfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from slimsam_core.compression.supply.data import list_images
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.errors import FormatError, ImageReadError
from slimsam_core.files.shards import MOST_COPIED, descriptor_of, members
from slimsam_core.pixels.folder_search import LeftOut
from slimsam_core.pixels.image_io import read_image
from tests.hostile.pace import slowness

GOOD = tarfile.TarInfo("good.jpg").tobuf(tarfile.GNU_FORMAT)
END = bytes(1024)


def block(kind: bytes, size: int, name: str = "a.jpg") -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def extended(content: bytes, kind: bytes = b"x") -> bytes:
    """A header of records in front of a good member."""
    padded = content + bytes(-len(content) % 512)
    return block(kind, len(content)) + padded + block(b"0", 4) + b"abcd".ljust(512, b"\0") + END


def record(key: str, value: str) -> bytes:
    text = f" {key}={value}\n".encode()
    length = len(text)
    while len(str(length)) + len(text) != length:
        length = len(str(length)) + len(text)
    return str(length).encode() + text


def padded(data: bytes, size: int) -> Callable[[Path], None]:
    """The data and so many bytes of holes behind it."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(data)
            file.truncate(len(data) + size)

    return write


SHARDS: dict[str, Callable[[Path], object]] = {
    f"a header {kind!r} of {size:,} bytes": padded(block(kind, size), min(size, 1 << 40))
    for kind in (b"L", b"K", b"x", b"g", b"X")
    for size in (1 << 30, 1 << 34, (1 << 63) - 1, 1 << 64, 1 << 80)
} | {
    "a million digits": padded(extended(b"1" * 1_000_000), 0),
    "long digits for each of many": padded(extended(b"1" * 100_000) * 300, 0),
    "names of names of names": padded((block(b"L", 2) + b"a\0".ljust(512, b"\0")) * 5000, 0),
    "a size of 400 digits": padded(extended(record("size", "9" * 99)), 0),
    "a size that leads back": padded(extended(record("size", "-1536")), 0),
    "a size that leads back into itself": padded(extended(record("size", "-512")), 0),
    "a size below nothing": padded(extended(record("size", "-5")), 0),
    "a sparse map without an end": padded(extended(record("GNU.sparse.map", "1,")), 0),
    "a sparse size that is none": padded(extended(record("GNU.sparse.size", "z")), 0),
    "a sparse version": padded(
        extended(record("GNU.sparse.major", "1") + record("GNU.sparse.minor", "0")), 0
    ),
    "an encoding that is none": padded(extended(record("hdrcharset", "x")), 0),
    "a record without a length": padded(extended(b"0 a=b\n"), 0),
    "a member of a terabyte of holes": padded(block(b"0", 1 << 40), 1 << 40),
}  # fmt: skip


@pytest.fixture(params=SHARDS)
def shard(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "odd.tar"
    SHARDS[request.param](path)
    return path


@pytest.mark.timeout(120)
def test_every_shard_is_listed_or_refused_in_bounds(shard: Path) -> None:
    left: list[LeftOut] = []
    start = time.process_time()
    tracemalloc.start()
    try:
        images = list_images([shard.parent], leave=left.append)
        paths = [images[i] for i in range(len(images))]
        for path in paths:
            with pytest.raises(ImageReadError):
                read_image(path)
        with contextlib.suppress(FormatError):
            open_datasets(shard)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()
    assert time.process_time() - start < 5 * slowness()
    assert paths or left
    assert all(len(str(one)) < 1000 for one in left)


def test_holes_of_a_member_are_holes_of_its_copy(tmp_path: Path) -> None:
    path = tmp_path / "holes.tar"
    padded(block(b"0", 200_000_000), 200_000_000)(path)
    handle = descriptor_of(path / "a.jpg")
    try:
        assert os.fstat(handle).st_size == 200_000_000
        if hasattr(os.fstat(handle), "st_blocks"):
            assert os.fstat(handle).st_blocks * 512 < 4_000_000
    finally:
        os.close(handle)


def test_a_member_is_copied_up_to_a_size(tmp_path: Path) -> None:
    path = tmp_path / "large.tar"
    padded(block(b"0", MOST_COPIED + 1), MOST_COPIED + 1024)(path)
    assert members(path)["a.jpg"].size == MOST_COPIED + 1
    with pytest.raises(OSError, match="larger than 1,074 MB"):
        descriptor_of(path / "a.jpg")


def test_long_names_and_large_attributes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "long.tar"
    name = "/".join(["folder" * 20] * 20) + "/é.jpg"
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        info = tarfile.TarInfo(name)
        info.pax_headers = {"SCHILY.xattr.user.a": "7f" * 50_000}
        path.write_bytes(info.tobuf(form) + END)
        os.utime(path, ns=(form, form))
        assert [*members(path)] == [name]
