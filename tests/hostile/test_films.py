"""Films of strangers: changed bytes and claims cost little, and end in words or early.

Each is decoded in a fork with bounded memory and time; sixty in each run of the tests, thousands nightly.
"""

from __future__ import annotations

import os
import signal
import struct
import sys
from pathlib import Path
from random import Random

import cv2
import numpy as np
import pytest

from slimsam_core.errors import ImageReadError, OutOfMemory, SlimSamError
from slimsam_core.files import machine_memory
from slimsam_core.pixels import film_decoder
from slimsam_core.pixels.film_decoder import DecoderEnded, FilmDecoder, Said
from slimsam_core.pixels.video import Film
from tests.cli.test_frames import film

if sys.platform == "linux":
    from tests.hostile.films import changed, decode_all

linux = pytest.mark.skipif(sys.platform != "linux", reason="forks, and limits of Linux")

KINDS = ((".mp4", "mp4v"), (".avi", "MJPG"), (".webm", "VP80"), (".mkv", "mp4v"), (".avi", "XVID"))
PEAK_BYTES = 800 << 20
"""The whole films take 45 MB."""
LARGER_INSIDE_BYTES = 1200 << 20
"""A gigabyte and the rest of the process."""
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
    """A kilobyte whose container says 96x64 and whose frames say 14,000x14,000 took 1.5 GB of the program."""
    data = bytearray(film(tmp_path / "a.webm", code="VP80").read_bytes())
    place = -1
    while (place := data.find(b"\x9d\x01\x2a", place + 1)) >= 0:
        data[place + 3 : place + 7] = struct.pack("<HH", 14_000, 14_000)
    (tmp_path / "a.webm").write_bytes(data)
    ((code, said, peak),) = decode_all([tmp_path / "a.webm"])
    assert code in (0, 1), said
    assert peak < LARGER_INSIDE_BYTES


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

    def retrieve(self) -> object:
        raise self._error


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (MemoryError(), Said.NO_MEMORY),
        (cv2.error("broken"), Said.UNDECODABLE),
    ],
)
def test_errors_of_the_decoder_are_answers(error: Exception, answer: Said) -> None:
    assert list(film_decoder.reply(Broken(error), film_decoder.PICTURE)) == [bytes([answer])]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "told"), [(Said.NO_MEMORY, OutOfMemory), (Said.UNDECODABLE, ImageReadError)]
)
def test_answers_of_the_decoder_are_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Said, told: type[SlimSamError]
) -> None:
    def ended(_: object) -> None:
        raise DecoderEnded(answer)

    with Film(film(tmp_path / "a.mp4")) as opened:
        monkeypatch.setattr(FilmDecoder, "picture", ended)
        with pytest.raises(told, match=r"a\.mp4"):
            list(opened.frames())


def test_a_decoder_that_breaks_off_ends_only_its_film(tmp_path: Path) -> None:
    with Film(film(tmp_path / "a.mp4")) as opened:
        frames = opened.frames()
        assert next(frames).number == 0
        os.kill(opened._decoder._child.pid, signal.SIGSEGV)
        with pytest.raises(ImageReadError, match=r"a\.mp4"):
            list(frames)


def test_a_decoder_without_an_answer_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Film(film(tmp_path / "a.mp4")) as opened:
        os.kill(opened._decoder._child.pid, signal.SIGSTOP)
        monkeypatch.setattr(film_decoder, "_ANSWER_SECONDS", 0.2)
        with pytest.raises(ImageReadError, match=r"a\.mp4"):
            next(opened.frames())


def test_no_decoder_stays_behind(tmp_path: Path) -> None:
    with Film(film(tmp_path / "a.mp4")) as opened:
        child = opened._decoder._child
        next(opened.frames())
    assert child.returncode is not None
    (tmp_path / "b.mp4").write_bytes((tmp_path / "a.mp4").read_bytes()[:100])
    with pytest.raises(ImageReadError, match=r"b\.mp4"):
        Film(tmp_path / "b.mp4")
