"""Whatever can be imported can be learnt from and judged on, with the same masks and classes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slimsam_core.datasets.labelled import LabelledImage, MaskDataset, Skipped, iterate
from slimsam_core.datasets.opening import INDEXED, open_datasets
from slimsam_core.errors import FormatError
from slimsam_core.formats.registry import Format, SeveralFormats, WriteOptions, formats, get_format
from slimsam_core.pixels.mask import BoolMask
from tests.formats.examples import dataset_of

BOXES = ("yolo-detect", "yolo-obb", "dota")
"""Formats that say no more than a box."""
TELLING = [
    format_
    for format_ in formats()
    if format_.read is not None and format_.write is not None and format_.name not in BOXES
]


def two_things() -> list[BoolMask]:
    """Two convex things that every format can say to the pixel, of different classes."""
    found = []
    for y, x, height, width in ((2, 3, 10, 12), (15, 18, 6, 9)):
        one = np.zeros((24, 31), np.bool_)
        one[y : y + height, x : x + width] = True
        one[y, x] = False  # no box
        found.append(one)
    return found


def written(format_: Format, folder: Path) -> Path:
    """Two masks on one picture, as this format has them, the picture where its readers look."""
    target = folder / "set" if format_.is_folder else folder / "set" / f"labels{format_.suffix}"
    (folder / "set").mkdir()
    picture = folder / "set" / "photo.jpg"
    Image.new("RGB", (31, 24)).save(picture)
    (folder / "set").rename(folder / "pictures")
    target.parent.mkdir(exist_ok=True)
    options = WriteOptions(picture_path=lambda _: folder / "pictures" / "photo.jpg")
    assert format_.write is not None
    format_.write(dataset_of(two_things(), name="photo.jpg"), target, options)
    if not any((folder / "set").rglob("photo.jpg")):
        (folder / "pictures" / "photo.jpg").rename(folder / "set" / "photo.jpg")
    return target


def only_picture(datasets: list[MaskDataset]) -> LabelledImage:
    skipped = Skipped()
    images = [image for dataset in datasets for _, image in iterate(dataset, skipped)]
    assert not skipped.examples
    (image,) = images
    return image


@pytest.mark.parametrize("format_", TELLING, ids=lambda format_: format_.name)
def test_every_format_with_masks_is_a_data_set(format_: Format, tmp_path: Path) -> None:
    image = only_picture(open_datasets(written(format_, tmp_path)))
    assert image.path.name == "photo.jpg"
    assert image.path.is_file()
    assert image.size.hw == (24, 31)
    found = sorted((o.mask.decode() for o in image.objects), key=lambda mask: -mask.sum())
    for got, wanted in zip(found, two_things(), strict=True):
        assert (got & wanted).sum() / (got | wanted).sum() >= 0.9
    if format_.name not in INDEXED | {"png-objects"}:
        assert {o.category for o in image.objects} <= {"cat", "Vogel (groß)", "dog"}


@pytest.mark.parametrize("name", ["coco", "cvat", "png-objects"])
def test_pictures_may_lie_elsewhere(name: str, tmp_path: Path) -> None:
    format_ = get_format(name)
    labels = written(format_, tmp_path)
    (picture,) = (tmp_path / "set").rglob("photo.jpg")
    (tmp_path / "elsewhere").mkdir()
    picture.rename(tmp_path / "elsewhere" / "photo.jpg")
    image = only_picture(open_datasets(labels, images=tmp_path / "elsewhere"))
    assert image.path == tmp_path / "elsewhere" / "photo.jpg"
    assert len(image.objects) == 2


def test_where_several_formats_fit_one_can_be_named(tmp_path: Path) -> None:
    Image.new("RGB", (31, 24)).save(tmp_path / "photo.jpg")
    numbers = np.zeros((24, 31), np.uint8)
    for number, one in enumerate(two_things(), 1):
        numbers[one] = number
    Image.fromarray(numbers).save(tmp_path / "photo.png")
    with pytest.raises(SeveralFormats, match="Name the format"):
        open_datasets(tmp_path)
    named = {
        name: only_picture(open_datasets(tmp_path, format_name=name))
        for name in ("png-labels", "png-numbers")
    }
    assert {name: len(image.objects) for name, image in named.items()} == {"png-labels": 2, "png-numbers": 2}
    with pytest.raises(FormatError, match="There is no format"):
        open_datasets(tmp_path, format_name="png-nonsense")


def test_boxes_alone_are_named_and_neither_learned_nor_scored(tmp_path: Path) -> None:
    (boxes,) = (format_ for format_ in formats() if format_.name == "yolo-detect")
    skipped = Skipped()
    (dataset,) = open_datasets(written(boxes, tmp_path))
    assert not list(iterate(dataset, skipped))
    assert any("boxes alone" in reason for reason in skipped.examples)


def test_what_an_import_would_lose_is_skipped_and_named(tmp_path: Path) -> None:
    labelme = next(format_ for format_ in formats() if format_.name == "labelme")
    folder = written(labelme, tmp_path)
    (folder / "broken.json").write_text(json.dumps({"version": "5.0.0", "flags": {}, "shapes": 3}))
    skipped = Skipped()
    (dataset,) = open_datasets(folder)
    assert len(list(iterate(dataset, skipped))) == 1
    assert any("broken.json" in reason for reason in skipped.examples)


def test_a_file_of_no_known_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(FormatError):
        open_datasets(tmp_path / "notes.txt")
