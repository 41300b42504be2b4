"""Names, sizes and groups as files spell them: the picture or number that they mean is found, and told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from slimsam_core.annotation import ShapeKind
from slimsam_core.errors import FormatError
from slimsam_core.formats.registry import get_format, recognise
from slimsam_core.formats.transfer import import_into
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Project
from tests.formats.foreign_files import OBJECT, coco, codes, labelme, picture, read, shape, voc


@pytest.mark.parametrize(
    "name",
    [
        "D:a.jpg",
        "file://a.jpg",
        "smb://host/share/a.jpg",
        "%61.jpg",
        "a.jpg?x=1",
        " a.jpg",
        "x/a%2Ejpg",
        "a_jpg.rf.0a1b2c3d4e5f60718293a4b5c6d7e8f9.jpg",
    ],
)
def test_a_name_that_is_spelt_otherwise_means_the_picture(tmp_path: Path, name: str) -> None:
    picture(tmp_path / "img" / "a.jpg")
    found, issues = read(coco(tmp_path / "in.json", name), tmp_path / "img")
    assert [image.file_name for image in found.image_records] == ["a.jpg"]
    assert len(found.objects) == 1
    assert {issue.severity for issue in issues} == {"warning"}


@pytest.mark.parametrize("name", ["A.JPG", "old/a.jpg", "1a2b3c4d-a.jpg", "a_jpg.rf.0a1b.jpg"])
def test_a_picture_of_another_size_is_another_picture(tmp_path: Path, name: str) -> None:
    picture(tmp_path / "img" / "sub" / "a.jpg", (99, 77))
    found, issues = read(coco(tmp_path / "in.json", name), tmp_path / "img")
    assert [image.file_name for image in found.image_records] == [name]
    assert len(found.objects) == 1, "nothing is lost by a wrong guess"
    assert codes(issues) == ["missing-image"]
    assert "sub/a.jpg has another size" in issues[0].message


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


# where things lie ----------------------------------------------------------------------------------------

RING = "0 0.2 0.25 0.4 0.25 0.4 0.5 0.2 0.5\n"


def text(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


@pytest.mark.parametrize("chosen", ["labels", "labels/train", "labels/train/a.txt", "data.yaml", ""])
def test_pictures_are_found_beside_the_labels_that_were_chosen(tmp_path: Path, chosen: str) -> None:
    picture(tmp_path / "images" / "train" / "a.jpg")
    text(tmp_path / "labels" / "train" / "a.txt", RING)
    text(tmp_path / "data.yaml", "names: [cat, dog]\n")
    found, issues = read(tmp_path / chosen)
    assert [(image.file_name, image.split) for image in found.image_records] == [
        ("images/train/a.jpg", "train")
    ]
    assert [category.name for category in found.meta.categories] == ["cat", "dog"]
    assert [annotation.mask.area for annotation in found.objects] == [120]
    assert codes(issues) == []


def test_a_project_has_the_folder_of_the_pictures_and_not_that_of_the_labels(tmp_path: Path) -> None:
    picture(tmp_path / "in" / "images" / "a.jpg")
    text(tmp_path / "in" / "labels" / "a.txt", RING)
    with Project.create(tmp_path / "p.slimsam", []) as project:
        report = import_into(project, get_format("yolo"), tmp_path / "in" / "labels")
        assert (report.objects_imported, report.objects_reported) == (1, 0)
        assert [root.path for root in project.roots()] == [str(tmp_path / "in")]


def test_pictures_of_a_chosen_coco_file_lie_above_it(tmp_path: Path) -> None:
    for split in ("train", "val"):
        picture(tmp_path / "images" / split / "a.jpg")
        coco(tmp_path / "annotations" / f"instances_{split}.json", "a.jpg")
    with Project.create(tmp_path / "p.slimsam", []) as project:
        report = import_into(project, get_format("coco"), tmp_path / "annotations" / "instances_val.json")
        assert report.issues.count() == 0
        assert [project.image(number).path for number in project.image_ids()] == ["images/val/a.jpg"]


def test_voc_lies_below_the_folder_that_was_chosen(tmp_path: Path) -> None:
    inner = tmp_path / "VOCdevkit" / "VOC2012"
    picture(inner / "JPEGImages" / "a.jpg")
    voc(inner / "Annotations" / "a.xml", OBJECT)
    numbers = np.zeros((40, 60), np.uint8)
    numbers[6:35, 5:30] = 1
    for name in ("SegmentationObject", "SegmentationClass"):
        (inner / name).mkdir()
        Image.fromarray(numbers).save(inner / name / "a.png")
    text(inner / "ImageSets" / "Main" / "val.txt", "a\n")
    for chosen in (tmp_path, tmp_path / "VOCdevkit", inner, inner / "Annotations"):
        found, issues = read(chosen)
        assert [annotation.mask.area for annotation in found.objects] == [29 * 25], "the mask and not the box"
        assert [image.split for image in found.image_records] == ["val"]
        assert found.image_records[0].file_name.endswith("JPEGImages/a.jpg")
        assert codes(issues) == []


def test_masks_of_labelmes_own_converter_are_read(tmp_path: Path) -> None:
    picture(tmp_path / "JPEGImages" / "a.jpg")
    numbers = np.zeros((40, 60), np.uint8)
    numbers[5:15, 5:15] = 1
    for name in ("SegmentationObjectPNG", "SegmentationClassPNG"):
        (tmp_path / name).mkdir()
        Image.fromarray(numbers).save(tmp_path / name / "a.png")
    text(tmp_path / "class_names.txt", "__ignore__\n_background_\ncat\n")
    found, issues = read(tmp_path)
    assert [category.name for category in found.meta.categories] == ["cat"]
    assert [annotation.mask.area for annotation in found.objects] == [100]
    assert codes(issues) == []


@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_the_points_of_labelmes_web_tool_are_the_mask(tmp_path: Path, code: str) -> None:
    picture(tmp_path / "a.jpg")
    points = "".join(f"<pt><x>{x}</x><y>{y}</y></pt>" for x, y in ((11, 11), (20, 11), (20, 20), (11, 20)))
    path = voc(tmp_path / "a.xml", f"<object><name>cat</name><polygon>{points}</polygon></object>")
    path.write_bytes(f'<?xml version="1.0" encoding="{code}"?>{path.read_text()}'.encode(code))
    found, _ = read(tmp_path)
    assert [annotation.mask.area for annotation in found.objects] == [100]


def test_colours_with_names_beside_them_need_no_folder_of_their_own(tmp_path: Path) -> None:
    colours = np.zeros((40, 60, 3), np.uint8)
    colours[5:15, 5:15] = (10, 20, 30)
    (tmp_path / "masks").mkdir()
    Image.fromarray(colours).save(tmp_path / "masks" / "a.png")
    picture(tmp_path / "images" / "a.jpg")
    text(tmp_path / "labelmap.txt", "background:0,0,0::\ncat:10,20,30::\n")
    assert recognise(tmp_path).name == "png-colours"
    found, _ = read(tmp_path)
    assert [annotation.mask.area for annotation in found.objects] == [100]
    assert [image.file_name for image in found.image_records] == ["images/a.jpg"]


# rows of YOLO --------------------------------------------------------------------------------------------


def rows(folder: Path, content: str, yaml: str = "names: [cat, dog]\n") -> Path:
    picture(folder / "images" / "a.jpg", (100, 100))
    text(folder / "labels" / "a.txt", content)
    text(folder / "data.yaml", yaml)
    return folder


@pytest.mark.parametrize("number", ["1.0", "1.000000000000000000e+00"])
def test_a_class_number_with_decimals_is_a_number(tmp_path: Path, number: str) -> None:
    found, issues = read(rows(tmp_path, f"{number} 0.5 0.5 0.2 0.2\n"), name="yolo-detect")
    assert [annotation.category_id for annotation in found.objects] == [2]
    assert codes(issues) == []


def test_boxes_in_pixels_are_refused_and_not_cut(tmp_path: Path) -> None:
    found, issues = read(rows(tmp_path, "0 10 10 20 20\n0 0.5 0.5 1.2 0.2\n"))
    assert [annotation.mask.area for annotation in found.objects] == [2000], "a box may reach out a little"
    assert [issue.message for issue in issues if issue.lost_objects] == [
        "has coordinates in pixels or far outside; they must be shares of width and height, 0 to 1"
    ]


@pytest.mark.parametrize(("end", "score"), [("7", None), ("0.5 7", 0.5)])
def test_the_number_of_a_track_is_no_score(tmp_path: Path, end: str, score: float | None) -> None:
    found, issues = read(rows(tmp_path, f"0 0.5 0.5 0.2 0.2 {end}\n"), name="yolo-detect")
    assert [(annotation.mask.area, annotation.score) for annotation in found.objects] == [(400, score)]
    assert codes(issues) == ["track"]


def test_keypoints_show_by_themselves_where_nothing_tells(tmp_path: Path) -> None:
    points = " ".join(["0.5 0.5 2", "0.6 0.6 1", "0 0 0"])
    found, issues = read(rows(tmp_path, f"0 0.5 0.5 0.4 0.4 {points}\n"))
    assert [annotation.mask.area for annotation in found.objects] == [1600]
    assert codes(issues) == ["keypoints"]


def test_class_numbers_may_be_text_and_may_have_gaps(tmp_path: Path) -> None:
    found, issues = read(rows(tmp_path, "5 0.5 0.5 0.2 0.2\n", "names: {'0': cat, '5': dog}\n"))
    names = {category.id: category.name for category in found.meta.categories}
    assert [names[annotation.category_id] for annotation in found.objects] == ["dog"]
    assert "leave out 4" in issues[0].message


def test_names_lie_where_roboflow_and_label_studio_put_them(tmp_path: Path) -> None:
    for split in ("train", "valid"):
        picture(tmp_path / split / "images" / f"a_{split}.jpg")
        text(tmp_path / split / "labels" / f"a_{split}.txt", RING)
    text(tmp_path / "data.yaml", "names: [cat]\n")
    found, _ = read(tmp_path / "valid")
    assert [category.name for category in found.meta.categories] == ["cat"]
    own = tmp_path / "own"
    picture(own / "pictures" / "a.jpg")
    text(own / "labels" / "1a2b3c4d-a.txt", RING)
    found, _ = read(own / "labels", own / "pictures")
    assert [image.file_name for image in found.image_records] == ["a.jpg"]


# VIA -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "attributes", "name"),
    [
        ({"Class": "cat", "z": "1"}, {}, "cat"),
        ({"Colour": "red", "LABEL": "cat"}, {"Colour": {"type": "text"}, "LABEL": {"type": "text"}}, "cat"),
        ({"type": "2"}, {"type": {"type": "dropdown", "options": {"1": "dog", "2": "cat"}}}, "cat"),
        ({"type": "cat"}, {"type": {"type": "radio", "options": {"cat": "a small animal"}}}, "cat"),
    ],
)
def test_the_class_of_a_region_is_found(
    tmp_path: Path, said: dict[str, str], attributes: dict[str, Any], name: str
) -> None:
    picture(tmp_path / "a.jpg")
    outline = {"name": "polygon", "all_points_x": [10, 20, 20, 10], "all_points_y": [10, 10, 20, 20]}
    region = {"shape_attributes": outline, "region_attributes": said}
    project = {
        "_via_img_metadata": {"a.jpg1": {"filename": "a.jpg", "size": 1, "regions": [region]}},
        "_via_attributes": {"region": attributes, "file": {}},
    }
    (tmp_path / "via.json").write_text(json.dumps(project))
    found, _ = read(tmp_path / "via.json")
    names = {category.id: category.name for category in found.meta.categories}
    assert [names[annotation.category_id] for annotation in found.objects] == [name]


@pytest.mark.parametrize(("last", "area"), [((10, 11), 100), ((10, 10), 100), ((10, 20), 0)])
def test_a_line_whose_ends_meet_is_an_outline(tmp_path: Path, last: tuple[int, int], area: int) -> None:
    picture(tmp_path / "a.jpg")
    xs, ys = [10, 30, 30, 10, last[0]], [10, 10, 15, 15, last[1]]
    region = {
        "shape_attributes": {"name": "polyline", "all_points_x": xs, "all_points_y": ys},
        "region_attributes": {"name": "cat"},
    }
    (tmp_path / "via.json").write_text(
        json.dumps({"a.jpg1": {"filename": "a.jpg", "size": 1, "regions": [region]}})
    )
    found, issues = read(tmp_path / "via.json")
    (annotation,) = found.objects
    assert annotation.drawn is not None
    assert annotation.drawn.kind is (ShapeKind.POLYGON if area else ShapeKind.LINE)
    assert annotation.mask.area == area or not area
    assert codes(issues) == (["outline"] if area else [])


def test_label_studio_tasks_name_their_picture_by_any_key(tmp_path: Path) -> None:
    picture(tmp_path / "img" / "a.jpg")
    value = {"points": [[20, 25], [40, 25], [40, 50], [20, 50]], "polygonlabels": ["cat"]}
    result = {"id": "x", "type": "polygonlabels", "original_width": 60, "original_height": 40, "value": value}
    data = {"caption": "two cats", "photo": "/data/upload/1/1a2b3c4d-a.jpg"}
    (tmp_path / "in.json").write_text(json.dumps([{"data": data, "annotations": [{"result": [result]}]}]))
    found, _ = read(tmp_path / "in.json", tmp_path / "img")
    assert [image.file_name for image in found.image_records] == ["a.jpg"]
    assert len(found.objects) == 1


@pytest.mark.parametrize("name", ["a.JSON", "a.XML", "a.TXT"])
def test_endings_in_capital_letters_are_endings(tmp_path: Path, name: str) -> None:
    """On Linux, too, where they are other names."""
    picture(tmp_path / "a.jpg")
    file = tmp_path / name
    if name == "a.JSON":
        labelme(file, shape(), imagePath="a.jpg")
    elif name == "a.XML":
        voc(file, OBJECT)
    else:
        file.write_text("0 0.1 0.1 0.5 0.1 0.5 0.5\n")
        (tmp_path / "data.yaml").write_text("names: [cat]\n")
    dataset, _ = read(tmp_path, tmp_path)
    assert [image.file_name for image in dataset.image_records] == ["a.jpg"]
    assert len(dataset.objects) == 1
