"""No object is lost without a word: what stands in a file is imported or reported, for every importer."""

from __future__ import annotations

import copy
import json
import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from slimsam_core.annotation import Annotation
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.records import Issue
from slimsam_core.formats.registry import Format, formats
from tests.formats.test_doctor import nodes
from tests.formats.test_fuzz import VALUES
from tests.formats.test_fuzz import examples as examples  # a fixture

SHAPES = (
    "polygon", "rectangle", "circle", "line", "linestrip", "point", "points", "mask", "oriented_rectangle",
    "rotation", "quadrilateral", "cuboid", "brush", "", None,
)  # fmt: skip


def read(format_: Format, source: Path, pictures: Path | None) -> tuple[int, int, int]:
    """Objects met, imported and reported."""
    assert format_.read is not None
    context = ReadContext(pictures=FolderPictures(pictures) if pictures else None)
    imported = reported = 0
    for record in format_.read(source, context):
        imported += isinstance(record, Annotation)
        reported += record.lost_objects if isinstance(record, Issue) else 0
    return context.objects_in, imported, reported


def odd_values(entries: list[Any], rng: random.Random) -> None:
    """Change some values in the objects, their number stays."""
    for _ in range(rng.randint(0, 6)):
        container, key = rng.choice([*nodes(entries), *((entries, i) for i in range(len(entries)))])
        container[key] = copy.deepcopy(rng.choice(VALUES))


def spoil_json(name: str) -> Callable[[Path, random.Random], int]:
    def spoil(folder: Path, rng: random.Random) -> int:
        total = 0
        files = sorted(p for p in folder.rglob("*.json") if not p.name.startswith("."))
        for file in files:
            data = json.loads(file.read_text("utf-8"))
            entries = data[name]
            for entry in entries:
                if name == "shapes" and rng.random() < 0.3:
                    entry["shape_type"] = rng.choice(SHAPES)
                    entry["points"] = [
                        [rng.uniform(-5, 35), rng.uniform(-5, 30)] for _ in range(rng.randrange(9))
                    ]
            odd_values(entries, rng)
            for number, entry in enumerate(entries if name == "shapes" else ()):
                if isinstance(entry, dict) and isinstance(
                    entry.get("group_id"), int
                ):  # parts of one group would be one object
                    entry["group_id"] = number
            total += len(entries)
            file.write_text(json.dumps(data), "utf-8")
        return total

    return spoil


def spoil_isat(folder: Path, rng: random.Random) -> int:
    """Odd values in entries that are objects of their own: one group each, and no holes."""
    total = 0
    for file in sorted(p for p in folder.rglob("*.json") if not p.name.startswith(".")):
        data = json.loads(file.read_text("utf-8"))
        parts = [entry for entry in data["objects"] if entry["category"] != "__background__"]
        for number, entry in enumerate(parts):
            entry["group"] = number
            field = rng.choice([*entry, None])
            if field not in (None, "group", "category"):
                entry[field] = copy.deepcopy(rng.choice(VALUES))
        data["objects"] = parts
        total += len(parts)
        file.write_text(json.dumps(data), "utf-8")
    return total


def spoil_yolo(folder: Path, rng: random.Random) -> int:
    total = 0
    for file in sorted((folder / "labels").rglob("*.txt")):
        rows = [row.split() for row in file.read_text("utf-8").splitlines()]
        for row in rows:
            for _ in range(rng.randrange(3)):
                row[rng.randrange(len(row))] = rng.choice(
                    ["x", "nan", "-1", "1e999", "7", "0", "2.5", "-0.5"]
                )
            del row[rng.randrange(1, len(row) + 1) :]
        total += len(rows)
        file.write_text("\r\n\r\n".join(" ".join(row) for row in rows), "utf-8")
    return total


def spoil_voc(folder: Path, rng: random.Random) -> int:
    """Odd words in the XML; the masks stay, and each object has one."""
    total = 0
    for file in sorted((folder / "Annotations").rglob("*.xml")):
        tree = ElementTree.parse(file)
        objects = tree.getroot().findall("object")
        total += len(objects)
        for element in objects:
            # the box stays: it leads to the mask
            for child in (c for c in element if c.tag != "bndbox"):
                if rng.random() < 0.3:
                    child.text = rng.choice(["", "x", "-1", "1e999", "nan", " ", "../x"])
        tree.write(file, "utf-8")
    return total


