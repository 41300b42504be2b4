"""CVAT, Label Studio, VIA, panoptic, Datumaro, DOTA and GeoJSON, as their programs write and read them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image, TiffImagePlugin

from slimsam_core.annotation import Annotation, DrawnShape, ShapeKind
from slimsam_core.errors import FormatError
from slimsam_core.formats.brush_rle import decode_brush, encode_brush
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.records import Issue
from slimsam_core.formats.registry import WriteOptions, get_format, recognise
from slimsam_core.formats.report import ExportReport
from slimsam_core.formats.shapes import drawn_to_rle
from slimsam_core.formats.yolo_boxes import smallest_box
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import BoolMask, encode
from tests.formats.examples import CATEGORIES, dataset_of, nasty_masks, random_masks
from tests.formats.foreign_files import picture
from tests.formats.in_memory import MemoryDataset, memory_dataset


def read(source: Path, images: Path | None = None) -> tuple[MemoryDataset, list[Issue]]:
    format_ = recognise(source)
    assert format_.read is not None
    context = ReadContext(pictures=FolderPictures(images) if images else None)
    records = list(format_.read(source, context))
    issues = [record for record in records if isinstance(record, Issue)]
    found = memory_dataset(records)
    assert context.objects_in == len(found.objects) + sum(issue.lost_objects for issue in issues)
    return found, issues


def write(name: str, dataset: MemoryDataset, target: Path, **options: Any) -> ExportReport:
    writer = get_format(name).write
    assert writer is not None
    return writer(dataset, target, WriteOptions(**options))


def described(dataset: MemoryDataset) -> list[tuple[str, int]]:
    names = {category.id: category.name for category in dataset.meta.categories}
    return [(names[a.category_id], a.mask.area) for a in dataset.objects]


def drawn_dataset() -> MemoryDataset:
    """A rectangle, an ellipse and a triangle as a person drew them, and a mask with a hole."""
    base = dataset_of([nasty_masks()["hole"]] * 4, name="a.jpg")
    shapes = (
        DrawnShape(ShapeKind.RECTANGLE, (((2.25, 3.5), (12.75, 9.25)),)),
        DrawnShape(ShapeKind.ELLIPSE, (((15.0, 12.0), (25.0, 18.0)),)),
        DrawnShape(ShapeKind.POLYGON, (((1.5, 2.0), (29.25, 3.0), (4.0, 22.0)),)),
    )
    objects = [
        replace(a, drawn=drawn, mask=drawn_to_rle(drawn, Size(24, 31)))
        for a, drawn in zip(base.objects, shapes, strict=False)
    ]
    return replace(base, objects=(*objects, base.objects[3]))


@pytest.mark.parametrize("name", ["cvat", "label-studio", "datumaro", "yolo-detect", "labelme"])
def test_what_a_person_drew_stays_what_it_was_where_the_format_has_it(name: str, tmp_path: Path) -> None:
    dataset = drawn_dataset()
    if name == "datumaro":  # its polygons are drawn by COCO's rule
        from slimsam_core.formats.outlines import coco_raster
        from slimsam_core.formats.shapes import rectangle_ring

        first = dataset.objects[0]
        assert first.drawn is not None
        ring = rectangle_ring(*first.drawn.rings[0])
        mask = coco_raster((ring,), Size(24, 31))
        dataset = replace(dataset, objects=(replace(first, mask=mask), *dataset.objects[1:]))
    Image.new("RGB", (31, 24)).save(tmp_path / "a.jpg")
    write(name, dataset, tmp_path / "out")
    found, _ = read(tmp_path / "out", tmp_path)
    drawn = found.objects[0].drawn
    assert drawn is not None
    assert drawn.kind is ShapeKind.RECTANGLE
    assert np.allclose(drawn.rings[0], [(2.25, 3.5), (12.75, 9.25)], atol=1e-4)
    if name in ("cvat", "label-studio"):
        kinds = [None if a.drawn is None else a.drawn.kind for a in found.objects]
        assert kinds == [ShapeKind.RECTANGLE, ShapeKind.ELLIPSE, ShapeKind.POLYGON, None]


# CVAT ----------------------------------------------------------------------------------------------------

CVAT = """<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta><task><labels>
    <label><name>dog</name><color>#ff0000</color><attributes></attributes></label>
    <label><name>cat</name><color>#00ff00</color></label>
  </labels><original_size><width>60</width><height>40</height></original_size></task></meta>
  <image id="0" name="a.jpg" width="60" height="40" subset="train">
    <polygon label="cat" source="manual" occluded="1" points="2.00,2.00;10.00,2.00;10.00,10.00;2.00,10.00"
      z_order="3" group_id="7"><attribute name="fur">long</attribute></polygon>
    <box label="dog" source="manual" occluded="0" xtl="20" ytl="20" xbr="30" ybr="26" z_order="0"></box>
    <box label="dog" xtl="20" ytl="20" xbr="30" ybr="26" rotation="90"></box>
    <mask label="cat" rle="1, 2, 1, 4" left="5" top="5" width="4" height="2" z_order="0"></mask>
    <ellipse label="cat" cx="30" cy="20" rx="5" ry="5"></ellipse>
    <cuboid label="cat" xtl1="1" ytl1="1"></cuboid>
    <polygon label="cat" points="1,1;x"></polygon>
    <tag label="night" source="manual"></tag>
  </image>
  <track id="0" label="dog" source="manual">
    <box frame="0" outside="0" keyframe="1" xtl="1" ytl="1" xbr="5" ybr="5" z_order="0"></box>
    <box frame="1" outside="0" keyframe="0" xtl="2" ytl="1" xbr="6" ybr="5" z_order="0"></box>
    <box frame="2" outside="1" keyframe="1" xtl="3" ytl="1" xbr="7" ybr="5" z_order="0"></box>
  </track>
