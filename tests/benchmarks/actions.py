"""Keys and mouse for the objects of a sequence in the real window, off screen, with and without *Carry on*.

``python tests/benchmarks/actions.py [FOLDER...] [--start 0] [--frames 12]``

A folder has frames in the order of their names and the labels of each beside it, with one ``id`` for an
object in all of them, as for ``carrying.py``; without one two things are moved over a photograph. By hand
each object of each frame gets a box and, while its mask has an IoU below 0.7 with the label, up to two clicks
into the largest error; then Enter, and D after the last. With *Carry on* that is done in the first frame
alone: Shift+D goes on, proposals below 0.7 are chosen with Tab and rejected with Delete, Shift+Enter takes
the others, and what is missing is drawn. *Carry through images* does that for all frames at once, and
Alt+Enter takes what is right and goes on; where it stopped one draws and begins it again. A press of a key, a
click and a drag are one action each.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from pycocotools import mask as coco_mask

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from slimsam_app.app import create_window
from slimsam_app.settings import Settings
from slimsam_app.windows.dialogs.carry_dialog import CarryDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.files.foreign import read_json
from slimsam_core.files.resources import resources_dir
from slimsam_core.files.user_folders import settings_path
from slimsam_core.inference.transforms import MASK_THRESHOLD, picture_part
from slimsam_core.pixels.image_io import RgbImage, read_image
from slimsam_core.pixels.mask import BoolMask, Rle, encode, iou
from tests.app_canvas import canvas_hands

GOOD = 0.7
"""IoU with the label from which on a person lets a mask be."""
MOST_CLICKS = 2
"""Into an object after its box."""
THINGS = ((5, (40, 150), (14, 3)), (8, (400, 60), (-9, 6)), (1, (60, 30), (12, 8)))
"""Of the sample labels: place in the list, where it begins, pixels it moves in a frame."""
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Sequence:
    """Pictures on the disk, and the mask of each object in each of them."""

    paths: tuple[Path, ...]
    truths: tuple[dict[int, Rle], ...]


@dataclass
class Count:
    """What the hands did, and how good what they made is."""

    actions: int = 0
    objects: int = 0
    ious: list[float] = field(default_factory=list)

    def words(self) -> str:
        """A line."""
        each = self.actions / max(1, self.objects)
        return (
            f"{self.actions} actions, {self.objects} objects, {each:.2f} each, IoU {np.mean(self.ious):.2f}"
        )


class Hands:
    """One pair, at a window that has the pictures open."""

    def __init__(self, window: MainWindow, sequence: Sequence) -> None:
        self.window, self.sequence, self.count = window, sequence, Count()
        self.canvas = window.workspace.canvas
        self.prompts = window.prompting.prompts
        self.workbench = window.workbench
        self.key(Qt.Key.Key_W)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = canvas_hands.NO_KEYS) -> None:
        """Press one."""
        self.count.actions += 1
        QTest.keyClick(self.canvas, key, keys)

    @property
    def truth(self) -> dict[int, Rle]:
        """Of the picture that is shown."""
        shown = self.workbench.navigator.current_id
        assert shown is not None
        return self.sequence.truths[self.workbench.navigator.ids.index(shown)]

    def draw(self, truth: Rle) -> None:
        """A box around an object, clicks while its mask is not good, Enter."""
        x, y, width, height = truth.bbox_xywh
        before = len(self.workbench.objects.objects)
        self.count.actions += 1
        canvas_hands.drag(self.canvas, ((x, y), (x + width / 2, y + height / 2), (x + width, y + height)))
        wait(lambda: bool(self.prompts.candidates))
        for _ in range(MOST_CLICKS):
            mask = self._open_mask()
            if iou(encode(mask), truth) >= GOOD:
                break
            self._click_into(mask ^ truth.decode(), truth.decode())
        self.key(Qt.Key.Key_Return)
        wait(lambda: len(self.workbench.objects.objects) == before + 1)
        self.count.objects += 1

    def _open_mask(self) -> BoolMask:
        """What is painted, bool HxW."""
        chosen = self.prompts.candidates[self.prompts.chosen]
        size = next(iter(self.truth.values())).size
        logits = picture_part(chosen.low_res_logits, size, chosen.fit)
        found: BoolMask = cv2.resize(logits, (size.width, size.height)) > MASK_THRESHOLD
        return found

    def _click_into(self, wrong: BoolMask, truth: BoolMask) -> None:
        depth = cv2.distanceTransform(np.pad(wrong.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
        row, column = map(int, np.unravel_index(depth.argmax(), depth.shape))
        button = canvas_hands.LEFT if truth[row, column] else canvas_hands.RIGHT
        before = self.prompts.candidates
        self.key(Qt.Key.Key_Q)
        self.count.actions += 1
        canvas_hands.click(self.canvas, column + 0.5, row + 0.5, button)
        wait(lambda: bool(self.prompts.candidates) and self.prompts.candidates is not before)
        self.key(Qt.Key.Key_W)

    def by_hand(self) -> None:
        """Every object of every picture."""
        for number in range(len(self.sequence.paths)):
            for mask in self.truth.values():
                self.draw(mask)
            self._look()
            if number + 1 < len(self.sequence.paths):
                self._go(lambda: self.key(Qt.Key.Key_D))

    def carried(self) -> None:
        """The first picture by hand, what is carried into the others, and what is missing there."""
        for mask in self.truth.values():
            self.draw(mask)
        self._look()
        for _ in range(len(self.sequence.paths) - 1):
            ended: list[object] = []
            self.workbench.carrying.finished.connect(ended.append)
            self._go(lambda: self.key(Qt.Key.Key_D, canvas_hands.SHIFT))
            wait(ended.__len__)
            self._take()
            self._look()

    def carried_through(self) -> None:
        """The first picture by hand, all others in the background; where that stopped it is begun again."""
        while True:
            if not self.workbench.everything.shown:
                for mask in self.truth.values():
                    self.draw(mask)
                self._look()
                if self._is_last:
                    return
                self._carry_through()
                self._go(lambda: self.key(Qt.Key.Key_D))
            elif self._complete and not self._is_last:
                self.count.objects += len(self.truth)
                self._judge([p.mask for p in self.workbench.everything.shown])
                self._go(lambda: self.key(Qt.Key.Key_Return, canvas_hands.ALT))
            else:
                self._take()
                self._look()
                if self._is_last:
                    return
                self._go(lambda: self.key(Qt.Key.Key_D))

    def _carry_through(self) -> None:
        """The dialog with what stands in it: all objects into the next images."""
        if self.workbench.objects.selection:
            self.key(Qt.Key.Key_Escape)
        ended: list[object] = []
        self.workbench.carrying_through.finished.connect(ended.append)
        self.key(Qt.Key.Key_D, canvas_hands.CTRL | canvas_hands.ALT)
        wait(lambda: self.window.findChild(CarryDialog) is not None)
        dialog = self.window.findChild(CarryDialog)
        assert isinstance(dialog, CarryDialog)
        self.count.actions += 1
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        wait(lambda: bool(ended))
        self.window.activateWindow()  # off screen no window manager does
        wait(self.window.isActiveWindow)

    @property
    def _is_last(self) -> bool:
        return self.workbench.navigator.current_id == self.workbench.navigator.ids[-1]

    @property
    def _complete(self) -> bool:
        """Whether what waits is all that there is, and good."""
        best = [self._best(p.mask) for p in self.workbench.everything.shown]
        return {name for name, _ in best} == self.truth.keys() and all(score >= GOOD for _, score in best)

    def _take(self) -> None:
        """What was proposed: reject the bad, accept the good, draw the missing."""
        everything, truth = self.workbench.everything, self.truth
        for bad in [p.id for p in everything.shown if self._best(p.mask)[1] < GOOD]:
            while everything.selection != (bad,):
                self.key(Qt.Key.Key_Tab)
            self.key(Qt.Key.Key_Delete)
        found = {self._best(p.mask)[0] for p in everything.shown}
        if everything.shown:
            self.key(Qt.Key.Key_Return, canvas_hands.SHIFT)
            wait(lambda: not everything.shown)
            self.count.objects += len(found)
        for name in truth.keys() - found:
            self.draw(truth[name])

    def _best(self, mask: Rle) -> tuple[int, float]:
        scores = {name: iou(mask, own) for name, own in self.truth.items()}
        best = max(scores, key=lambda name: scores[name])
        return best, scores[best]

    def _go(self, press: Callable[[], None]) -> None:
        before = self.workbench.navigator.current_id
        press()
        wait(lambda: self.workbench.navigator.current_id != before)
        wait(lambda: self.workbench.navigator.picture is not None and not self.workbench.pool.busy)

    def _look(self) -> None:
        """Compare what is labelled in the picture with the labels."""
        self._judge([one.mask for one in self.workbench.objects.objects])

    def _judge(self, made: list[Rle]) -> None:
        self.count.ious += [max(iou(mask, own) for mask in made) for own in self.truth.values()]


def wait(condition: Callable[[], object]) -> None:
    """Let the window work until it is so. Raises TimeoutError."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        QTest.qWait(10)
        if time.monotonic() > end:
            raise TimeoutError


