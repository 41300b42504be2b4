"""COCO in: every spelling of a mask, every doubtful value reported, nothing lost in silence."""

from __future__ import annotations

import copy
import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image
from pycocotools.coco import COCO

from slimsam_core.annotation import Annotation, DrawnShape, ShapeKind
from slimsam_core.errors import FormatError
from slimsam_core.formats.coco import read_coco
from slimsam_core.formats.coco_write import CocoMasks, CocoOptions, write_coco
from slimsam_core.formats.context import ReadContext
from slimsam_core.formats.pictures import FolderPictures
from slimsam_core.formats.records import Issue
from slimsam_core.labelling.mask_edit import shape_mask
from slimsam_core.pixels.mask import BoolMask, encode
from tests.formats.examples import CATEGORIES, dataset_of, random_masks, vector_mask
from tests.formats.in_memory import MemoryDataset, memory_dataset
from tests.formats.test_coco_write import write

VECTOR = {"size": [6, 8], "counts": "74200M0003005MN"}


def base() -> dict[str, Any]:
    return {
        "info": {"description": "x"},
        "licenses": [{"id": 1, "name": "CC-BY-4.0", "url": ""}],
        "images": [{"id": 1, "file_name": "sub/0001.jpg", "width": 8, "height": 6, "license": 1}],
        "categories": [{"id": 1, "name": "cat", "supercategory": ""}],
        "annotations": [
            {
                "id": 1,
                "image_id": 1,
                "category_id": 1,
                "iscrowd": 0,
                "area": 19,
                "bbox": [1, 0, 7, 5],
                "segmentation": copy.deepcopy(VECTOR),
            }
        ],
    }


def read_text(
    tmp_path: Path, text: str | bytes, images: Path | None = None
) -> tuple[MemoryDataset, list[Issue]]:
    path = tmp_path / "in.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    context = ReadContext(pictures=FolderPictures(images) if images else None)
    records = list(read_coco(path, context))
    issues = [record for record in records if isinstance(record, Issue)]
    taken = sum(isinstance(record, Annotation) for record in records)
    assert context.objects_in == taken + sum(issue.lost_objects for issue in issues)
    return memory_dataset(records), issues


def read(tmp_path: Path, data: object, images: Path | None = None) -> tuple[MemoryDataset, list[Issue]]:
    return read_text(tmp_path, json.dumps(data), images)


@pytest.mark.parametrize(
    "segmentation",
    [VECTOR, {"size": [6, 8], "counts": [7, 4, 2, 4, 2, 1, 2, 1, 2, 4, 2, 4, 7, 1, 5]}],
    ids=["compressed", "uncompressed"],
)
def test_run_length_codes_are_read_pixel_by_pixel(tmp_path: Path, segmentation: object) -> None:
    data = base()
    data["annotations"][0]["segmentation"] = segmentation
    dataset, issues = read(tmp_path, data)
    assert issues == []
    assert np.array_equal(dataset.objects[0].mask.decode(), vector_mask())
    assert dataset.objects[0].drawn is None


def test_polygon_parts_stay_one_object_and_keep_their_outline(tmp_path: Path) -> None:
    data = base()
    parts = [[1, 1, 6, 1, 6, 5, 1, 5], [7, 0, 8, 0, 8, 1, 7, 1]]
    data["annotations"][0] |= {"segmentation": parts, "area": 21}
    dataset, issues = read(tmp_path, data)
    assert issues == []
    (found,) = dataset.objects
    assert found.mask.area == 21
    assert found.drawn is not None
    assert found.drawn.kind is ShapeKind.POLYGON
    assert [len(ring) for ring in found.drawn.rings] == [4, 4]


def test_overlapping_parts_are_one_area_without_a_hole(tmp_path: Path) -> None:
    data = base()
    data["annotations"][0] |= {
        "segmentation": [[0, 0, 4, 0, 4, 4, 0, 4], [2, 2, 6, 2, 6, 6, 2, 6]],
        "area": 28,
        "bbox": [0, 0, 6, 6],
    }
    dataset, issues = read(tmp_path, data)
    assert issues == []
    assert dataset.objects[0].mask.area == 28
    assert dataset.objects[0].drawn is None