</annotations>
"""


def test_cvat_images_and_frames_of_tracks_are_read(tmp_path: Path) -> None:
    (tmp_path / "annotations.xml").write_text(CVAT)
    found, issues = read(tmp_path / "annotations.xml")
    assert [(c.name, c.color) for c in found.meta.categories] == [("dog", "#ff0000"), ("cat", "#00ff00")]
    names = ["a.jpg", "frame_000000.png", "frame_000001.png"]
    assert [image.file_name for image in found.image_records] == names
    first = found.image_records[0]
    assert (first.split, first.flags) == ("train", {"night"})
    assert described(found) == [("cat", 64), ("dog", 60), ("dog", 60), ("cat", 6), ("cat", 80),
                                ("dog", 16), ("dog", 16)]  # fmt: skip
    polygon, _, turned, mask, *_ = found.objects
    assert dict(polygon.attributes) == {"fur": "long", "occluded": True}
    assert (polygon.layer, polygon.group_id) == (3.0, 7)
    assert turned.mask.bbox_xywh == (22, 18, 6, 10), "turned about its centre"
    expected: BoolMask = np.zeros((40, 60), np.bool_)
    expected[5, 6:8] = expected[6, 5:9] = expected[6, 4] = False
    expected[5, 6:8] = True
    expected[6, 5:9] = True
    assert np.array_equal(mask.mask.decode(), expected), "runs along the rows of the box, zeros first"
    assert sorted(issue.code for issue in issues) == ["shape", "shape"]


def test_cvat_declares_the_attributes_of_its_objects(tmp_path: Path) -> None:
    dataset = dataset_of(list(nasty_masks().values())[:2], name="a.jpg")
    said = ({"fur": "long", "wet": True, "occluded": True, "age": 3}, {"fur": True})
    objects = tuple(
        replace(annotation, category_id=1, attributes=attributes)
        for annotation, attributes in zip(dataset.objects, said, strict=True)
    )
    writer = get_format("cvat").write
    assert writer is not None
    writer(replace(dataset, objects=objects), tmp_path / "out", WriteOptions())
    root = ElementTree.parse(tmp_path / "out" / "annotations.xml").getroot()
    label = next(label for label in root.iter("label") if label.findtext("name") == CATEGORIES[0].name)
    declared = {a.findtext("name"): a.findtext("input_type") for a in label.iter("attribute")}
    assert declared == {"fur": "text", "wet": "checkbox", "age": "text"}
    used = {a.get("name") for image in root.iter("image") for a in image.iter("attribute")}
    assert used == declared.keys(), "CVAT refuses what is not declared"
    found, _ = read(tmp_path / "out")
    assert [dict(annotation.attributes) for annotation in found.objects] == [
        {"fur": "long", "wet": True, "occluded": True, "age": "3"}, {"fur": "true"},
    ]  # fmt: skip


def test_cvat_entities_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY l "l"><!ENTITY m "&l;&l;">]><annotations>&m;</annotations>'
    (tmp_path / "a.xml").write_text(bomb)
    found, issues = read(tmp_path / "a.xml")
    assert found.image_records == ()
    assert "attack" in issues[0].message


def test_cvat_needs_whole_layers(tmp_path: Path) -> None:
    base = dataset_of([nasty_masks()["hole"], nasty_masks()["full"]], name="a.jpg")
    objects = (replace(base.objects[0], layer=1.5), base.objects[1])
    write("cvat", replace(base, objects=objects), tmp_path / "out")
    shapes = ElementTree.parse(tmp_path / "out" / "annotations.xml").getroot().findall("image/mask")
    assert [shape.get("z_order") for shape in shapes] == ["1", "0"]


# Label Studio --------------------------------------------------------------------------------------------


@given(random_masks(20))
@settings(max_examples=60, deadline=None)
def test_a_brush_comes_back(mask: BoolMask) -> None:
    assert np.array_equal(decode_brush(encode_brush(mask), Size.of(mask)), mask)


def test_a_brush_of_single_values_is_read() -> None:
    """Their encoder writes short changes value by value; here a picture of 2 pixels, by hand."""
    bits = f"{8:032b}" + f"{7:05b}" + "".join(f"{n - 1:04b}" for n in (3, 4, 8, 16))
    bits += "0" + "00" + f"{3:03b}" + "".join(f"{value:08b}" for value in (255, 255, 255, 0))
    bits += "1" + "00" + f"{3:03b}" + f"{255:08b}"
    bits += "0" * (-len(bits) % 8)
    code = list(int(bits, 2).to_bytes(len(bits) // 8))
    assert decode_brush(code, Size(1, 2)).tolist() == [[False, True]]


@pytest.mark.parametrize("code", [[], [1, 2, 3], [0] * 40, [256], ["x"], [255] * 30])
def test_a_broken_brush_is_refused(code: list[Any]) -> None:
    with pytest.raises(FormatError):
        decode_brush(code, Size(2, 2))


def task(*results: dict[str, Any], **keys: Any) -> dict[str, Any]:
    sized = [{"original_width": 60, "original_height": 40, **result} for result in results]
    data = {"image": "/data/upload/1/1a2b3c4d-a.jpg"}
    return {"id": 1, "data": data, "annotations": [{"id": 1, "result": sized}]} | keys


def test_label_studio_regions_are_read(tmp_path: Path) -> None:
    square: BoolMask = np.zeros((40, 60), np.bool_)
    square[2:10, 2:10] = True
    region = {"x": 50, "y": 50, "width": 10, "height": 10, "rotation": 0}
    results = (
        {"id": "a", "type": "brushlabels", "value": {"format": "rle", "rle": encode_brush(square),
                                                     "brushlabels": ["cat"]}},
        {"id": "b", "type": "rectanglelabels", "value": {**region, "rectanglelabels": ["dog"]}},
        {"id": "c", "type": "rectanglelabels", "value": {**region, "rotation": 90,
                                                         "rectanglelabels": ["dog"]}},
        {"id": "d", "type": "polygon", "value": {"points": [[0, 0], [10, 0], [10, 10]]}},
        {"id": "d", "type": "labels", "value": {"labels": ["bird"]}},
        {"id": "e", "type": "keypointlabels", "value": {"x": 1, "y": 1, "keypointlabels": ["nose"]}},
        {"id": "f", "type": "choices", "value": {"choices": ["night"]}},
    )  # fmt: skip
    picture(tmp_path / "img" / "a.jpg")
    other = {"id": 2, "result": [results[1]], "was_cancelled": False}
    whole = task(*results)
    whole["annotations"].append(other)
    (tmp_path / "in.json").write_text(json.dumps([whole]))
    found, issues = read(tmp_path / "in.json", tmp_path / "img")
    assert [image.file_name for image in found.image_records] == ["a.jpg"]
    assert described(found) == [("cat", 64), ("dog", 24), ("dog", 24), ("bird", 12)]
    assert found.objects[1].mask.bbox_xywh == (30, 20, 6, 4)
    assert found.objects[2].mask.bbox_xywh == (26, 20, 4, 6), "turned about its first corner"
    assert sorted(issue.code for issue in issues if issue.lost_objects) == ["other-annotator", "shape"]


def test_label_studio_predictions_have_scores(tmp_path: Path) -> None:
    base = dataset_of([nasty_masks()["hole"]], name="sub/a b.jpg")
    scored = replace(base, objects=(replace(base.objects[0], score=0.5),))
    write("label-studio", scored, tmp_path / "out")
    (written,) = json.loads((tmp_path / "out" / "tasks.json").read_text())
    assert written["data"]["image"] == "/data/local-files/?d=sub/a%20b.jpg"
    assert written["predictions"][0]["score"] == 0.5
    assert "annotations" not in written
    labels = ElementTree.parse(tmp_path / "out" / "config.xml").getroot().findall("BrushLabels/Label")
    assert [label.get("value") for label in labels] == ["cat", "Vogel (groß)", "dog"]
    found, _ = read(tmp_path / "out")
    assert [a.score for a in found.objects] == [0.5]
    assert [c.name for c in found.meta.categories] == ["cat", "Vogel (groß)", "dog"]


# VIA -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("whole_project", [True, False])
@pytest.mark.parametrize("as_mapping", [True, False])
def test_via_regions_are_read(tmp_path: Path, whole_project: bool, as_mapping: bool) -> None:
    picture(tmp_path / "img" / "a.jpg")
    shapes = [
        {"name": "polygon", "all_points_x": [2, 10, 10, 2], "all_points_y": [2, 2, 10, 10]},
        {"name": "rect", "x": 20, "y": 20, "width": 10, "height": 5},
        {"name": "circle", "cx": 40, "cy": 20, "r": 5},
        {"name": "ellipse", "cx": 40, "cy": 20, "rx": 8, "ry": 4, "theta": 0.5},
        {"name": "unknown"},
    ]
    regions: Any = [{"shape_attributes": s, "region_attributes": {"class": "cat"}} for s in shapes]
    regions[1]["region_attributes"] = {"class": {"dog": True, "cat": False}, "note": "x"}
    if as_mapping:
        regions = {str(number): region for number, region in enumerate(regions)}
    data: Any = {"a.jpg123": {"filename": "a.jpg", "size": 123, "regions": regions, "file_attributes": {}}}
    if whole_project:
        options = {"dog": "Dog", "cat": "Cat"}
        attributes = {"region": {"class": {"type": "radio", "options": options}}, "file": {}}
        data = {"_via_settings": {}, "_via_img_metadata": data, "_via_attributes": attributes}
    (tmp_path / "via.json").write_text(json.dumps(data))
    found, issues = read(tmp_path / "via.json", tmp_path / "img")
    names = ["dog", "cat"] if whole_project else ["cat", "dog"]
    assert [c.name for c in found.meta.categories] == names
    assert [name for name, _ in described(found)] == ["cat", "dog", "cat", "cat"]
    assert [area for _, area in described(found)][:3] == [64, 50, 80]
    assert dict(found.objects[1].attributes) == {"note": "x"}
    assert [issue.code for issue in issues] == ["shape"]


# panoptic, Datumaro, DOTA, single masks, GeoJSON ---------------------------------------------------------


def test_panoptic_colours_are_ids(tmp_path: Path) -> None:
    ids = np.zeros((40, 60, 3), np.uint8)
    ids[2:10, 2:10] = (1, 2, 3)
    ids[20:30, 30:50] = (7, 0, 0)
    (tmp_path / "panoptic_val").mkdir()
    Image.fromarray(ids).save(tmp_path / "panoptic_val" / "a.png")
    segments = [{"id": 1 + 256 * 2 + 65536 * 3, "category_id": 5, "iscrowd": 0, "area": 64, "bbox": []},
                {"id": 7, "category_id": 9, "iscrowd": 1, "area": 200, "bbox": []},
                {"id": 99, "category_id": 9, "iscrowd": 0}]  # fmt: skip
    data = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 60, "height": 40}],
        "categories": [{"id": 5, "name": "cat", "isthing": 1}, {"id": 9, "name": "sky", "isthing": 0}],
        "annotations": [{"image_id": 1, "file_name": "a.png", "segments_info": segments}],
    }
    (tmp_path / "panoptic_val.json").write_text(json.dumps(data))
    found, issues = read(tmp_path / "panoptic_val.json")
    assert described(found) == [("cat", 64), ("sky", 200)]
    assert [a.iscrowd for a in found.objects] == [False, True]
    assert found.image_records[0].split == "val"
    assert [issue.code for issue in issues] == ["segment"]
    write("coco-panoptic", found, tmp_path / "out")
    again = json.loads((tmp_path / "out" / "annotations" / "panoptic_default.json").read_text())
    assert [c["isthing"] for c in again["categories"]] == [1, 0]


def test_datumaro_groups_are_objects_and_labels_of_pictures_are_none(tmp_path: Path) -> None:
    square = [2, 2, 10, 2, 10, 10, 2, 10]
    right = [value + 28 * (index % 2 == 0) for index, value in enumerate(square)]
    common = {"label_id": 1, "attributes": {"is_crowd": False}, "z_order": 0}
    annotations = [
        {"type": "polygon", "points": square, "group": 4, **common},
        {"type": "polygon", "points": right, "group": 4, **common},
        {"type": "bbox", "bbox": [20, 20, 10, 5], "group": 0, **common},
        {"type": "label", "label_id": 0},
        {"type": "points", "points": [1, 1, 2], **common},
    ]
    item = {"id": "a", "annotations": annotations, "image": {"path": "a.jpg", "size": [40, 60]}}
    labels = {"label": {"labels": [{"name": "x"}, {"name": "cat"}]}}
    (tmp_path / "annotations").mkdir()
    data = {"info": {}, "categories": labels, "items": [item]}
    (tmp_path / "annotations" / "train.json").write_text(json.dumps(data))
    found, issues = read(tmp_path)
    assert described(found) == [("cat", 128), ("cat", 50)]
    assert found.image_records[0].split == "train"
    assert [issue.code for issue in issues] == ["shape"]


def test_dota_rows_are_turned_boxes(tmp_path: Path) -> None:
    picture(tmp_path / "images" / "a.png")
    (tmp_path / "labelTxt").mkdir()
    text = (
        "imagesource:GoogleEarth\ngsd:0.1\n2 2 10 2 10 10 2 10 large-vehicle 0\n1 1 5 1 5 5 1 5 ship 1\nx y\n"
    )
    (tmp_path / "labelTxt" / "a.txt").write_text(text)
    found, issues = read(tmp_path)
    assert described(found) == [("large-vehicle", 64), ("ship", 16)]
    assert dict(found.objects[1].attributes) == {"difficult": True}
    assert [issue.code for issue in issues] == ["row"]


@pytest.mark.parametrize("name", ["yolo-obb", "dota"])
def test_turned_boxes_fit_their_objects(name: str, tmp_path: Path) -> None:
    pixels: BoolMask = np.zeros((60, 80), np.bool_)
    turned = DrawnShape(ShapeKind.POLYGON, (((20.0, 10.0), (60.0, 30.0), (55.0, 40.0), (15.0, 20.0)),))
    mask = drawn_to_rle(turned, Size(60, 80))
    base = dataset_of([pixels], name="a.jpg")
    dataset = replace(base, objects=(replace(base.objects[0], mask=mask),))
    report = write(name, dataset, tmp_path / "out")
    assert report.losses[0].kind == "become their turned boxes"
    assert str(report.losses[0]).startswith("1 object becomes its turned box: IoU")
    assert report.iou > 0.9, "an upright box would have half"
    corners = np.array(smallest_box(mask))
    assert np.isclose(np.linalg.norm(corners[0] - corners[2]), np.hypot(44.7, 11.2), atol=2)


@pytest.mark.parametrize("name", ["four_parts", "diagonal", "corner", "pixel", "full", "thread", "ring"])
def test_turned_boxes_of_yolo_stay_in_the_picture(name: str, tmp_path: Path) -> None:
    """Trainers leave out whole pictures that have a coordinate outside."""
    pixels = nasty_masks()[name]
    write("yolo-obb", dataset_of([pixels], name="a.jpg"), tmp_path / "out")
    values = np.array((tmp_path / "out" / "labels" / "a.txt").read_text().split()[1:], float).reshape(4, 2)
    assert values.min() >= 0
    assert values.max() <= 1
    corners = values * pixels.shape[::-1]
    sides = np.roll(corners, -1, axis=0) - corners
    assert np.allclose((sides * np.roll(sides, -1, axis=0)).sum(axis=1), 0, atol=0.02), "a rectangle"
    picture(tmp_path / "img" / "a.jpg", (31, 24))
    found, _ = read(tmp_path / "out", tmp_path / "img")
    assert not (pixels & ~found.objects[0].mask.decode()).any(), "around all pixels"


def test_boxes_count_what_they_lose(tmp_path: Path) -> None:
    report = write("yolo-detect", dataset_of([nasty_masks()["hole"]], name="a.jpg"), tmp_path / "out")
    assert report.losses[0].kind == "become their boxes"
    row = (tmp_path / "out" / "labels" / "a.txt").read_text().split()
    assert [float(value) for value in row[1:]] == pytest.approx(
        [14.5 / 31, 11.5 / 24, 21 / 31, 17 / 24], abs=1e-6
    )


def test_single_masks_say_which_class_their_folder_is(tmp_path: Path) -> None:
    dataset = dataset_of(
        [nasty_masks()["hole"], nasty_masks()["full"], nasty_masks()["pixel"]] * 2, name="a.jpg"
    )
    write("png-objects", dataset, tmp_path / "objects")
    files = sorted(p.relative_to(tmp_path / "objects" / "masks").as_posix()
                   for p in (tmp_path / "objects").rglob("*.png"))  # fmt: skip
    assert files[:2] == ["Vogel (groß)/a/0002.png", "Vogel (groß)/a/0005.png"]
    with Image.open(tmp_path / "objects" / "masks" / "cat" / "a" / "0001.png") as image:
        assert (image.mode, image.getextrema()) == ("L", (0, 255))
    report = write("png-classes", dataset, tmp_path / "classes")
    assert "6 objects became 3" in str(report.warnings[0])
    report = write("png-colours", dataset, tmp_path / "colours")
    assert "labelmap.txt" in [p.name for p in (tmp_path / "colours").iterdir()]
    found, _ = read(tmp_path / "colours")
    assert [c.name for c in found.meta.categories] == ["cat", "Vogel (groß)", "dog"]


def test_geojson_uses_the_world_file(tmp_path: Path) -> None:
    image = picture(tmp_path / "a.tif", (31, 24))
    (tmp_path / "a.tfw").write_text("0.5\n0\n0\n-0.5\n1000.25\n2000.75\n")
    dataset = dataset_of([nasty_masks()["full"]], name="a.tif")
    report = write("geojson", dataset, tmp_path / "out", picture_path=lambda _: image)
    assert report.iou == 1.0
    data = json.loads((tmp_path / "out" / "a.geojson").read_text())
    (ring,) = data["features"][0]["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    xs, ys = np.array(ring).T
    assert (xs.min(), xs.max(), ys.min(), ys.max()) == (1000.0, 1015.5, 1989.0, 2001.0)
    assert data["features"][0]["properties"]["class"] == "cat"
    base = dataset_of([nasty_masks()["island_in_hole"]], name="b.tif")
    write("geojson", base, tmp_path / "pixels")
    geometry = json.loads((tmp_path / "pixels" / "b.geojson").read_text())["features"][0]["geometry"]
    assert geometry["type"] == "MultiPolygon"
    assert [len(part) for part in geometry["coordinates"]] == [2, 1]


SCALE, TIE, MATRIX, KEYS = 33550, 33922, 34264, 34735
PLACED: dict[str, dict[int, tuple[float, ...]]] = {
    "scale": {SCALE: (0.5, 0.5, 0.0), TIE: (0.0, 0.0, 0.0, 1000.0, 2000.0, 0.0)},
    "tie elsewhere": {SCALE: (0.5, 0.5, 0.0), TIE: (4.0, 2.0, 0.0, 1002.0, 1999.0, 0.0)},
    "matrix": {MATRIX: (0.5, 0, 0, 1000.0, 0, -0.5, 0, 2000.0, 0, 0, 0, 0, 0, 0, 0, 1)},
    "centres": {SCALE: (0.5, 0.5, 0.0), TIE: (0.0, 0.0, 0.0, 1000.25, 1999.75, 0.0)},
}


@pytest.mark.parametrize("name", PLACED)
def test_geojson_uses_the_tags_of_a_geotiff(tmp_path: Path, name: str) -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, values in PLACED[name].items():
        tags.tagtype[tag], tags[tag] = 12, values
    raster = (1025, 0, 1, 2 if name == "centres" else 1)
    tags.tagtype[KEYS], tags[KEYS] = 3, (1, 1, 0, 2, *raster, 3072, 0, 1, 32633)
    Image.new("RGB", (31, 24)).save(tmp_path / "a.tif", tiffinfo=tags)
    (tmp_path / "a.tfw").write_text("9\n0\n0\n-9\n0\n0\n")
    dataset = dataset_of([nasty_masks()["full"]], name="a.tif")
    report = write("geojson", dataset, tmp_path / "out", picture_path=lambda _: tmp_path / "a.tif")
    assert report.iou == 1.0
    data = json.loads((tmp_path / "out" / "a.geojson").read_text())
    xs, ys = np.array(data["features"][0]["geometry"]["coordinates"][0]).T
    assert (xs.min(), xs.max(), ys.min(), ys.max()) == (1000.0, 1015.5, 1988.0, 2000.0)
    assert data["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::32633"
    assert data["slimsam"]["frame"] == "GeoTIFF"


@pytest.mark.parametrize("tags", [{SCALE: (0.0, 0.0, 0.0), TIE: (0.0,) * 6}, {TIE: (0.0,) * 12}, {}])
def test_geojson_stays_in_pixels_where_tags_say_nothing(
    tmp_path: Path, tags: dict[int, tuple[float, ...]]
) -> None:
    written = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, values in tags.items():
        written.tagtype[tag], written[tag] = 12, values
    Image.new("RGB", (31, 24)).save(tmp_path / "a.tif", tiffinfo=written)
    dataset = dataset_of([nasty_masks()["full"]], name="a.tif")
    write("geojson", dataset, tmp_path / "out", picture_path=lambda _: tmp_path / "a.tif")
    data = json.loads((tmp_path / "out" / "a.geojson").read_text())
    assert data["slimsam"]["frame"] == "pixels, y down"
    assert "crs" not in data


def test_objects_of_many_formats_keep_their_order_and_classes(tmp_path: Path) -> None:
    """From format to format through all that are exact."""
    masks = list(nasty_masks().values())
    dataset = dataset_of(masks, name="a.jpg")
    current = dataset
    for name in ("cvat", "label-studio", "datumaro", "png-objects", "labelme", "isat"):
        write(name, current, tmp_path / name)
        Image.new("RGB", (31, 24)).save(tmp_path / "a.jpg")
        current, _ = read(tmp_path / name, tmp_path)
    assert [a.mask for a in current.objects] == [encode(mask) for mask in masks]
    assert described(current) == described(dataset)
    assert isinstance(current.objects[0], Annotation)
