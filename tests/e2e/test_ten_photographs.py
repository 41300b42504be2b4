"""A labeller at work, hurried: ten photographs from an opened folder to the exported COCO file."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO

from slimsam_core.files.resources import resources_dir
from slimsam_core.pixels.image_io import read_image
from slimsam_core.pixels.mask import BoolMask, encode, iou
from tests.e2e.labeller import Labeller, at_the_screen
from tests.e2e.xserver import missing_programs

pytestmark = [pytest.mark.xserver, pytest.mark.timeout(420)]
if missing_programs() and not os.environ.get("CI"):
    pytest.skip(f"not installed: {', '.join(missing_programs())}", allow_module_level=True)

SAMPLES = resources_dir() / "samples"
SHOTS = os.environ.get("SLIMSAM_SCREENSHOTS")

CLASSES = ("person", "thing", "part")
"""Made at the beginning; the keys 1, 2, 3 give them."""
PLAN = {
    "astronaut": ("person", "box and click"),
    "photographer": ("person", "box"),
    "cup": ("thing", "box"),
    "helmet": ("thing", "click"),
    "mission patch": ("thing", "click"),
    "rocket": ("thing", "lasso"),
    "spoon bowl": ("part", "box"),
    "left eye": ("part", "box and click"),
    "right eye": ("part", "box"),
    "nose": ("part", "polygon"),
}
"""The object of each photograph, its class, and how it is labelled."""
LEAST_IOU, LEAST_MEAN_IOU = 0.7, 0.82


@dataclass(frozen=True)
class Photograph:
    """A part of a sample with one object, and the mask that a person drew for it."""

    path: Path
    name: str
    mask: BoolMask
    box: tuple[float, float, float, float]

    @property
    def middle(self) -> tuple[float, float]:
        """The point deepest inside the object."""
        depth = cv2.distanceTransform(np.pad(self.mask.view(np.uint8), 1), cv2.DIST_L2, 5)
        row, column = np.unravel_index(depth.argmax(), depth.shape)
        return (float(column) - 0.5, float(row) - 0.5)

    def outline(self, tolerance: float) -> list[tuple[float, float]]:
        """Corners of the largest part."""
        rings, _ = cv2.findContours(self.mask.view(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        ring = cv2.approxPolyDP(max(rings, key=len), tolerance, closed=True)
        return [(x + 0.5, y + 0.5) for x, y in ring[:, 0].tolist()]


def photographs(folder: Path) -> list[Photograph]:
    """Cut ten photographs out of the samples, one for each object, in the order of their names."""
    folder.mkdir()
    with contextlib.redirect_stdout(None):
        expected = COCO(str(SAMPLES / "expected.json"))
    found = []
    for annotation in expected.anns.values():
        name = expected.cats[annotation["category_id"]]["name"]
        rgb = read_image(SAMPLES / expected.imgs[annotation["image_id"]]["file_name"]).rgb
        mask = expected.annToMask(annotation).astype(np.bool_)
        x, y, w, h = map(int, annotation["bbox"])
        left, top = max(0, x - w // 3 - 30), max(0, y - h // 3 - 30)
        part = np.s_[top : y + 4 * h // 3 + 30, left : x + 4 * w // 3 + 30]
        path = folder / f"{name}.png"
        Image.fromarray(rgb[part]).save(path)
        box = (x - left, y - top, x - left + w, y - top + h)
        found.append(Photograph(path, name, np.ascontiguousarray(mask[part]), box))
    return sorted(found, key=lambda photograph: photograph.name)


def label(labeller: Labeller, photograph: Photograph) -> None:
    """Look at a photograph, label its object, give it its class, mark the photograph as done."""
    server = labeller.server
    height, width = photograph.mask.shape
    labeller.look_at(photograph.path, (width // 5, height // 5, 3 * width // 5, 3 * height // 5))
    class_name, way = PLAN[photograph.name]
    server.key(str(CLASSES.index(class_name) + 1))
    x0, y0, x1, y1 = photograph.box
    if "box" in way:
        server.key("w")
        labeller.prompt(lambda: server.drag(labeller.at(x0 + 1, y0 + 1), labeller.at(x1 - 1, y1 - 1)))
    if "click" in way:
        server.key("q")
        labeller.prompt(lambda: server.click(*labeller.at(*photograph.middle)))
    if way == "polygon":
        server.key("p")
        for corner in photograph.outline(1.0):
            server.click(*labeller.at(*corner))
        server.key("Return")
    elif way == "lasso":
        server.key("f")
        server.draw([labeller.at(*corner) for corner in photograph.outline(0.7)])
    else:
        labeller.accept(*map(int, photograph.middle))
    labeller.keep(photograph.name)
    server.key("ctrl+Return")


def test_ten_photographs_from_the_folder_to_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "ten"
    ten = photographs(folder)
    assert len(ten) == 10
    shots = Path(SHOTS) / "ten" if SHOTS else tmp_path / "shots"
    with at_the_screen(shots, tmp_path / "log.txt") as labeller:
        server = labeller.server
        server.key("ctrl+u")
        server.wait_for_window("Open folder")
        server.type(str(folder))
        server.key("Return")
        server.wait_for_window(ten[0].path.name)
        server.key("ctrl+shift+n")
        for name in CLASSES:
            server.type(name)
            server.key("Return")
        server.key("Escape")
        for photograph in ten:
            label(labeller, photograph)
        server.key("ctrl+shift+e")
        server.wait_for_window("Export")
        server.key("Return")
        target = folder / "annotations.json"
        server.wait_until(target.exists, "the exported file", 60)
        server.wait_until_still()
        labeller.keep("exported")

    with contextlib.redirect_stdout(None):
        made = COCO(str(target))
    assert {image["file_name"] for image in made.imgs.values()} == {f"{p.name}.png" for p in ten}
    scores = {}
    for photograph in ten:
        (image_id,) = (i for i, found in made.imgs.items() if found["file_name"] == photograph.path.name)
        (annotation,) = made.loadAnns(made.getAnnIds(imgIds=[image_id]))
        assert made.cats[annotation["category_id"]]["name"] == PLAN[photograph.name][0], photograph.name
        found_mask = made.annToMask(annotation).astype(np.bool_)
        scores[photograph.name] = round(float(iou(encode(found_mask), encode(photograph.mask))), 3)
    assert min(scores.values()) >= LEAST_IOU, scores
    assert sum(scores.values()) / len(scores) >= LEAST_MEAN_IOU, scores
    print(scores)
