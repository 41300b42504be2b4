"""How long a person waits for the window: run as a program by ``slimsam bench``, prints one JSON object.

``python -m slimsam_app.stopwatch STARTED MODEL FOLDER``: the time of the start in seconds since the epoch,
weights, and a folder of its own with pictures in ``FOLDER/pictures``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from slimsam_app.app import MODEL_DELAY_MS, build_window, complete
from slimsam_app.settings import Settings
from slimsam_app.signals import tie
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.workers.allocator import give_memory_back
from slimsam_core.annotation import Annotation, Category, DrawnShape, ShapeKind
from slimsam_core.pixels.image_io import image_size
from slimsam_core.pixels.mask import Polygon, from_polygons
from slimsam_core.project import Edit

CLICKS = 30
_FIRST_CLICKS = 3
STEPS, HELD = 25, 40
CROWDED, POLYGONS = 12, 30
"""Pictures with so many drawn polygons each; ``slimsam bench`` makes the pictures."""
_CORNERS = 24
"""Of a polygon: as people draw things of which they follow the outline."""
_LOOK_SECONDS = 0.25
"""Somebody who looks for something does not look longer."""
_REPEAT_SECONDS = 0.03
"""What keyboards do while a key is held."""
_PATIENCE_SECONDS = 180.0


class _Paints(QObject):
    """Counts how often something was painted while ``matters``."""

    def __init__(self, matters: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self._matters = matters
        self.count = 0

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._matters():
            self.count += 1
        return False


class _Flipped(QObject):
    """Notes which pictures were painted, themselves or as an enlarged thumbnail."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._navigator, self._canvas = window.workbench.navigator, window.workspace.canvas
        self.seen: set[int] = set()

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        current = self._navigator.current_id
        there = self._canvas.image_id == current or self._canvas.layers.stand_in is not None
        if event.type() == QEvent.Type.Paint and current is not None and there:
            self.seen.add(current)
        return False


def _until(application: QApplication, happened: Callable[[], bool]) -> float:
    """Turn the event loop until ``happened``; returns the time of the clock. Raises TimeoutError.

    Objects are deleted as ``exec`` would do it: ``processEvents`` alone keeps each picture that was shown.
    """
    end = time.monotonic() + _PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get ready")
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return time.time()


