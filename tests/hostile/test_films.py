"""Films of strangers: changed bytes and claims cost little, and end in words or early.

Each is decoded in a fork with bounded memory and time; sixty in each run of the tests, thousands nightly.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pytest

from slimsam_core.errors import ImageReadError, OutOfMemory, SlimSamError
from slimsam_core.files import machine_memory
from slimsam_core.pixels.video import Film
from tests.cli.test_frames import film

if sys.platform == "linux":
    from tests.hostile.films import changed, decode_all

linux = pytest.mark.skipif(sys.platform != "linux", reason="forks, and limits of Linux")

KINDS = ((".mp4", "mp4v"), (".avi", "MJPG"), (".webm", "VP80"), (".mkv", "mp4v"), (".avi", "XVID"))
PEAK_BYTES = 800 << 20
"""The whole films take 45 MB."""
IN_CI, NIGHTLY = 60, 3000


def try_changed(folder: Path, seeds: range) -> None:
    sources = [film(folder / f"{number}{suffix}", code=code) for number, (suffix, code) in enumerate(KINDS)]
    paths: list[Path] = []
    for seed in seeds:
        source = sources[seed % len(sources)]
        paths.append(folder / f"changed-{seed}{source.suffix}")
        paths[-1].write_bytes(changed(source.read_bytes(), Random(seed)))
    found = decode_all(paths)
    for path, (code, said, peak) in zip(paths, found, strict=True):
        assert code in (0, 1), f"{path.name}: {code} {said}"
        assert peak < PEAK_BYTES, f"{path.name}: {peak >> 20} MB"
    assert {code for code, _, _ in found} == {0, 1}, "some are read, some refused"


@linux
@pytest.mark.timeout(600)
def test_some_changed_films_are_read_or_refused(tmp_path: Path) -> None:
    try_changed(tmp_path, range(IN_CI))


@linux
@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_many_changed_films_are_read_or_refused(tmp_path: Path) -> None:
    try_changed(tmp_path, range(NIGHTLY))


@linux
def test_frames_that_are_larger_inside_have_a_bound(tmp_path: Path) -> None:
    """A kilobyte whose container says 96x64 and whose frames say 14,000x14,000: 1.5 GB, and no more."""
    data = bytearray(film(tmp_path / "a.webm", code="VP80").read_bytes())
    place = -1
    while (place := data.find(b"\x9d\x01\x2a", place + 1)) >= 0:
        data[place + 3 : place + 7] = struct.pack("<HH", 14_000, 14_000)
    (tmp_path / "a.webm").write_bytes(data)
    ((code, said, peak),) = decode_all([tmp_path / "a.webm"])
    assert code in (0, 1), said
    assert peak < 3 << 30


def test_large_frames_need_free_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (4000, 4000))  # type: ignore[attr-defined]
    writer.write(np.zeros((4000, 4000, 3), np.uint8))
    writer.release()
    monkeypatch.setattr(machine_memory, "available_memory", lambda: 100_000_000)
    with pytest.raises(OutOfMemory, match=r"large\.avi"):
        Film(path)


class Broken:
    """In place of OpenCV's reader."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def grab(self) -> bool:
        return True

    def get(self, _: int) -> float:
        return 0.0

    def retrieve(self) -> object:
        raise self._error

    def release(self) -> None:
        pass


@pytest.mark.parametrize(
    ("error", "told"), [(MemoryError(), OutOfMemory), (cv2.error("broken"), ImageReadError)]
)
def test_errors_of_the_decoder_are_told_in_words(
    tmp_path: Path, error: Exception, told: type[SlimSamError]
) -> None:
    with Film(film(tmp_path / "a.mp4")) as opened:
        opened._reader = Broken(error)  # type: ignore[assignment]
        with pytest.raises(told, match=r"a\.mp4"):
            list(opened.frames())
