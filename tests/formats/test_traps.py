"""What other tools write, and the details that break: the traps of each format, in hand-made files."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from slimsam_core.annotation import Annotation, Category, DrawnShape, Provenance, ShapeKind
from slimsam_core.errors import FormatError
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.keyhole import joined_ring
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.records import DatasetMeta, ImageRecord, Issue
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.shapes import drawn_to_rle, even_odd_to_rle
from slimsam_core.pixels.geometry import PointPrompt, PromptSet, Size
from slimsam_core.pixels.mask import BoolMask, Polygon, encode, from_polygons, to_polygons
from tests.formats.examples import CATEGORIES, dataset_of, nasty_masks, random_masks, vector_mask
from tests.formats.in_memory import MemoryDataset, memory_dataset


def read(name: str, source: Path, images: Path | None = None) -> tuple[MemoryDataset, list[Issue]]:
    read_format = get_format(name).read
    assert read_format is not None
    context = ReadContext(pictures=FolderPictures(images) if images else None)
    records = list(read_format(source, context))
    issues = [record for record in records if isinstance(record, Issue)]
    taken = sum(isinstance(record, Annotation) for record in records)
    assert context.objects_in == taken + sum(issue.lost_objects for issue in issues)
    return memory_dataset(records), issues


def write(name: str, dataset: MemoryDataset, target: Path, **options: Any) -> ExportReport:
    writer = get_format(name).write
    assert writer is not None
    return writer(dataset, target, WriteOptions(**options))


def png(mask: BoolMask) -> str:
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def labelme_file(folder: Path, *shapes: dict[str, Any], **keys: Any) -> Path:
    content = {
        "version": "7.1.0",
        "flags": {},
        "shapes": list(shapes),
        "imagePath": "a.jpg",
        "imageData": None,
    }
    path = folder / "a.json"
    path.write_text(json.dumps(content | {"imageHeight": 24, "imageWidth": 31} | keys), "utf-8")
    return path


def shape(kind: str, points: list[list[float]], **keys: Any) -> dict[str, Any]:
    return {"label": "cat", "points": points, "group_id": None, "shape_type": kind, "flags": {}} | keys


def pixels(dataset: MemoryDataset, index: int = 0) -> BoolMask:
    return dataset.objects[index].mask.decode()


# labelme ------------------------------------------------------------------------------------------------


def test_labelme_mask_is_the_crop_between_two_pixels_both_included(tmp_path: Path) -> None:
    crop = np.array([[1, 0, 1], [1, 1, 1]], np.bool_)
    dataset, issues = read("labelme", labelme_file(tmp_path, shape("mask", [[4, 7], [6, 8]], mask=png(crop))))
    assert issues == []
    expected = np.zeros((24, 31), np.bool_)
    expected[7:9, 4:7] = crop
    assert np.array_equal(pixels(dataset), expected)


def test_labelme_mask_of_the_wrong_size_is_refused_not_shifted(tmp_path: Path) -> None:
    file = labelme_file(tmp_path, shape("mask", [[4, 7], [7, 9]], mask=png(np.ones((2, 3), np.bool_))))
    dataset, issues = read("labelme", file)
    assert dataset.objects == ()
    assert "its corners span (3, 4)" in issues[0].message


def test_labelme_every_shape_type_is_read(tmp_path: Path) -> None:
    shapes = {
        "polygon": [[1, 1], [9, 1], [9, 9]],
        "rectangle": [[9, 9], [2, 3]],
        "circle": [[12, 12], [12, 17]],
        "oriented_rectangle": [[5, 1], [9, 5], [5, 9], [1, 5]],
        "line": [[1, 1], [20, 1]],
        "linestrip": [[1, 1], [20, 1], [20, 20]],
        "point": [[3.5, 4.5]],
        "points": [[3.5, 4.5], [9, 9]],
    }
    dataset, issues = read("labelme", labelme_file(tmp_path, *(shape(k, v) for k, v in shapes.items())))
    assert issues == []
    areas = dict(zip(shapes, (a.mask.area for a in dataset.objects), strict=True))
    assert areas["rectangle"] == 7 * 6
    assert areas["line"] == 20
    assert areas["point"] == 1
    assert areas["points"] == 2
    assert abs(areas["circle"] - np.pi * 25) < 4
    assert abs(areas["oriented_rectangle"] - 32) <= 4
    target = tmp_path / "out"
    assert write("labelme", dataset, target).iou == 1.0
    kinds = [s["shape_type"] for s in json.loads((target / "a.json").read_text())["shapes"]]
    assert kinds == list(shapes), "each shape is given back as it was drawn"


@pytest.mark.parametrize(
    "bad",
    [
        shape("polygon", [[1, 1], [5, 5]]),
        shape("rectangle", [[1, 1], [5, 5], [6, 6]]),
        shape("circle", [[1, 1]]),
        shape("cuboid", [[1, 1]] * 8),
        shape("polygon", [[1, 1], [5, float("nan")], [3, 9]]),
        shape("polygon", [[1, 1], [5, 1e300], [3, 9]]),
        shape("polygon", [[100, 100], [150, 100], [150, 150]]),
        shape("mask", [[1, 1], [2, 2]], mask="!!!"),
        shape("mask", [[1, 1], [2, 2]], mask=None),
        shape("mask", [[0, 0], [30, 23]], mask=png(np.ones((5000, 5000), np.bool_))),
        {"points": 3},
        [],
    ],
)  # fmt: skip
def test_labelme_bad_shape_is_reported_and_the_others_stay(tmp_path: Path, bad: Any) -> None:
    good = shape("rectangle", [[1, 1], [5, 5]])
    dataset, issues = read("labelme", labelme_file(tmp_path, bad, good))
    assert len(dataset.objects) == 1
    assert [issue.lost_objects for issue in issues] == [1]
    assert "shapes[0]" in issues[0].where


def test_labelme_flags_group_description_and_unknown_keys_are_given_back(tmp_path: Path) -> None:
    extras = {
        "group_id": 4,
        "description": "Öl",
        "flags": {"occluded": True, "cut": False},
        "kie_linking": [1],
    }
    file = labelme_file(
        tmp_path,
        shape("rectangle", [[1, 1], [5, 5]], **extras),
        flags={"blurred": True, "dark": False},
        who="me",
    )
    dataset, issues = read("labelme", file)
    assert issues == []
    found = dataset.objects[0]
    assert (found.group_id, found.note, found.extra) == (4, "Öl", {"kie_linking": [1]})
    assert found.attributes == {"occluded": True, "cut": False}
    assert dataset.image_records[0].flags == {"blurred"}
    write("labelme", dataset, tmp_path / "out")
    again = json.loads((tmp_path / "out" / "a.json").read_text("utf-8"))
    before = json.loads(file.read_text("utf-8"))
    for key in ("flags", "who", "imagePath", "imageHeight", "imageWidth", "imageData"):
        assert again[key] == before[key]
    assert {k: again["shapes"][0][k] for k in extras} == extras


@pytest.mark.parametrize(("key", "value"), [("group_id", True), ("group_id", 1.5), ("flags", {"a": "yes"})])
def test_labelme_wrong_types_are_left_out_with_a_warning(tmp_path: Path, key: str, value: object) -> None:
    file = labelme_file(tmp_path, shape("rectangle", [[1, 1], [5, 5]], **{key: value}))
    dataset, issues = read("labelme", file)
    assert [issue.code for issue in issues] == ["wrong-type"]
    assert (dataset.objects[0].group_id, dict(dataset.objects[0].attributes)) == (None, {})


def test_labelme_picture_is_found_beside_above_and_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "img" / "x").mkdir(parents=True)
    (tmp_path / "json").mkdir()
    Image.new("RGB", (31, 24)).save(tmp_path / "img" / "x" / "0001.jpg")
    entry = shape("rectangle", [[1, 1], [5, 5]])
    file = labelme_file(tmp_path / "json", entry, imagePath="..\\img\\x\\0001.jpg")
    dataset, issues = read("labelme", file, tmp_path)
    assert (dataset.image_records[0].file_name, issues) == ("img/x/0001.jpg", [])
    dataset, issues = read("labelme", file, tmp_path / "img")
    assert dataset.image_records[0].file_name == "x/0001.jpg"
    assert [issue.code for issue in issues] == ["path", "moved-image"]
    for name in ("C:\\photos\\0001.jpg", "/home/me/0001.jpg", "../../../../etc/0001.jpg"):
        file = labelme_file(tmp_path / "json", entry, imagePath=name)
        assert read("labelme", file, tmp_path)[0].image_records[0].file_name == "img/x/0001.jpg"


def test_labelme_size_comes_from_the_embedded_picture_when_it_is_missing(tmp_path: Path) -> None:
    file = labelme_file(
        tmp_path,
        shape("rectangle", [[1, 1], [5, 5]]),
        imageHeight=None,
        imageWidth=None,
        imageData=png(np.zeros((24, 31), np.bool_)),
    )
    assert read("labelme", file)[0].image_records[0].size == Size(24, 31)


def test_xanylabeling_rectangle_of_four_points_rotation_and_score(tmp_path: Path) -> None:
    keys = {"score": 0.75, "difficult": False, "attributes": {"color": "red"}, "kie_linking": []}
    file = labelme_file(
        tmp_path,
        shape("rectangle", [[2, 3], [9, 3], [9, 9], [2, 9]], **keys),
        shape("rotation", [[5, 1], [9, 5], [5, 9], [1, 5]], direction=0.78, **keys),
        shape("quadrilateral", [[1, 1], [8, 2], [9, 9], [2, 8]], **keys),
        checked=True,
    )
    dataset, issues = read("xanylabeling", file)
    assert issues == []
    rectangle, rotation, _ = dataset.objects
    assert rectangle.mask.area == 42
    assert (rectangle.score, rectangle.attributes) == (0.75, {"color": "red"})
    assert rotation.extra["direction"] == 0.78
    assert dataset.image_records[0].extra["checked"] is True
    assert rectangle.provenance.source == "import:xanylabeling"


# ISAT ---------------------------------------------------------------------------------------------------


def isat_file(folder: Path, *objects: Any, **info: Any) -> Path:
    path = folder / "a.json"
    head = {
        "description": "ISAT",
        "folder": "/abs/path",
        "name": "a.jpg",
        "width": 31,
        "height": 24,
        "note": "",
    }
    path.write_text(json.dumps({"info": head | info, "objects": objects}))
    return path


def isat_object(category: str, group: int, layer: float, box: tuple[int, int, int, int], **keys: Any) -> Any:
    x0, y0, x1, y1 = box
    ring = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
    value = {"category": category, "group": group, "segmentation": ring, "area": 1.0, "layer": layer}
    return value | {"bbox": list(box), "iscrowd": False, "note": ""} | keys


def test_isat_parts_join_by_group_and_background_cuts_what_is_below(tmp_path: Path) -> None:
    file = isat_file(
        tmp_path,
        isat_object("cat", 1, 1.0, (0, 0, 10, 10), note="left"),
        isat_object("cat", 1, 1.0, (20, 0, 24, 4)),
        isat_object("__background__", 1, 2.0, (3, 3, 6, 6)),
        isat_object("dog", 2, 3.0, (4, 4, 8, 8), iscrowd=True),
    )
    dataset, issues = read("isat", file)
    assert issues == []
    cat, dog = dataset.objects
    assert cat.mask.area == 100 + 16 - 9
    assert (cat.group_id, cat.layer, cat.note) == (1, 1.0, "left")
    assert dog.mask.area == 16, "the hole lies below it"
    assert dog.iscrowd is True
    assert [c.name for c in dataset.meta.categories] == ["cat", "dog"]


def test_isat_layers_groups_notes_and_crowds_are_given_back(tmp_path: Path) -> None:
    base = dataset_of([nasty_masks()["hole"], nasty_masks()["four_parts"]], name="a.jpg")
    first = replace(base.objects[0], layer=4.0, group_id=7, note="n", iscrowd=True)
    second = replace(base.objects[1], layer=-2.0, group_id=9)
    write("isat", replace(base, objects=(first, second)), tmp_path / "out")
    dataset, _ = read("isat", tmp_path / "out")
    assert [(a.layer, a.group_id, a.note, a.iscrowd) for a in dataset.objects] == [
        (4.0, 7, "n", True),
        (-2.0, 9, "", False),
    ]
    entries = json.loads((tmp_path / "out" / "a.json").read_text())["objects"]
    assert {e["category"] for e in entries} == {"cat", "__background__", "Vogel (groß)"}
    assert entries[0]["bbox"] == [4.0, 3.0, 25.0, 20.0], "corners, not width and height"
    assert all(isinstance(e["iscrowd"], bool) for e in entries)


def test_a_thousand_classes_fit(tmp_path: Path) -> None:
    categories = tuple(Category(id=number, name=f"class {number}") for number in range(1, 1204))
    base = dataset_of([nasty_masks()["hole"]], name="a.jpg")
    dataset = replace(base, meta=DatasetMeta(categories=categories))
    for name in ("isat", "yolo", "png"):
        assert write(name, dataset, tmp_path / name).iou == 1.0


def test_isat_two_objects_of_one_group_stay_two(tmp_path: Path) -> None:
    base = dataset_of([nasty_masks()["hole"], nasty_masks()["full"]], name="a.jpg")
    objects = tuple(replace(a, category_id=1, group_id=3) for a in base.objects)
    write("isat", replace(base, objects=objects), tmp_path / "out")
    assert len(read("isat", tmp_path / "out")[0].objects) == 2


def test_isat_labels_over_the_unrotated_picture_are_turned(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (31, 24)).save(tmp_path / "a.jpg", exif=exif)
    dataset, issues = read("isat", isat_file(tmp_path, isat_object("cat", 1, 1, (0, 0, 5, 2))), tmp_path)
    assert [issue.code for issue in issues] == ["exif-clash"]
    assert dataset.image_records[0].size == Size(31, 24)
    assert dataset.objects[0].mask.bbox_xywh == (22, 0, 2, 5)


# YOLO ---------------------------------------------------------------------------------------------------


def yolo_folder(folder: Path, rows: str, yaml: str = "names: {0: cat, 1: dog}\n") -> Path:
    for name in ("images/train", "labels/train"):
        (folder / name).mkdir(parents=True)
    Image.new("RGB", (31, 24)).save(folder / "images" / "train" / "a.jpg")
    (folder / "labels" / "train" / "a.txt").write_text(rows)
    (folder / "data.yaml").write_text(yaml)
    return folder


def test_yolo_folder_of_a_trainer_is_read(tmp_path: Path) -> None:
    source = yolo_folder(tmp_path, "1 0 0 0.5 0 0.5 0.5 0 0.5\r\n\r\n0 0.1 0.1 0.9 0.1 0.9 0.9\r\n")
    for path in (source, source / "data.yaml"):
        dataset, issues = read("yolo", path)
        assert issues == []
        (image,) = dataset.image_records
        assert (image.file_name, image.split, image.size) == ("images/train/a.jpg", "train", Size(24, 31))
        names = {c.id: c.name for c in dataset.meta.categories}
        assert [names[a.category_id] for a in dataset.objects] == ["dog", "cat"]


@pytest.mark.parametrize(
    "row", ["0 0.1 0.1 0.9 0.1", "0 0.1 0.1 0.9 0.1 0.5 0.5 x", "x 0 0 1 0 1 1", "0 nan 0 1 0 1 1",
            "-1 0 0 1 0 1 1",
            "0 1e9 0 1 0 1 1", "0 2 2 3 2 3 3", "0.5 0 0 1 0 1 1"],
)  # fmt: skip
def test_yolo_bad_row_is_reported(tmp_path: Path, row: str) -> None:
    dataset, issues = read("yolo", yolo_folder(tmp_path, f"{row}\n0 0 0 1 0 1 1\n"))
    good = 2 if row == "0 0.1 0.1 0.9 0.1" else 1
    assert len(dataset.objects) == good
    assert issues[0].where == "labels/train/a.txt:1"


def test_yolo_two_pictures_of_one_stem_cannot_be_told_apart(tmp_path: Path) -> None:
    source = yolo_folder(tmp_path, "0 0 0 1 0 1 1\n")
    Image.new("RGB", (31, 24)).save(source / "images" / "train" / "a.png")
    dataset, issues = read("yolo", source)
    assert dataset.objects == ()
    assert "share this file" in issues[0].message


@pytest.mark.parametrize(
    "yaml",
    ["names: !!python/object/apply:os.system ['true']\n", "names: [cat, cat]\n", "names: 3\n", "a: [\n",
     "[]\n",
     "names: {a: b}\n", "names: [a\x1ab]\n", "names: [\x00]\n",
     "&a [*a]\n", "names: &a [*a]\n", "x: " + "[" * 3000],
)  # fmt: skip
def test_yolo_odd_yaml_is_refused(tmp_path: Path, yaml: str) -> None:
    with pytest.raises(FormatError):
        read("yolo", yolo_folder(tmp_path, "0 0 0 1 0 1 1\n", yaml))


def test_yolo_classes_are_dense_from_0_whatever_the_ids(tmp_path: Path) -> None:
    dataset = dataset_of([nasty_masks()["full"]] * 3, name="a.jpg")
    write("yolo", dataset, tmp_path / "out")
    rows = (tmp_path / "out" / "labels" / "a.txt").read_text().splitlines()
    assert [row.split()[0] for row in rows] == ["0", "1", "2"]
    assert '1: "Vogel (groß)"' in (tmp_path / "out" / "data.yaml").read_text("utf-8")
    assert all(0 <= float(v) <= 1 for row in rows for v in row.split()[1:])


def test_yolo_pictures_are_copied_into_the_layout_of_trainers(tmp_path: Path) -> None:
    Image.new("RGB", (31, 24)).save(tmp_path / "a.jpg")
    dataset = dataset_of([nasty_masks()["hole"]], name="a.jpg")
    split = replace(dataset, image_records=(replace(dataset.image_records[0], split="val"),))
    write("yolo", split, tmp_path / "out", picture_path=lambda image: tmp_path / image.file_name)
    assert (tmp_path / "out" / "images" / "val" / "a.jpg").read_bytes() == (tmp_path / "a.jpg").read_bytes()
    found, issues = read("yolo", tmp_path / "out")
    assert issues == []
    assert found.objects[0].mask == dataset.objects[0].mask


@given(random_masks(14))
@settings(max_examples=60, deadline=None)
def test_bridges_join_parts_and_holes_without_changing_a_pixel(mask: BoolMask) -> None:
    ring = joined_ring(to_polygons(mask))
    assert even_odd_to_rle((ring,), Size.of(mask)) == encode(mask)


# Pascal VOC ---------------------------------------------------------------------------------------------


def test_voc_box_is_1_based_and_flags_and_void_are_given_back(tmp_path: Path) -> None:
    mask = np.zeros((24, 31), np.bool_)
    mask[3:9, 4:12] = True
    void = np.zeros((24, 31), np.bool_)
    void[9, 4:12] = True
    base = dataset_of([mask], name="a.jpg")
    marked = replace(base.objects[0], attributes={"difficult": True, "pose": "Left"})
    image = replace(base.image_records[0], extra={"void": encode(void).to_coco()})
    write("voc", replace(base, objects=(marked,), image_records=(image,)), tmp_path / "out")
    root = ElementTree.parse(tmp_path / "out" / "Annotations" / "a.xml").getroot()
    assert [root.findtext(f"object/bndbox/{k}") for k in ("xmin", "ymin", "xmax", "ymax")] == [
        "5",
        "4",
        "12",
        "9",
    ]
    assert root.findtext("object/difficult") == "1"
    labels = np.asarray(Image.open(tmp_path / "out" / "SegmentationObject" / "a.png"))
    assert (labels[3:9, 4:12] == 1).all()
    assert (labels[9, 4:12] == 255).all()
    classes = Image.open(tmp_path / "out" / "SegmentationClass" / "a.png")
    assert classes.getpalette()[3:6] == [128, 0, 0], "the colours of VOC"
    dataset, issues = read("voc", tmp_path / "out")
    assert issues == []
    assert dataset.objects[0].attributes == {"difficult": True, "pose": "Left"}
    assert dataset.image_records[0].extra == {"void": encode(void).to_coco()}


def voc_folder(folder: Path, body: str) -> Path:
    (folder / "Annotations").mkdir()
    size = "<size><width>31</width><height>24</height><depth>3</depth></size>"
    text = f"<annotation><filename>a.jpg</filename>{size}{body}</annotation>"
    (folder / "Annotations" / "a.xml").write_text(text)
    return folder


VOC_BOX = "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>4</xmax><ymax>3</ymax></bndbox>"
VOC_OBJECT = f"<object><name>cat</name>{VOC_BOX}</object>"


def test_voc_detection_only_gives_rectangles_with_a_warning(tmp_path: Path) -> None:
    dataset, issues = read("voc", voc_folder(tmp_path, VOC_OBJECT))
    assert [issue.code for issue in issues] == ["box-only"]
    assert dataset.objects[0].mask.bbox_xywh == (0, 0, 4, 3)


def test_voc_mask_without_an_entry_is_kept(tmp_path: Path) -> None:
    source = voc_folder(tmp_path, VOC_OBJECT)
    (source / "SegmentationObject").mkdir()
    labels = np.zeros((24, 31), np.uint8)
    labels[0:3, 0:4], labels[10:12, 10:12], labels[20] = 1, 2, 255
    Image.fromarray(labels).save(source / "SegmentationObject" / "a.png")
    dataset, issues = read("voc", source)
    assert [issue.code for issue in issues] == ["no-entry"]
    assert [a.mask.area for a in dataset.objects] == [12, 4]
    assert dataset.image_records[0].extra["void"]["size"] == [24, 31]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY l "l"><!ENTITY m "&l;&l;&l;&l;">]><annotation>&m;</annotation>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation>&x;</annotation>',
        "<annotation>", "<other/>", "", "\x00", "<a>" * 100_000,
    ],
)  # fmt: skip
def test_voc_bombs_and_broken_xml_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "Annotations").mkdir()
    (tmp_path / "Annotations" / "a.xml").write_text(text)
    dataset, issues = read("voc", tmp_path)
    assert dataset.image_records == ()
    assert [issue.code for issue in issues] == ["file"]


@pytest.mark.parametrize("name", ["voc", "png"])
def test_label_images_report_what_is_covered(name: str, tmp_path: Path) -> None:
    one, two, three = (np.zeros((24, 31), np.bool_) for _ in range(3))
    one[0:10, 0:10], two[5:10, 0:10], three[6, 6] = True, True, True
    dataset = dataset_of([three, one, two], name="a.jpg")
    report = write(name, dataset, tmp_path / "out")
    assert [str(loss) for loss in report.losses] == [
        "2 objects lose pixels under others: IoU 0.74",
    ], "of one layer the smaller covers the larger, whatever their order: nothing vanishes"
    above = tuple(replace(a, layer=-float(i)) for i, a in enumerate(dataset.objects))
    report = write(name, replace(dataset, objects=above), tmp_path / "out2")
    assert {loss.kind: loss.objects for loss in report.losses} == {
        "lose pixels under others": 1,
        "vanish under others": 1,
    }, "the first object is on top now, the last one is covered"


# PNG masks ----------------------------------------------------------------------------------------------


def test_png_masks_hold_more_than_255_objects_and_their_classes(tmp_path: Path) -> None:
    objects = []
    for number in range(400):
        mask = np.zeros((24, 31), np.bool_)
        mask[number // 31, number % 31] = True
        objects.append(
            Annotation(id=number + 1, image_id=1, category_id=CATEGORIES[number % 3].id, mask=encode(mask))
        )
    meta = DatasetMeta(categories=CATEGORIES)
    dataset = MemoryDataset(meta, (ImageRecord(id=1, file_name="a.jpg", size=Size(24, 31)),), tuple(objects))
    assert write("png", dataset, tmp_path / "out").iou == 1.0
    ids = np.asarray(Image.open(tmp_path / "out" / "instances" / "a.png"))
    assert ids.dtype == np.uint16
    assert ids.max() == 400
    semantic = Image.open(tmp_path / "out" / "semantic" / "a.png")
    assert semantic.mode == "P"
    assert set(np.unique(np.asarray(semantic))) == {0, 1, 2, 3}


def test_png_semantic_alone_gives_one_object_a_class(tmp_path: Path) -> None:
    (tmp_path / "semantic").mkdir()
    labels = np.zeros((24, 31), np.uint8)
    labels[0, 0], labels[5:7], labels[9] = 1, 2, 1
    Image.fromarray(labels).save(tmp_path / "semantic" / "a.png")
    (tmp_path / "classes.json").write_text('[{"value": 1, "name": "cat"}, {"value": 2, "name": "dog"}]')
    dataset, issues = read("png", tmp_path)
    assert [issue.code for issue in issues] == ["missing-image"]
    assert [a.mask.area for a in dataset.objects] == [32, 62]


def test_png_of_colours_is_refused_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "instances").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "instances" / "a.png")
    dataset, issues = read("png", tmp_path)
    assert dataset.image_records == ()
    assert "has colours" in issues[0].message


# SA-1B --------------------------------------------------------------------------------------------------


def test_sa1b_keeps_points_scores_and_ids(tmp_path: Path) -> None:
    annotation = {
        "id": 571_000_001,
        "segmentation": {"size": [6, 8], "counts": "74200M0003005MN"},
        "bbox": [1.0, 0.0, 7.0, 5.0],
        "area": 19,
        "predicted_iou": 0.93,
        "stability_score": 0.97,
        "crop_box": [0, 0, 8, 6],
        "point_coords": [[2.5, 1.5]],
    }
    image = {"image_id": 223750, "width": 8, "height": 6, "file_name": "sa_223750.jpg", "license": "x"}
    (tmp_path / "sa_223750.json").write_text(json.dumps({"image": image, "annotations": [annotation]}))
    dataset, issues = read("sa1b", tmp_path)
    assert issues == []
    found = dataset.objects[0]
    prompts = PromptSet((PointPrompt(3.0, 2.0),))  # SAM counts pixel indices, we their edges
    assert found.provenance == Provenance(
        source="import:sa1b", prompts=prompts, predicted_iou=0.93, stability_score=0.97
    )
    assert np.array_equal(found.mask.decode(), vector_mask())
    write("sa1b", dataset, tmp_path / "out")
    again = json.loads((tmp_path / "out" / "sa_223750.json").read_text())
    assert again == {"image": image, "annotations": [annotation]}


def test_sa1b_without_classes_says_so(tmp_path: Path) -> None:
    report = write("sa1b", dataset_of([vector_mask()]), tmp_path / "out")
    assert [issue.code for issue in report.warnings] == ["classes"]


# shapes -------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.floats(-5, 20), st.floats(-5, 20)), min_size=3, max_size=8))
@settings(max_examples=80, deadline=None)
def test_outline_rasterised_in_its_own_box_is_the_same_as_in_the_picture(
    ring: list[tuple[float, float]],
) -> None:
    size = Size(12, 15)
    found = even_odd_to_rle((tuple(ring),), size).decode()
    expected = from_polygons([Polygon(tuple(ring))], size).decode()
    # moving an outline rounds its coordinates: an edge through the centre of a pixel may flip it
    assert (found != expected).sum() <= 2


def test_drawn_ellipse_and_line_survive_labelme_as_masks(tmp_path: Path) -> None:
    base = dataset_of([nasty_masks()["full"]], name="a.jpg")
    size = Size(24, 31)
    drawn = DrawnShape(ShapeKind.ELLIPSE, (((15.0, 12.0), (25.0, 18.0)),))
    objects = (replace(base.objects[0], mask=drawn_to_rle(drawn, size), drawn=drawn),)
    dataset = MemoryDataset(
        DatasetMeta(categories=(Category(id=1, name="cat"),)), base.image_records, objects
    )
    write("labelme", dataset, tmp_path / "out")
    found, issues = read("labelme", tmp_path / "out")
    assert issues == []
    assert found.objects[0].mask == objects[0].mask
