"""Names, sizes and groups as files spell them: the picture or number that they mean is found, and told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slimsam_core.errors import FormatError
from slimsam_core.formats.registry import recognise
from slimsam_core.pixels.geometry import Size
from tests.formats.foreign_files import coco, codes, labelme, picture, read, shape


@pytest.mark.parametrize(
    "name",
    ["D:a.jpg", "file://a.jpg", "smb://host/share/a.jpg", "%61.jpg", "a.jpg?x=1", " a.jpg", "x/a%2Ejpg"],
)
def test_a_name_that_is_spelt_otherwise_means_the_picture(tmp_path: Path, name: str) -> None:
    picture(tmp_path / "img" / "a.jpg")
    found, issues = read(coco(tmp_path / "in.json", name), tmp_path / "img")
    assert [image.file_name for image in found.image_records] == ["a.jpg"]
    assert len(found.objects) == 1
    assert {issue.severity for issue in issues} == {"warning"}


def test_lvis_names_its_pictures_by_their_address(tmp_path: Path) -> None:
    picture(tmp_path / "img" / "train2017" / "a.jpg")
    path = coco(tmp_path / "in.json", "")
    data = json.loads(path.read_text())
    del data["images"][0]["file_name"]
    data["images"][0]["coco_url"] = "http://images.cocodataset.org/train2017/a.jpg"
    path.write_text(json.dumps(data))
    found, _ = read(path, tmp_path / "img")
    assert [image.file_name for image in found.image_records] == ["train2017/a.jpg"]
    assert len(found.objects) == 1


@pytest.mark.parametrize(
    ("file", "there"),
    [("in.json", "a.jpg"), ("in.json", "images/a.jpg"), ("annotations/in.json", "train/a.jpg")],
)
def test_a_missing_size_comes_from_the_picture_beside_the_file(tmp_path: Path, file: str, there: str) -> None:
    picture(tmp_path / there)
    found, _ = read(coco(tmp_path / file, "a.jpg", width=None, height=None))
    assert [(image.file_name, image.size) for image in found.image_records] == [(there, Size(40, 60))]
    assert len(found.objects) == 1


@pytest.mark.parametrize("groups", [("1", "1"), (1.0, 1.0), (1, "1")])
def test_groups_that_are_spelt_otherwise_are_one_object(tmp_path: Path, groups: tuple[Any, Any]) -> None:
    picture(tmp_path / "a.png")
    second = [[20, 2], [28, 2], [28, 10], [20, 10]]
    labelme(tmp_path / "a.json", shape(group_id=groups[0]), shape(second, group_id=groups[1]))
    found, issues = read(tmp_path)
    assert [annotation.mask.area for annotation in found.objects] == [128]
    assert [annotation.group_id for annotation in found.objects] == [1]
    assert codes(issues) == []


def test_a_shape_of_no_type_is_a_polygon(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    labelme(tmp_path / "a.json", shape(shape_type=None))
    found, _ = read(tmp_path)
    assert [annotation.mask.area for annotation in found.objects] == [64]


def test_text_of_another_code_is_told_as_that(tmp_path: Path) -> None:
    path = coco(tmp_path / "in.json", "a.jpg")
    path.write_bytes(path.read_text().encode("utf-16"))
    assert recognise(path).name == "coco"
    with pytest.raises(FormatError, match="is not UTF-8"):
        read(path)
