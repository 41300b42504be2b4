"""A person at a real screen: open the samples, click and drag, accept, export, read the file back."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pycocotools.coco import COCO

from slimsam_core.files.resources import resources_dir
from slimsam_core.pixels.mask import encode, iou
from tests.e2e.labeller import Labeller, at_the_screen
from tests.e2e.xserver import missing_programs

pytestmark = [pytest.mark.xserver, pytest.mark.timeout(420)]
if missing_programs() and not os.environ.get("CI"):
    pytest.skip(f"not installed: {', '.join(missing_programs())}", allow_module_level=True)

SAMPLES = resources_dir() / "samples"
SHOTS = os.environ.get("SLIMSAM_SCREENSHOTS")
"""A folder to keep the screenshots in, for people to look at."""


@pytest.fixture
def labeller(tmp_path: Path) -> Iterator[Labeller]:
    photographs = tmp_path / "photographs"
    photographs.mkdir()
    for name in ("astronaut.jpg", "camera.jpg"):
        shutil.copy(SAMPLES / name, photographs / name)
    shots = Path(SHOTS) if SHOTS else tmp_path / "shots"
    with at_the_screen(shots, tmp_path / "log.txt", str(photographs)) as found:
        yield found


def test_click_box_accept_export(labeller: Labeller, tmp_path: Path) -> None:
    server = labeller.server
    labeller.look_at(SAMPLES / "astronaut.jpg", (180, 60, 90, 90))
    labeller.keep("opened")
    for x, y, button in ((162, 364, 1), (231, 110, 1)):
        labeller.prompt(lambda x=x, y=y, button=button: server.click(*labeller.at(x, y), button))
    labeller.keep("prompts")
    labeller.accept(200, 320)

    server.key("d")
    labeller.look_at(SAMPLES / "camera.jpg", (120, 60, 120, 120))
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
    server.wait_until_still()
    labeller.keep("exported")

    written = json.loads(target.read_text())["annotations"]
    for annotation in written:  # polygons where they are exact, else run-length codes as text
        said = annotation["segmentation"]
        assert isinstance(said, list) or isinstance(said["counts"], str)
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
