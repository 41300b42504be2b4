"""Measures the canvas on 24 megapixels with 500 objects while the worker encodes.

``pytest -m bench -s tests/benchmarks/bench_canvas.py``. A step is one mouse event and all that the event loop
does for it, painting included. Beside the time on the clock stands the processor time of the GUI thread,
which other programs do not lengthen.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from slimsam_app.canvas.view import CanvasView
from slimsam_core.annotation import Annotation, Category
from slimsam_core.inference.predictor import Predictor
from slimsam_core.library.model_library import ModelLibrary
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask_crop import paste
from tests.app_canvas.canvas_hands import LEFT, NO_KEYS, move, place

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

SIZE = Size(4000, 6000)
OBJECTS, STEPS = 500, 240
WINDOW = (1600, 1000)


def photograph(size: Size) -> RgbImage:
    small = np.random.default_rng(0).integers(0, 255, (size.height // 8, size.width // 8, 3), np.uint8)
    rgb: RgbImage = cv2.resize(small, (size.width, size.height), interpolation=cv2.INTER_CUBIC)
    rgb.setflags(write=False)
    return rgb


def blobs(count: int, size: Size) -> list[Annotation]:
    """Objects with wavy outlines, 60 to 500 pixels across."""
    rng = np.random.default_rng(1)
    found = []
    for number in range(1, count + 1):
        radius = rng.uniform(30, 250)
        angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
        waves = 1 + 0.12 * np.sin(rng.integers(3, 12) * angle) + 0.06 * np.sin(rng.integers(20, 50) * angle)
        ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (radius * waves)[:, None] * 0.85 + radius
        side = round(2 * radius)
        pixels = np.zeros((side, side), np.uint8)
        cv2.fillPoly(pixels, [np.rint(ring).astype(np.int32)], 1)
        x, y = rng.integers(0, size.width - side), rng.integers(0, size.height - side)
        rle = paste(pixels.astype(np.bool_), int(x), int(y), size)
        found.append(Annotation(id=number, image_id=1, category_id=1 + number % 12, mask=rle))
    return found


@pytest.fixture
def encoding() -> Iterator[None]:
    """Another thread that encodes pictures all the time, as the worker does."""
    predictor = Predictor.load(ModelLibrary().default())
    rgb, over = photograph(Size(800, 1200)), threading.Event()

    def work() -> None:
        while not over.is_set():
            predictor.embed(rgb)

    thread = threading.Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[CanvasView]:
    view = CanvasView()
    qtbot.addWidget(view)
    view.resize(*WINDOW)
    view.show()
    yield view
    view.close_image()


def turn() -> None:
    """All that the event loop has to do now."""
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def measured(name: str, step: Callable[[int], None], count: int = STEPS) -> None:
    clock, processor = [], []
    for number in range(count):
        start, busy = time.perf_counter(), time.thread_time()
        step(number)
        turn()
        clock.append(1000 * (time.perf_counter() - start))
        processor.append(1000 * (time.thread_time() - busy))
        time.sleep(0.004)
    words = [f"{np.percentile(v, q):7.1f}" for v in (clock, processor) for q in (50, 95, 99)]
    print(f"{name:<46} clock p50 p95 p99 {' '.join(words[:3])} ms, processor {' '.join(words[3:])} ms")


def settle(view: CanvasView) -> None:
    deadline = time.monotonic() + 60
    while not view.layers.objects.settled and time.monotonic() < deadline:
        turn()


def pan(view: CanvasView, name: str) -> None:
    """Drag to and fro, 60 steps each way."""
    hand = place(view, *_middle(view))
    QTest.mousePress(view.viewport(), Qt.MouseButton.MiddleButton, NO_KEYS, hand)

    def step(number: int) -> None:
        forth = number % 120 < 60
        hand.setX(hand.x() + (9 if forth else -9))
        hand.setY(hand.y() + (6 if forth else -6))
        at = view.to_image(hand.toPointF())
        move(view, at.x(), at.y(), Qt.MouseButton.MiddleButton)

    measured(name, step)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.MiddleButton, NO_KEYS, hand)


def brush(view: CanvasView, name: str) -> None:
    view.set_tool("brush")
    x, y = _middle(view)
    QTest.mousePress(view.viewport(), LEFT, NO_KEYS, place(view, x, y))

    def step(number: int) -> None:
        angle, radius = number / 15, 20 + number
        move(view, x + radius * np.cos(angle) / view.zoom, y + radius * np.sin(angle) / view.zoom, LEFT)

    measured(name, step)
    start = time.perf_counter()
    QTest.mouseRelease(view.viewport(), LEFT, NO_KEYS, place(view, x, y))
    print(f"{'  its end':<46} {1000 * (time.perf_counter() - start):.1f} ms")
    view.set_tool("pan")


def _middle(view: CanvasView) -> tuple[float, float]:
    box = view.visible_box()
    assert box is not None
    return ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)


@pytest.mark.usefixtures("encoding")
def test_panning_zooming_and_brushing(canvas: CanvasView) -> None:
    rgb, objects = photograph(SIZE), blobs(OBJECTS, SIZE)
    classes = [Category(id=i, name=str(i)) for i in range(1, 13)]
    start = time.perf_counter()
    canvas.set_image(rgb, 1)
    canvas.set_annotations(objects, classes)
    canvas.grab()
    print(f"\n{'open: picture painted':<46} {1000 * (time.perf_counter() - start):.1f} ms")
    settle(canvas)
    print(f"{'open: all outlines painted':<46} {1000 * (time.perf_counter() - start):.1f} ms")
    canvas.set_style(replace(canvas.style_now, brush_px=60.0, brush_on_screen=False))
    for zoom, words in ((0.25, "whole picture"), (1.0, "100 %"), (4.0, "400 %")):
        canvas.set_zoom(zoom)
        canvas.center_at(3000, 2000)
        settle(canvas)
        pan(canvas, f"pan, {words}")
        canvas.center_at(3000, 2000)
        settle(canvas)
        brush(canvas, f"brush, {words}")
    measured("zoom by the wheel", lambda n: canvas.zoom_by(1.25 if n % 20 < 10 else 0.8), 100)


def test_the_next_labelled_picture(canvas: CanvasView) -> None:
    size = Size(1365, 2048)
    pictures = [photograph(size) for _ in range(2)]
    objects = [blobs(20, size), blobs(25, size)]
    classes = [Category(id=i, name=str(i)) for i in range(1, 13)]

    def step(number: int) -> None:
        canvas.set_image(pictures[number % 2], number + 1)
        canvas.set_annotations(objects[number % 2], classes)
        settle(canvas)

    print()
    measured("2.8 megapixels, 20 objects, to the last outline", step, 50)


def test_a_picture_of_400_megapixels(canvas: CanvasView) -> None:
    rgb = np.zeros((20_000, 20_000, 3), np.uint8)
    rgb[:, ::64] = 255
    rgb.setflags(write=False)
    start = time.perf_counter()
    canvas.set_image(rgb, 1)
    canvas.grab()
    print(f"\n{'400 megapixels: painted':<46} {1000 * (time.perf_counter() - start):.1f} ms")
    canvas.set_tool("pan")
    for zoom in (0.05, 0.4, 1.0):
        canvas.set_zoom(zoom)
        canvas.center_at(10_000, 10_000)
        pan(canvas, f"400 megapixels: pan at {zoom:.0%}")
    assert canvas.layers.pyramid is not None
    print(f"pixmaps held: {canvas.layers.pyramid._bytes / 2**20:.0f} MiB")
