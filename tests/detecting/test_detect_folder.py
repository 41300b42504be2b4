"""A detector through a project: what it finds waits as proposals, and nothing of the project changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from slimsam_core.annotation import Annotation, Category, ImageState, Provenance, is_box
from slimsam_core.cli import main
from slimsam_core.detecting.detector import Detector
from slimsam_core.detecting.folder import (
    DetectedAs,
    DetectedIn,
    DetectionPlan,
    DetectorRun,
    detect_pictures,
    pictures_to_detect,
)
from slimsam_core.inference import cluster
from slimsam_core.labelling.drafts import BoxesDraft, Proposal, ProposalsDraft, from_text, to_text
from slimsam_core.pixels.geometry import BoxXYXY, Size
from slimsam_core.pixels.mask import encode
from slimsam_core.project import Edit, Project, add_root, fill_facts, scan_root
from tests.detecting import networks
from tests.detecting.networks import CELL, SIDE
from tests.inference.one_node import pretend_ray

SQUARES = {"0.png": [("red", 16, 24), ("blue", 40, 8)], "1.png": [("red", 8, 8)], "2.png": []}
COLOURS = {"red": (255, 0, 0), "blue": (0, 0, 255)}


def square(x: int, y: int) -> np.ndarray:
    pixels = np.zeros((SIDE, SIDE), bool)
    pixels[y : y + CELL, x : x + CELL] = True
    return pixels


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, squares in SQUARES.items():
        rgb = np.full((SIDE, SIDE, 3), 90, np.uint8)
        for colour, x, y in squares:
            rgb[square(x, y)] = COLOURS[colour]
        Image.fromarray(rgb).save(folder / name)
    with Project.create(tmp_path / "p.slimsam") as project:
        scan_root(project, add_root(project, folder).id)
        fill_facts(project)
        project.apply("class", [Edit(None, Category(id=project.next_id(Category), name="Red"))])
    return tmp_path / "p.slimsam"


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    with Project.open(path) as project:
        yield project


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return networks.yolo_v8(tmp_path_factory.mktemp("detector") / "squares.onnx")


@pytest.fixture(scope="module")
def segmenting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return networks.yolo_v8_seg(tmp_path_factory.mktemp("detector") / "squares-seg.onnx")


def detected(project: Project, network: Path, plan: DetectionPlan) -> dict[str, DetectedIn]:
    run = DetectorRun(Detector.open(network), plan)
    steps = list(detect_pictures(project, run, pictures_to_detect(project)))
    return {project.image(s.image_id).path: s for s in steps if isinstance(s, DetectedIn)}


BOXES = DetectionPlan(classes={0: 1}, outcome=DetectedAs.BOXES)


def test_boxes_wait_as_boxes_of_the_projects_class(project: Project, network: Path) -> None:
    found = detected(project, network, BOXES)
    (one,) = found["0.png"].proposals  # blue is no class of the project
    assert one.category_id == 1
    assert one.mask == encode(square(16, 24))
    assert one.drawn is not None
    assert one.drawn.rings == (((16.0, 24.0), (24.0, 32.0)),)
    assert one.confidence == pytest.approx(1.0, abs=0.01)
    assert found["2.png"].proposals == ()
    made = Annotation(
        id=9, image_id=1, category_id=1, mask=one.mask, drawn=one.drawn, provenance=one.provenance
    )
    assert is_box(made)  # "masks from boxes" takes it
    assert _kept(one) == one


def _kept(one: Proposal) -> Proposal:
    (part,) = from_text(to_text([ProposalsDraft((one,), 0.25)]))
    assert isinstance(part, ProposalsDraft)
    return part.proposals[0]


def test_the_detectors_own_masks(project: Project, segmenting: Path) -> None:
    plan = DetectionPlan(classes={0: 1, 1: 1}, outcome=DetectedAs.OWN)
    found = detected(project, segmenting, plan)["0.png"].proposals
    assert len(found) == 2
    for one in found:
        assert one.drawn is None
        assert one.provenance.model_name == "squares-seg"
        assert one.mask.area == pytest.approx(CELL * CELL, rel=0.25)


def test_a_thing_of_two_names_that_are_one_class_waits_once(project: Project, tmp_path: Path) -> None:
    """The network names car and truck; of one class of the project the surer stays, of two both."""
    network = networks.two_names_for_one(tmp_path / "two.onnx")
    plan = replace(BOXES, classes={0: 1, 1: 1})
    found = detected(project, network, plan)["2.png"].proposals
    assert [one.confidence for one in found] == [0.9, 0.7]
    apart = detected(project, network, replace(plan, classes={0: 1, 1: 2}))["2.png"].proposals
    assert [one.category_id for one in apart] == [2, 1, 1]
    only = detected(project, network, replace(plan, overlap=1.0, least=0.75))["2.png"].proposals
    assert len(only) == 1, "masks that are the same thing are so whatever is asked of boxes"


def test_what_is_labelled_already_is_no_news(project: Project, network: Path) -> None:
    image = next(i for i in project.images() if i.path == "0.png")
    made = Annotation(
        id=project.next_id(Annotation), image_id=image.id, category_id=1, mask=encode(square(17, 24)),
        provenance=Provenance(),
    )  # fmt: skip
    project.apply("object", [Edit(None, made)])
    found = detected(project, network, BOXES)
    assert (found["0.png"].proposals, found["0.png"].known) == ((), 1)
    assert len(found["1.png"].proposals) == 1


def test_a_picture_that_cannot_be_read_is_told(project: Project, network: Path, tmp_path: Path) -> None:
    (tmp_path / "pictures/1.png").write_bytes(b"no picture")
    found = detected(project, network, BOXES)
    assert found["1.png"].trouble
    assert len(found["0.png"].proposals) == 1


def test_what_is_done_or_waits_is_left_out(project: Project) -> None:
    first, second, third = project.images()
    project.apply("done", [Edit(first, replace(first, state=ImageState.DONE))])
    waiting = Proposal(id=1, mask=encode(square(0, 0)), provenance=Provenance(source="everything"))
    project.keep_draft(second.id, to_text([ProposalsDraft((waiting,), 0.5)]))
    project.keep_draft(third.id, to_text([BoxesDraft((BoxXYXY(1, 1, 5, 5),))]))
    assert pictures_to_detect(project) == [third.id]
    assert pictures_to_detect(project, finished=True) == [first.id, third.id]
    project.keep_draft(third.id, '{"version": 99}')
    assert pictures_to_detect(project) == []


def run(*args: object) -> int:
    return main([str(a) for a in args])


def drafts(path: Path) -> dict[str, tuple[Proposal, ...]]:
    with Project.open(path, read_only=True) as project:
        found = {project.image(i).path: from_text(text) for i, text in project.drafts().items()}
    return {
        name: part.proposals for name, parts in found.items() for part in parts
        if isinstance(part, ProposalsDraft)
    }  # fmt: skip


def test_from_the_shell(path: Path, network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Project.open(path) as project:
        first = next(i for i in project.images() if i.path == "0.png")
        project.keep_draft(first.id, to_text([BoxesDraft((BoxXYXY(1, 1, 5, 5),))]))
    assert run("detect", path, "--model", network, "--as", "boxes") == 0
    told = capsys.readouterr()
    assert "2 proposals in 2 of 3 pictures" in told.out
    assert "classes looked for: 1, left out: 1" in told.err
    assert {name: len(found) for name, found in drafts(path).items()} == {"0.png": 1, "1.png": 1}
    with Project.open(path, read_only=True) as project:
        assert len(from_text(project.drafts()[first.id])) == 2  # the boxes that were begun are there still
        assert not any(project.objects_by_class().values())  # nothing is labelled yet
    assert run("detect", path, "--model", network, "--as", "boxes") == 0
    assert "0 proposals in 0 of 1 picture" in capsys.readouterr().out  # goes on where it stopped


def test_masks_are_those_of_the_labelling_model(
    path: Path, network: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("detect", path, "--model", network, "--labelling-model", tiny_model, "--runtime", "torch") == 0
    found = [one for made in drafts(path).values() for one in made]
    for one in found:
        assert one.provenance.source == "detector"
        assert one.provenance.model_name == "tiny"
        assert one.provenance.prompts is not None
        assert one.provenance.prompts.box is not None
        assert one.provenance.candidate_agreement is not None  # a reason to look again
        assert one.mask.size == Size(SIDE, SIDE)
    out = capsys.readouterr().out
    assert len(found) == 2 or "without a mask" in out


def test_classes_without_names_are_asked_for(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = networks.rt_detr_makers(tmp_path / "makers.onnx", {})
    boxes = ("detect", path, "--model", network, "--as", "boxes")
    with Project.open(path) as project:
        project.apply("class", [Edit(None, Category(id=project.next_id(Category), name="person"))])
    for more in ((), ("--add-classes",)):
        assert run(*boxes, *more) == 1
        assert "--class 0=NAME" in capsys.readouterr().err
    assert run(*boxes, "--class", "person=Red") == 1
    assert "does not name its classes" in capsys.readouterr().err
    assert drafts(path) == {}
    assert run(*boxes, "--class", "0=Red") == 0
    assert [one.category_id for one in drafts(path)["0.png"]] == [1]
    assert "classes looked for: 1\n" in capsys.readouterr().err


def test_classes_are_mapped_and_added(path: Path, network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    boxes = ("detect", path, "--model", network, "--as", "boxes")
    assert run(*boxes, "--class", "blue=Sky") == 1
    assert "no class 'Sky'" in capsys.readouterr().err
    assert run(*boxes, "--class", "green=Red") == 1
    assert "no class 'green'" in capsys.readouterr().err
    assert run(*boxes, "--class", "1=Red") == 0
    (one,) = drafts(path)["0.png"]
    assert one.mask == encode(square(40, 8))
    assert run(*boxes, "--all", "--add-classes", "--class", "0=Sky", "--class", "1=Sky") == 0
    with Project.open(path) as project:
        assert [c.name for c in project.categories()] == ["Red", "Sky"]
        assert project.history(1)[0].label == "Add classes"
        sky = project.categories()[1].id
    assert {p.category_id for p in drafts(path)["1.png"]} == {sky}


def test_what_cannot_be_is_refused_in_words(
    path: Path, network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def words(*args: object) -> str:
        assert run(*args) == 1
        return capsys.readouterr().err

    assert "gives boxes and no masks" in words("detect", path, "--model", network, "--as", "own")
    assert "not an ONNX file" in words("detect", path, "--model", tmp_path / "a.pt")
    other = networks.yolo_v8(tmp_path / "b.onnx", {"names": json.dumps(["cat", "dog"])})
    assert "None of the classes" in words("detect", path, "--model", other, "--as", "boxes")
    with Project.open(path):
        assert "open" in words("detect", path, "--model", network)
    for bad in (("--score", "2"), ("--overlap", "nan"), ("--class", "red")):
        with pytest.raises(SystemExit):
            run("detect", path, "--model", network, *bad)
        assert bad[0] in capsys.readouterr().err


@pytest.mark.parametrize("outcome", list(DetectedAs))
def test_a_cluster_finds_what_one_process_finds(
    path: Path,
    segmenting: Path,
    tiny_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    outcome: DetectedAs,
) -> None:
    """Also beside an object that is labelled already, and with a picture that cannot be read."""
    monkeypatch.setattr(cluster, "_CHUNK", 2)
    with Project.open(path) as project:
        first = next(i for i in project.images() if i.path == "0.png")
        labelled = Annotation(
            id=1, image_id=first.id, category_id=1, mask=encode(square(16, 24)), attributes={"wet": True}
        )
        project.apply("label", [Edit(None, labelled)])
    (tmp_path / "pictures" / "2.png").write_bytes(b"")
    copied = tmp_path / "copy.slimsam"
    copied.write_bytes(path.read_bytes())
    # what is kept of a picture is rounded, for both
    assert run("prepare", tmp_path / "pictures", "--model", tiny_model, "--runtime", "torch") == 0
    command = ("--model", segmenting, "--as", outcome, "--labelling-model", tiny_model, "--runtime", "torch")
    assert run("detect", path, *command, "--add-classes") == 0
    chunks = pretend_ray(monkeypatch)
    assert run("detect", copied, *command, "--add-classes", "--ray") == 0
    assert chunks == [2, 1]
    assert drafts(copied) == drafts(path)
    assert drafts(path)
