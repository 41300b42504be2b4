"""Data sets: pairing by name, COCO, damage is skipped and counted, held-out pictures stay held out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from slimsam_core.datasets.labelled import Skipped, Subset, iterate, split_held_out
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.errors import FormatError
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from tests.synthetic import write_sa1b


def test_every_folder_is_a_data_set(tmp_path: Path) -> None:
    write_sa1b(tmp_path / "a", 2)
    write_sa1b(tmp_path / "b" / "c", 3)
    found = open_datasets(tmp_path)
    assert [(d.name, len(d)) for d in found] == [("a", 2), ("b/c", 3)]
    assert found[0].key(1) == "a/001"
    image = found[0].labels(1)
    assert image.path.name == "001.png"
    assert image.objects[0].mask.size == image.size


def test_damaged_labels_and_missing_pictures_are_skipped_and_counted(tmp_path: Path) -> None:
    write_sa1b(tmp_path, 6)
    (tmp_path / "000.json").write_text("{")
    (tmp_path / "001.json").write_text('{"annotations": []}')
    (tmp_path / "002.png").unlink()
    broken = json.loads((tmp_path / "003.json").read_text())
    broken["annotations"][0]["segmentation"]["counts"] += "1"
    (tmp_path / "003.json").write_text(json.dumps(broken))
    skipped = Skipped()
    (dataset,) = open_datasets(tmp_path)
    assert [key.split("/")[1] for key, _ in iterate(dataset, skipped)] == ["003", "004", "005"]
    assert skipped.count == 3
    assert any("annotations[0].segmentation" in example for example in skipped.examples)


def test_coco_polygons_runs_and_crowds(tmp_path: Path) -> None:
    Image.new("RGB", (20, 10)).save(tmp_path / "x.jpg")
    runs = {"size": [10, 20], "counts": [0, 10, 190]}
    coco = {
        "images": [{"id": 5, "file_name": "x.jpg", "height": 10, "width": 20}],
        "categories": [{"id": 7, "name": "thing"}],
        "annotations": [
            {"id": 1, "image_id": 5, "category_id": 7, "segmentation": [[2, 2, 6, 2, 6, 5, 2, 5]]},
            {"id": 2, "image_id": 5, "category_id": 7, "segmentation": runs},
            {"id": 3, "image_id": 5, "category_id": 7, "segmentation": runs, "iscrowd": 1},
        ],
    }
    (tmp_path / "labels.json").write_text(json.dumps(coco))
    for path in (tmp_path, tmp_path / "labels.json"):
        (dataset,) = open_datasets(path)
        image = dataset.labels(0)
        assert [(o.mask.area, o.category) for o in image.objects] == [(12, "thing"), (10, "thing")]
        assert image.ignore == mask.from_runs([0, 10, 190], Size(10, 20))


def test_a_place_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no picture with masks"):
        open_datasets(tmp_path)
    with pytest.raises(FormatError, match="no such file"):
        open_datasets(tmp_path / "nowhere")


def test_new_pictures_do_not_move_old_ones_between_the_parts(tmp_path: Path) -> None:
    write_sa1b(tmp_path, 20)
    (dataset,) = open_datasets(tmp_path)

    def held(names: int) -> set[str]:
        part = split_held_out(Subset(dataset, range(names)), 0.3)[1]
        return {part.key(i) for i in range(len(part))}

    assert held(15) == held(20) & {dataset.key(i) for i in range(15)}
    kept, out = split_held_out(dataset, 0.3)
    assert len(kept) + len(out) == 20
    assert 0 < len(out) < 20


@pytest.mark.parametrize("share", [0.001, 0.999])
def test_both_parts_of_a_small_set_have_a_picture(tmp_path: Path, share: float) -> None:
    write_sa1b(tmp_path, 2)
    (dataset,) = open_datasets(tmp_path)
    kept, held = split_held_out(dataset, share)
    assert (len(kept), len(held)) == (1, 1)


def test_pixels_that_are_unclear_near_one_object_count_for_the_others(tmp_path: Path) -> None:
    write_sa1b(tmp_path / "a", 1, count=3)
    path = tmp_path / "a" / "000.json"
    labels = json.loads(path.read_text())
    unclear = mask.from_runs([0, 100, 96 * 96 - 100], Size(96, 96))
    labels["annotations"][0]["ignore"] = unclear.to_coco()
    labels["annotations"][1]["ignore"] = 1  # a flag of this name in some files
    labels["ignore"] = mask.from_runs([96 * 96 - 50, 50], Size(96, 96)).to_coco()
    path.write_text(json.dumps(labels))
    (dataset,) = open_datasets(tmp_path)
    image = dataset.labels(0)
    counts = [int(image.scored(number).sum()) for number in (0, 1)]
    assert counts == [96 * 96 - 150, 96 * 96 - 50]
    labels["annotations"][0]["ignore"] = {"size": [3, 3], "counts": [0, 9]}
    path.write_text(json.dumps(labels))
    with pytest.raises(FormatError, match="object 1: ignore"):
        dataset.labels(0)