class Stopwatch:
    """A window that is used like a person would use it."""

    def __init__(self, application: QApplication, started: float, model: Path, folder: Path) -> None:
        self._application, self._started = application, started
        settings = Settings(folder / "settings.json")
        settings.set("canvas.hover_preview", False)
        settings.set("model.name", str(model))
        settings.set("model.cache_gb", 0.0)
        self.window: MainWindow = build_window(application, settings)
        self.window.resize(1280, 720)
        self._ready: set[int] = set()
        tie(
            self.window.workbench.inference.encoded,
            self.window,
            lambda image_id, *_: self._ready.add(image_id),
        )
        self._canvas = self.window.workspace.canvas
        layers, prompts = self._canvas.layers, self.window.workbench.prompts
        self._paints = _Paints()
        self._masks = _Paints(lambda: layers.preview.logits is not None)
        self._answers = _Paints(lambda: layers.preview.logits is not None and bool(prompts.candidates))
        for paints in (self._paints, self._masks, self._answers):
            self._canvas.viewport().installEventFilter(paints)
        self._folder = folder

    def start(self) -> dict[str, float]:
        """Seconds from the start of the process to the painted window and to the first painted mask."""
        painted = _Paints()
        self.window.installEventFilter(painted)
        self.window.show()
        window = _until(self._application, lambda: painted.count > 0) - self._started
        complete(self.window)
        QTimer.singleShot(MODEL_DELAY_MS, self.window, self.window.workbench.model_in_use.start)
        self.window.workbench.open([self._folder / "pictures"])
        navigator = self.window.workbench.navigator
        _until(
            self._application,
            lambda: navigator.picture is not None and self._canvas.layers.image_size is not None,
        )
        mask = self._click(0.5, 0.5)[0] - self._started
        return {"window_seconds": window, "first_mask_seconds": mask}

    def clicks(self) -> list[tuple[float, float]]:
        """Seconds from a click to its first painted mask and to the model's full answer, after a closer look
        where it takes one; each on an object of its own, after some to warm up.
        """
        waits: list[tuple[float, float]] = []
        for x, y in np.random.default_rng(0).uniform(0.1, 0.9, (CLICKS + _FIRST_CLICKS, 2)):
            self.window.workbench.prompts.clear()
            start = time.time()
            seen, answered = self._click(float(x), float(y))
            waits.append((seen - start, answered - start))
        self.window.workbench.prompts.clear()
        return waits[_FIRST_CLICKS:]

    def neighbours(self) -> list[float]:
        """Seconds from the key to the painted picture, for each next picture once it was prepared ahead."""
        navigator, waits = self.window.workbench.navigator, list[float]()
        for target in navigator.ids[navigator.row_of(navigator.current_id) + 1 :]:
            _until(self._application, lambda target=target: target in self._ready)  # type: ignore[misc]
            waits.append(self._next())
        return waits

    def flip(self) -> tuple[list[float], int]:
        """Through a folder that was never opened: seconds from the key to the painted picture for each of
        ``STEPS`` pictures looked at for a moment, and how many of ``HELD`` are painted while the key is held.
        """
        navigator, flipped = self.window.workbench.navigator, _Flipped(self.window)
        self._canvas.viewport().installEventFilter(flipped)
        self.window.workbench.open([self._folder / "many"])
        _until(self._application, lambda: len(navigator.ids) > STEPS + HELD and bool(flipped.seen))
        self._wait(_LOOK_SECONDS)
        waits = []
        for _ in range(STEPS):
            start = time.time()
            self.window.actions_["image.next"].trigger()
            waits.append(_until(self._application, lambda: navigator.current_id in flipped.seen) - start)
            self._wait(_LOOK_SECONDS)
        before, begin = len(flipped.seen), time.monotonic()
        for key in range(HELD):
            self._wait(begin + key * _REPEAT_SECONDS - time.monotonic())
            self.window.actions_["image.next"].trigger()
        _until(self._application, lambda: navigator.current_id in flipped.seen)
        return waits, len(flipped.seen) - before

    def crowded(self) -> list[float]:
        """Seconds from the key to the painted picture with its ``POLYGONS`` objects, for ``CROWDED`` pictures
        at the end of the folder that ``flip`` opened, each looked at for a moment.
        """
        workbench, navigator = self.window.workbench, self.window.workbench.navigator
        last = navigator.ids[-CROWDED - 1 :]
        self._draw_polygons(last[1:])
        navigator.go(last[0])
        _until(self._application, lambda: self._canvas.image_id == last[0])
        self._wait(4 * _LOOK_SECONDS)

        def complete_now() -> bool:
            shown, current = workbench.objects.objects, navigator.current_id
            there = len(shown) == POLYGONS and shown[0].image_id == current == self._canvas.image_id
            return there and self._canvas.layers.objects.settled

        paints, waits = _Paints(complete_now), list[float]()
        self._canvas.viewport().installEventFilter(paints)
        for _ in range(CROWDED):
            start = time.time()
            self.window.actions_["image.next"].trigger()
            paints.count = 0
            waits.append(_until(self._application, lambda: paints.count > 0) - start)
            self._wait(_LOOK_SECONDS)
        return waits

    def _draw_polygons(self, image_ids: Sequence[int]) -> None:
        """Put stars of ``_CORNERS`` corners into pictures, as one step of the project."""
        document, rng = self.window.workbench.document, np.random.default_rng(0)
        project = document.project
        sizes = {
            image_id: image_size(project.image_path(entry))
            for image_id, entry in project.images_by_id(list(image_ids)).items()
        }
        first, edits = project.next_id(Annotation), list[Annotation]()
        category = Category(id=project.next_id(Category), name="thing")
        for image_id in image_ids:
            size = sizes[image_id]
            for _ in range(POLYGONS):
                angles = np.linspace(0.0, 2 * np.pi, _CORNERS, endpoint=False)
                radii = rng.uniform(0.03, 0.12, _CORNERS) * size.width
                x, y = rng.uniform(0.15, 0.85, 2) * (size.width, size.height)
                ring = tuple(zip(x + radii * np.cos(angles), y + radii * np.sin(angles), strict=True))
                edits.append(
                    Annotation(
                        id=first + len(edits),
                        image_id=image_id,
                        category_id=category.id,
                        mask=from_polygons([Polygon(ring)], size),
                        drawn=DrawnShape(ShapeKind.POLYGON, (ring,)),
                    )
                )
        project.apply("Add objects", [Edit(None, category), *(Edit(None, one) for one in edits)])
        document.catch_up()

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        _until(self._application, lambda: time.monotonic() >= end)

    def _next(self) -> float:
        navigator, seen, start = self.window.workbench.navigator, self._paints.count, time.time()
        navigator.step(1)
        shown = lambda: navigator.picture is not None and self._paints.count > seen  # noqa: E731
        return _until(self._application, shown) - start

    def _click(self, x: float, y: float) -> tuple[float, float]:
        """Click at a share of the picture's width and height; when a mask and when the answer is painted."""
        size = self._canvas.layers.image_size
        assert size is not None
        place = self._canvas.viewport().mapFromGlobal(
            self._canvas.image_to_global(x * size.width, y * size.height)
        )
        seen, answered = self._masks.count, self._answers.count
        for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            QApplication.sendEvent(self._canvas.viewport(), _mouse(kind, place))
        first = _until(self._application, lambda: self._masks.count > seen)
        return first, _until(self._application, lambda: self._answers.count > answered)


def _mouse(kind: QEvent.Type, place: QPoint) -> QMouseEvent:
    left = Qt.MouseButton.LeftButton
    held = left if kind == QEvent.Type.MouseButtonPress else Qt.MouseButton.NoButton
    return QMouseEvent(kind, QPointF(place), QPointF(place), left, held, Qt.KeyboardModifier.NoModifier)


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """``p50``, ``p95`` and how many."""
    p50, p95 = np.percentile(np.array(seconds), [50, 95])
    return {"p50": float(p50), "p95": float(p95), "runs": len(seconds)}


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    started, model, folder = float(arguments[0]), Path(arguments[1]), Path(arguments[2])
    give_memory_back()
    application = QApplication(["slimsam-app"])
    watch = Stopwatch(application, started, model, folder)
    try:
        result: dict[str, object] = {**watch.start()}
        seen, answered = zip(*watch.clicks(), strict=True)
        result["click_to_paint"] = percentiles(seen)
        result["click_to_answer"] = percentiles(answered)
        result["neighbour"] = percentiles(watch.neighbours())
        steps, held = watch.flip()
        result["step"] = {**percentiles(steps), "p90": float(np.percentile(steps, 90))}
        result["held"] = {"painted": held, "keys": HELD}
        result["polygons"] = {**percentiles(watch.crowded()), "objects": POLYGONS}
        status = watch.window.workbench.inference.status
        result["runtime"] = status.runtime if status else ""
    finally:
        watch.window.close()
    print(json.dumps(result), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
