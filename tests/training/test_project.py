"""Fine-tuning on a project's own accepted masks, from the shell."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from slimsam_core.annotation import (
    Annotation,
    Category,
    DrawnShape,
    Provenance,
    ShapeKind,
    imported_from,
)
from slimsam_core.checkpoints.loading import load_model
from slimsam_core.cli import main
from slimsam_core.datasets.opening import open_datasets
from slimsam_core.datasets.project_dataset import ProjectDataset
from slimsam_core.errors import ImageReadError
from slimsam_core.project import Edit, ImageFilter, Project, add_root, scan_root
from tests.synthetic import write_sa1b
from tests.tiny_models import save_tiny


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write_sa1b(tmp_path / "pictures", 6)
    (labels,) = open_datasets(folder)
    path = tmp_path / "shapes.slimsam"
    with Project.create(path, [folder]) as project:
        scan_root(project, project.roots()[0].id)
        project.apply("class", [Edit(None, Category(id=project.next_id(Category), name="shape"))])
        category = project.categories()[0]
        for index, entry in enumerate(project.images(ImageFilter())):
            for number, obj in enumerate(labels.labels(index).objects):
                new = Annotation(
                    id=project.next_id(Annotation),
                    image_id=entry.id,
                    category_id=category.id,
                    mask=obj.mask,
                    iscrowd=number == 2,
                )
                project.apply("object", [Edit(None, new)])
    return path


def test_a_project_is_a_data_set_and_its_crowds_are_ignored(project: Path, tmp_path: Path) -> None:
    dataset = ProjectDataset(project)
    (expected,) = open_datasets(tmp_path / "pictures")
    assert len(dataset) == 6
    for index in range(6):
        found, wanted = dataset.labels(index), expected.labels(index)
        assert found.path == wanted.path
        assert [o.mask for o in found.objects] == [o.mask for o in wanted.objects[:2]]
        assert (found.ignore is not None) == (len(wanted.objects) > 2)
        assert {o.category for o in found.objects} == {"shape"}


def test_boxes_without_masks_are_neither_learned_nor_scored(project: Path) -> None:
    rectangle = DrawnShape(ShapeKind.RECTANGLE, (((1.0, 1.0), (9.0, 9.0)),))
    imported = Provenance(source=imported_from("coco"))
    with Project.open(project) as opened:
        mixed, alone = opened.images(ImageFilter())[:2]
        boxed = [opened.annotations(mixed.id)[0], *opened.annotations(alone.id)]
        for one in boxed:
            new = replace(one, drawn=rectangle, provenance=imported, iscrowd=False)
            opened.apply("object", [Edit(one, new)])
        left = [a.id for a in opened.annotations(mixed.id) if a.id != boxed[0].id and not a.iscrowd]
    dataset = ProjectDataset(project)
    assert len(dataset) == 6
    assert [o.id for o in dataset.labels(0).objects] == left
    with pytest.raises(ImageReadError, match="boxes alone, no masks"):
        dataset.labels(1)


def test_pictures_of_one_name_in_several_folders_have_keys_of_their_own(tmp_path: Path) -> None:
    folders = [
        write_sa1b(tmp_path / name, 1) for name in ("cam/one/rgb", "cam/two/rgb", "more/two/rgb", "rgb")
    ]
    path = tmp_path / "p.slimsam"
    with Project.create(path, [tmp_path / "cam"]) as project:
        add_root(project, tmp_path / "more")
        add_root(project, tmp_path / "rgb")
        for root in project.roots():
            scan_root(project, root.id)
        project.apply("class", [Edit(None, Category(id=project.next_id(Category), name="shape"))])
        category = project.categories()[0]
        (labels,) = open_datasets(folders[0])
        for entry in project.images(ImageFilter()):
            for obj in labels.labels(0).objects:
                new = Annotation(
                    id=project.next_id(Annotation), image_id=entry.id, category_id=category.id, mask=obj.mask
                )
                project.apply("object", [Edit(None, new)])
    dataset = ProjectDataset(path)
    assert [dataset.key(i) for i in range(len(dataset))] == [
        "p/one/rgb/000.png", "p/two/rgb/000.png", "p/#2/two/rgb/000.png", "p/#3/000.png",
    ]  # fmt: skip


@pytest.mark.parametrize("source", ["model", "everything", "carried"])
def test_a_mask_is_the_models_own_until_a_person_changes_it(project: Path, source: str) -> None:
    with Project.open(project) as opened:
        image = opened.images(ImageFilter())[0]
        one, two = opened.annotations(image.id)[:2]
        for edits, found in enumerate((one, two)):
            origin = Provenance(source=source, model_name="lite2", model_hash="aa", human_edits=edits)
            opened.apply("object", [Edit(found, replace(found, provenance=origin))])
    assert [o.made_by for o in ProjectDataset(project).labels(0).objects[:2]] == ["aa", ""]


def test_fine_tuning_reports_before_and_after(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init, out = save_tiny(tmp_path / "init.safetensors"), tmp_path / "run"
    arguments = ["train", "--init", str(init), "--on", str(project), "--out", str(out), "--steps", "3"]
    assert main([*arguments, "--held-out", "0.3"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["steps"] == 3
    assert printed["miou_box"]["before"] >= 0
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["gain"]["objects"]["n_objects"] == metrics["before"]["n_objects"] > 0
    before, after = load_model(init).state_dict(), load_model(out / "model.safetensors").state_dict()
    changed = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"mask_decoder", "prompt_encoder"}
    assert main(arguments) == 1
    assert "already holds a run" in capsys.readouterr().err