def of_folder(folder: Path, start: int, frames: int) -> Sequence:
    """Labelled frames, from one on."""
    (dataset,) = open_datasets(folder)
    labels = [dataset.labels(number) for number in range(start, min(len(dataset), start + frames))]
    return Sequence(
        tuple(one.path for one in labels), tuple({o.id: o.mask for o in one.objects} for one in labels)
    )


def synthetic(folder: Path, frames: int) -> Sequence:
    """Things of the sample photographs that move over another one."""
    samples = resources_dir() / "samples"
    told = read_json(samples / "expected.json")
    names = {image["id"]: image["file_name"] for image in told["images"]}
    ground = read_image(samples / "camera.jpg").rgb
    cut = [(*_cut(told["annotations"][n], samples, names), start, step) for n, start, step in THINGS]
    paths, truths = [], []
    for number in range(frames):
        rgb = ground.copy()
        masks: dict[int, BoolMask] = {}
        for name, (piece, shape, (x, y), (dx, dy)) in enumerate(cut, 1):
            top, left = y + number * dy, x + number * dx
            place = np.s_[top : top + shape.shape[0], left : left + shape.shape[1]]
            rgb[place][shape] = piece[shape]
            mask = np.zeros(rgb.shape[:2], np.bool_)
            mask[place] = shape
            masks = {other: own & ~mask for other, own in masks.items()} | {name: mask}
        paths.append(folder / f"{number:03d}.png")
        Image.fromarray(rgb).save(paths[-1])
        truths.append({name: encode(mask) for name, mask in masks.items()})
    return Sequence(tuple(paths), tuple(truths))


