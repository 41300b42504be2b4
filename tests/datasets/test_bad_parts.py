"""One bad part of a data set stops only itself, and is named."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from slimsam_core.annotation import ImageEntry
from slimsam_core.datasets.indexed import CocoFile
from slimsam_core.datasets.labelled import Skipped, iterate
from slimsam_core.datasets.project_dataset import ProjectDataset
from slimsam_core.errors import ProjectError
from slimsam_core.project import Edit, Project
from tests.hostile.conftest import write_project


def used(dataset: Any) -> tuple[list[str], list[str]]:
    skipped = Skipped(most=100)
    return [image.path.name for _, image in iterate(dataset, skipped)], skipped.examples


@pytest.mark.parametrize(
    "bad",
    [
        {"id": 2}, {"id": 2, "file_name": 5}, {"file_name": "2.png"}, 7, None, [],
        {"id": [], "file_name": "a"}, {"id": 2, "file_name": "a\0b"},
        {"id": 2, "file_name": "gone.png", "width": 4, "height": 4},
    ],
)  # fmt: skip
def test_an_image_without_a_usable_name_is_left_out(tmp_path: Path, bad: object) -> None:
    Image.fromarray(np.zeros((20, 20, 3), np.uint8)).save(tmp_path / "1.png")
    ring = [[1, 1, 9, 1, 9, 9]]
    good = {"id": 1, "file_name": "1.png", "width": 20, "height": 20}
    data = {
        "images": [bad, good],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "segmentation": ring},
            3,
            {"image_id": {}},
        ],
        "categories": [{"id": 1}, "cat", {"id": {}, "name": "x"}],
    }
    (tmp_path / "labels.json").write_text(json.dumps(data))
    names, reasons = used(CocoFile(tmp_path / "labels.json"))
    assert names == ["1.png"]
    assert len(reasons) == 2  # the picture, and the two things that are objects of none


def test_a_picture_outside_and_a_damaged_object_cost_only_their_pictures(tmp_path: Path) -> None:
    path = write_project(tmp_path / "pictures", pictures=4)
    private = tmp_path / "private"
    private.mkdir()
    (tmp_path / "pictures" / "link").symlink_to(private)
    with Project.open(path) as project:
        entry = project.image(2)
        project.apply("Out", [Edit(entry, _at(entry, "link/2.png"))])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE annotation SET note = 'x' WHERE image_id = 3 AND id % 3 = 0")
    names, reasons = used(ProjectDataset(path))
    assert names == ["1.png", "4.png"]
    assert len(reasons) == 2
    assert "leads out of the folder" in reasons[0] + reasons[1]
    assert "not as it was saved" in reasons[0] + reasons[1]


def test_a_project_without_any_usable_picture_says_why(tmp_path: Path) -> None:
    path = write_project(tmp_path / "pictures", pictures=1)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE annotation SET proof = 0")
    with pytest.raises(ProjectError, match=r"can be used: object 3 of 1\.png: not as it was saved"):
        ProjectDataset(path)


def _at(entry: ImageEntry, path: str) -> ImageEntry:
    from dataclasses import replace

    return replace(entry, path=path)
