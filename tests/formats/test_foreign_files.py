"""Files as other programs write them: what lies there is read whole, or told by its name."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from slimsam_core.cli import main
from slimsam_core.errors import FormatError
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.label_images import voc_palette
from slimsam_core.formats.outlines import coco_raster
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.registry import get_format, recognise
from slimsam_core.formats.subset import Split
from slimsam_core.formats.transfer import export_project, import_into
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Project, add_root, scan_root
from tests.formats.foreign_files import (
    BOX,
    FLAT,
    OBJECT,
    SQUARE,
    coco,
    codes,
    labelme,
    picture,
    read,
    shape,
    voc,
)

# names of pictures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "/data/upload/7/a.jpg", "C:\\Users\\x\\a.jpg", "../../up/a.jpg", "\\\\server\\share\\a.jpg",
        "file:///home/me/a.jpg", "https://host/x/a.jpg?token=1", "/data/local-files/?d=old/a.jpg",
        "elsewhere/a.jpg", "1a2b3c4d-a.jpg", "A.JPG", "SUB/A.jpg",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_means_the_only_picture_that_it_can(tmp_path: Path, name: str) -> None:
    picture(tmp_path / "img" / "sub" / "a.jpg")
    found, issues = read(coco(tmp_path / "in.json", name), tmp_path / "img")
    assert [image.file_name for image in found.image_records] == ["sub/a.jpg"]
    assert len(found.objects) == 1
    assert {issue.severity for issue in issues} == {"warning"}


def test_the_folders_of_an_absolute_name_tell_pictures_of_one_base_name_apart(tmp_path: Path) -> None:
    for folder in ("1", "2"):
        picture(tmp_path / "img" / folder / "a.jpg")
    found, _ = read(coco(tmp_path / "in.json", "/data/1/a.jpg", "/data/2/a.jpg"), tmp_path / "img")
    assert [image.file_name for image in found.image_records] == ["1/a.jpg", "2/a.jpg"]


@pytest.mark.parametrize("there", [[], ["a.jpg"], ["x/a.jpg", "y/a.jpg"]])
def test_two_names_never_become_one_picture(tmp_path: Path, there: list[str]) -> None:
    for name in there:
        picture(tmp_path / "img" / name)
    (tmp_path / "img").mkdir(exist_ok=True)
    found, issues = read(coco(tmp_path / "in.json", "/d/1/a.jpg", "/d/2/a.jpg"), tmp_path / "img")
    names = [image.file_name for image in found.image_records]
    assert len(set(names)) == len(names) == len(found.objects)
    assert issues


def test_composed_and_decomposed_accents_are_one_picture_of_a_project(tmp_path: Path) -> None:
    composed, decomposed = (unicodedata.normalize(form, "Bär 1.jpg") for form in ("NFC", "NFD"))
    picture(tmp_path / "img" / composed)
    source = coco(tmp_path / "in.json", decomposed)
    with Project.create(tmp_path / "p.slimsam") as project:
        scan_root(project, add_root(project, tmp_path / "img").id)
        report = import_into(project, get_format("coco"), source)
        assert (project.count_images(), report.objects_imported) == (1, 1)
        assert project.images()[0].path == composed


def test_a_picture_that_is_away_comes_in_once_whatever_its_case(tmp_path: Path) -> None:
    file = picture(tmp_path / "img" / "IMG_1.JPG")
    with Project.create(tmp_path / "p.slimsam") as project:
        scan_root(project, add_root(project, tmp_path / "img").id)
        file.unlink()
        report = import_into(project, get_format("coco"), coco(tmp_path / "in.json", "img_1.jpg"))
        assert project.count_images() == 1
        assert "missing-image" in [issue.code for issue in report.issues.examples]


@pytest.mark.parametrize("named", ["..\\old\\IMG_0001.JPG", "p.json", "", None, "gone.png"])
@pytest.mark.parametrize("told", [True, False])
def test_a_stale_image_path_means_the_picture_beside_the_file(
    tmp_path: Path, named: str | None, told: bool
) -> None:
    picture(tmp_path / "in" / "p.png")
    labelme(tmp_path / "in" / "p.json", shape(), imagePath=named)
    found, issues = read(tmp_path / "in", tmp_path / "in" if told else None)
    assert [image.file_name for image in found.image_records] == ["p.png"]
    assert issues
    assert len(found.objects) == 1


@pytest.mark.parametrize(
    "size", [{"width": None}, {"width": 0, "height": 0}, {"width": -1, "height": -1},
             {"width": "60", "height": "40"}, {"width": "wide"}, {"width": 10**12}],
)  # fmt: skip
def test_a_size_that_is_none_comes_from_the_picture(tmp_path: Path, size: dict[str, Any]) -> None:
    picture(tmp_path / "img" / "a.jpg")
    found, issues = read(coco(tmp_path / "in.json", "a.jpg", **size), tmp_path / "img")
    assert found.image_records[0].size == Size(40, 60)
    assert len(found.objects) == 1
    assert {issue.severity for issue in issues} == {"warning"}


@pytest.mark.parametrize("size", ["0,0", "-1,-1", ",", "x,y"])
def test_a_voc_size_that_is_none_comes_from_the_picture(tmp_path: Path, size: str) -> None:
    picture(tmp_path / "in" / "JPEGImages" / "a.jpg")
    voc(tmp_path / "in" / "Annotations" / "a.xml", OBJECT, size=size)
    found, _ = read(tmp_path / "in", tmp_path / "in")
    assert found.image_records[0].size == Size(40, 60)


@pytest.mark.parametrize("spell", [float, str, lambda n: f"{n}.0"], ids=["1.0", "text", "text with point"])
def test_ids_that_are_spelt_otherwise_are_the_same_ids(
    tmp_path: Path, spell: Callable[[int], object]
) -> None:
    data = json.loads(coco(tmp_path / "in.json", "a.jpg", "b.jpg").read_text())
    for entry in (*data["images"], *data["categories"]):
        entry["id"] = spell(entry["id"])
    data["annotations"][0] |= {"id": spell(1), "image_id": spell(1), "category_id": spell(1)}
    (tmp_path / "in.json").write_text(json.dumps(data))
    found, issues = read(tmp_path / "in.json")
    assert [image.id for image in found.image_records] == [1, 2]
    assert [(a.id, a.image_id, a.category_id) for a in found.objects] == [(1, 1, 1), (2, 2, 1)]
    assert set(codes(issues)) == {"id-spelling"}


# COCO folders --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "pictures", "splits"),
    [
        (["annotations/instances_train.json", "annotations/instances_val.json"],
         ["images/train/1.jpg", "images/val/2.jpg"], ["train", "val"]),
        (["annotations/instances_train2017.json", "annotations/instances_val2017.json"],
         ["train2017/1.jpg", "val2017/2.jpg"], ["train", "val"]),
        (["train/_annotations.coco.json", "valid/_annotations.coco.json"],
         ["train/1.jpg", "valid/2.jpg"], ["train", "val"]),
        (["labels.json", "more.json"], ["data/1.jpg", "data/2.jpg"], ["", ""]),
    ],
    ids=["cvat", "coco", "roboflow", "fiftyone"],
)  # fmt: skip
def test_a_folder_of_coco_files_is_one_dataset(
    tmp_path: Path, files: list[str], pictures: list[str], splits: list[str]
) -> None:
    for number, (file, image) in enumerate(zip(files, pictures, strict=True), 1):
        picture(tmp_path / image)
        coco(tmp_path / file, f"{number}.jpg")
    coco(tmp_path / "annotations" / "person_keypoints_train.json", "1.jpg")
    if "annotations" not in files[0]:
        (tmp_path / "annotations" / "person_keypoints_train.json").unlink()
    found, issues = read(tmp_path)
    assert [image.file_name for image in found.image_records] == pictures
    assert [image.split for image in found.image_records] == splits
    assert [category.name for category in found.meta.categories] == ["cat"]
    assert len({a.id for a in found.objects}) == 2, "both files number from 1"
    assert [a.image_id for a in found.objects] == [image.id for image in found.image_records]
    assert issues == []


# what it is ----------------------------------------------------------------------------------------------

OTHERS: dict[str, Any] = {
    "CreateML": [{"image": "a.jpg", "annotations": [{"label": "x", "coordinates": {"x": 1, "y": 1}}]}],
    "a list of COCO results": [{"image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1], "score": 0.5}],
    "Supervisely": {"size": {}, "objects": [{"classTitle": "x", "geometryType": "polygon"}]},
    "Labelbox": [{"data_row": {"id": 1}, "projects": {}}],
    "Label Studio's short JSON": [{"image": "a.jpg", "annotation_id": 1, "annotator": 1, "brush": []}],
    "a COCO file without annotations": {"images": [], "categories": [], "info": {}},
    "VoTT": {"asset": {"name": "a.jpg"}, "regions": [], "version": "2.2.0"},
    "Cityscapes": {"imgHeight": 40, "imgWidth": 60, "objects": []},
    "V7 Darwin": {"version": "2.0", "item": {"name": "a.jpg", "slots": []}, "annotations": []},
    "SuperAnnotate": {"metadata": {"name": "a.jpg"}, "instances": []},
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_of_another_program_is_told_by_its_name(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.json").write_text(json.dumps(OTHERS[name]))
    with pytest.raises(FormatError, match=name) as caught:
        recognise(tmp_path / "in.json")
    assert caught.value.hint
    assert main(["import", str(tmp_path / "p.slimsam"), str(tmp_path / "in.json")]) == 1
    assert name in capsys.readouterr().err
    assert not (tmp_path / "p.slimsam").exists(), "nothing is made of a file that is not read"


@pytest.mark.parametrize("name", ["scan.dcm", "brain.nii.gz", "set.tfrecord"])
def test_a_medical_or_packed_file_gets_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\0" * 200)
    with pytest.raises(FormatError, match="which is not read here"):
        recognise(tmp_path / name)


def test_a_folder_that_two_formats_fit_is_asked_about(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    labelme(tmp_path / "a.json", shape())
    voc(tmp_path / "Annotations" / "a.xml", OBJECT)
    with pytest.raises(FormatError, match=r"Pascal VOC.*labelme") as caught:
        recognise(tmp_path)
    assert "Name the format" in caught.value.hint


@pytest.mark.parametrize("command", ["import", "convert"])
def test_a_file_that_cannot_be_read_is_counted_and_fails_the_command(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    picture(tmp_path / "in" / "p.png")
    whole = labelme(tmp_path / "in" / "p.json", shape()).read_text()
    (tmp_path / "in" / "q.json").write_text(whole[: len(whole) // 2])
    source = str(tmp_path / "in")
    arguments = {
        "import": ["import", str(tmp_path / "p.slimsam"), source],
        "convert": ["convert", source, "--to", "coco", "--out", str(tmp_path / "o.json")],
    }
    assert main(arguments[command]) == 1
    printed = capsys.readouterr()
    assert "1 of 1 object imported" in printed.out
    assert "1 file not read" in printed.out
    assert "q.json" in printed.err


def test_a_project_of_nothing_readable_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_text('{"image": {}, "annotations": [')
    assert main(["import", str(tmp_path / "p.slimsam"), str(tmp_path / "in"), "--format", "sa1b"]) == 1
    assert not (tmp_path / "p.slimsam").exists()


# labelme -------------------------------------------------------------------------------------------------


def test_shapes_of_one_label_and_group_are_one_object(tmp_path: Path) -> None:
    right = [[x + 28, y] for x, y in SQUARE]
    shapes = [shape(group_id=1), shape(right, group_id=1), shape(label="dog", group_id=1), shape(group_id=2),
              shape(), shape()]  # fmt: skip
    found, issues = read(labelme(tmp_path / "p.json", *shapes))
    assert issues == []
    assert [a.mask.area for a in found.objects] == [128, 64, 64, 64, 64]
    drawn = found.objects[0].drawn
    assert drawn is not None
    assert len(drawn.rings) == 2


def test_a_broken_part_leaves_the_others(tmp_path: Path) -> None:
    broken = shape([[1, 1]], group_id=1)
    found, issues = read(labelme(tmp_path / "p.json", broken, shape(group_id=1)))
    assert [a.mask.area for a in found.objects] == [64]
    assert codes(issues) == ["shape"]


def test_a_rectangle_of_four_turned_corners_is_a_polygon(tmp_path: Path) -> None:
    turned = shape([[10, 2], [20, 10], [14, 20], [4, 12]], shape_type="rectangle")
    upright = shape([[2.0001, 2], [10, 2], [10, 10], [2, 10]], shape_type="rectangle")
    found, _ = read(labelme(tmp_path / "p.json", turned, upright))
    assert abs(found.objects[0].mask.area - 148) <= 4, "the area of the four corners"
    assert [str(a.drawn.kind) for a in found.objects if a.drawn] == ["polygon", "rectangle"]


@pytest.mark.parametrize("corners", [[[4.3, 7.8], [6.9, 8.2]], [[4.6, 7.6], [6.6, 8.6]]])
def test_a_mask_between_corners_with_decimals_starts_where_labelme_starts_it(
    tmp_path: Path, corners: list[list[float]]
) -> None:
    from tests.formats.test_traps import png

    crop = np.array([[1, 0, 1], [1, 1, 1]], np.bool_)
    found, issues = read(labelme(tmp_path / "p.json", shape(corners, shape_type="mask", mask=png(crop))))
    assert issues == []
    assert found.objects[0].mask.bbox_xywh == (4, 7, 3, 2)


# Pascal VOC ----------------------------------------------------------------------------------------------


def test_the_polygon_in_the_xml_is_the_mask(tmp_path: Path) -> None:
    corners = "".join(
        f"<{axis}{n}>{value}</{axis}{n}>"
        for n, point in enumerate(((5, 5), (25, 5), (5, 25)), 1)
        for axis, value in zip("xy", point, strict=True)
    )
    body = f"<object><name>cat</name>{BOX}<polygon>{corners}</polygon></object>"
    found, issues = read(voc(tmp_path / "a.xml", body))
    assert issues == []
    assert found.objects[0].mask.bbox_xywh == (4, 4, 21, 21), "pixels from 1, the last one included"
    assert found.objects[0].mask.area == 21 * 22 / 2
    decimal = body.replace("<x1>5</x1>", "<x1>5.5</x1>")
    found, _ = read(voc(tmp_path / "b" / "a.xml", decimal))
    drawn = found.objects[0].drawn
    assert drawn is not None
    assert drawn.rings[0][0] == (5.5, 5.0)


@pytest.mark.parametrize("place", ["train/a.xml", "annotations/a.xml", "Annotations/a.xml", "a.xml"])
@pytest.mark.parametrize("filename", ["a.jpg", "a", "", "old_name.jpg"])
def test_voc_files_lie_in_any_folder_and_name_their_picture_badly(
    tmp_path: Path, place: str, filename: str
) -> None:
    source = tmp_path / "in"
    voc(source / place, OBJECT, filename)
    image = "train/a.jpg" if place.startswith("train") else "images/a.jpg"
    picture(source / image)
    assert recognise(source).name == "voc"
    found, _ = read(source)
    assert [record.file_name for record in found.image_records] == [image]
    assert found.image_records[0].split == ("train" if place.startswith("train") else "")


def label_pictures(folder: Path, colours: dict[int, tuple[int, int, int]] | None) -> None:
    """Two objects of two classes, as pictures of palette indices, or in RGB."""
    objects, classes = (np.zeros((40, 60), np.uint8) for _ in range(2))
    objects[5:15, 5:15], objects[20:30, 30:50] = 1, 2
    classes[5:15, 5:15], classes[20:30, 30:50] = 2, 1
    palette = np.frombuffer(voc_palette(), np.uint8).reshape(256, 3)
    for name, labels in (("SegmentationObject", objects), ("SegmentationClass", classes)):
        (folder / name).mkdir(parents=True)
        table = palette.copy()
        for value, colour in (colours or {}).items() if name == "SegmentationClass" else ():
            table[value] = colour
        if colours is None:
            image = Image.fromarray(labels).convert("P")
            image.putpalette(voc_palette())
        else:
            image = Image.fromarray(table[labels])
        image.save(folder / name / "a.png")


@pytest.mark.parametrize(
    ("file", "text", "colours"),
    [
        ("class_names.txt", "_background_\ncat\ndog\n", None),
        ("classes.txt", "cat\ndog\n", None),
        ("labelmap.txt", "# label:color_rgb\nbackground:0,0,0::\ncat:128,0,0::\ndog:0,128,0::\n",
         {1: (128, 0, 0), 2: (0, 128, 0)}),
        ("labelmap.txt", "cat:10,20,30::\nbackground:0,0,0::\ndog:1,2,3::\n",
         {1: (10, 20, 30), 2: (1, 2, 3)}),
    ],
)  # fmt: skip
def test_voc_masks_without_xml_have_names_and_colours_from_the_files_beside(
    tmp_path: Path, file: str, text: str, colours: dict[int, tuple[int, int, int]] | None
) -> None:
    label_pictures(tmp_path, colours)
    picture(tmp_path / "JPEGImages" / "a.jpg")
    (tmp_path / file).write_text(text)
    found, issues = read(tmp_path)
    assert issues == []
    names = {category.id: category.name for category in found.meta.categories}
    assert [(names[a.category_id], a.mask.area) for a in found.objects] == [("dog", 100), ("cat", 200)]
    assert found.image_records[0].file_name == "JPEGImages/a.jpg"


def test_a_colour_that_no_class_has_is_told(tmp_path: Path) -> None:
    label_pictures(tmp_path, {1: (10, 20, 30), 2: (9, 9, 9)})
    (tmp_path / "labelmap.txt").write_text("background:0,0,0::\ncat:10,20,30::\n")
    _, issues = read(tmp_path)
    assert "9,9,9" in issues[0].message


def flat_labels(folder: Path, *, several: bool = True) -> None:
    labels = np.zeros((40, 60), np.uint8)
    labels[5:15, 5:15], labels[20:30, 30:50], labels[0:2, 0:2] = 1, 2 if several else 1, 1
    labels[39] = 255 if several else 0
    folder.mkdir()
    Image.fromarray(labels).save(folder / "a.png")


def test_a_flat_picture_of_classes_is_not_made_into_objects(tmp_path: Path) -> None:
    flat_labels(tmp_path / "in")
    reader = get_format("png").read
    assert reader is not None
    with pytest.raises(FormatError, match="can be classes or objects") as caught:
        list(reader(tmp_path / "in", ReadContext()))
    assert "png-labels" in caught.value.hint
    found, _ = read(tmp_path / "in", name="png-labels")
    assert [a.mask.area for a in found.objects] == [104, 200], "255 is nobody's"
    found, _ = read(tmp_path / "in", name="png-numbers")
    assert [a.mask.area for a in found.objects] == [104, 200, 60]
    (tmp_path / "in" / "class_names.txt").write_text("_background_\ncat\ndog\n")
    found, _ = read(tmp_path / "in")
    names = {category.id: category.name for category in found.meta.categories}
    assert [names[a.category_id] for a in found.objects] == ["cat", "dog"]


def test_a_flat_picture_of_one_number_needs_no_question(tmp_path: Path) -> None:
    flat_labels(tmp_path / "in", several=False)
    found, _ = read(tmp_path / "in", name="png")
    assert [a.mask.area for a in found.objects] == [304]


# YOLO ----------------------------------------------------------------------------------------------------


def yolo(folder: Path, rows: str, yaml: str = "names: {0: person}\n") -> Path:
    picture(folder / "images" / "a.jpg", (100, 100))
    (folder / "labels").mkdir()
    (folder / "labels" / "a.txt").write_text(rows)
    (folder / "data.yaml").write_text(yaml)
    return folder


def test_the_last_of_an_odd_number_of_values_is_the_score(tmp_path: Path) -> None:
    found, _ = read(yolo(tmp_path, "0 0.5 0.5 0.4 0.6 0.87\n0 0.1 0.1 0.5 0.1 0.5 0.5 0.91\n"))
    assert [a.score for a in found.objects] == [0.87, 0.91]
    assert [a.mask.area for a in found.objects] == [40 * 60, 820]


@pytest.mark.parametrize(
    ("shape", "values"),
    [
        ("[3, 2]", "0.35 0.3 0.6 0.3 0.5 0.7"),
        ("[2, 3]", "0.35 0.3 2 0.6 0.3 1"),
        ("[3, 3]", "0.35 0.3 0.6 0.3 0.5 0.7"),  # as many as there would be without visibility
        ("[17, 3]", "0.35 0.3 2 0.6 0.3 1 0.5 0.7 2"),
    ],
)
def test_keypoints_are_no_polygon(tmp_path: Path, shape: str, values: str) -> None:
    yaml = f"kpt_shape: {shape}\nnames: {{0: person}}\n"
    found, issues = read(yolo(tmp_path, f"0 0.5 0.5 0.4 0.6 {values}\n", yaml))
    assert [a.mask.bbox_xywh for a in found.objects] == [(30, 20, 40, 60)]
    assert codes(issues) == ["keypoints"]


@pytest.mark.parametrize("layout", ["{split}/{kind}/{name}", "{kind}/{split}/{name}"])
def test_parts_stay_apart_whatever_the_layout(tmp_path: Path, layout: str) -> None:
    for split, stem in (("train", "a"), ("valid", "b"), ("test", "c")):
        picture(tmp_path / "in" / layout.format(split=split, kind="images", name=f"{stem}.jpg"))
        label = tmp_path / "in" / layout.format(split=split, kind="labels", name=f"{stem}.txt")
        label.parent.mkdir(parents=True)
        label.write_text("0 0.1 0.1 0.5 0.1 0.5 0.5\n")
    (tmp_path / "in" / "README.roboflow.txt").write_text("7 pictures\nof things\n")
    (tmp_path / "in" / "data.yaml").write_text("train: ../train/images\nval: ../valid/images\nnames: [cat]\n")
    found, issues = read(tmp_path / "in")
    assert (
        [image.split for image in found.image_records] == ["test", "train", "val"]
        if (layout.startswith("{split}"))
        else {image.split for image in found.image_records} == {"train", "val", "test"}
    )
    assert issues == []
    arguments = ["convert", str(tmp_path / "in"), "--to", "yolo", "--out", str(tmp_path / "out")]
    assert main(arguments) == 0
    text = (tmp_path / "out" / "data.yaml").read_text()
    assert "train: images/train\nval: images/val\ntest: images/test\n" in text
    assert (tmp_path / "out" / "images" / "val" / "b.jpg").is_file()
    assert (tmp_path / "out" / "labels" / "val" / "b.txt").is_file()
    with Project.create(tmp_path / "p.slimsam", []) as project:
        import_into(project, get_format("yolo"), tmp_path / "in")
        export_project(project, get_format("yolo"), tmp_path / "again")
        export_project(project, get_format("voc"), tmp_path / "voc")
        export_project(
            project, get_format("yolo"), tmp_path / "anew", Selection(unlabelled=True, split=Split(1, 0))
        )
    assert (tmp_path / "again" / "data.yaml").read_text() == text, "the project keeps the parts"
    assert (tmp_path / "again" / "images" / "test" / "c.jpg").is_file()
    assert {f.name for f in (tmp_path / "voc/ImageSets/Main").iterdir()} == {
        "train.txt",
        "val.txt",
        "test.txt",
    }
    assert len(list((tmp_path / "anew/images/train").rglob("*.jpg"))) == 3, "parts that were asked for count"


def test_lists_of_pictures_say_the_parts(tmp_path: Path) -> None:
    for name in ("a", "b"):
        picture(tmp_path / "obj_train_data" / f"{name}.jpg")
        (tmp_path / "obj_train_data" / f"{name}.txt").write_text("0 0.1 0.1 0.5 0.1 0.5 0.5\n")
    (tmp_path / "obj.names").write_text("cat\ndog\n")
    (tmp_path / "obj.data").write_text("classes = 2\n")
    (tmp_path / "train.txt").write_text("data/obj_train_data/a.jpg\n")
    (tmp_path / "val.txt").write_text("/home/me/data/obj_train_data/b.jpg\n")
    found, issues = read(tmp_path)
    assert [c.name for c in found.meta.categories] == ["cat", "dog"]
    assert [image.split for image in found.image_records] == ["train", "val"]
    assert issues == []


# nothing that a file says takes the machine -------------------------------------------------------------

LIMIT_BYTES = 4 << 30


def zigzag(points: int, width: float) -> list[float]:
    return [c for n in range(points) for c in (width if n % 2 else -width, n / 10)]


@pytest.mark.parametrize("ring", [zigzag(20, 1e6), zigzag(60, 1e6), zigzag(200, 1e6), zigzag(20_000, 500.0)])
def test_a_huge_outline_takes_little_memory(tmp_path: Path, ring: list[float]) -> None:
    data = json.loads(coco(tmp_path / "in.json", "a.jpg").read_text())
    data["annotations"][0]["segmentation"] = [ring]
    far = [[2, 2], [10, 2], [1e6, 10], [2, 10]]
    data["annotations"].append({**data["annotations"][0], "id": 2, "segmentation": FLAT,
                                "slimsam": {"drawn": {"kind": "polygon", "rings": [far]}}})  # fmt: skip
    (tmp_path / "in.json").write_text(json.dumps(data))
    command = [sys.executable, "-m", "slimsam_core.cli", "doctor", str(tmp_path / "in.json"), "--repair",
               str(tmp_path / "out.json")]  # fmt: skip
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES)),
    )
    assert done.returncode == 0, done.stderr
    assert "1 image" in done.stdout


@pytest.mark.parametrize("value", [1e8, 1e12, float("nan"), float("inf")])
def test_a_drawn_outline_far_outside_is_left_out(tmp_path: Path, value: float) -> None:
    data = json.loads(coco(tmp_path / "in.json", "a.jpg").read_text())
    rings = [[[2, 2], [10, 2], [value, 10], [2, 10]]]
    data["annotations"][0]["slimsam"] = {"drawn": {"kind": "polygon", "rings": rings}}
    (tmp_path / "in.json").write_text(json.dumps(data))
    found, issues = read(tmp_path / "in.json")
    assert codes(issues) == ["wrong-type"]
    assert found.objects[0].mask.area == 64


def test_cutting_an_outline_at_the_picture_leaves_its_inside_alone() -> None:
    """A comb of long teeth: cut it is the same as the same comb with short teeth."""
    size = Size(40, 60)
    teeth = 80
    comb = [(reach, y * 40 / teeth) for y in range(teeth) for reach in ((30.0, 1.0)[y % 2],)]
    long = tuple((9e5 if x == 30.0 else x, y) for x, y in comb)
    short = tuple((9e3 if x == 30.0 else x, y) for x, y in comb)
    cut, whole = coco_raster((long,), size).decode(), coco_raster((short,), size).decode()
    assert (cut != whole).mean() < 0.02
    assert whole.any()
