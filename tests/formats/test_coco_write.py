"""COCO out: the file is right by COCO's own readers, or it is not there."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import faster_coco_eval
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from pycocotools.coco import COCO

from slimsam_core.annotation import Annotation, Category, DrawnShape, ShapeKind
from slimsam_core.errors import Cancelled, OutputError
from slimsam_core.formats import coco_gate, coco_write
from slimsam_core.formats.coco_write import CocoMasks, CocoOptions, write_coco
from slimsam_core.formats.records import DatasetMeta, ImageRecord
from slimsam_core.formats.report import ExportReport
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import BoolMask, Rle, encode
from slimsam_core.progress import CancelToken, Progress
from tests.formats.examples import CATEGORIES, dataset_of, nasty_masks, random_masks, vector_mask
from tests.formats.in_memory import MemoryDataset


def write(path: Path, dataset: MemoryDataset, masks: CocoMasks = CocoMasks.RLE) -> ExportReport:
    return write_coco(
        path, dataset.meta, dataset.images(), dataset.annotations(), CocoOptions(masks), overwrite=True
    )


def test_vector_of_three_spellings_is_written_as_the_compressed_one(tmp_path: Path) -> None:
    path = tmp_path / "instances.json"
    report = write(path, dataset_of([vector_mask()]))
    data = json.loads(path.read_text("utf-8"))
    annotation = data["annotations"][0]
    assert annotation["segmentation"] == {"size": [6, 8], "counts": "74200M0003005MN"}
    assert annotation["bbox"] == [1, 0, 7, 5]
    assert annotation["area"] == 19
    assert annotation["iscrowd"] == 0
    assert type(annotation["iscrowd"]) is int
    assert data["images"][0]["file_name"] == "sub folder/ä 1.jpg"
    assert (data["images"][0]["width"], data["images"][0]["height"]) == (8, 6)
    assert report.summary == "1 object, 1 image, IoU 1.000, 0 warnings"
    assert report.readers == ("pycocotools", "faster_coco_eval")


def test_other_readers_find_every_pixel_id_and_class(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "instances.json"
    masks = list(nasty_masks().values())
    dataset = dataset_of(masks)
    write(path, dataset)
    for reader in (COCO(str(path)), faster_coco_eval.COCO(str(path))):
        assert sorted(reader.cats) == [1, 7, 90]
        assert reader.cats[7]["name"] == "Vogel (groß)"
        for annotation, mask in zip(dataset.objects, masks, strict=True):
            found = reader.anns[annotation.id]
            assert np.array_equal(reader.annToMask(found).astype(bool), mask)
            assert found["category_id"] == annotation.category_id
    capsys.readouterr()


@given(random_masks())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_mask_comes_back_exactly(tmp_path: Path, mask: BoolMask) -> None:
    path = tmp_path / "any.json"
    assert write(path, dataset_of([mask])).iou == 1.0
    counts = json.loads(path.read_text("utf-8"))["annotations"][0]["segmentation"]["counts"]
    assert np.array_equal(Rle(Size.of(mask), counts).decode(), mask)


@given(random_masks())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_mixed_masks_lose_nothing(tmp_path: Path, mask: BoolMask) -> None:
    report = write(tmp_path / "mixed.json", dataset_of([mask]), CocoMasks.MIXED)
    assert report.iou == 1.0
    assert report.losses == ()


def test_polygons_report_what_they_lose(tmp_path: Path) -> None:
    path = tmp_path / "polygons.json"
    report = write(path, dataset_of(list(nasty_masks().values())), CocoMasks.POLYGONS)
    holes = {loss.kind: loss for loss in report.losses}["lose holes"]
    assert holes.objects == 3
    assert 0.2 < holes.mean_iou < 1.0
    assert report.iou < 1.0
    assert "3 objects lose holes: IoU 0." in report.summary
    parts = json.loads(path.read_text("utf-8"))["annotations"][1]["segmentation"]
    assert len(parts) == 4, "four parts stay one annotation"


def test_drawn_polygon_is_written_as_drawn(tmp_path: Path) -> None:
    ring = ((1.25, 1.0), (20.0, 3.5), (9.0, 17.0))
    base = dataset_of([nasty_masks()["hole"]])
    drawn = replace(base.objects[0], drawn=DrawnShape(ShapeKind.POLYGON, (ring,)))
    path = tmp_path / "drawn.json"
    write(path, replace(base, objects=(drawn,)), CocoMasks.POLYGONS)
    annotation = json.loads(path.read_text("utf-8"))["annotations"][0]
    assert annotation["segmentation"] == [[1.25, 1, 20, 3.5, 9, 17]]


def test_crowd_stays_a_crowd_in_polygon_mode(tmp_path: Path) -> None:
    base = dataset_of([vector_mask()])
    crowd = replace(base, objects=(replace(base.objects[0], iscrowd=True),))
    path = tmp_path / "crowd.json"
    assert write(path, crowd, CocoMasks.POLYGONS).iou == 1.0
    annotation = json.loads(path.read_text("utf-8"))["annotations"][0]
    assert annotation["iscrowd"] == 1
    assert isinstance(annotation["segmentation"], dict)


def test_info_licences_and_unknown_keys_are_given_back(tmp_path: Path) -> None:
    base = dataset_of([vector_mask()])
    meta = replace(
        base.meta,
        info={"description": "Vögel", "year": 2026},
        licences=({"id": 4, "name": "CC-BY-4.0", "url": ""},),
        extra={"origin": [1, 2]},
    )
    image = replace(base.image_records[0], licence=4, extra={"coco_url": "http://x"})
    odd = replace(base.objects[0], attributes={"occluded": True}, extra={"segments_info": None})
    path = tmp_path / "meta.json"
    write(path, MemoryDataset(meta, (image,), (odd,)))
    data = json.loads(path.read_text("utf-8"))
    assert data["info"] == {"description": "Vögel", "year": 2026}
    assert data["licenses"] == [{"id": 4, "name": "CC-BY-4.0", "url": ""}]
    assert data["origin"] == [1, 2]
    assert data["images"][0]["license"] == 4
    assert data["images"][0]["coco_url"] == "http://x"
    assert data["annotations"][0]["attributes"] == {"occluded": True}
    assert "Vögel" in path.read_text("utf-8"), "not escaped"


def test_licence_that_is_not_listed_and_rotated_picture_are_warned_of(tmp_path: Path) -> None:
    base = dataset_of([vector_mask()])
    image = replace(base.image_records[0], licence=3, exif_orientation=6)
    report = write(tmp_path / "w.json", replace(base, image_records=(image,)))
    assert [issue.code for issue in report.warnings] == ["licence", "exif"]
    assert report.summary.endswith("2 warnings")
    assert "license" not in json.loads((tmp_path / "w.json").read_text("utf-8"))["images"][0]


def bad_datasets() -> dict[str, MemoryDataset]:
    base = dataset_of([vector_mask()])
    image, good = base.image_records[0], base.objects[0]
    return {
        "double annotation id": replace(base, objects=(good, good)),
        "annotation id 0": replace(base, objects=(replace(good, id=0),)),
        "unknown class": replace(base, objects=(replace(good, category_id=2),)),
        "double class": replace(base, meta=DatasetMeta(categories=(CATEGORIES[0], CATEGORIES[0]))),
        "class id 0": replace(base, meta=DatasetMeta(categories=(Category(id=0, name="x"),))),
        "double image": replace(base, image_records=(image, image)),
        "name leaves the root": replace(base, image_records=(replace(image, file_name="../x.jpg"),)),
        "drive letter": replace(base, image_records=(replace(image, file_name="C:\\x.jpg"),)),
        "other size": replace(base, image_records=(replace(image, size=Size(8, 6)),)),
        "not a number": replace(base, objects=(replace(good, score=float("nan")),)),
        "lone surrogate": replace(base, meta=DatasetMeta(categories=(Category(id=1, name="\ud800"),))),
    }


@pytest.mark.parametrize("name", bad_datasets())
def test_wrong_data_is_refused_and_the_old_file_stays(tmp_path: Path, name: str) -> None:
    path = tmp_path / "instances.json"
    path.write_text("old")
    with pytest.raises(OutputError):
        write(path, bad_datasets()[name])
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["instances.json"], "no temporary file stays behind"


def test_existing_file_is_only_replaced_on_request(tmp_path: Path) -> None:
    path = tmp_path / "instances.json"
    path.write_text("somebody's work")
    base = dataset_of([vector_mask()])
    with pytest.raises(OutputError, match="exists already"):
        write_coco(path, base.meta, base.images(), base.annotations())
    assert path.read_text() == "somebody's work"


def test_gate_refuses_when_reading_back_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = encode(np.ones((6, 8), np.bool_))
    monkeypatch.setattr("slimsam_core.formats.coco_write._rle_text", lambda _: json.dumps(wrong.to_coco()))
    with pytest.raises(OutputError, match="annotation 10"):
        write(tmp_path / "x.json", dataset_of([vector_mask()]))
    assert list(tmp_path.iterdir()) == []


def moved_pixel(data: dict[str, Any]) -> None:
    """The same area and box, one pixel of the rectangle elsewhere."""
    mask = vector_mask()
    mask[2, 3], mask[2, 4] = True, False
    data["annotations"][0]["segmentation"]["counts"] = encode(mask).counts


@pytest.mark.parametrize(
    "damage",
    [
        moved_pixel,
        lambda data: data["annotations"][0].update(id=77),
        lambda data: data["annotations"][0].update(image_id=6),
        lambda data: data["annotations"][0].update(image_id=99),
        lambda data: data["annotations"][0].update(category_id=7),
        lambda data: data["annotations"][0].update(category_id=8),
        lambda data: data["annotations"][0].update(iscrowd=1),
        lambda data: data["annotations"][0].update(area=20),
        lambda data: data["annotations"][0].update(bbox=[1, 0, 7, 6]),
        lambda data: data["annotations"][0]["segmentation"].update(size=[8, 6]),
        lambda data: data["annotations"].pop(),
        lambda data: data["annotations"].append(data["annotations"][0]),
        lambda data: data["annotations"].reverse(),
        lambda data: data["images"][0].update(file_name="other.jpg"),
        lambda data: data["images"][0].update(width=9),
        lambda data: data["images"].pop(),
        lambda data: data["categories"][0].update(name="dog"),
    ],
)
def test_gate_finds_every_kind_of_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[dict[str, Any]], object]
) -> None:
    def damage_then_verify(path: Path, *others: Any) -> tuple[str, ...]:
        data = json.loads(path.read_text("utf-8"))
        damage(data)
        path.write_text(json.dumps(data), "utf-8")
        return coco_gate.verify_coco(path, *others)

    monkeypatch.setattr(coco_write, "verify_coco", damage_then_verify)
    dataset = dataset_of([vector_mask(), ~vector_mask()])
    dataset = replace(
        dataset, image_records=(*dataset.image_records, ImageRecord(id=6, file_name="b.png", size=Size(6, 8)))
    )
    with pytest.raises(OutputError, match="reading it back went wrong"):
        write(tmp_path / "x.json", dataset)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["pycocotools.mask", "faster_coco_eval.core.mask"])
def test_gate_refuses_when_one_reader_decodes_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    module = importlib.import_module(name)
    real = module.toBbox
    dataset = dataset_of([vector_mask()])
    boxes = iter(range(10))
    # the writer asks pycocotools first; the reader comes after it
    first = 1 if name.startswith("pyco") else 0
    monkeypatch.setattr(module, "toBbox", lambda codes: real(codes) + (next(boxes) >= first))
    with pytest.raises(OutputError, match=name.partition(".")[0]):
        write(tmp_path / "x.json", dataset)


def test_cancel_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coco_write, "REPORT_EVERY", 2)
    cancel = CancelToken()
    seen: list[Progress] = []

    def watch(step: Progress) -> None:
        seen.append(step)
        cancel.cancel()

    base = dataset_of(list(nasty_masks().values()))
    with pytest.raises(Cancelled):
        write_coco(
            tmp_path / "x.json",
            base.meta,
            base.images(),
            base.annotations(),
            total=9,
            progress=watch,
            cancel=cancel,
        )
    assert (seen[0].done, seen[0].total) == (2, 9)
    assert list(tmp_path.iterdir()) == []


def test_empty_dataset_is_a_valid_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    report = write(path, MemoryDataset())
    assert report.summary == "0 objects, 0 images, IoU 1.000, 0 warnings"
    assert json.loads(path.read_text("utf-8"))["annotations"] == []


def test_many_shards_are_compared_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slimsam_core.formats.coco_gate.SHARD", 7)
    images = tuple(ImageRecord(id=i + 1, file_name=f"{i}.png", size=Size(6, 8)) for i in range(30))
    rle = encode(vector_mask())
    objects = tuple(Annotation(id=i + 1, image_id=i % 30 + 1, category_id=1, mask=rle) for i in range(100))
    dataset = MemoryDataset(DatasetMeta(categories=CATEGORIES), images, objects)
    assert write(tmp_path / "x.json", dataset).summary == "100 objects, 30 images, IoU 1.000, 0 warnings"


def test_more_objects_than_a_byte_counts(tmp_path: Path) -> None:
    dataset = dataset_of([vector_mask()] * 600)
    assert write(tmp_path / "x.json", dataset).summary == "600 objects, 1 image, IoU 1.000, 0 warnings"
