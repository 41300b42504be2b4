"""A person at a real screen: open the samples, click and drag, accept, export, read the file back."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pycocotools.coco import COCO

from slimsam_core.image_io import read_image
from slimsam_core.mask import encode, iou
from slimsam_core.resources import resources_dir
from tests.e2e.xserver import XServer, missing_programs

pytestmark = [pytest.mark.xserver, pytest.mark.timeout(420)]
if missing_programs() and not os.environ.get("CI"):
    pytest.skip(f"not installed: {', '.join(missing_programs())}", allow_module_level=True)

SAMPLES = resources_dir() / "samples"
SHOTS = os.environ.get("SLIMSAM_SCREENSHOTS")
"""A folder to keep the screenshots in, for people to look at."""
ENCODE_S = 90.0
"""A busy machine needs long for the first picture."""


class Labeller:
    """Hands and eyes: knows the picture at 100 % on the screen by looking for a piece of it."""

    def __init__(self, server: XServer, shots: Path) -> None:
        self.server, self.shots = server, shots
        self.rgb = np.zeros((1, 1, 3), np.uint8)
        self.corner = (0.0, 0.0)
        self.no_masks: NDArray[np.uint8] | None = None

    def look_at(self, name: str, piece_xywh: tuple[int, int, int, int]) -> None:
        """Wait until a photograph is on the screen at 100 % and remember where."""
        self.rgb = read_image(SAMPLES / name).rgb
        x, y, w, h = piece_xywh
        piece = np.ascontiguousarray(self.rgb[y : y + h, x : x + w])

        def found() -> bool:
            self.server.key("ctrl+0")
            place = self.server.find(piece, 0.9)
            if place is not None:
                self.corner = (place[0] - w / 2 - x, place[1] - h / 2 - y)
            return place is not None

        self.server.wait_until(found, f"{name} on the screen", 60)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Screen position of a point of the picture."""
        return (self.corner[0] + x, self.corner[1] + y)

    def painted(self, x: int, y: int) -> bool:
        """Whether the picture is tinted at this point."""
        sx, sy = self.at(x, y)
        shown = self.server.screenshot()[round(sy), round(sx)].astype(int)
        return bool(np.abs(shown - self.rgb[y, x]).max() > 25)

    def _masks_panel(self) -> NDArray[np.uint8]:
        """The panel of candidates: the upper right corner below the tool bar."""
        return self.server.screenshot()[116:200, -230:-10]

    def prompt(self, gesture: Callable[[], None]) -> None:
        """Do something with the mouse and wait for the masks that answer it."""
        if self.no_masks is None:
            self.no_masks = self._masks_panel()
        gesture()
        time.sleep(0.5)  # the former answer leaves the panel
        empty = self.no_masks
        self.server.wait_until(lambda: bool((self._masks_panel() != empty).any()), "masks", ENCODE_S)

    def accept(self, x: int, y: int) -> None:
        """Enter; the object that appears covers this point."""
        self.server.key("Return")
        empty = self.no_masks
        self.server.wait_until(lambda: bool((self._masks_panel() == empty).all()), "no open prompt", 60)
        self.server.wait_until(lambda: self.painted(x, y), "the object", 60)

    def keep(self, name: str) -> None:
        """Keep a screenshot."""
        self.server.screenshot(self.shots / f"{name}.png")


@pytest.fixture
def labeller(tmp_path: Path) -> Iterator[Labeller]:
    photographs = tmp_path / "photographs"
    photographs.mkdir()
    for name in ("astronaut.jpg", "camera.jpg"):
        shutil.copy(SAMPLES / name, photographs / name)
    shots = Path(SHOTS) if SHOTS else tmp_path / "shots"
    with XServer() as server:
        log = (tmp_path / "log.txt").open("w")
        command = [sys.executable, "-m", "slimsam_app", str(photographs)]
        process = subprocess.Popen(command, env=server.environment, stdout=log, stderr=log)
        try:
            window = server.wait_for_window("SlimSAM")
            server.fill_screen(window)
            yield Labeller(server, shots)
            assert process.poll() is None, (tmp_path / "log.txt").read_text()
            server.key("ctrl+q")
            assert process.wait(30) == 0, (tmp_path / "log.txt").read_text()
        finally:
            process.kill()
            process.wait()
            log.close()
    assert "Traceback" not in (tmp_path / "log.txt").read_text()


def test_click_box_accept_export(labeller: Labeller, tmp_path: Path) -> None:
    server = labeller.server
    labeller.look_at("astronaut.jpg", (180, 60, 90, 90))
    labeller.keep("opened")
    for x, y, button in ((162, 364, 1), (231, 110, 1)):
        labeller.prompt(lambda x=x, y=y, button=button: server.click(*labeller.at(x, y), button))
    labeller.keep("prompts")
    labeller.accept(200, 320)

    server.key("d")
    labeller.look_at("camera.jpg", (120, 60, 120, 120))
    server.key("w")
    labeller.prompt(lambda: server.drag(labeller.at(1, 64), labeller.at(332, 510)))
    labeller.accept(80, 200)
    labeller.keep("accepted")

    server.key("ctrl+shift+e")
    server.wait_for_window("Export")
    labeller.keep("export dialog")
    server.key("Return")
    target = tmp_path / "photographs" / "annotations.json"
    server.wait_until(target.exists, "the exported file", 60)
    time.sleep(1)
    labeller.keep("exported")

    written = json.loads(target.read_text())["annotations"]
    assert all(isinstance(annotation["segmentation"]["counts"], str) for annotation in written)
    with contextlib.redirect_stdout(None):
        made, expected = COCO(str(target)), COCO(str(SAMPLES / "expected.json"))
    wanted = {"astronaut.jpg": "astronaut", "camera.jpg": "photographer"}
    assert len(made.anns) == 2
    for annotation in made.anns.values():
        name = made.imgs[annotation["image_id"]]["file_name"]
        with Image.open(SAMPLES / name) as picture:
            assert made.annToMask(annotation).shape == picture.size[::-1]
        (category,) = expected.getCatIds(catNms=[wanted[name]])
        (truth,) = expected.loadAnns(expected.getAnnIds(catIds=[category]))
        found = encode(made.annToMask(annotation).astype(bool))
        assert iou(found, encode(expected.annToMask(truth).astype(bool))) >= 0.85, name