def test_everything_that_is_not_a_mask_is_kept(tmp_path: Path) -> None:
    data = base()
    data["images"][0] |= {"id": 77, "coco_url": "http://x", "date": None}
    data["categories"] = [{"id": 90, "name": "dog", "supercategory": "animal", "keypoints": ["nose"]}]
    data["annotations"][0] |= {
        "id": 900,
        "image_id": 77,
        "category_id": 90,
        "iscrowd": 1,
        "attributes": {"occluded": True},
        "score": 0.5,
        "caption": "Ä",
    }
    data["origin"] = [1]
    dataset, issues = read(tmp_path, data)
    assert issues == []
    assert dataset.meta.info == {"description": "x"}
    assert dataset.meta.extra == {"origin": [1]}
    assert dataset.meta.licences[0]["name"] == "CC-BY-4.0"
    image, category, found = dataset.image_records[0], dataset.meta.categories[0], dataset.objects[0]
    assert (image.id, image.file_name, image.licence) == (77, "sub/0001.jpg", 1)
    assert image.extra == {"coco_url": "http://x", "date": None}
    assert (category.id, category.supercategory, category.extra) == (90, "animal", {"keypoints": ["nose"]})
    assert (found.id, found.iscrowd, found.score) == (900, True, 0.5)
    assert found.attributes == {"occluded": True}
    assert found.extra == {"caption": "Ä"}


def test_lists_may_stand_in_any_order(tmp_path: Path) -> None:
    data = base()
    for keys in (["annotations", "categories", "images"], ["images", "annotations", "categories"]):
        dataset, issues = read(tmp_path, {key: data[key] for key in keys})
        assert len(dataset.objects) == 1
        assert [issue.code for issue in issues] == ["licence"]


@given(random_masks())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_is_read_the_same(tmp_path: Path, mask: BoolMask) -> None:
    dataset = dataset_of([mask, ~mask])
    write(tmp_path / "out.json", dataset)
    found, issues = read_text(tmp_path, (tmp_path / "out.json").read_bytes())
    assert issues == []
    assert [a.mask for a in found.objects] == [a.mask for a in dataset.objects]
    assert [a.id for a in found.objects] == [a.id for a in dataset.objects]
    assert found.meta.categories == CATEGORIES
    assert found.image_records == dataset.image_records


