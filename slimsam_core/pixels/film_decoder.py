"""A film is decoded in a process of its own, with bounded memory: what decodes expects films that are right.

Run as a script it is that process: it says on its output what the film is, and answers a letter on its input
with the next frame passed over (``GRAB``) or the picture of the one that was passed (``PICTURE``).
"""

from __future__ import annotations

import contextlib
import io
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from slimsam_core.files.machine_memory import reserved_memory
from slimsam_core.own_process import NO_WINDOW, part_command, part_environment

if TYPE_CHECKING:  # this process needs to read no pictures
    from slimsam_core.pixels.image_io import RgbImage

if sys.platform != "win32":
    import resource

_FACTS = struct.Struct("<IIdd")
"""Width, height, number of frames and frames a second, as the film tells them; it need not be so."""
_SECONDS = struct.Struct("<d")
_SIZE = struct.Struct("<II")
"""Width and height of the picture that follows, RGB, row by row."""
GRAB, PICTURE = b"g", b"p"
"""Questions."""

MOST_PIXELS = 200_000_000
"""Of a frame; 16K has 132 million."""
_THREADS = 4
"""Of the decoder: with more it takes more memory and is hardly faster than labelling needs."""
_BASE_BYTES = 1 << 30
"""Address space to look at a film, beside what this process has before: no frame's size is known yet."""
_BYTES_PER_PIXEL = 60
"""More of it for frames of the size that the film tells: 16 of reference and two for each thread at 1.5
bytes, or at 2 where colours are finer, and ours twice at 3."""
_ANSWER_SECONDS = 60.0
"""For one frame: the largest take a second on a slow machine, one in a circle takes for ever."""
_NO_MEMORY = -4
"""``cv::Error::StsNoMem``."""


class Said(IntEnum):
    """The first byte of each answer."""

    FOUND = 0
    ENDED = 1
    """No further frame; the film may be cut off."""
    UNDECODABLE = 2
    NO_MEMORY = 3


class DecoderEnded(Exception):
    """The process gave this in place of an answer, or is gone (``UNDECODABLE``)."""

    def __init__(self, answer: Said) -> None:
        super().__init__(answer.name)
        self.answer = answer