def spoil_png(folder: Path, rng: random.Random) -> int:
    total = 0
    for file in sorted((folder / "instances").rglob("*.png")):
        with Image.open(file) as picture:
            labels = np.asarray(picture).copy()
        for value in np.unique(labels)[1:]:
            if rng.random() < 0.3:
                labels[labels == value] = rng.choice([0, 65535, 300])
        total += len(np.unique(labels)) - bool((labels == 0).any())
        Image.fromarray(labels).save(file)
    return total


def spoil_nested(*path: str) -> Callable[[Path, random.Random], int]:
    """Odd values in objects of pictures: lists in lists, mappings taken by their values."""

    def lists(node: Any, names: tuple[str, ...]) -> list[list[Any]]:
        if not names:
            return [node] if isinstance(node, list) else []
        inner = node.values() if names[0] == "*" and isinstance(node, dict) else node
        if names[0] == "*":
            return [found for value in inner for found in lists(value, names[1:])]
        return lists(node[names[0]], names[1:]) if names[0] in node else []

    def spoil(folder: Path, rng: random.Random) -> int:
        total = 0
        for file in sorted(p for p in folder.rglob("*.json") if not p.name.startswith(".")):
            data = json.loads(file.read_text("utf-8"))
            for entries in lists(data, path):
                odd_values(entries, rng)
                for entry in entries:
                    if isinstance(entry, dict) and "group" in entry:  # parts of one group are one object
                        entry["group"] = 0
                total += len(entries)
            file.write_text(json.dumps(data), "utf-8")
        return total

    return spoil


def spoil_cvat(folder: Path, rng: random.Random) -> int:
    """Odd words in the attributes of shapes."""
    total = 0
    for file in sorted(folder.rglob("*.xml")):
        tree = ElementTree.parse(file)
        for shape in (shape for image in tree.getroot().findall("image") for shape in image):
            total += 1
            for name in list(shape.attrib):
                if rng.random() < 0.2:
                    shape.set(name, rng.choice(["", "x", "-1", "1e999", "nan", "0", "1,2;3", "7, 7"]))
        tree.write(file, "utf-8")
    return total


def spoil_dota(folder: Path, rng: random.Random) -> int:
    total = 0
    for file in sorted(folder.rglob("*.txt")):
        rows = [row.split() for row in file.read_text("utf-8").splitlines()]
        for row in rows:
            for _ in range(rng.randrange(2)):
                row[rng.randrange(len(row))] = rng.choice(["x", "nan", "-1", "1e999", "7"])
        total += len(rows)
        file.write_text("\n\n".join(" ".join(row) for row in rows), "utf-8")
    return total


def spoil_mots(folder: Path, rng: random.Random) -> int:
    """Odd words in some lines."""
    total = 0
    for file in sorted(folder.rglob("gt.txt")):
        rows = [row.split(" ") for row in file.read_text("utf-8").splitlines()]
        for row in rows:
            if rng.random() < 0.3:
                row[rng.randrange(len(row))] = rng.choice(["", "x", "-1", "1e9", "0", "7", "\u00e4", "1 1"])
        total += len(rows)
        file.write_text("\n".join(" ".join(row) for row in rows), "utf-8")
    return total


def spoil_single(folder: Path, rng: random.Random) -> int:
    """Some masks become empty or have another size."""
    files = sorted((folder / "masks").rglob("*.png"))
    for file in files:
        if rng.random() < 0.3:
            Image.new("L", (rng.choice([5, 31]), 24), rng.choice([0, 1])).save(file)
    return len(files)


def spoil_colours(folder: Path, rng: random.Random) -> int:
    total = 0
    for file in sorted((folder / "colours").rglob("*.png")):
        with Image.open(file) as picture:
            labels = np.asarray(picture).copy()
        for colour in np.unique(labels.reshape(-1, 3), axis=0):
            if rng.random() < 0.3:
                labels[(labels == colour).all(axis=-1)] = 0
        total += len(np.unique(labels[labels.any(axis=-1)], axis=0))
        Image.fromarray(labels).save(file)
    return total