def _cut(annotation: dict[str, object], samples: Path, names: dict[int, str]) -> tuple[RgbImage, BoolMask]:
    rgb = read_image(samples / names[annotation["image_id"]]).rgb  # type: ignore[index]
    code = annotation["segmentation"]
    if isinstance(code, list):
        code = coco_mask.merge(coco_mask.frPyObjects(code, *rgb.shape[:2]))
    elif isinstance(code["counts"], list):  # type: ignore[index]
        code = coco_mask.frPyObjects(code, *rgb.shape[:2])
    mask = coco_mask.decode(code).astype(np.bool_)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return rgb[part], mask[part]


@contextmanager
def window_with(paths: tuple[Path, ...]) -> Iterator[MainWindow]:
    """The window over copies of the pictures, with settings and folders of its own."""
    application = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as home:
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            os.environ[name] = home
        folder = Path(home) / "frames"
        folder.mkdir()
        for path in paths:
            (folder / path.name).write_bytes(path.read_bytes())
        settings = Settings(settings_path())
        settings.set("canvas.hover_preview", False)
        window = create_window(application, settings)  # type: ignore[arg-type]
        window.resize(1280, 720)
        window.show()
        encoded: list[object] = []
        window.prompting.client.encoded.connect(lambda *seen: encoded.append(seen))
        window.workbench.model_in_use.start()
        window.workbench.open([folder])
        wait(lambda: bool(encoded) and not window.workbench.pool.busy)
        try:
            yield window
        finally:
            window.close()
            window.deleteLater()
            QTest.qWait(200)


def main(argv: list[str] | None = None) -> int:
    """Print two lines for each sequence."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--frames", type=int, default=12)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as made:
        sequences = {str(one): of_folder(one, args.start, args.frames) for one in args.folders}
        sequences = sequences or {"things over a photograph": synthetic(Path(made), args.frames)}
        for name, sequence in sequences.items():
            for way in (Hands.by_hand, Hands.carried, Hands.carried_through):
                with window_with(sequence.paths) as window:
                    hands = Hands(window, sequence)
                    way(hands)
                    print(f"{name}, {way.__name__}: {hands.count.words()}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
