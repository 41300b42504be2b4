"""The real program, worked in a hurry until it is killed: ``python -m tests.robot.hurried FOLDER SEED``.

Says, a line of JSON each, ``["does", WHAT, PICTURE, X, Y]`` before each movement of the hand and
``["holds", PICTURES]`` after each step that the program shows as done.
"""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from random import Random

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from slimsam_app import app
from slimsam_app.settings import Settings
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.project import Project
from slimsam_core.project.reader import Reader
from tests.app_canvas.canvas_hands import LEFT, RIGHT, click, drag
from tests.robot.machine import HEIGHT, WIDTH

EDGE = 8
"""Pixels of the picture that the hand stays away from its border."""
PAUSES_MS = (0, 0, 0, 5, 20, 60)
"""Between two movements: before the model has answered, and after."""
UNDO = "Ctrl+Z"

Pictures = dict[str, dict[int, tuple[int, str]]]
"""Path -> number of an object -> its class and its mask."""


def pictures_of(project: Project | Reader) -> Pictures:
    """What a project holds."""
    return {
        entry.path: {
            found.id: (found.category_id, found.mask.counts) for found in project.annotations(entry.id)
        }
        for entry in project.images()
    }


def say(*words: object) -> None:
    """One line, at once: what is not said before the end was never said."""
    print(json.dumps(words), flush=True)


class Hurried(QObject):
    """Clicks, corners, strokes and keys, one after another, whatever the program is doing."""

    def __init__(self, window: MainWindow, rng: Random) -> None:
        super().__init__(window)
        self.window, self.rng = window, rng
        self.queue: deque[Callable[[], None]] = deque()
        """What is begun and not done: the corners of an outline."""
        self.begun = False
        window.workbench.document.changed.connect(self.tell)
        self.timer = QTimer(self, singleShot=True, interval=0)
        self.timer.timeout.connect(self.go_on)
        self.timer.start()

    def tell(self, *_: object) -> None:
        """Everything that is there, as soon as a step is said to be done."""
        say("holds", pictures_of(self.window.workbench.document.project))

    def go_on(self) -> None:
        """One movement, and a pause before the next."""
        self.timer.start(self.rng.choice(PAUSES_MS))
        if self.window.workspace.canvas.image_id is None or self.window.prompting.client.status is None:
            return
        if not self.begun:
            self.begun = True
            self.tell()
        if not self.queue:
            ways = (self.prompt, self.finish, self.leave, self.outline, self.stroke, self.take_back)
            self.rng.choices(ways, weights=(8, 6, 2, 2, 1, 1))[0]()
        self.queue.popleft()()

    def key(self, keys: str) -> None:
        """Have a key pressed."""

        def press() -> None:
            self.does(keys)
            QTest.keySequence(self.window.workspace.canvas, QKeySequence(keys))

        self.queue.append(press)

    def place(self) -> tuple[float, float]:
        """Anywhere in the picture."""
        return self.rng.uniform(EDGE, WIDTH - EDGE), self.rng.uniform(EDGE, HEIGHT - EDGE)

    def does(self, what: str, x: float = 0.0, y: float = 0.0) -> None:
        """Say what comes, and on which picture."""
        image_id = self.window.workspace.canvas.image_id
        entry = self.window.workbench.document.image(image_id) if image_id is not None else None
        say("does", what, entry.path if entry is not None else "", x, y)

    def click(self, button: Qt.MouseButton) -> None:
        """Have something clicked."""

        def press() -> None:
            x, y = self.place()
            self.does("click", x, y)
            click(self.window.workspace.canvas, x, y, button)

        self.queue.append(press)

    def prompt(self) -> None:
        """A click that belongs to the object, or does not."""
        self.click(LEFT if self.rng.random() < 0.7 else RIGHT)

    def finish(self) -> None:
        """Take what is open, or another candidate of it."""
        self.key(self.rng.choice(("Return", "Return", "Return", "Tab", "Backspace", "Ctrl+Return")))

    def leave(self) -> None:
        """To another picture."""
        self.key(self.rng.choice("DA"))

    def outline(self) -> None:
        """Corners of an outline, which is finished most times."""
        self.key("P")
        for _ in range(self.rng.randint(2, 5)):
            self.click(LEFT)
        self.key("Return")
        self.key("Q")

    def stroke(self) -> None:
        """Paint."""
        self.key("B")

        def paint() -> None:
            (x, y), (u, v) = self.place(), self.place()
            self.does("stroke", x, y)
            drag(self.window.workspace.canvas, [(x, y), ((x + u) / 2, y), (u, v)])

        self.queue.append(paint)
        self.key("Q")

    def take_back(self) -> None:
        """The last step."""
        self.key(UNDO)


def main(folder: Path, seed: int) -> int:
    """Start the program with the folder, and a hand at work in its window."""
    build = app.build_window

    def with_a_hand(application: QApplication, settings: Settings) -> MainWindow:
        window = build(application, settings)
        window.resize(1280, 720)
        Hurried(window, Random(seed))
        return window

    app.build_window = with_a_hand
    return app.main(["--new-window", str(folder)])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
