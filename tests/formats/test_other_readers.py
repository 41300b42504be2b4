"""What we write, as other people's programs read it. ``supervision`` is looked at where it is installed."""

from __future__ import annotations

import base64
import io
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from slimsam_core.annotation import DrawnShape, ShapeKind
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.shapes import drawn_to_rle
from tests.formats.examples import CATEGORIES, dataset_of, nasty_masks

POINTS = {
    "point": (1, 1), "line": (2, 2), "rectangle": (2, 2), "circle": (2, 2), "mask": (2, 2),
    "oriented_rectangle": (4, 4), "polygon": (3, None), "linestrip": (2, None), "points": (1, None),
}  # fmt: skip
"""Shape type -> least and greatest number of points, as labelme 7 checks when it opens a file."""


def check_labelme(data: dict[str, Any], folder: Path) -> None:
    """The rules of labelme 7 (``_label_file.py`` and ``_shape.py``), stated anew."""
    assert {"version", "flags", "shapes", "imagePath", "imageData"} <= data.keys()
    assert all(isinstance(k, str) and isinstance(v, bool) for k, v in data["flags"].items())
    assert "\\" not in data["imagePath"]
    assert not Path(data["imagePath"]).is_absolute()
    with Image.open(folder / data["imagePath"]) as picture:
        assert picture.size == (data["imageWidth"], data["imageHeight"])
    for shape in data["shapes"]:
        assert {"label", "points", "shape_type", "flags", "description", "group_id", "mask"} <= shape.keys()
        assert isinstance(shape["label"], str)
        assert shape["label"]
        assert isinstance(shape["description"], str)
        assert shape["group_id"] is None or type(shape["group_id"]) is int
        assert all(isinstance(k, str) and isinstance(v, bool) for k, v in shape["flags"].items())
        least, most = POINTS[shape["shape_type"]]
        assert least <= len(shape["points"]) <= (most or math.inf)
        assert all(len(p) == 2 and all(map(math.isfinite, p)) for p in shape["points"])
        if shape["shape_type"] == "mask":
            (x0, y0), (x1, y1) = (map(int, point) for point in shape["points"])
            with Image.open(io.BytesIO(base64.b64decode(shape["mask"]))) as mask:
                assert mask.size == (x1 - x0 + 1, y1 - y0 + 1)
        else:
            assert shape["mask"] is None


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    Image.new("RGB", (31, 24)).save(tmp_path / "images" / "a.jpg")
    return tmp_path / "images" / "a.jpg"


def test_labelme_files_keep_the_rules_of_labelme(tmp_path: Path, picture: Path) -> None:
    dataset = dataset_of(list(nasty_masks().values()), name="a.jpg")
    shapes = {
        ShapeKind.POLYGON: ((1.5, 2.0), (9.25, 3.0), (4.0, 12.0)),
        ShapeKind.RECTANGLE: ((2.0, 3.0), (12.0, 9.0)),
        ShapeKind.ELLIPSE: ((12.0, 12.0), (17.0, 17.0)),
        ShapeKind.LINE: ((2.0, 3.0), (12.0, 9.0), (20.0, 3.0)),
        ShapeKind.POINTS: ((2.0, 3.0), (12.0, 9.0)),
    }
    size = dataset.image_records[0].size
    drawn = []
    for number, (kind, ring) in enumerate(shapes.items(), 100):
        shape = DrawnShape(kind, (ring,))
        template = dataset.objects[0]
        attributes = {"occluded": True, "colour": "red"}
        drawn.append(
            replace(
                template,
                id=number,
                mask=drawn_to_rle(shape, size),
                drawn=shape,
                attributes=attributes,
                group_id=3,
            )
        )
    dataset = replace(dataset, objects=(*dataset.objects, *drawn))
    write = get_format("labelme").write
    assert write is not None
    write(dataset, tmp_path / "out", WriteOptions(picture_path=lambda _: picture))
    data = json.loads((tmp_path / "out" / "a.json").read_text("utf-8"))
    assert all(s["shape_type"] != "mask" for s in data["shapes"]), "several programs refuse it"
    one_object = {
        (s["label"], s["group_id"], *([] if s["group_id"] else [n])) for n, s in enumerate(data["shapes"])
    }
    assert len(one_object) == len(dataset.objects)
    check_labelme(data, tmp_path / "out")


def test_supervision_reads_our_coco_and_yolo(tmp_path: Path, picture: Path) -> None:
    sv = pytest.importorskip("supervision")
    masks = list(nasty_masks().values())
    dataset = dataset_of(masks, name="a.jpg")
    names = [category.name for category in CATEGORIES]
    for name, target in (("coco", "c.json"), ("yolo", "yolo")):
        write = get_format(name).write
        assert write is not None
        write(dataset, tmp_path / target, WriteOptions())
    images = str(picture.parent)
    read = sv.DetectionDataset.from_coco(images, str(tmp_path / "c.json"), force_masks=True)
    (found,) = read.annotations.values()
    assert read.classes == names
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(masks, found.mask, strict=True))
    yolo = tmp_path / "yolo"
    read = sv.DetectionDataset.from_yolo(
        images, str(yolo / "labels"), str(yolo / "data.yaml"), force_masks=True
    )
    (found,) = read.annotations.values()
    assert read.classes == names
    assert found.class_id.tolist() == [0, 1, 2] * 3
    # it fills polygons with the edge included: nothing of ours is missing, up to a pixel more
    assert all(not (ours & ~theirs).any() for ours, theirs in zip(masks, found.mask, strict=True))
