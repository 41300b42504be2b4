"""A real X server with a real mouse and keyboard for tests: Xvfb, openbox and xdotool."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ImageGrab

PROGRAMS = ("Xvfb", "openbox", "xdotool")
TITLE_BAR_PX = 24
"""Of openbox."""
Picture = NDArray[np.uint8]


def missing_programs() -> list[str]:
    """What is not installed of what is needed."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


class XServer:
    """Xvfb with a window manager; coordinates are screen pixels."""

    def __init__(self, width: int = 1280, height: int = 720) -> None:
        self.width, self.height = width, height
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> XServer:
        reader, writer = os.pipe()
        screen = f"{self.width}x{self.height}x24"
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", screen, "-nolisten", "tcp", "-noreset"]
        self._start(command, pass_fds=(writer,))
        os.close(writer)
        with os.fdopen(reader) as pipe:
            self.display = f":{pipe.readline().strip()}"
        self.environment = {**os.environ, "DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}
        self.environment.pop("WAYLAND_DISPLAY", None)
        self._start(["openbox", "--sm-disable"], env=self.environment)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait(10)

    def _start(self, command: list[str], **options: object) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._processes.append(subprocess.Popen(command, **quiet, **options))  # type: ignore[call-overload]

    def _xdotool(self, *arguments: object) -> str:
        command = ["xdotool", *map(str, arguments)]
        done = subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True, timeout=30
        )
        return done.stdout.strip()

    def screenshot(self, path: Path | None = None) -> Picture:
        """The whole screen, uint8 HxWx3 RGB; also saved to ``path``."""
        image = ImageGrab.grab(xdisplay=self.display).convert("RGB")
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            image.save(path)
        return np.asarray(image)

    def wait_for_window(self, title: str, timeout_s: float = 60.0) -> str:
        """The id of the first visible window whose title matches ``title``; it is activated."""
        deadline = time.monotonic() + timeout_s
        while True:
            # nothing may be found yet, and what is found may be mapped anew before it can be activated
            with contextlib.suppress(subprocess.CalledProcessError):
                window = self._xdotool("search", "--onlyvisible", "--name", title).split()[0]
                self._xdotool("windowactivate", "--sync", window)
                return window
            assert time.monotonic() < deadline, f"no window named {title!r}"
            time.sleep(0.1)

    def fill_screen(self, window: str) -> None:
        """Give a window the whole screen, its title bar included."""
        self._xdotool("windowmove", "--sync", window, 0, 0)
        self._xdotool("windowsize", window, self.width, self.height - TITLE_BAR_PX)

    def move(self, x: float, y: float) -> None:
        """Move the pointer."""
        self._xdotool("mousemove", round(x), round(y))

    def click(self, x: float, y: float, button: int = 1) -> None:
        """Move and click."""
        self.move(x, y)
        time.sleep(0.05)  # a person does not press in the moment of arriving
        self._xdotool("click", button)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Press at ``start``, move in steps, release at ``end``."""
        way = [tuple(np.add(start, t * np.subtract(end, start))) for t in np.linspace(0, 1, 8)]
        self.draw(way)

    def draw(self, way: Sequence[tuple[float, ...]]) -> None:
        """Press at the first point, move through the others, release at the last."""
        self.move(*way[0])
        self._xdotool("mousedown", 1)
        for point in way[1:]:
            self.move(*point)
            time.sleep(0.02)  # as often as a mouse tells where it is
        self._xdotool("mouseup", 1)

    def key(self, *keys: str) -> None:
        """Press keys one after another, in xdotool's spelling (``ctrl+shift+e``, ``Return``)."""
        self._xdotool("key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        """Type text."""
        self._xdotool("type", "--clearmodifiers", "--delay", 10, text)

    def find(self, patch: Picture, least: float = 0.6) -> tuple[float, float] | None:
        """Where the centre of ``patch`` is on the screen, None when nothing resembles it enough."""
        scores = cv2.matchTemplate(self.screenshot(), patch, cv2.TM_CCOEFF_NORMED)
        _, best, _, (x, y) = cv2.minMaxLoc(scores)
        return (x + patch.shape[1] / 2, y + patch.shape[0] / 2) if best >= least else None

    def wait_until_still(self, timeout_s: float = 60.0) -> None:
        """Wait until nothing moves on the screen any more, but for something as small as a text cursor."""
        shots = [self.screenshot()]

        def still() -> bool:
            shots.append(self.screenshot())
            return float((shots[-1] != shots[-2]).any(axis=-1).mean()) < SHARE_OF_CURSOR

        self.wait_until(still, "a still screen", timeout_s)

    def wait_until(self, condition: Callable[[], bool], what: str, timeout_s: float = 30.0) -> float:
        """Seconds until ``condition`` held. Raises AssertionError with ``what`` when it never does."""
        start = time.monotonic()
        while not condition():
            assert time.monotonic() - start < timeout_s, f"never happened: {what}"
            time.sleep(0.1)
        return time.monotonic() - start


SHARE_OF_CURSOR = 0.0005
"""Of the screen: a text cursor and its blinking, no window and no line of words."""
