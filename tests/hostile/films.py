"""Films with changed bytes, each decoded in a fork with bounded memory and time.

Run as a script (``python -m tests.hostile.films FILM...``) it is the small process that forks, and prints a
JSON line for each film: exit code, what it said, and the most bytes that it held.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from slimsam_core.errors import SlimSamError
from slimsam_core.pixels import film_decoder
from slimsam_core.pixels.video import Film
from tests.hostile.pace import slowness

ROOT = Path(__file__).parents[2]
MEMORY_BYTES = 4 << 30
"""Address space of a fork beside what is reserved already."""
SECONDS = 10
"""Processor time on a quick machine: twenty small frames take a hundredth of it."""


def changed(data: bytes, rng: Random) -> bytes:
    """A film with one to a hundred other bytes, half of the times in its head."""
    found = bytearray(data)
    end = min(3000, len(data)) if rng.random() < 0.5 else len(data)
    for _ in range(rng.choice((1, 2, 5, 20, 100))):
        place = rng.randrange(32, end)
        found[place] = rng.choice((0, 255, rng.randrange(256), found[place] ^ 1 << rng.randrange(8)))
    return bytes(found)


def decoded(path: Path) -> tuple[int, str, int]:
    """Exit code of a fork that reads every frame, what it said, and the most memory that it held."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _decode(path, write)
    os.close(write)
    with os.fdopen(read) as said:
        words = said.read()
    _, status, used = os.wait4(child, 0)
    return os.waitstatus_to_exitcode(status), words, used.ru_maxrss * 1024


class ForkedDecoder:
    """In place of ``subprocess.Popen``: the decoder's process without a start of Python, which takes longer
    than a film of twenty frames."""

    def __init__(self, command: Sequence[str], **_: object) -> None:
        (ask, self_asks), (self_hears, said) = os.pipe(), os.pipe()
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            try:
                for end, place in ((ask, 0), (said, 1)):
                    os.dup2(end, place)
                for end in (ask, self_asks, self_hears, said):
                    os.close(end)
                film_decoder.main(Path(command[-1]))
            finally:
                os._exit(1)
        os.close(ask)
        os.close(said)
        self.stdin, self.stdout = io.FileIO(self_asks, "w"), io.FileIO(self_hears)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> None:
        self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def _decode(path: Path, write: int) -> None:
    code = 99
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # FFmpeg tells what it thinks of the bytes
        seconds = round(SECONDS * slowness())
        reserved = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (reserved + MEMORY_BYTES,) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(10 * seconds)
        subprocess.Popen = ForkedDecoder  # type: ignore[misc, assignment]
        with Film(path) as opened:
            shapes = {frame.rgb.shape for frame in opened.frames()}
        assert len(shapes) < 2, shapes
        code = 0
    except SlimSamError:
        code = 1
    except BaseException as error:
        os.write(write, f"{type(error).__name__}: {error}"[:500].encode())
    finally:
        os._exit(code)


def decode_all(films: Sequence[Path]) -> list[tuple[int, str, int]]:
    """``decoded`` of each, by a process that has nothing of this one."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.films", *map(str, films)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines: list[Any] = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == len(films)
    return [(code, said, peak) for code, said, peak in lines]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(json.dumps(decoded(Path(name))), flush=True)
