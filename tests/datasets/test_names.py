"""Data sets and folders of one name: their pictures and objects are not mixed up."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from slimsam_core.datasets.indexed import Sa1bFolder
from slimsam_core.datasets.labelled import Skipped
from slimsam_core.datasets.names import with_own_names
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.families import preset
from slimsam_core.inference.predictor import Predictor
from slimsam_core.judging.measure import Protocols, evaluate
from slimsam_core.judging.report import target_of
from slimsam_core.judging.rivals import compare_on
from slimsam_core.judging.summary import compare, summarise
from slimsam_core.models import build_model
from slimsam_core.progress import CancelToken, ignore_progress
from tests.synthetic import write_sa1b


@pytest.fixture
def two_parts(tmp_path: Path) -> Path:
    """A COCO file of one name in each of two folders, with 3 and 1 objects in pictures of one name."""
    for part, objects in (("train", 3), ("valid", 1)):
        folder = write_sa1b(tmp_path / "source" / part, 1, side=96)
        data = json.loads((folder / "000.json").read_text())
        target = tmp_path / "data" / part
        target.mkdir(parents=True)
        shutil.copy(folder / "000.png", target / "000.png")
        many = [data["annotations"][0] | {"id": n, "image_id": 1, "category_id": 1} for n in range(objects)]
        image = {"id": 1, "file_name": "000.png"} | {k: data["image"][k] for k in ("width", "height")}
        coco = {"images": [image], "annotations": many, "categories": [{"id": 1, "name": "thing"}]}
        (target / "_annotations.coco.json").write_text(json.dumps(coco))
    return tmp_path / "data"


def predictor() -> Predictor:
    torch.manual_seed(5)
    return Predictor(build_model(preset("tiny_test")), model_hash="x")


def test_files_of_one_name_in_a_tree_are_told_apart_by_their_folders(two_parts: Path) -> None:
    found = open_datasets(two_parts)
    assert [d.name for d in found] == ["_annotations.coco", "valid/_annotations.coco"]
    assert [d.key(0) for d in found] == ["_annotations.coco/000.png", "valid/_annotations.coco/000.png"]


def test_each_object_is_compared_with_itself(two_parts: Path) -> None:
    given = [d for part in ("train", "valid") for d in open_datasets(two_parts / part)]
    datasets = with_own_names(given)
    scores = list(evaluate(predictor(), datasets, Protocols(1), Skipped()))
    assert set(summarise(scores)["by_dataset"]) == {"_annotations.coco", "_annotations.coco (2)"}
    same = compare(scores, scores)
    assert same["objects"]["n_objects"] == len(scores) == 4
    assert same["miou_box"] == {"difference": 0.0, "interval": [0.0, 0.0]}
    assert {target_of(score, datasets)[0].parent.name for score in scores} == {"train", "valid"}
    made = compare_on(given, predictor(), predictor(), ignore_progress, CancelToken())
    assert made is not None
    assert (made.objects, made.pictures) == (4, 2)
    assert {Path(one.picture).parent.name for one in made.worst} == {"train", "valid"}


def test_names_that_are_taken_are_not_given_again(tmp_path: Path) -> None:
    folder = write_sa1b(tmp_path / "a", 1)
    names = ["a", "a", "a (2)", "a", "b"]
    found = with_own_names([Sa1bFolder(folder, name) for name in names])
    assert [d.name for d in found] == ["a", "a (3)", "a (2)", "a (4)", "b"]
    assert [d.name for d in with_own_names(found)] == [d.name for d in found]
    assert found[1].key(0) == "a (3)/000"
