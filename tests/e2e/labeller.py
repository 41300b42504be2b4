"""What a person at a real screen does with the window, and sees."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from slimsam_core.pixels.image_io import read_image
from tests.e2e.xserver import XServer

PROGRAM = shlex.split(os.environ.get("SLIMSAM_PROGRAM", "")) or [sys.executable, "-m", "slimsam_app"]
"""The window that is tried: this checkout's, or that of a package (``packaging/bundle_trial.sh``)."""
ENCODE_S = 90.0
"""A busy machine needs long for the first picture."""
FAR_LEVELS = 40
"""Levels of 255: more than between the background and a chosen row."""
SHARE_OF_PICTURES = 0.15
"""Three small pictures cover 29 % of the panel, words 6 %."""


class Labeller:
    """Hands and eyes: knows the picture at 100 % on the screen by looking for a piece of it."""

    def __init__(self, server: XServer, shots: Path) -> None:
        self.server, self.shots = server, shots
        self.rgb = np.zeros((1, 1, 3), np.uint8)
        self.corner = (0.0, 0.0)

    def look_at(self, photograph: Path, piece_xywh: tuple[int, int, int, int]) -> None:
        """Wait until a photograph is on the screen at 100 % and remember where."""
        self.rgb = read_image(photograph).rgb
        x, y, w, h = piece_xywh
        piece = np.ascontiguousarray(self.rgb[y : y + h, x : x + w])

        def found() -> bool:
            self.server.key("ctrl+0")
            place = self.server.find(piece, 0.9)
            if place is not None:
                self.corner = (place[0] - w / 2 - x, place[1] - h / 2 - y)
            return place is not None

        self.server.wait_until(found, f"{photograph.name} on the screen", 60)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Screen position of a point of the picture."""
        return (self.corner[0] + x, self.corner[1] + y)

    def painted(self, x: int, y: int) -> bool:
        """Whether the picture is tinted at this point."""
        sx, sy = self.at(x, y)
        shown = self.server.screenshot()[round(sy), round(sx)].astype(int)
        return bool(np.abs(shown - self.rgb[y, x]).max() > 25)

    def _panel(self) -> np.ndarray:
        """Pixels of the panel of candidates, low at the right above the status bar."""
        return self.server.screenshot()[-144:-60, -230:-10]

    def _masks_offered(self) -> bool:
        """Whether the panel of candidates shows small pictures.

        Words and chosen rows cover little of it in a colour far from the background, whatever the font.
        """
        panel = self._panel().reshape(-1, 3).astype(int)
        unlike = np.abs(panel - np.median(panel, axis=0)).max(axis=1) > FAR_LEVELS
        return bool(unlike.mean() > SHARE_OF_PICTURES)

    def prompt(self, gesture: Callable[[], None]) -> None:
        """Do something with the mouse and wait for the masks that answer it."""
        before = self._panel()
        gesture()
        self.server.wait_until(lambda: not np.array_equal(self._panel(), before), "an answer", ENCODE_S)
        time.sleep(0.5)  # the former answer leaves the panel
        self.server.wait_until(self._masks_offered, "masks", ENCODE_S)
        self.server.wait_until_still()  # a closer look answers a second time

    def accept(self, x: int, y: int) -> None:
        """Enter; the object that appears covers this point."""
        self.server.key("Return")
        self.server.wait_until(lambda: not self._masks_offered(), "no open prompt", 60)
        self.server.wait_until(lambda: self.painted(x, y), "the object", 60)

    def keep(self, name: str) -> None:
        """Keep a screenshot."""
        self.server.screenshot(self.shots / f"{name}.png")


@contextlib.contextmanager
def at_the_screen(shots: Path, log_file: Path, *arguments: str) -> Iterator[Labeller]:
    """Start the program on a screen of its own; at the end it quits, and has told no error."""
    with XServer() as server, log_file.open("w") as log:
        command = [*PROGRAM, *arguments]
        process = subprocess.Popen(command, env=server.environment, stdout=log, stderr=log)
        try:
            server.fill_screen(server.wait_for_window("SlimSAM"))
            yield Labeller(server, shots)
            assert process.poll() is None, log_file.read_text()
            server.key("ctrl+q")
            assert process.wait(30) == 0, log_file.read_text()
        finally:
            process.kill()
            process.wait()
    assert "Traceback" not in log_file.read_text()
