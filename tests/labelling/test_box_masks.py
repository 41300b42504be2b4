"""Boxes of a detector become masks, each counted, each picture a command of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slimsam_core.annotation import Annotation, ShapeKind, is_box
from slimsam_core.cli import main
from slimsam_core.errors import Cancelled
from slimsam_core.formats.registry import recognise
from slimsam_core.formats.transfer import import_into
from slimsam_core.inference import cluster
from slimsam_core.inference.prediction import candidate_rle
from slimsam_core.inference.predictor import Predictor
from slimsam_core.labelling.box_masks import (
    COMMAND,
    PictureMasks,
    convert_boxes,
    edits_for,
    masks_of_boxes,
)
from slimsam_core.pixels.geometry import BoxXYXY, PromptSet
from slimsam_core.pixels.image_io import read_image
from slimsam_core.progress import CancelToken, Progress
from slimsam_core.project import Edit, Project, add_root, fill_facts, scan_root
from tests.inference.one_node import pretend_ray
from tests.tiny_models import tiny_sam

BOXES = {"0.png": [(5, 6, 30, 20), (20, 10, 15, 25)], "1.png": [(2, 2, 40, 30)], "2.png": []}


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor(tiny_sam(), name="tiny", model_hash="tiny")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for seed, name in enumerate(BOXES):
        pixels = np.random.default_rng(seed).integers(0, 255, (40, 50, 3), np.uint8)
        Image.fromarray(pixels).save(folder / name)
    return folder


def coco(folder: Path, boxes: dict[str, list[tuple[int, int, int, int]]]) -> Path:
    """A detector's result: boxes and scores, no masks."""
    names = list(boxes)
    found = [(names.index(name) + 1, box) for name in names for box in boxes[name]]
    text = {
        "images": [{"id": i, "file_name": n, "width": 50, "height": 40} for i, n in enumerate(names, 1)],
        "categories": [{"id": 1, "name": "cell"}],
        "annotations": [
            {"id": i, "image_id": image, "category_id": 1, "bbox": list(box), "score": 0.9, "iscrowd": 0,
             "area": box[2] * box[3]}
            for i, (image, box) in enumerate(found, 1)
        ],
    }  # fmt: skip
    path = folder.parent / "boxes.json"
    path.write_text(json.dumps(text))
    return path