def change(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def apply(data: Any) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        for part in way:
            data = data[part]
        data[last] = value

    return apply


def both(*changes: Callable[[Any], object]) -> Callable[[Any], object]:
    return lambda data: [each(data) for each in changes]


def append(name: str, /, **changes: object) -> Callable[[dict[str, Any]], None]:
    return lambda data: data[name].append({**data[name][0], **changes})


A = "annotations.0."
FINDINGS: list[tuple[str, Callable[[Any], object], str, int]] = [
    ("duplicate annotation id", append("annotations"), "duplicate-id", 0),
    ("annotation id 0", change(A + "id", 0), "id-0", 0),
    ("annotation id missing", change(A + "id", None), "wrong-type", 0),
    ("annotation id beyond 2^53", change(A + "id", 2**53 + 1), "wrong-type", 0),
    ("annotation id is a bool", change(A + "id", True), "wrong-type", 0),
    ("image id 0", both(change("images.0.id", 0), change(A + "image_id", 0)), "id-0", 0),
    (
        "image id is a text",
        both(change("images.0.id", "a"), change(A + "image_id", "a")),
        "wrong-type",
        0,
    ),
    (
        "category id 0",
        both(change("categories.0.id", 0), change(A + "category_id", 0)),
        "id-0",
        0,
    ),
    ("dangling image id", change(A + "image_id", 5), "image-id", 1),
    ("image id of a strange type", change(A + "image_id", [1]), "image-id", 1),
    ("dangling category id", change(A + "category_id", 5), "category-id", 0),
    ("category id of a strange type", change(A + "category_id", 2.5), "category-id", 1),
    ("dangling licence", change("images.0.license", 9), "licence", 0),
    ("image id twice", append("images", file_name="other.jpg"), "duplicate-id", 1),
    ("category id twice", append("categories", name="other"), "duplicate-id", 1),
    ("category name twice", append("categories", id=2), "name", 0),
    ("same picture twice", append("images", id=2), "colliding-image", 0),
    ("names that differ by case", append("images", id=2, file_name="SUB/0001.jpg"), "colliding-name", 0),
    ("names that differ by NFC", append("images", id=2, file_name="sub/0001.jpg\u0301"), "", 0),
    ("area", change(A + "area", 400), "area", 0),
    ("area is not a number", change(A + "area", float("nan")), "wrong-type", 0),
    ("area is missing", lambda d: d["annotations"][0].pop("area"), "missing-key", 0),
    ("box is xyxy", change(A + "bbox", [1, 0, 8, 5]), "", 0),
    ("box is far off", change(A + "bbox", [1, 0, 70, 5]), "bbox", 0),
    ("box has NaN", change(A + "bbox", [1, 0, float("nan"), 5]), "wrong-type", 0),
    ("crowd as a bool", change(A + "iscrowd", False), "wrong-type", 0),
    ("crowd is 7", change(A + "iscrowd", 7), "wrong-type", 0),
    ("runs too short", change(A + "segmentation.counts", [7, 4]), "segmentation", 1),
    ("runs too long", change(A + "segmentation.counts", [7, 400]), "segmentation", 1),
    ("negative run", change(A + "segmentation.counts", [49, -1]), "segmentation", 1),
    ("run is a text", change(A + "segmentation.counts", ["48"]), "segmentation", 1),
    ("cut off code", change(A + "segmentation.counts", "74200M0003005MNo"), "segmentation", 1),
    ("code of other characters", change(A + "segmentation.counts", "74\u00e4"), "segmentation", 1),
    (
        "run-length bomb",
        change(A + "segmentation", {"size": [2**20, 2**20], "counts": "0"}),
        "segmentation",
        1,
    ),
    ("mask of another size", change(A + "segmentation.size", [3, 16]), "segmentation", 1),
    ("size is width, height", change(A + "segmentation.size", [8, 6]), "swapped-size", 0),
    ("counts missing", lambda d: d["annotations"][0]["segmentation"].pop("counts"), "segmentation", 1),
    ("two points", change(A + "segmentation", [[1, 1, 2, 2]]), "segmentation", 1),
    ("odd numbers", change(A + "segmentation", [[1, 1, 2, 2, 3]]), "segmentation", 1),
    ("one bad part", change(A + "segmentation", [[1, 1, 2, 2], [1, 0, 8, 0, 8, 5, 1, 5]]), "polygon", 0),
    ("NaN in a polygon", change(A + "segmentation", [[1, 1, float("nan"), 2, 3, 3]]), "segmentation", 1),
    ("huge coordinate", change(A + "segmentation", [[1, 1, 1e300, 2, 3, 3]]), "segmentation", 1),
    ("number beyond 2^53", change(A + "segmentation", [[1, 1, 2**60, 2, 3, 3]]), "segmentation", 1),
    ("polygon outside", change(A + "segmentation", [[-9, 0, 30, 0, 30, 9, -9, 9]]), "outside", 0),
    ("polygon wholly outside", change(A + "segmentation", [[20, 20, 30, 20, 30, 30]]), "segmentation", 1),
    ("polygon as a flat list", change(A + "segmentation", [1, 0, 8, 0, 8, 5, 1, 5]), "wrong-type", 0),
    ("segmentation is a text", change(A + "segmentation", "abc"), "segmentation", 1),
    ("only a box", lambda d: d["annotations"][0].pop("segmentation"), "box-only", 0),
    (
        "nothing at all",
        lambda d: [d["annotations"][0].pop(k) for k in ("segmentation", "bbox")],
        "segmentation",
        1,
    ),
    ("annotation is a list", change("annotations.0", [1]), "wrong-type", 1),
    ("image is a text", change("images.0", "x"), "wrong-type", 1),
    ("category is null", change("categories.0", None), "wrong-type", 0),
    ("width is a text", change("images.0.width", "8"), "wrong-type", 0),
    ("width is no number", change("images.0.width", "8 px"), "size", 1),
    ("width is 0", change("images.0.width", 0), "image", 1),
    ("width is huge", change("images.0.width", 10**9), "image", 1),
    ("file name is missing", change("images.0.file_name", None), "image", 1),
    ("leaves the root", change("images.0.file_name", "../../etc/passwd"), "path", 0),
    ("leaves the root deep inside", change("images.0.file_name", "a/../../x.jpg"), "path", 0),
    ("absolute", change("images.0.file_name", "/etc/passwd"), "path", 0),
    ("drive letter", change("images.0.file_name", "C:\\x.jpg"), "path", 0),
    ("share", change("images.0.file_name", "\\\\server\\x.jpg"), "path", 0),
    ("NUL in a name", change("images.0.file_name", "a\0b"), "image", 1),
    ("attributes are a list", change(A + "attributes", [1]), "wrong-type", 0),
    ("score is a text", change(A + "score", "high"), "wrong-type", 0),
    ("own key is a list", change(A + "slimsam", [1]), "wrong-type", 0),
    (
        "own key is wrong inside",
        change(A + "slimsam", {"drawn": {"kind": "cube", "rings": 3}}),
        "wrong-type",
        0,
    ),
]


@pytest.mark.parametrize(("mutate", "code", "lost"), [f[1:] for f in FINDINGS], ids=[f[0] for f in FINDINGS])
def test_doubtful_value_is_found(
    tmp_path: Path, mutate: Callable[[Any], object], code: str, lost: int
) -> None:
    data = base()
    mutate(data)
    dataset, issues = read(tmp_path, data)
    assert sum(issue.lost_objects for issue in issues) == lost
    assert len(dataset.objects) == len(data["annotations"]) - lost
    if code:
        assert code in [issue.code for issue in issues]
        assert all(issue.where and issue.message for issue in issues)
    assert all(not image.file_name.startswith(("/", "..", "C:")) for image in dataset.image_records)
    ids = [a.id for a in dataset.objects]
    assert len(set(ids)) == len(ids)
    assert all(number >= 1 for number in ids)


def test_windows_separators_become_posix(tmp_path: Path) -> None:
    data = base()
    data["images"][0]["file_name"] = "sub\\deep\\..\\ä.jpg"
    assert read(tmp_path, data)[0].image_records[0].file_name == "sub/ä.jpg"


def test_gaps_in_category_ids_stay(tmp_path: Path) -> None:
    data = base()
    data["categories"] = [{"id": i, "name": f"c{i}"} for i in (90, 3, 17)]
    data["annotations"][0]["category_id"] = 17
    dataset, _ = read(tmp_path, data)
    assert [c.id for c in dataset.meta.categories] == [90, 3, 17]
    assert dataset.objects[0].category_id == 17


def picture(folder: Path, width: int, height: int, orientation: int = 1) -> None:
    (folder / "sub").mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (width, height)).save(folder / "sub" / "0001.jpg", exif=exif)


