"""What is tried with which program, and the table of it in ``docs/formats.md``.

``python -m tests.interop.programs FOLDER`` writes the table anew; FOLDER keeps an environment for each
``requirements*.txt``, made where it is not there, which takes minutes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from slimsam_core.annotation import Annotation, Category
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.records import DatasetMeta, ImageRecord
from slimsam_core.formats.registry import Placement, WriteOptions, get_format, recognise
from slimsam_core.formats.shapes import even_odd_to_rle
from slimsam_core.formats.yolo_boxes import smallest_box
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import BoolMask, Rle, encode, iou
from tests.formats.in_memory import MemoryDataset, memory_dataset

NO_CLASS = "object"
"""What the laboratory calls the class of objects in formats that know none."""
LAB = Path(__file__).with_name("lab.py")
TABLE_BEGIN, TABLE_END = "<!-- table of other programs: begin -->", "<!-- table of other programs: end -->"
DOC = Path(__file__).parents[2] / "docs" / "formats.md"
READS = {
    "coco": ("pycocotools", "faster-coco-eval", "polygon code of torchvision", "supervision, COCO",
             "datumaro, coco_instances"),
    "yolo": ("ultralytics", "supervision, YOLO"),
    "yolo-detect": ("ultralytics, detect", "supervision, YOLO boxes"),
    "yolo-obb": ("ultralytics, OBB", "supervision, YOLO turned boxes"),
    "dota": ("datumaro, dota",),
    "voc": ("datumaro, voc_segmentation", "supervision, VOC"),
    "cvat": ("datumaro, cvat", "cvat-sdk"),
    "datumaro": ("datumaro, datumaro",),
    "coco-panoptic": ("datumaro, coco_panoptic",),
    "label-studio": ("label-studio-converter", "label-studio-sdk"),
    "labelme": ("labelme2coco", "labelme2yolo"),
    "isat": ("ISAT",),
    "sa1b": ("datumaro, segment_anything",),
    "png": ("Pillow, png",),
    "png-objects": ("Pillow, png-objects",),
    "png-classes": ("Pillow, png-classes",),
    "png-colours": ("Pillow, png-colours",),
    "geojson": ("shapely",),
}  # fmt: skip
"""Format -> programs that read it."""
WRITES = (
    "supervision, COCO", "supervision, YOLO", "supervision, VOC", "datumaro, coco_instances",
    "datumaro, coco_panoptic", "datumaro, voc_segmentation", "datumaro, cvat", "datumaro, datumaro",
    "datumaro, yolo", "datumaro, voc_detection", "ultralytics", "labelme2yolo", "label-studio-sdk",
    "cvat-sdk",
)  # fmt: skip
"""Programs that write what we read."""
WRITES_FROM = {"labelme2yolo": "labelme"}
"""Programs that write from another format than COCO."""
HOLD_BOXES = ("datumaro, yolo", "datumaro, voc_detection")
"""Programs that write boxes."""
ENVIRONMENTS = {"label-studio-sdk": "label-studio", "cvat-sdk": "cvat"}
"""Programs that do not go together with the others: each has an environment of its own."""
MAIN = "main"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What another program made of our export, or we of its."""

    format: str
    program: str
    objects: int
    expected: int
    iou: float
    """Mean over the expected objects, each with its nearest of the same picture and class."""
    classes_in_order: bool
    error: str = ""


def sample(folder: Path, *, plain: bool) -> MemoryDataset:
    """Two pictures of photograph size with overlapping objects of three classes; ``plain`` without holes."""
    size = Size(120, 160)
    classes = (Category(id=1, name="cat"), Category(id=2, name="potted plant"), Category(id=3, name="dog"))
    y, x = np.mgrid[0:120, 0:160]
    disc: BoolMask = (x - 60) ** 2 + (y - 50) ** 2 < 900
    square: BoolMask = (x > 90) & (x < 140) & (y > 20) & (y < 100)
    parts: BoolMask = ((x < 20) & (y < 20)) | ((x > 30) & (x < 50) & (y > 90) & (y < 110))
    ring: BoolMask = square & ~((x > 105) & (x < 125) & (y > 50) & (y < 80))
    masks = [disc, square, parts] if plain else [disc, ring, parts]
    images = tuple(ImageRecord(id=n, file_name=f"{name}.jpg", size=size) for n, name in ((3, "a"), (7, "b")))
    objects = [
        Annotation(
            id=10 * image.id + n,
            image_id=image.id,
            category_id=classes[(n + image.id) % 3].id,
            mask=encode(mask),
        )
        for image in images
        for n, mask in enumerate(masks)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    for image in images:
        Image.fromarray(rng.integers(0, 255, (*size.hw, 3), np.uint8)).save(folder / image.file_name)
    return MemoryDataset(DatasetMeta(categories=classes), images, tuple(objects))


def ask(python: str, *arguments: str) -> Any:
    """The answer of the laboratory; raises RuntimeError with the last line of its trouble."""
    command = [python, str(LAB), *arguments]
    with tempfile.TemporaryDirectory() as elsewhere:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=300, cwd=elsewhere
        )
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["it says nothing"])[-1][:200])
    return json.loads(done.stdout.strip().splitlines()[-1])


