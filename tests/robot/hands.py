"""Hands before the real window: mouse and key events at places of the picture, and patience."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QWidget

from slimsam_app.app import create_window
from slimsam_app.settings import Settings
from slimsam_app.windows.dialogs.class_chooser import ClassChooser
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.files.user_folders import settings_path
from tests.app_canvas.canvas_hands import NO_KEYS, click, drag, move, place
from tests.robot.world import World, look

PATIENCE_S = 150.0
"""A busy machine may take this long for one step; a person would have given up long before."""
LEAST_ROUNDS = 3000
"""A program that gets a hundredth of the processor beside other work has not had its minute after one."""
LEAST_PIXELS = 60
"""Of a smaller free part nothing can be said."""
SAMPLES = 100
"""Places of an object that are compared: enough to tell a filled one from a dashed outline."""
NOTICEABLE = 12
"""Levels of 255 by which a painted place differs at least from the bare picture (the palest fill: 15 %)."""
GLANCE_MS = 30
"""A dialog is closed again so soon, while it may still be gathering what it shows."""
CALM_ROUNDS = 4
"""So many looks in a row must find nothing at work: a step may start the next one from the event loop."""


class Hands:
    """One window after another over the same folder, as a person restarts the program."""

    def __init__(self, folder: Path, model: Path) -> None:
        self.folder = folder
        settings_path().unlink(
            missing_ok=True
        )  # each sitting begins alike, or its steps could not be repeated
        settings = Settings(settings_path())
        settings.set("model.name", str(model))
        settings.set("model.runtime", "torch")
        settings.set("canvas.hover_preview", False)
        self.bugs: list[str] = []
        self.words: list[str] = []
        """What the program said since the last step."""
        self._former_hook = sys.excepthook
        sys.excepthook = self._note
        self.start()

    def _note(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.bugs.append("".join(traceback.format_exception(kind, error, trace)))

    # --- the program as a whole

    def start(self) -> None:
        """Start the program and open the folder."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.window: MainWindow = create_window(application, Settings(settings_path()))
        workbench = self.window.workbench
        for signal in (workbench.noted, workbench.told, workbench.failed):
            signal.connect(lambda *words: self.words.append(str(words[0])))
        self.window.resize(1280, 800)
        self.window.show()
        self.window.activateWindow()
        self.window.workbench.model_in_use.start()
        self.open()

    def open(self) -> None:
        """Open the folder."""
        self.window.workbench.open([self.folder])
        self.wait(lambda: self.window.workbench.navigator.picture is not None, "the first picture")
        self.wait(lambda: self.window.prompting.client.status is not None, "the model")
        self.settle()
        self.window.workspace.canvas.setFocus()

    def quit(self) -> None:
        """Close the window as a person does."""
        self.window.close()
        self.window.deleteLater()
        for _ in range(3):
            QApplication.processEvents()

    def stop(self) -> None:
        """The end of the trial."""
        self.quit()
        sys.excepthook = self._former_hook

    # --- waiting

    def wait(self, condition: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
        """Let the program work until this is so."""
        end, rounds = time.monotonic() + patience_s, 0
        while not condition():
            assert not self.bugs, self.bugs[0]
            if time.monotonic() > end and rounds > LEAST_ROUNDS:
                raise AssertionError(f"waited in vain for {what}")
            QTest.qWait(5)  # between two looks
            rounds += 1

    def settle(self) -> None:
        """Let the program work until it has nothing left to do for the picture."""
        calm = 0

        def idle() -> bool:
            nonlocal calm
            calm = calm + 1 if self._idle() else 0
            return calm > CALM_ROUNDS

        self.wait(idle, "the program to come to rest")

    def _idle(self) -> bool:
        workbench, client = self.window.workbench, self.window.prompting.client
        current = workbench.navigator.current_id
        if workbench.pool.busy or workbench.masks.busy or client.answering:
            return False
        if current is not None and client._queue.pending(current):
            return False
        return not self.window.prompting.prompts.active or self.answered

    @property
    def answered(self) -> bool:
        """Whether the model has answered the open prompts."""
        prompts = self.window.prompting.prompts
        return bool(prompts.candidates) or prompts.prompts.empty

    # --- looking

    @property
    def world(self) -> World:
        """What the store holds."""
        return look(self.window.workbench.document)

    @property
    def picture(self) -> str:
        """Name of the picture that is shown."""
        entry = self.window.workbench.navigator.entry
        return entry.path if entry is not None else ""

    @property
    def open_prompt(self) -> bool:
        """Whether prompts of an object are open."""
        return self.window.prompting.prompts.active

    @property
    def kept_if_left(self) -> bool:
        """Whether there is something about the open prompts that would be lost if they were not kept."""
        return self.window.prompting.prompts.begun

    @property
    def open_outline(self) -> bool:
        """Whether an outline is begun and not complete."""
        return bool(self.window.workspace.canvas.tool.outline())

    @property
    def refined(self) -> int | None:
        """The object that the open prompts refine."""
        refined = self.window.prompting.prompts.refined
        return refined.id if refined is not None else None

    def painted(self, thing: int) -> float:
        """Share of an object, where no other lies on it, that is painted: 0 = the bare picture."""
        canvas, objects = self.window.workspace.canvas, self.window.workbench.objects.objects
        mask = np.zeros((1, 1), np.bool_)
        for annotation in objects:
            if annotation.id == thing:
                mask = cv2.erode(annotation.mask.decode().view(np.uint8), np.ones((3, 3))).view(np.bool_)
        for annotation in objects:
            if annotation.id != thing:
                mask = mask & ~annotation.mask.decode()
        rows, columns = np.nonzero(mask)
        if rows.size < LEAST_PIXELS:
            return 0.0
        some = np.linspace(0, rows.size - 1, SAMPLES).astype(int)
        spots = [place(canvas, columns[i] + 0.5, rows[i] + 0.5) for i in some]
        style = canvas.style_now
        shown = self._colors(spots)
        canvas.set_style(replace(style, show_objects=False))
        bare = self._colors(spots)
        canvas.set_style(style)
        self._drawn()
        return float((np.abs(shown - bare).max(axis=1) > NOTICEABLE).mean())

    def _colors(self, spots: list[QPoint]) -> NDArray[np.int64]:
        self._drawn()
        image = self.window.workspace.canvas.viewport().grab().toImage()
        ratio = image.devicePixelRatio()
        colors = [image.pixelColor(int(spot.x() * ratio), int(spot.y() * ratio)) for spot in spots]
        return np.array([(c.red(), c.green(), c.blue()) for c in colors], np.int64)

    def _drawn(self) -> None:
        self.wait(lambda: self.window.workspace.canvas.layers.objects.settled, "the objects to be drawn")

    @property
    def selected(self) -> frozenset[int]:
        """What the window shows as selected."""
        return frozenset(self.window.workbench.objects.selection)

    def place_on(self, thing: int) -> tuple[float, float] | None:
        """A place of the picture where a click hits this object; None when others cover it."""
        canvas = self.window.workspace.canvas
        for annotation in self.window.workbench.objects.objects:
            if annotation.id == thing:
                depth = cv2.distanceTransform(
                    np.pad(annotation.mask.decode().view(np.uint8), 1), cv2.DIST_L2, 3
                )
                for _ in range(20):
                    row, column = np.unravel_index(depth.argmax(), depth.shape)
                    spot = (float(column) - 0.5, float(row) - 0.5)
                    if canvas.object_at(*spot) == thing:
                        return spot
                    depth[row, column] = 0
        return None

    @property
    def listed(self) -> tuple[int, int]:
        """Rows of the list of pictures, rows of the list of objects."""
        return self.window.images_model.rowCount(), self.window.objects_model.rowCount()

    # --- doing

    def key(self, keys: str) -> None:
        """Press a key over the picture."""
        canvas = self.window.workspace.canvas
        self.window.activateWindow()  # as a window manager does when a dialog closes
        self.wait(self.window.isActiveWindow, "the window to be in front")
        canvas.setFocus()
        QTest.keySequence(canvas, QKeySequence(keys))
        self.settle()

    def click(self, x: float, y: float, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Click into the picture."""
        click(self.window.workspace.canvas, x, y, button)
        self.settle()

    def drag(self, *way: tuple[float, float]) -> None:
        """Drag over the picture."""
        canvas = self.window.workspace.canvas
        move(canvas, *way[0])
        drag(canvas, way)
        self.settle()

    def choose_in_list(self, view: QAbstractItemView, row: int) -> None:
        """Click a row of a list."""
        index = view.model().index(row, 0)
        view.scrollTo(index)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NO_KEYS, view.visualRect(index).center())
        self.settle()

    def type_into(self, line: QLineEdit, text: str) -> None:
        """Replace what stands in a line."""
        line.setFocus()
        line.selectAll()
        if text:
            QTest.keyClicks(line, text)
        else:
            QTest.keyClick(line, Qt.Key.Key_Delete)
        self.settle()

    def trigger(self, action_id: str, patient: bool = True) -> bool:
        """Choose an action in its menu, when it can be chosen now; ``patient`` = wait for what it starts."""
        action = self.window.actions_[action_id]
        if not action.isEnabled():
            return False
        action.trigger()
        if patient:
            self.settle()
        else:
            QTest.qWait(GLANCE_MS)  # as long as a person looks
        return True

    def take_class(self, name: str) -> bool:
        """Type a name into the list of classes at the pointer; False when none is open."""
        sheets = [sheet for sheet in self.window.findChildren(ClassChooser) if sheet.isVisible()]
        for sheet in sheets:
            QTest.keyClicks(sheet.line, name)
            QTest.keyClick(sheet.line, Qt.Key.Key_Return)
        self.settle()
        return bool(sheets)

    def close_dialogs(self) -> None:
        """Close whatever stands before the window."""
        for _ in range(5):
            shown = [
                widget
                for widget in QApplication.topLevelWidgets()
                if widget is not self.window and widget.isVisible() and widget.isWindow()
            ]
            shown += [d for d in self.window.findChildren(QWidget) if d.isWindow() and d.isVisible()]
            if not shown:
                break
            for widget in shown:
                widget.close()
            QTest.qWait(GLANCE_MS)  # as long as a person looks
        self.window.activateWindow()
        self.settle()
