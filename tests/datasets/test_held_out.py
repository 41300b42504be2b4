"""A picture in several data sets is learnt from or judged by, never both."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from slimsam_core.datasets.held_out import split_all, split_as
from slimsam_core.datasets.labelled import MaskDataset, Subset, split_held_out
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.errors import ImageReadError
from slimsam_core.pixels.image_io import read_image
from tests.synthetic import write_sa1b


def coco_of(folder: Path, pictures: Path, name: str) -> MaskDataset:
    """The pictures of an SA-1B folder as a COCO file that names them in ``pictures``."""
    images, annotations = [], []
    for number, path in enumerate(sorted(folder.glob("*.json"))):
        data = json.loads(path.read_text())
        size = {key: data["image"][key] for key in ("width", "height")}
        images.append({"id": number, "file_name": f"{path.stem}.png", **size})
        annotations += [
            {
                "id": len(annotations) + n,
                "image_id": number,
                "category_id": 1,
                "segmentation": one["segmentation"],
            }
            for n, one in enumerate(data["annotations"])
        ]
    target = folder.parent / f"{name}.json"
    target.write_text(
        json.dumps({"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "thing"}]})
    )
    (found,) = open_datasets(target, format_name="coco", images=pictures)
    return found


def paths(part: Subset) -> set[str]:
    return {part.labels(i).path.name for i in range(len(part))}


@pytest.mark.parametrize("copied", [False, True])
def test_a_picture_in_two_data_sets_lies_on_one_side(tmp_path: Path, copied: bool) -> None:
    folder = write_sa1b(tmp_path / "shapes", 30)
    pictures = folder
    if copied:
        pictures = tmp_path / "copies"
        shutil.copytree(folder, pictures)
    (first,) = open_datasets(folder)
    second = coco_of(folder, pictures, "exported")
    alone = split_held_out(second, 0.3)[1]
    (kept, held), (kept_again, held_again) = split_all([first, second], 0.3)
    assert paths(held) == paths(held_again) == paths(split_held_out(first, 0.3)[1])
    assert paths(kept) == paths(kept_again)
    assert paths(held_again) != paths(alone), "each by itself would divide them otherwise"


def test_other_pictures_of_the_same_names_are_divided_as_before(tmp_path: Path) -> None:
    datasets = [open_datasets(write_sa1b(tmp_path / n, 20, seed=s))[0] for s, n in enumerate("ab")]
    assert [[part.indices for part in parts] for parts in split_all(datasets, 0.3)] == [
        [part.indices for part in split_held_out(dataset, 0.3)] for dataset in datasets
    ]


def test_damaged_labels_and_missing_pictures_are_no_reason_to_stop(tmp_path: Path) -> None:
    folders = [write_sa1b(tmp_path / name, 6) for name in "ab"]
    (folders[0] / "001.json").write_text("{")
    (folders[1] / "002.png").unlink()
    datasets = [open_datasets(folder)[0] for folder in folders]
    (_, held), (_, held_again) = split_all(datasets, 0.5)
    assert {held.key(i).removeprefix("a/") for i in range(len(held))} - {"001", "002"} == {
        held_again.key(i).removeprefix("b/") for i in range(len(held_again))
    } - {"001", "002"}
    with pytest.raises(ImageReadError):
        read_image(folders[1] / "002.png")


def test_what_was_held_out_stays_it(tmp_path: Path) -> None:
    folder = write_sa1b(tmp_path / "a", 12)
    (dataset,) = open_datasets(folder)
    ((_, held),) = split_all([dataset], 0.2)
    keys = [held.key(i) for i in range(len(held))]
    gone = keys[0].removeprefix("a/")
    (folder / f"{gone}.json").unlink()
    write_sa1b(tmp_path / "more", 3, seed=4)
    for number in range(3):
        for suffix in ("json", "png"):
            shutil.copy(tmp_path / "more" / f"00{number}.{suffix}", folder / f"new{number}.{suffix}")
    (changed,) = open_datasets(folder)
    ((kept, still),) = split_as([changed], {"a": keys})
    assert [still.key(i) for i in range(len(still))] == keys[1:]
    assert {f"a/new{number}" for number in range(3)} < {kept.key(i) for i in range(len(kept))}
    ((_, none),) = split_as([changed], {})
    assert not len(none)