def export(name: str, folder: Path, *, plain: bool = True) -> MemoryDataset:
    """Write the sample in a format, with its pictures where its readers look for them."""
    dataset = sample(folder.parent / "pictures", plain=plain)
    format_ = get_format(name)
    assert format_.write is not None
    target = folder
    if not format_.is_folder:  # the layout of COCO itself
        target = folder / "annotations" / "instances_default.json"
        target.parent.mkdir(parents=True)
        shutil.copytree(folder.parent / "pictures", folder / "images" / "default")
    if name == "coco-panoptic":
        shutil.copytree(folder.parent / "pictures", folder / "images" / "default")
    pictures = folder.parent / "pictures"
    options = WriteOptions(
        pictures=Placement.COPY, picture_path=lambda image: pictures / f"{Path(image.file_name).stem}.jpg"
    )
    format_.write(dataset, target, options)
    return dataset


def expected_masks(name: str, dataset: MemoryDataset) -> MemoryDataset:
    """What a program can find of a dataset in a format: of boxes the boxes."""
    objects = dataset.objects
    if name in ("yolo-detect", "yolo-obb", "dota"):
        objects = tuple(replace(a, mask=_boxed(a.mask, name)) for a in objects)
    meta = dataset.meta
    if name in ("sa1b", "dota"):  # it knows no classes, or no spaces in their names
        called = {c.id: NO_CLASS if name == "sa1b" else c.name.replace(" ", "_") for c in meta.categories}
        meta = replace(meta, categories=tuple(replace(c, name=called[c.id]) for c in meta.categories))
    return replace(dataset, objects=objects, meta=meta)


def _boxed(mask: Rle, name: str) -> Rle:
    if name != "yolo-detect":
        return even_odd_to_rle((smallest_box(mask, inside=name == "yolo-obb"),), mask.size)
    x, y, width, height = mask.bbox_xywh
    pixels: BoolMask = np.zeros(mask.size.hw, np.bool_)
    pixels[y : y + height, x : x + width] = True
    return encode(pixels)


def make_environment(name: str, folder: Path) -> str:
    """The Python of an environment of the laboratory below ``folder``, made where it is not there."""
    place = folder / name
    found = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not found.exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True, timeout=300)
        file = "requirements.txt" if name == MAIN else f"requirements-{name}.txt"
        wanted = str(Path(__file__).with_name(file))
        subprocess.run([str(found), "-m", "pip", "install", "-q", "-r", wanted], check=True, timeout=1100)
    return str(found)


def environment_of(program: str) -> str:
    """The name of the environment that a program is in."""
    return ENVIRONMENTS.get(program, MAIN)


def compare(
    dataset: MemoryDataset, classes: list[str], objects: list[tuple[str, str, Rle]]
) -> tuple[float, bool]:
    """Mean IoU of the expected objects, and whether the classes come in order."""
    names = {c.id: c.name for c in dataset.meta.categories}
    stems = {image.id: Path(image.file_name).stem for image in dataset.image_records}
    scores = [
        max(
            (
                iou(mask, annotation.mask)
                for picture, label, mask in objects
                if (picture, label) == (stems[annotation.image_id], names[annotation.category_id])
                and mask.size == annotation.mask.size
            ),
            default=0.0,
        )
        for annotation in dataset.objects
    ]
    return float(np.mean(scores)), not classes or classes == list(names.values())


