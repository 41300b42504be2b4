"""The main job without a display: open the samples, click, draw a box, accept, export, show the result."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from slimsam_app.app import create_window
from slimsam_app.settings import Settings
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.files.resources import resources_dir
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.mask import Rle, iou
from slimsam_core.pixels.overlay import paint_masks, save_picture

CLICKS = {"astronaut.jpg": ((162, 364, True), (231, 110, True))}
"""Per photograph: x, y in image pixels, whether it belongs to the object."""
BOXES = {"camera.jpg": (0, 64, 332, 511)}
"""Per photograph: two corners of the box, in image pixels."""
NAMES = {"astronaut.jpg": "astronaut", "camera.jpg": "photographer"}


def wait(condition: Callable[[], bool], what: str, limit_ms: int = 180_000) -> None:
    """Run the event loop until ``condition`` holds; exit with a message when it never does."""
    loop, clock, limit = QEventLoop(), QTimer(interval=10), QTimer(interval=limit_ms, singleShot=True)
    clock.timeout.connect(lambda: loop.quit() if condition() else None)
    limit.timeout.connect(loop.quit)
    clock.start()
    limit.start()
    loop.exec()
    if not condition():
        sys.exit(f"demo: waited in vain for {what}")


class Player:
    """Plays a labeller's hands on a real window."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.canvas = window.workspace.canvas
        self.prompts = window.prompting.prompts

    def place(self, x: float, y: float) -> QPoint:
        """A point of the picture in the canvas."""
        return self.canvas.viewport().mapFromGlobal(self.canvas.image_to_global(x, y))

    def show(self, name: str) -> None:
        """Go to a photograph as with the image list."""
        workbench = self.window.workbench
        ids = {workbench.document.image(i).path: i for i in workbench.navigator.ids}
        workbench.navigator.go(ids[name])
        wait(lambda: self.prompts.image_id == ids[name] and self.canvas.image_id == ids[name], name)

    def click(self, x: float, y: float, positive: bool) -> None:
        """A left or a right click."""
        button = Qt.MouseButton.LeftButton if positive else Qt.MouseButton.RightButton
        QTest.mouseClick(self.canvas.viewport(), button, pos=self.place(x, y))
        wait(lambda: bool(self.prompts.candidates), "the mask of a click")

    def drag_box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A box with the box tool."""
        QTest.keyClick(self.canvas, Qt.Key.Key_W)
        viewport, left = self.canvas.viewport(), Qt.MouseButton.LeftButton
        QTest.mousePress(viewport, left, pos=self.place(x0, y0))
        for t in (0.25, 0.5, 0.75, 1.0):
            QTest.mouseMove(viewport, self.place(x0 + t * (x1 - x0), y0 + t * (y1 - y0)))
        QTest.mouseRelease(viewport, left, pos=self.place(x1, y1))
        wait(lambda: bool(self.prompts.candidates), "the mask of a box")
        QTest.keyClick(self.canvas, Qt.Key.Key_Q)

    def accept(self) -> None:
        """Enter."""
        objects = self.window.workbench.objects
        before = len(objects.objects)
        QTest.keyClick(self.canvas, Qt.Key.Key_Return)
        wait(lambda: len(objects.objects) > before, "the accepted object")

    def export(self, target: Path) -> str:
        """The folder as COCO; returns the report of the export gate."""
        reports: list[str] = []
        workbench = self.window.workbench
        workbench.transfer.exported.connect(lambda made: reports.extend(report.summary for report in made))
        workbench.failed.connect(lambda error: sys.exit(f"demo: {error}"))
        workbench.transfer.export(target)
        wait(lambda: bool(reports), "the export")
        return reports[0]


def main(out: Path) -> int:
    """Play the journey into ``out`` and print where its results lie."""
    for left in (out / "photographs", out / "annotations.json"):  # of an earlier run
        shutil.rmtree(left, ignore_errors=True)
        left.unlink(missing_ok=True) if left.is_file() else None
    samples = resources_dir() / "samples"
    shutil.copytree(samples, out / "photographs", ignore=shutil.ignore_patterns("*.json", "*.md", ".*"))
    application = QApplication(["slimsam-demo"])
    window = create_window(application, Settings(out / "settings.json"))
    window.resize(1280, 720)
    window.show()
    window.workbench.model_in_use.start()
    window.workbench.open([out / "photographs"])
    wait(lambda: window.workspace.canvas.image_id is not None, "the first photograph")
    window.workbench.failed.connect(lambda error: print(f"demo: {error}", file=sys.stderr))
    player = Player(window)
    for name, clicks in CLICKS.items():
        player.show(name)
        for x, y, positive in clicks:
            player.click(x, y, positive)
        window.grab().save(str(out / "screenshot.png"))
        player.accept()
    for name, box in BOXES.items():
        player.show(name)
        player.drag_box(*box)
        player.accept()
    report = player.export(out / "annotations.json")
    write_overlays(out, samples)
    status = window.prompting.client.status
    window.close()
    print(f"model       {status.name} on {status.runtime}" if status else "")
    print(f"export      {report}")
    print(f"COCO JSON   {out / 'annotations.json'}")
    print(f"overlays    {', '.join(str(out / f'overlay-{name}') for name in NAMES)}")
    print(f"screenshot  {out / 'screenshot.png'}")
    return 0


def write_overlays(out: Path, samples: Path) -> None:
    """Paint the exported masks, read back with pycocotools, and compare them with those drawn by hand."""
    from pycocotools.coco import COCO

    with contextlib.redirect_stdout(None):  # it reports its loading times
        found, expected = COCO(str(out / "annotations.json")), COCO(str(samples / "expected.json"))

    def masks(coco: COCO, name: str) -> list[dict[str, object]]:
        ids = [image["id"] for image in coco.imgs.values() if image["file_name"] == name]
        annotations: list[dict[str, object]] = coco.loadAnns(coco.getAnnIds(imgIds=ids))
        return annotations

    for name, object_name in NAMES.items():
        rgb = read_image(samples / name).rgb
        made = found.annToMask(masks(found, name)[0]).astype(bool)
        save_picture(paint_masks(rgb, [(made, "#e6194b")]), out / f"overlay-{name}")
        drawn = next(
            a for a in masks(expected, name) if expected.cats[a["category_id"]]["name"] == object_name
        )
        print(f"{object_name:<11} IoU {iou(_rle(found, masks(found, name)[0]), _rle(expected, drawn)):.3f}")


def _rle(coco: object, annotation: dict[str, object]) -> Rle:
    from slimsam_core.pixels.mask import encode

    return encode(coco.annToMask(annotation).astype(bool))  # type: ignore[attr-defined]


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "demo-output").resolve()
    target.mkdir(parents=True, exist_ok=True)
    sys.exit(main(target))