SPOILERS: dict[str, Callable[[Path, random.Random], int]] = {
    "coco": spoil_json("annotations"),
    "sa1b": spoil_json("annotations"),
    "labelme": spoil_json("shapes"),
    "xanylabeling": spoil_json("shapes"),
    "isat": spoil_isat,
    "yolo": spoil_yolo,
    "voc": spoil_voc,
    "png": spoil_png,
    "coco-panoptic": spoil_nested("annotations", "*", "segments_info"),
    "cvat": spoil_cvat,
    "mots": spoil_mots,
    "label-studio": spoil_nested("*", "annotations", "*", "result"),
    "datumaro": spoil_nested("items", "*", "annotations"),
    "yolo-detect": spoil_yolo,
    "dota": spoil_dota,
    "png-objects": spoil_single,
    "png-classes": spoil_single,
    "png-colours": spoil_colours,
    "via": spoil_nested("*", "regions"),
}
ANSWERS = ("png-labels", "png-numbers")
"""Names for ``png`` when a folder cannot tell what its numbers are."""
READ = [format_ for format_ in formats() if format_.read is not None and format_.name not in ANSWERS]
NEED_PICTURES = ("yolo", "yolo-detect", "dota", "via")


def test_every_importer_is_looked_at() -> None:
    assert set(SPOILERS) == {format_.name for format_ in READ}


@pytest.mark.parametrize("format_", READ, ids=lambda f: f.name)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
@example(seed=1189)  # a region of Label Studio whose value is empty
def test_what_stands_in_the_file_is_imported_or_reported(format_: Format, seed: int, examples: Path) -> None:
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "source"
        shutil.copytree(examples / format_.name, folder)
        source = folder / "data" if format_.is_folder else folder / "data.json"
        written = SPOILERS[format_.name](source if format_.is_folder else folder, rng)
        pictures = examples / "pictures" if format_.name in NEED_PICTURES or rng.random() < 0.5 else None
        met, imported, reported = read(format_, source, pictures)
    assert met == written
    assert imported + reported == written


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("name", ["labelme", "xanylabeling"])
def test_every_shape_type_is_imported_or_reported(name: str, kind: str | None, tmp_path: Path) -> None:
    """Cuboids of X-AnyLabeling (two faces, eight points) have no area in the picture: they are reported."""
    numbers = {"rectangle": 2, "circle": 2, "line": 2, "point": 1, "cuboid": 8}
    corners = [[2, 2], [9, 2], [9, 9], [2, 9], [4, 4], [11, 4], [11, 11], [4, 11]]
    if kind == "rectangle":
        corners = [[2, 2], [9, 9]]
    shape = {
        "label": "a",
        "shape_type": kind,
        "points": corners[: numbers.get(str(kind), 4)],
        "direction": 0.5,
    }
    data = {"shapes": [shape], "imagePath": "a.jpg", "imageHeight": 12, "imageWidth": 14, "checked": True}
    (tmp_path / "a.json").write_text(json.dumps(data))
    format_ = next(f for f in formats() if f.name == name)
    met, imported, reported = read(format_, tmp_path, None)
    known = {*SHAPES} - {"cuboid", "brush", "", "mask"}
    assert (met, imported, reported) == ((1, 1, 0) if kind in known else (1, 0, 1))


@pytest.mark.parametrize("format_", [f for f in READ if f.is_folder], ids=lambda f: f.name)
def test_links_are_reported_and_not_followed(format_: Format, examples: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(examples / format_.name / "data", source)
    file = next(p for p in sorted(source.rglob(f"*{format_.suffix}")) if not p.name.startswith("."))
    before = read(format_, source, examples / "pictures")
    (tmp_path / "secret").write_bytes(file.read_bytes())
    file.with_stem("linked").symlink_to(tmp_path / "secret")
    assert format_.read is not None
    context = ReadContext(pictures=FolderPictures(examples / "pictures"))
    issues = [record for record in format_.read(source, context) if isinstance(record, Issue)]
    assert [issue.where for issue in issues if issue.code == "link"] == [
        file.with_stem("linked").relative_to(_listed(format_, source)).as_posix()
    ]
    assert context.objects_in == before[0]


def _listed(format_: Format, source: Path) -> Path:
    """The folder whose files are the annotations."""
    listed = {"voc": "Annotations", "png": "instances", "png-objects": "masks", "png-classes": "masks",
              "png-colours": "colours"}  # fmt: skip
    return source / listed.get(format_.name, ".")