def try_reader(python: str, format_name: str, program: str, folder: Path) -> Outcome:
    """Let a program read our export."""
    dataset = expected_masks(format_name, export(format_name, folder))
    expected = len(dataset.objects)
    try:
        answer = ask(python, "read", program, str(folder))
    except RuntimeError as error:
        return Outcome(format=format_name, program=program, objects=0, expected=expected, iou=0.0,
                       classes_in_order=False, error=str(error))  # fmt: skip
    objects = [
        (o["picture"], o["class"], Rle(Size(*o["mask"]["size"]), o["mask"]["counts"]))
        for o in answer["objects"]
    ]
    mean, ordered = compare(dataset, answer["classes"], objects)
    return Outcome(format=format_name, program=program, objects=len(objects), expected=expected, iou=mean,
                   classes_in_order=ordered)  # fmt: skip


def try_writer(python: str, program: str, folder: Path) -> Outcome:
    """Read what a program writes of a COCO file, as it lies."""
    from_format = WRITES_FROM.get(program, "coco")
    dataset = export(from_format, folder / "source")
    expected = len(dataset.objects)
    out = folder / "out"
    out.mkdir()
    source = folder / "source"
    if from_format == "coco":
        source = source / "annotations" / "instances_default.json"
    ask(python, "write", program, str(source), str(folder / "pictures"), str(out))
    format_ = recognise(out)
    assert format_.read is not None
    found = memory_dataset(format_.read(out, ReadContext(pictures=FolderPictures(out))))
    names = {c.id: c.name for c in found.meta.categories}
    # labelme2yolo adds a number to the names of pictures
    stems = {
        image.id: re.sub(r"_[0-9a-f]{8}$", "", Path(image.file_name).stem) for image in found.image_records
    }
    objects = [(stems[a.image_id], names[a.category_id], a.mask) for a in found.objects]
    holds = "yolo-detect" if program in HOLD_BOXES else format_.name
    mean, ordered = compare(expected_masks(holds, dataset), list(names.values()), objects)
    return Outcome(format=format_.name, program=program, objects=len(objects), expected=expected, iou=mean,
                   classes_in_order=ordered)  # fmt: skip


def outcomes(environments: Path) -> tuple[list[Outcome], list[Outcome]]:
    """Every pair: our exports in other programs, and what they write here."""

    def python(program: str) -> str:
        return make_environment(environment_of(program), environments)

    with tempfile.TemporaryDirectory() as temporary:
        pairs = [(name, program) for name, programs in READS.items() for program in programs]
        read = [
            try_reader(python(program), name, program, Path(temporary) / f"r{n}" / "export")
            for n, (name, program) in enumerate(pairs)
        ]
        written = [
            try_writer(python(program), program, Path(temporary) / f"w{n}")
            for n, program in enumerate(WRITES)
        ]
    return read, written


def table(environments: Path) -> str:
    """Markdown of all pairs, with the versions that were used."""
    read, written = outcomes(environments)
    lines = ["| our export | read by | objects | IoU | classes in order |", "|---|---|---|---|---|"]
    lines += [_line(outcome.format, outcome.program, outcome) for outcome in read]
    lines += ["", "| written by | read here as | objects | IoU | classes in order |", "|---|---|---|---|---|"]
    lines += [_line(outcome.program, outcome.format, outcome) for outcome in written]
    wanted = ("cvat-sdk", "datumaro", "faster-coco-eval", "isat-sam", "label-studio-converter",
              "label-studio-sdk", "labelme2coco", "labelme2yolo", "pillow", "pycocotools", "shapely",
              "supervision", "ultralytics")  # fmt: skip
    installed = {
        version.split()[0].replace("_", "-").lower(): version.split()[1]
        for name in (*ENVIRONMENTS.values(), MAIN)
        for version in ask(make_environment(name, environments), "versions")
    }
    versions = [f"{name} {installed[name]}" for name in wanted if name in installed]
    return "\n".join([*lines, "", "Tried with", f"{', '.join(versions)}."])


def _line(first: str, second: str, outcome: Outcome) -> str:
    if outcome.error:
        return f"| {first} | {second} | fails: {outcome.error.replace('|', '/')} | | |"
    order = "yes" if outcome.classes_in_order else "no"
    counts = f"{outcome.objects} of {outcome.expected}"
    return f"| {first} | {second} | {counts} | {int(outcome.iou * 1000) / 1000:.3f} | {order} |"


if __name__ == "__main__":
    text = DOC.read_text("utf-8")
    begin, end = text.index(TABLE_BEGIN) + len(TABLE_BEGIN), text.index(TABLE_END)
    DOC.write_text(f"{text[:begin]}\n{table(Path(sys.argv[1]))}\n{text[end:]}", "utf-8")