class FilmDecoder:
    """The process that decodes one film, from its beginning; close it."""

    def __init__(self, path: Path) -> None:
        """Start it. Raises DecoderEnded for what is no film that can be read."""
        command = part_command("slimsam_core.pixels.film_decoder", str(path.absolute()))
        try:
            self._child = subprocess.Popen(
                command, env=part_environment(), creationflags=NO_WINDOW, bufsize=0,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:  # no memory for another process
            raise DecoderEnded(Said.NO_MEMORY) from error
        ask, said = self._child.stdin, self._child.stdout
        assert isinstance(ask, io.FileIO)
        assert isinstance(said, io.FileIO)
        self._ask, self._said = ask, said
        try:
            with self._patience():
                facts = self._asked(b"", _FACTS.size)
        except DecoderEnded:
            self.close()
            raise
        if facts is None:  # before it told what it is
            self.close()
            raise DecoderEnded(Said.UNDECODABLE)
        self.width, self.height, self.frames, self.per_second = _FACTS.unpack(facts)

    def close(self) -> None:
        """End the process."""
        self._child.kill()
        self._ask.close()
        self._said.close()
        self._child.wait()

    def grab(self) -> float | None:
        """Pass over the next frame: its time in seconds, None at the end. Raises DecoderEnded."""
        with self._patience():
            found = self._asked(GRAB, _SECONDS.size)
        return float(_SECONDS.unpack(found)[0]) if found is not None else None

    def picture(self) -> RgbImage | None:
        """The frame that was passed, uint8 HxWx3, upright; None where it is cut off. Raises DecoderEnded."""
        with self._patience():
            found = self._asked(PICTURE, _SIZE.size)
            if found is None:
                return None
            width, height = _SIZE.unpack(found)
            if not 0 < width * height <= MOST_PIXELS:
                raise DecoderEnded(Said.UNDECODABLE)
            rgb = np.empty((height, width, 3), np.uint8)
            _fill(self._said, rgb.reshape(-1).data)
        return rgb

    def _asked(self, question: bytes, length: int) -> bytes | None:
        """What follows the byte of an answer; None at the end. Raises DecoderEnded."""
        try:
            self._ask.write(question)
        except OSError as error:  # it is gone
            raise DecoderEnded(Said.UNDECODABLE) from error
        kind = _bytes(self._said, 1)[0]
        if kind == Said.ENDED:
            return None
        if kind != Said.FOUND:
            raise DecoderEnded(Said.NO_MEMORY if kind == Said.NO_MEMORY else Said.UNDECODABLE)
        return _bytes(self._said, length)

    @contextlib.contextmanager
    def _patience(self) -> Iterator[None]:
        """Within it a process that takes longer than ``_ANSWER_SECONDS`` is ended."""
        timer = threading.Timer(_ANSWER_SECONDS, self._child.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _bytes(pipe: io.FileIO, length: int) -> bytes:
    found = bytearray(length)
    _fill(pipe, memoryview(found))
    return bytes(found)


def _fill(pipe: io.FileIO, room: memoryview) -> None:
    """Read until the room is full. Raises DecoderEnded where the process ends before."""
    while room:
        count = pipe.readinto(room)
        if not count:
            raise DecoderEnded(Said.UNDECODABLE)
        room = room[count:]


def main(path: Path) -> None:
    """Answer until nobody asks any more."""
    said = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # decoders tell what they think of the bytes
    before = reserved_memory()
    _bound(before, _BASE_BYTES)
    # the rotation that a phone noted is applied by the reader
    reader = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, _THREADS])
    width, height = (int(reader.get(p)) for p in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
    if not reader.isOpened() or not 0 < width * height <= MOST_PIXELS or min(width, height) < 0:
        said.write(bytes([Said.UNDECODABLE]))
        said.flush()
        return
    _bound(before, _BASE_BYTES + _BYTES_PER_PIXEL * width * height)
    facts = width, height, reader.get(cv2.CAP_PROP_FRAME_COUNT), reader.get(cv2.CAP_PROP_FPS)
    said.write(bytes([Said.FOUND]) + _FACTS.pack(*facts))
    said.flush()
    while question := sys.stdin.buffer.read(1):
        for part in reply(reader, question):
            said.write(part)
        said.flush()


def reply(reader: cv2.VideoCapture, question: bytes) -> Sequence[bytes | memoryview]:
    """An answer in parts, of which the first begins with one of ``Said``."""
    try:
        return _grabbed(reader) if question == GRAB else _retrieved(reader)
    except MemoryError:
        return [bytes([Said.NO_MEMORY])]
    except cv2.error as error:
        no_memory = getattr(error, "code", 0) == _NO_MEMORY
        return [bytes([Said.NO_MEMORY if no_memory else Said.UNDECODABLE])]


def _grabbed(reader: cv2.VideoCapture) -> Sequence[bytes]:
    if not reader.grab():
        return [bytes([Said.ENDED])]
    return [bytes([Said.FOUND]), _SECONDS.pack(reader.get(cv2.CAP_PROP_POS_MSEC) / 1000)]


def _retrieved(reader: cv2.VideoCapture) -> Sequence[bytes | memoryview]:
    found, bgr = reader.retrieve()
    if not found:
        return [bytes([Said.ENDED])]
    rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
    height, width = rgb.shape[:2]
    return [bytes([Said.FOUND]), _SIZE.pack(width, height), rgb.reshape(-1).data]


def _bound(before: int | None, more: int) -> None:
    """Let this process have so many bytes beside those that it had before, until it is told otherwise.

    Nothing where the system does not tell or has no limits.
    """
    if sys.platform != "win32" and before is not None:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        with contextlib.suppress(OSError, ValueError):  # a lower limit stands already
            resource.setrlimit(resource.RLIMIT_AS, (before + more, most))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
