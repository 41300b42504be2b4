"""Frames of a film, upright and with their times; a stranger's film is looked at before it is decoded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from slimsam_core.errors import ImageReadError, OutOfMemory
from slimsam_core.files.foreign import open_regular
from slimsam_core.files.machine_memory import is_more_than_free
from slimsam_core.pixels.film_decoder import DecoderEnded, FilmDecoder, Said
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage

SUFFIXES = (".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".ts")
_HEAD = 400
"""Bytes that tell the container: two packets of a transport stream."""
_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})
"""How films of QuickTime and MP4 begin, behind the length of the box."""
_PACKET = 188
"""Bytes of a packet of a transport stream, each of which begins with a G."""
_SAME_MOMENT = 1e-4
"""Seconds: containers round times to a tenth of a millisecond at best."""
_BYTES_PER_PIXEL = 14
"""Of a frame as it is decoded, as OpenCV gives it and as we do, in two processes: 1.54 GB for 144 megapixels
in the one, and once more what it gives."""


@dataclass(frozen=True, eq=False)
class VideoFrame:
    """A picture of a film: uint8 HxWx3, upright."""

    number: int
    """From 0, in the order of showing; the same whatever is left out."""
    seconds: float
    """When it is shown; frames need not be equally far apart."""
    rgb: RgbImage


@dataclass(frozen=True)
class FilmFacts:
    """What a film says about itself, which need not be so."""

    frames: int
    """0 = it does not say."""
    per_second: float
    """On average; 0 = it does not say."""
    size: Size


class Film:
    """A film that is read from its beginning; close it, or use ``with``."""

    def __init__(self, path: Path) -> None:
        """Raises ImageReadError for what is no film that can be read, OutOfMemory for too large frames."""
        self.path = path
        self.passed = 0
        """Frames that were read so far, taken or not."""
        _check_container(path)
        with self._told():
            self._decoder = FilmDecoder(path)
        size = Size(self._decoder.height, self._decoder.width)
        if is_more_than_free(_BYTES_PER_PIXEL * size.width * size.height):
            self._decoder.close()
            raise _no_memory(path)
        count, rate = self._decoder.frames, self._decoder.per_second
        self.facts = FilmFacts(
            frames=int(count) if 0 < count < 1e9 else 0,
            per_second=float(rate) if 0 < rate < 1e4 else 0.0,
            size=size,
        )

    def __enter__(self) -> Film:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._decoder.close()

    def frames(self, *, every: int = 1, apart_s: float = 0.0) -> Iterator[VideoFrame]:
        """Every so many-th frame; ``apart_s``: of those only such that are so far apart by their times.

        Frames between are not turned into pictures. Ends where the film ends, or is cut off. Raises
        ImageReadError for a frame that makes no picture, and OutOfMemory.
        """
        due = -np.inf
        while True:
            with self._told():
                found = self._decoder.grab()
            if found is None:
                return
            number, seconds = self.passed, max(0.0, found)
            self.passed += 1
            if number % every or seconds < due - _SAME_MOMENT:
                continue
            with self._told():
                rgb = self._decoder.picture()
            if rgb is None:
                return
            due = max(due + apart_s, seconds) if np.isfinite(due) else seconds + apart_s
            yield VideoFrame(number, seconds, rgb)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """What the decoder ends with, in words."""
        try:
            yield
        except DecoderEnded as ended:
            raise (_no_memory if ended.answer is Said.NO_MEMORY else _undecodable)(self.path) from ended


def _no_memory(path: Path) -> OutOfMemory:
    return OutOfMemory(
        "There is not enough memory for the frames of {path}.", "Close other programs.", path=path
    )


def _undecodable(path: Path) -> ImageReadError:
    return ImageReadError(
        "{path} cannot be decoded.", "It may be cut off; convert it to MP4 (H.264).", path=path
    )


def _check_container(path: Path) -> None:
    """A list of other files or addresses under the name of a film is none. Raises ImageReadError."""
    try:
        with open_regular(path) as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise ImageReadError(
            "{path} cannot be read: {why}.", path=path, why=error.strerror or error
        ) from error
    known = (
        head[4:8] in _BOXES
        or (head[:4] == b"RIFF" and head[8:11] == b"AVI")
        or head[:4] in (b"\x1aE\xdf\xa3", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")
        or (head[:1] == b"G" and head[_PACKET : _PACKET + 1] == b"G")
    )
    if path.suffix.lower() not in SUFFIXES or not known:
        raise ImageReadError(
            "{path} is no film that can be read.", "Films may be {known}.", path=path,
            known=", ".join(SUFFIXES),
        )  # fmt: skip
