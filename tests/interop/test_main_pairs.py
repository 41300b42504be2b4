"""The main pairs at every run: programs that the tests bring along, and the rules of trainers stated anew.

The nightly laboratory asks the programs themselves, see ``test_programs``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slimsam_core.formats.text_files import read_yaml
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import Rle
from tests.interop.lab import READERS
from tests.interop.programs import (
    DOC,
    READS,
    TABLE_BEGIN,
    TABLE_END,
    WRITES,
    compare,
    expected_masks,
    export,
)

AT_HAND = ("pycocotools", "faster-coco-eval", "polygon code of torchvision", "Pillow, png",
           "Pillow, png-objects", "Pillow, png-classes", "Pillow, png-colours")  # fmt: skip
PAIRS = [(name, program) for name, programs in READS.items() for program in programs if program in AT_HAND]


@pytest.mark.parametrize(("name", "program"), PAIRS)
def test_a_program_reads_every_pixel(name: str, program: str, tmp_path: Path) -> None:
    dataset = expected_masks(name, export(name, tmp_path / "export"))
    classes, found = READERS[program](tmp_path / "export")
    objects = [(o["picture"], o["class"], Rle(Size(*o["mask"]["size"]), o["mask"]["counts"])) for o in found]
    assert len(objects) == len(dataset.objects)
    assert compare(dataset, classes, objects) == (1.0, True)


def test_coco_with_holes_is_read_by_those_who_know_run_length_codes(tmp_path: Path) -> None:
    dataset = export("coco", tmp_path / "export", plain=False)
    _, found = READERS["pycocotools"](tmp_path / "export")
    objects = [(o["picture"], o["class"], Rle(Size(*o["mask"]["size"]), o["mask"]["counts"])) for o in found]
    assert compare(dataset, [], objects) == (1.0, True)


def test_coco_has_what_detection_trainers_ask_for(tmp_path: Path) -> None:
    """torchvision and detectron2: boxes with a side each, whole ids, ``iscrowd`` 0 or 1, areas."""
    export("coco", tmp_path / "export")
    data = json.loads((tmp_path / "export" / "annotations" / "instances_default.json").read_text("utf-8"))
    images = {image["id"]: image for image in data["images"]}
    for annotation in data["annotations"]:
        x, y, width, height = annotation["bbox"]
        image = images[annotation["image_id"]]
        assert width > 0
        assert height > 0
        assert x + width <= image["width"]
        assert y + height <= image["height"]
        assert annotation["iscrowd"] == 0
        assert annotation["area"] > 0
        assert all(len(ring) % 2 == 0 and len(ring) >= 6 for ring in annotation["segmentation"])
        assert (tmp_path / "export" / "images" / "default" / image["file_name"]).is_file()


@pytest.mark.parametrize(("name", "columns"), [("yolo", None), ("yolo-detect", 5), ("yolo-obb", 9)])
def test_yolo_keeps_the_rules_of_ultralytics(name: str, columns: int | None, tmp_path: Path) -> None:
    """One of them broken, and it leaves the whole picture out: shares of 0 to 1, classes below their number,
    no row twice, labels where ``images`` of the picture's path is ``labels``."""
    export(name, tmp_path / "export")
    data = read_yaml(tmp_path / "export" / "data.yaml")
    assert sorted(data["names"]) == list(range(len(data["names"])))
    assert "path" not in data
    pictures = sorted((tmp_path / "export" / data["train"]).rglob("*.jpg"))
    assert len(pictures) == 2
    assert (tmp_path / "export" / data["val"]).is_dir()
    for picture in pictures:
        head, _, tail = str(picture).rpartition("/images/")
        rows = Path(f"{head}/labels/{tail}").with_suffix(".txt").read_text("utf-8").splitlines()
        assert len(rows) == 3
        assert len(set(rows)) == len(rows)
        for row in rows:
            number, *values = map(float, row.split())
            assert number in data["names"]
            assert len(values) + 1 == columns or (columns is None and len(values) % 2 == 0)
            assert min(values) >= 0
            assert max(values) <= 1


def test_voc_lies_as_torchvision_and_the_devkit_look_for_it(tmp_path: Path) -> None:
    export("voc", tmp_path / "export")
    for kind, folder in (("Segmentation", "SegmentationClass"), ("Main", "Annotations")):
        (listed,) = (tmp_path / "export" / "ImageSets" / kind).glob("*.txt")
        names = listed.read_text("utf-8").split()
        assert names == ["a", "b"]
        for name in names:
            assert (tmp_path / "export" / "JPEGImages" / f"{name}.jpg").is_file()
            (beside,) = (tmp_path / "export" / folder).glob(f"{name}.*")
            if beside.suffix == ".png":
                with Image.open(beside) as labels:
                    assert labels.mode == "P"
                    assert set(np.unique(np.asarray(labels))) == {0, 1, 2, 3}


def test_the_table_of_the_guide_has_every_pair_and_none_that_fails() -> None:
    text = DOC.read_text("utf-8")
    table = text[text.index(TABLE_BEGIN) : text.index(TABLE_END)]
    ours, theirs = table.split("| written by |")
    rows = [tuple(cell.strip() for cell in line.split("|")[1:3]) for line in ours.splitlines()[3:] if line]
    assert rows == [(name, program) for name, programs in READS.items() for program in programs]
    written = [line.split("|")[1].strip() for line in theirs.splitlines() if line.startswith("| ")]
    assert written == list(WRITES)
    assert "fails" not in table
    assert not re.search(r"\| 0 of", table)
