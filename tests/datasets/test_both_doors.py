"""A COCO or SA-1B file says the same to ``evaluate`` and ``train`` as to an import, however odd it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from slimsam_core.datasets.imported import ImportedDataset
from slimsam_core.datasets.indexed import CocoFile, Sa1bFolder
from slimsam_core.datasets.labelled import MaskDataset, Skipped, iterate
from slimsam_core.formats.registry import get_format

SQUARE = [[10, 10, 20, 10, 20, 20, 10, 20]]
RUNS = {"size": [40, 60], "counts": [410, 10, 30, 10, 1940]}
SEGMENTATIONS: list[Any] = [
    SQUARE, SQUARE[0], RUNS, [], [[1, 2]], None, "", "x", 5, [[10, 10, 90, 10, 90, 20, 10, 20]],
    [[[10, 10], [20, 10], [20, 20]]], {"size": [20, 30], "counts": [600]},
    {"size": [60, 40], "counts": [2400]}, {"counts": [2400]},
    {"size": [40, 60], "counts": "no code"}, {"size": [40, 60], "counts": [2400]},
    [[1e9, 1, 2, 2, 3, 1]],
]  # fmt: skip
IDS: list[Any] = [1, 2, "1", "2", 1.0, 0, -3, "x", None, [], {}, True, 1.5]


def told(dataset: MaskDataset) -> list[tuple[Any, ...]]:
    """What a data set says of each picture that it can use."""
    return sorted(
        (
            image.path.name,
            image.size.hw,
            image.ignore.counts if image.ignore else None,
            sorted((o.category, o.mask.counts, str(o.point), bool(o.ignore)) for o in image.objects),
        )
        for _, image in iterate(dataset, Skipped())
    )


def picture(folder: Path, name: str = "a.png") -> None:
    if not (folder / name).exists():
        Image.fromarray(np.zeros((40, 60, 3), np.uint8)).save(folder / name)


def coco_doors(folder: Path, data: dict[str, Any]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    for name in ("a.png", "b.png"):
        picture(folder, name)
    (folder / "labels.json").write_text(json.dumps(data))
    indexed = CocoFile(folder / "labels.json")
    imported = ImportedDataset(folder / "labels.json", get_format("coco"))
    return told(indexed), told(imported)


def sa1b_doors(folder: Path, data: dict[str, Any]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    picture(folder)
    (folder / "a.json").write_text(json.dumps(data))
    return told(Sa1bFolder(folder)), told(ImportedDataset(folder, get_format("sa1b")))


COCO_OBJECTS = st.fixed_dictionaries(
    {"image_id": st.sampled_from(IDS), "category_id": st.sampled_from(IDS)},
    optional={
        "id": st.sampled_from(IDS),
        "segmentation": st.sampled_from(SEGMENTATIONS),
        "iscrowd": st.sampled_from([0, 1, True, "1", 2]),
        "bbox": st.sampled_from([[5, 5, 10, 10], [10, 10, 10, 10], [90, 90, 5, 5], "x", None]),
        "ignore": st.sampled_from([0, 1]),
    },
)
FILES = st.fixed_dictionaries(
    {
        "images": st.lists(
            st.fixed_dictionaries(
                {"id": st.sampled_from(IDS), "file_name": st.sampled_from(["a.png", "b.png", "gone.png", 5])},
                optional={
                    "width": st.sampled_from([60, "60", 40, None]),
                    "height": st.sampled_from([40, 60]),
                },
            ),
            min_size=1,
            max_size=3,
        ),
        "annotations": st.lists(st.one_of(COCO_OBJECTS, st.just(3)), max_size=4),
        "categories": st.lists(
            st.fixed_dictionaries({"id": st.sampled_from(IDS), "name": st.sampled_from(["cat", "dog", ""])}),
            max_size=2,
        ),
    }
)
SA1B_OBJECTS = st.fixed_dictionaries(
    {"segmentation": st.sampled_from(SEGMENTATIONS)},
    optional={
        "id": st.sampled_from(IDS),
        "iscrowd": st.sampled_from([0, 1]),
        "category": st.just("cat"),
        "bbox": st.sampled_from([[5, 5, 10, 10], None]),
        "point_coords": st.sampled_from([[[11, 12]], [[11.5, 12]], [], [11, 12], "x", [[1, "2"]]]),
    },
)
ODD = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@given(data=FILES)
@ODD
def test_a_coco_file_says_the_same_to_both(tmp_path: Path, data: dict[str, Any]) -> None:
    indexed, imported = coco_doors(tmp_path, data)
    assert indexed == imported


@given(objects=st.lists(SA1B_OBJECTS, max_size=4), named=st.sampled_from(["a.png", "b.png", None, 5]))
@ODD
def test_an_sa1b_file_says_the_same_to_both(
    tmp_path: Path, objects: list[dict[str, Any]], named: object
) -> None:
    image = {"image_id": 1, "file_name": named, "width": 60, "height": 40}
    indexed, imported = sa1b_doors(tmp_path, {"image": image, "annotations": objects})
    assert indexed == imported


def one_object(**changes: Any) -> dict[str, Any]:
    plain = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": SQUARE}
    return {
        "images": [{"id": 1, "file_name": "a.png", "width": 60, "height": 40}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [plain | changes, {"id": 2, "image_id": 1, "category_id": 1, "segmentation": RUNS}],
    }


@pytest.mark.parametrize(
    ("changes", "classes"),
    [
        ({}, ["cat", "cat"]),
        ({"image_id": "1"}, ["cat", "cat"]),
        ({"image_id": 1.0, "category_id": 1.0}, ["cat", "cat"]),
        ({"segmentation": SQUARE[0]}, ["cat", "cat"]),
        ({"category_id": 7}, ["cat", "class 7"]),
        ({"segmentation": None, "bbox": [5, 5, 10, 10]}, ["cat"]),
        ({"segmentation": []}, ["cat"]),
        ({"segmentation": [[1, 2]]}, ["cat"]),
        ({"iscrowd": 1}, ["cat"]),
    ],
)
def test_an_odd_object_of_a_coco_file_costs_itself_alone(
    tmp_path: Path, changes: dict[str, Any], classes: list[str]
) -> None:
    indexed, imported = coco_doors(tmp_path, one_object(**changes))
    assert indexed == imported
    assert sorted(category for category, *_ in indexed[0][3]) == classes


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    coco_doors(tmp_path, one_object(segmentation=[]))
    skipped = Skipped()
    assert len(list(iterate(CocoFile(tmp_path / "labels.json"), skipped))) == 1
    assert (skipped.count, len(skipped.examples)) == (0, 1)
    assert "annotations[0]" in skipped.examples[0]


def test_objects_of_no_picture_are_named(tmp_path: Path) -> None:
    coco_doors(tmp_path, one_object(image_id=9))
    skipped = Skipped()
    assert len(list(iterate(CocoFile(tmp_path / "labels.json"), skipped))) == 1
    assert skipped.count == 1
    assert "leads to no usable picture" in skipped.examples[0]


def test_the_click_of_sa1b_is_in_our_frame(tmp_path: Path) -> None:
    picture(tmp_path)
    image = {"image_id": 1, "file_name": "a.png", "width": 60, "height": 40}
    objects = [{"id": 1, "segmentation": RUNS, "point_coords": [[11, 12]]}]
    (tmp_path / "a.json").write_text(json.dumps({"image": image, "annotations": objects}))
    (found,) = Sa1bFolder(tmp_path).labels(0).objects
    assert found.point is not None
    assert (found.point.x, found.point.y) == (11.5, 12.5)
    assert found.prompts is None