def test_pictures_on_disk_are_compared(tmp_path: Path) -> None:
    picture(tmp_path / "img", 8, 6)
    assert read(tmp_path, base(), tmp_path / "img")[1] == []
    _, issues = read(tmp_path, base(), tmp_path)
    assert [issue.code for issue in issues] == ["moved-image"], "found below another folder"
    picture(tmp_path / "img", 80, 60)
    dataset, issues = read(tmp_path, base(), tmp_path / "img")
    assert dataset.objects == ()
    assert [issue.code for issue in issues] == ["image", "image-id"]


def test_missing_picture_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    dataset, issues = read(tmp_path, base(), tmp_path / "img")
    assert [issue.code for issue in issues] == ["missing-image"]
    assert len(dataset.objects) == 1


def test_swapped_width_and_height_are_put_right(tmp_path: Path) -> None:
    picture(tmp_path / "img", 8, 6)
    data = base()
    data["images"][0] |= {"width": 6, "height": 8}
    dataset, issues = read(tmp_path, data, tmp_path / "img")
    assert [issue.code for issue in issues] == ["swapped-size"]
    assert np.array_equal(dataset.objects[0].mask.decode(), vector_mask())


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_labels_over_the_unrotated_picture_are_turned_with_it(tmp_path: Path, orientation: int) -> None:
    from PIL import ImageOps

    picture(tmp_path / "img", 8, 6, orientation)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = Image.fromarray(vector_mask())
    upright = Image.fromarray(np.asarray(stored))
    upright.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(upright))
    data = base()
    polygon = {**data["annotations"][0], "id": 2, "segmentation": [[1, 1, 6, 1, 6, 2, 1, 2]]}
    data["annotations"].append(polygon | {"area": 5, "bbox": [1, 1, 5, 1]})
    dataset, issues = read(tmp_path, data, tmp_path / "img")
    assert [issue.code for issue in issues] == ["exif-clash"]
    assert dataset.image_records[0].size.hw == (8, 6)
    assert np.array_equal(dataset.objects[0].mask.decode(), expected)
    turned = dataset.objects[1]
    from slimsam_core.formats.shapes import even_odd_to_rle

    assert turned.drawn is not None
    assert even_odd_to_rle(turned.drawn.rings, turned.mask.size) == turned.mask, "the outline turned too"


def test_link_out_of_the_image_folder_is_refused(tmp_path: Path) -> None:
    picture(tmp_path / "secret", 8, 6)
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "sub").symlink_to(tmp_path / "secret" / "sub")
    dataset, issues = read(tmp_path, base(), tmp_path / "img")
    assert dataset.image_records == ()
    assert "through a link" in issues[0].message


