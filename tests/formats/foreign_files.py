"""Small files as other programs write them, and what a reader makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image

from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.records import Issue
from slimsam_core.formats.registry import get_format, recognise
from tests.formats.in_memory import MemoryDataset, memory_dataset

SQUARE = [[2, 2], [10, 2], [10, 10], [2, 10]]
FLAT = [[2, 2, 10, 2, 10, 10, 2, 10]]


def picture(path: Path, size: tuple[int, int] = (60, 40)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size).save(path)
    return path


def coco(path: Path, *names: str, **image: Any) -> Path:
    """A COCO file with a square in each picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size = {"width": 60, "height": 40} | image
    content = {
        "images": [{"id": n, "file_name": name, **size} for n, name in enumerate(names, 1)],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [
            {"id": n, "image_id": n, "category_id": 1, "iscrowd": 0, "area": 64, "bbox": [2, 2, 8, 8],
             "segmentation": FLAT}
            for n, _ in enumerate(names, 1)
        ],
    }  # fmt: skip
    path.write_text(json.dumps(content))
    return path


def labelme(path: Path, *shapes: dict[str, Any], **keys: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"version": "5.5.0", "flags": {}, "shapes": list(shapes), "imagePath": f"{path.stem}.png",
               "imageData": None, "imageHeight": 40, "imageWidth": 60}  # fmt: skip
    path.write_text(json.dumps(content | keys))
    return path


def shape(points: Any = SQUARE, **keys: Any) -> dict[str, Any]:
    return {"label": "cat", "points": points, "group_id": None, "shape_type": "polygon", "flags": {}} | keys


def voc(path: Path, body: str, filename: str = "a.jpg", size: str = "60,40") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    width, height = size.split(",")
    path.write_text(
        f"<annotation><filename>{filename}</filename><size><width>{width}</width><height>{height}</height>"
        f"</size>{body}</annotation>"
    )
    return path


BOX = "<bndbox><xmin>5</xmin><ymin>6</ymin><xmax>30</xmax><ymax>35</ymax></bndbox>"
OBJECT = f"<object><name>cat</name>{BOX}</object>"


def read(source: Path, images: Path | None = None, name: str = "") -> tuple[MemoryDataset, list[Issue]]:
    format_ = get_format(name) if name else recognise(source)
    assert format_.read is not None
    context = ReadContext(pictures=FolderPictures(images) if images else None)
    records = list(format_.read(source, context))
    issues = [record for record in records if isinstance(record, Issue)]
    found = memory_dataset(records)
    assert context.objects_in == len(found.objects) + sum(issue.lost_objects for issue in issues)
    return found, issues


def codes(issues: list[Issue]) -> list[str]:
    return [issue.code for issue in issues]