@pytest.fixture
def project(folder: Path, tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.slimsam") as project:
        scan_root(project, add_root(project, folder).id)
        fill_facts(project)
        source = coco(folder, BOXES)
        report = import_into(project, recognise(source), source)
        assert report.objects_imported == 3
        yield project


def everything(project: Project) -> list[Annotation]:
    return [a for _, objects in project.labelled_images() for a in objects]


def test_every_box_gets_the_mask_that_a_person_with_the_same_box_gets(
    project: Project, predictor: Predictor, folder: Path
) -> None:
    before = everything(project)
    assert all(map(is_box, before))
    tally = convert_boxes(project, predictor)
    after = everything(project)
    assert tally.made == {a.id for a in before}
    assert (tally.boxes, tally.pictures, tally.left) == (3, 2, {})
    for old, new in zip(before, after, strict=True):
        assert not is_box(new)
        assert replace(new, mask=old.mask, drawn=old.drawn, provenance=old.provenance) == old
        assert old.drawn is not None
        (x0, y0), (x1, y1) = old.drawn.rings[0]
        prompt = PromptSet(box=BoxXYXY(x0, y0, x1, y1))
        embedding = predictor.embed(read_image(folder / project.image(new.image_id).path).rgb)
        best = predictor.predict(embedding, prompt).preferred
        assert new.mask == candidate_rle(embedding, best)
        assert new.provenance.prompts == prompt
        assert new.provenance.model_name == "tiny"
        assert new.provenance.predicted_iou == pytest.approx(best.predicted_iou, abs=1e-5)


def test_each_picture_is_a_command_of_its_own(project: Project, predictor: Predictor) -> None:
    before = everything(project)
    convert_boxes(project, predictor)
    assert [entry.label for entry in project.history(2)] == [COMMAND, COMMAND]
    project.undo()
    assert sum(map(is_box, everything(project))) == 1
    project.undo()
    assert everything(project) == before


def test_a_cancelled_run_keeps_what_is_done_and_the_next_goes_on(
    project: Project, predictor: Predictor
) -> None:
    token = CancelToken()

    def watch(step: Progress) -> None:
        if step.done == 1:
            token.cancel()

    with pytest.raises(Cancelled):
        convert_boxes(project, predictor, progress=watch, cancel=token)
    assert [is_box(a) for a in everything(project)] == [False, False, True]
    assert convert_boxes(project, predictor).boxes == 1
    assert not any(map(is_box, everything(project)))
    assert convert_boxes(project, predictor).boxes == 0


def test_what_cannot_be_done_is_left_and_counted(
    project: Project, predictor: Predictor, folder: Path
) -> None:
    first = everything(project)[0]
    project.apply("Lock", [Edit(first, replace(first, locked=True))])
    (folder / "1.png").write_bytes(b"not a picture any more")
    tally = convert_boxes(project, predictor)
    assert (tally.boxes, len(tally.made)) == (3, 1)
    assert tally.left[first.id] == "the object is locked"
    assert len(tally.reasons()) == 2
    assert tally.summary == "1 of 3 boxes became masks, in 1 picture; 2 left as boxes"


def test_a_picture_of_another_size_leaves_its_boxes(
    project: Project, predictor: Predictor, folder: Path
) -> None:
    Image.new("RGB", (20, 20)).save(folder / "0.png")
    tally = convert_boxes(project, predictor)
    assert set(tally.left.values()) == {"the picture has another size now"}
    assert (len(tally.left), len(tally.made)) == (2, 1)


def test_an_object_that_changed_meanwhile_keeps_what_a_person_did(
    project: Project, predictor: Predictor
) -> None:
    result = next(step for step in masks_of_boxes(project, predictor) if isinstance(step, PictureMasks))
    moved, noted = project.annotations(result.image.id)
    assert moved.drawn is not None
    elsewhere = replace(moved.drawn, rings=(((1.0, 1.0), (9.0, 9.0)),))
    now = (replace(moved, drawn=elsewhere), replace(noted, note="mine"))
    edits, left = edits_for(result, now)
    (edit,) = edits
    assert isinstance(edit.after, Annotation)
    assert edit.after.note == "mine"
    assert edit.after.drawn is None
    assert left.left == ((moved.id, "the object was changed meanwhile"),)
    assert edits_for(result, ())[0] == ()


def test_a_rectangle_that_a_person_drew_is_no_box_of_a_detector(project: Project) -> None:
    imported = everything(project)[0]
    assert imported.drawn is not None
    assert imported.drawn.kind is ShapeKind.RECTANGLE
    by_hand = replace(imported.provenance, source="manual")
    assert not is_box(replace(imported, provenance=by_hand))


def test_labelme_rectangles_are_boxes_too(tmp_path: Path, folder: Path, predictor: Predictor) -> None:
    shape = {"label": "cell", "points": [[5, 6], [30, 28]], "shape_type": "rectangle", "group_id": None,
             "flags": {}}  # fmt: skip
    text = {"version": "5.0", "flags": {}, "shapes": [shape], "imagePath": "0.png", "imageData": None,
            "imageHeight": 40, "imageWidth": 50}  # fmt: skip
    (folder / "0.json").write_text(json.dumps(text))
    with Project.create(tmp_path / "labelme.slimsam") as project:
        scan_root(project, add_root(project, folder).id)
        import_into(project, recognise(folder), folder)
        assert len(convert_boxes(project, predictor).made) == 1


def test_boxes_of_yolo_and_pascal_voc_become_masks(
    tmp_path: Path, folder: Path, predictor: Predictor
) -> None:
    yolo, voc = tmp_path / "yolo", tmp_path / "voc"
    yolo.mkdir()
    voc.mkdir()
    (yolo / "classes.txt").write_text("cell\n")
    (yolo / "0.txt").write_text("0 0.4 0.4 0.6 0.5\n0 0.7 0.6 0.3 0.4\n")
    (voc / "1.xml").write_text(
        "<annotation><filename>1.png</filename><size><width>50</width><height>40</height><depth>3</depth></size>"
        "<object><name>cell</name><bndbox><xmin>3</xmin><ymin>3</ymin><xmax>42</xmax><ymax>32</ymax></bndbox>"
        "<pose>Left</pose><truncated>1</truncated><occluded>1</occluded><difficult>1</difficult>"
        "</object></annotation>"
    )
    with Project.create(tmp_path / "boxes.slimsam") as project:
        scan_root(project, add_root(project, folder).id)
        import_into(project, recognise(yolo), yolo)
        import_into(project, recognise(voc), voc)
        tally = convert_boxes(project, predictor)
        assert tally.boxes == 3
        assert len(tally.made) == 3, tally.reasons()
        for image_id, found in ((i, project.annotations(i)) for i in project.image_ids()):
            assert all(not is_box(one) and one.provenance.prompts is not None for one in found), image_id
        said = [dict(one.attributes) for i in project.image_ids() for one in project.annotations(i)]
        assert {"pose": "Left", "truncated": True, "occluded": True, "difficult": True} in said


def test_from_the_shell(
    project: Project, folder: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project.path
    project.close()
    command = ["boxes-to-masks", str(path), "--model", str(tiny_model), "--runtime", "torch"]
    assert main(command) == 0
    assert "3 of 3 boxes became masks, in 2 pictures" in capsys.readouterr().out
    assert main(command) == 0
    assert "no imported boxes" in capsys.readouterr().out
    (folder / "1.png").unlink()
    assert main(["project", "undo", str(path)]) == 0
    assert main(command) == 1
    captured = capsys.readouterr()
    assert "1 left as boxes" in captured.out
    assert "1.png" in captured.err


def test_a_cluster_makes_the_masks_that_one_process_makes(
    project: Project, folder: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of objects with attributes, and of a picture that is gone."""
    monkeypatch.setattr(cluster, "_CHUNK", 1)
    (folder / "1.png").unlink()
    first = everything(project)[0]
    project.apply("note", [Edit(first, replace(first, attributes={"wet": True}, extra={"track_id": 4}))])
    chunks = pretend_ray(monkeypatch)
    path = project.path
    project.close()
    model = ["--model", str(tiny_model), "--runtime", "torch"]
    assert main(["prepare", str(folder), *model]) == 0  # what is kept of a picture is rounded, for both
    command = ["boxes-to-masks", str(path), *model]
    assert main([*command, "--ray"]) == 0
    assert chunks == [1, 1]
    with Project.open(path, read_only=True) as there:
        shared = everything(there)
    assert main(["project", "undo", str(path)]) == 0
    assert main(command) == 0
    with Project.open(path, read_only=True) as here:
        alone = everything(here)
    assert [one.mask for one in shared] == [one.mask for one in alone]
    assert [is_box(one) for one in shared] == [False, False, True]
    assert dict(shared[0].attributes) == {"wet": True}
    assert dict(shared[0].extra)["track_id"] == 4