def test_byte_order_mark_and_crlf_are_taken(tmp_path: Path) -> None:
    text = json.dumps(base(), indent=1).replace("\n", "\r\n")
    dataset, issues = read_text(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert issues == []
    assert len(dataset.objects) == 1


def test_keys_that_stand_twice_are_reported(tmp_path: Path) -> None:
    text = json.dumps(base()).replace('"iscrowd": 0', '"iscrowd": 1, "iscrowd": 0')
    _, issues = read_text(tmp_path, text)
    assert [issue.code for issue in issues] == ["duplicate-key"]


BROKEN = {
    "empty": b"",
    "blank": b" \n",
    "a number": b"5",
    "a list": b"[]",
    "other object": b'{"shapes": []}',
    "images is a mapping": b'{"images": {}, "annotations": [], "categories": []}',
    "latin-1": json.dumps(base(), ensure_ascii=False).replace("cat", "K\xe4fer").encode("latin-1"),
    "utf-16": json.dumps(base()).encode("utf-16"),
    "deeply nested": b'{"images": [], "annotations": [], "x": ' + b"[" * 200_000,
    "deep and closed": b'{"images": [], "annotations": [], "x": ' + b"[" * 99_999 + b"]" * 99_999 + b"}",
    "endless number": b'{"images": [], "annotations": [], "x": ' + b"9" * 10_000 + b"}",
    "more after the end": json.dumps(base()).encode() + b" {}",
    "single quotes": b"{'images': []}",
}


@pytest.mark.parametrize("name", BROKEN)
def test_file_that_is_not_coco_is_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_text(tmp_path, BROKEN[name])
    assert "in.json" in caught.value.message or caught.value.where


def test_file_cut_at_any_byte_is_refused_with_its_place(tmp_path: Path) -> None:
    whole = json.dumps(base()).encode()
    for length in range(len(whole)):
        with pytest.raises(FormatError):
            read_text(tmp_path, whole[:length])


def test_reading_in_tiny_pieces_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = base()
    data["x"] = [1e-5, -12.25, True, None, "ä\\ \u2028", {"a": [[]]}]
    expected = read(tmp_path, data)
    for size in (1, 2, 3, 7, 50):
        monkeypatch.setattr("slimsam_core.formats.json_stream.CHUNK_BYTES", size)
        assert read(tmp_path, data) == expected
    assert encode(vector_mask()) == expected[0].objects[0].mask


def test_a_long_file_is_never_there_as_a_whole(tmp_path: Path) -> None:
    """Objects come one by one: what is held at a time is a piece of the file and one object."""
    data = base()
    data["annotations"] = [data["annotations"][0] | {"id": n, "note": "x" * 5000} for n in range(1, 2001)]
    path = tmp_path / "long.json"
    path.write_text(json.dumps(data))
    objects = 0
    tracemalloc.start()
    try:
        for record in read_coco(path, ReadContext()):
            objects += isinstance(record, Annotation)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert objects == 2000
    assert peak < path.stat().st_size / 2, f"{peak:,} of {path.stat().st_size:,} bytes"


@pytest.mark.parametrize(
    "shape",
    [
        DrawnShape(ShapeKind.POLYGON, (((3.2, 2.7), (30.4, 5.1), (26.9, 31.3), (11.5, 20.8)),)),
        DrawnShape(ShapeKind.RECTANGLE, (((4.4, 3.3), (25.6, 17.8)),)),
    ],
    ids=["polygon", "rectangle"],
)
def test_a_drawn_shape_without_holes_is_a_polygon_where_polygons_are_exact(
    tmp_path: Path, shape: DrawnShape
) -> None:
    """COCO fills the outline a little differently than the canvas does: that of the pixels is exact."""
    base = dataset_of([np.ones((40, 40), dtype=bool)])
    mask = shape_mask(shape, base.objects[0].mask.size)
    drawn = replace(base.objects[0], mask=mask, drawn=shape)
    path, dataset = tmp_path / "mixed.json", replace(base, objects=(drawn,))
    options = CocoOptions(CocoMasks.MIXED, extended=True)
    report = write_coco(path, dataset.meta, dataset.images(), dataset.annotations(), options)
    assert report.iou == 1.0
    annotation = json.loads(path.read_text("utf-8"))["annotations"][0]
    assert isinstance(annotation["segmentation"], list)
    assert np.array_equal(COCO(str(path)).annToMask(annotation).astype(bool), mask.decode())
    found, issues = read_text(tmp_path, path.read_text("utf-8"))
    assert issues == []
    assert found.objects[0].drawn == shape, "the outline that was drawn is kept beside it"
