"""What looks like labelled objects waits as proposals in other pictures; the project does not change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry, ImageState
from slimsam_core.cli import main
from slimsam_core.commands import label_rest as command
from slimsam_core.inference import cluster
from slimsam_core.inference.cluster import ModelOnNodes
from slimsam_core.labelling.drafts import ProposalsDraft, from_text, to_text, with_proposals
from slimsam_core.labelling.measured_finds import MeasuredFinds
from slimsam_core.likeness.learning import WhyNot
from slimsam_core.likeness.rest import (
    ClassNotYet,
    ClassReady,
    LikeIn,
    LikeTally,
    examples_of,
    label_rest,
    pictures_to_search,
)
from slimsam_core.pixels.mask import iou
from slimsam_core.progress import Progress
from slimsam_core.project import Edit, Project, add_root
from tests.inference.one_node import pretend_ray
from tests.likeness.squares import SIZE, SeesColours, label, labelled_project, mask, places

RED, BLUE = 1, 2


@pytest.fixture(scope="module")
def model() -> SeesColours:
    return SeesColours()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Twelve pictures, of which nine are done."""
    return labelled_project(tmp_path, 9, 12)


@pytest.fixture
def project(path: Path) -> Iterator[Project]:
    with Project.open(path) as project:
        yield project


def searched(project: Project, model: SeesColours, classes: Sequence[int] = (RED,)) -> list[object]:
    steps = label_rest(project, model, model.embed, classes, pictures_to_search(project, classes))
    return [step for step in steps if not isinstance(step, Progress)]


def test_proposals_in_the_pictures_that_are_not_done(project: Project, model: SeesColours) -> None:
    before = project.last_seq()
    ready, *found = searched(project, model)
    assert isinstance(ready, ClassReady)
    assert project.last_seq() == before
    assert [project.image(one.image_id).path for one in found] == ["09.png", "10.png", "11.png"]  # type: ignore[attr-defined]
    tally = LikeTally()
    for one in found:
        assert isinstance(one, LikeIn)
        assert one.draft is not None
        tally.note(one)
        number = int(project.image(one.image_id).path[:2])
        red = [mask(x, y) for colour, x, y in places(number) if colour == "red"]
        sure = [p for p in one.draft.proposals if p.predicted_iou >= one.draft.threshold]
        assert len(sure) == len(red)
        for proposal in sure:
            assert max(iou(proposal.mask, truth) for truth in red) > 0.8
            assert proposal.category_id == RED
            assert proposal.provenance.source == "likeness"
        (measured,) = one.draft.measured
        assert measured.category_id == RED
        assert measured.at(one.draft.threshold) == ready.measured.at(ready.bar)
    assert (tally.pictures, tally.offered_in, tally.unread) == (3, 3, 0)
    assert tally.sure == 4


def test_the_progress_of_several_classes_never_goes_back(project: Project, model: SeesColours) -> None:
    steps = label_rest(project, model, model.embed, (RED, BLUE), pictures_to_search(project, (RED, BLUE)))
    told = [step for step in steps if isinstance(step, Progress)]
    assert {step.total for step in told} == {2 * 9 * 2 + 3}
    assert [step.done for step in told] == sorted(step.done for step in told)
    assert told[-1].done == told[-1].total


def test_what_is_labelled_there_is_no_news(project: Project, model: SeesColours) -> None:
    label(project, "09.png", state=ImageState.IN_PROGRESS)
    found = {project.image(s.image_id).path: s for s in searched(project, model) if isinstance(s, LikeIn)}
    assert found["09.png"].known == 2
    draft = found["09.png"].draft
    assert draft is None or all(p.predicted_iou < draft.threshold for p in draft.proposals)


def test_every_thing_under_its_surest_class(project: Project, model: SeesColours) -> None:
    found = [s for s in searched(project, model, (RED, BLUE)) if isinstance(s, LikeIn)]
    assert len(found) == 3
    for one in found:
        assert one.draft is not None
        number = int(project.image(one.image_id).path[:2])
        for colour, x, y in places(number):
            best = max(one.draft.proposals, key=lambda p: iou(p.mask, mask(x, y)))
            assert iou(best.mask, mask(x, y)) > 0.8
            assert best.category_id == {"red": RED, "blue": BLUE}[colour]


def test_pictures_that_are_done_are_learnt_from_and_no_others(project: Project) -> None:
    label(project, "10.png", state=ImageState.IN_PROGRESS)
    names = [project.image(i).path for i in examples_of(project, RED)]
    assert names == [f"{number:02}.png" for number in range(9)]
    assert [project.image(i).path for i in pictures_to_search(project, (RED,))] == [
        "09.png",
        "10.png",
        "11.png",
    ]
    for image in project.images():
        if image.state is ImageState.DONE:
            project.apply("state", [Edit(image, replace(image, state=ImageState.IN_PROGRESS))])
    assert len(examples_of(project, RED)) == 10  # nothing is done: all that have objects
    assert [project.image(i).path for i in pictures_to_search(project, (RED,))] == ["09.png", "11.png"]


def test_pictures_with_proposals_and_unreadable_ones(
    project: Project, model: SeesColours, path: Path
) -> None:
    first, second, _ = [project.image(i) for i in pictures_to_search(project, (RED,))]
    project.keep_draft(first.id, to_text([ProposalsDraft((), 0.5)]))
    project.keep_draft(second.id, '{"version": 99}')
    assert [project.image(i).path for i in pictures_to_search(project, (RED,))] == ["11.png"]
    (path.parent / "pictures/11.png").write_bytes(b"no picture")
    (_, found) = searched(project, model)
    assert isinstance(found, LikeIn)
    assert found.trouble
    tally = LikeTally()
    tally.note(found)
    assert (tally.pictures, tally.unread) == (0, 1)


@pytest.mark.parametrize("when", ["before", "between"])
def test_a_labelled_picture_that_is_missing_is_left_out_and_counted(
    project: Project, model: SeesColours, path: Path, when: str
) -> None:
    gone = path.parent / "pictures/04.png"
    if when == "before":
        gone.unlink()
    steps: list[object] = []
    for step in label_rest(
        project, model, model.embed, (RED, BLUE), pictures_to_search(project, (RED, BLUE))
    ):
        if isinstance(step, Progress) and step.done == 9 and gone.exists():  # all were read once
            gone.unlink()
        steps.append(step)
    assert len([step for step in steps if isinstance(step, ClassReady)]) == 2
    tally = LikeTally()
    for step in steps:
        if isinstance(step, LikeIn):
            tally.note(step)
    assert (tally.pictures, tally.unread) == (3, 1)


def test_too_few_pictures_that_can_be_read_are_too_few(
    project: Project, model: SeesColours, path: Path
) -> None:
    for number in range(7):
        (path.parent / f"pictures/{number:02}.png").unlink()
    not_yet, *unread = searched(project, model)
    assert isinstance(not_yet, ClassNotYet)
    assert not_yet.reason.why is WhyNot.FEW
    assert not_yet.reason.objects == 12
    assert len(unread) == 7


@pytest.fixture
def crane(tmp_path: Path) -> Iterator[Project]:
    """600 pictures that are done: red in all of them, blue in 20 alone, green in half."""
    with Project.create(tmp_path / "many.slimsam") as project:
        root = add_root(project, tmp_path)
        for number, name in enumerate(("red", "blue", "green"), 1):
            project.apply("class", [Edit(None, Category(id=number, name=name))])
        edits: list[Edit] = []
        for number in range(1, 601):
            state = ImageState.DONE
            image = ImageEntry(id=number, root_id=root.id, path=f"{number}.png", size=SIZE, state=state)
            edits.append(Edit(None, image))
            classes = [1, *([2] if number % 30 == 7 else []), *([3] if number % 2 else [])]
            for category_id in classes:
                made = Annotation(
                    id=len(edits) + 1000, image_id=number, category_id=category_id, mask=mask(4, 4)
                )
                edits.append(Edit(None, made))
        project.apply("import", edits)
        yield project


def test_a_rare_class_is_learnt_from_all_its_pictures(crane: Project) -> None:
    def with_class(category_id: int) -> list[int]:
        found = examples_of(crane, category_id)
        assert len(found) == 60
        assert found == sorted(set(found))
        return [i for i in found if any(o.category_id == category_id for o in crane.annotations(i))]

    assert with_class(2) == [i for i in range(1, 601) if i % 30 == 7]
    assert len(with_class(1)) == 60
    assert len(with_class(3)) == 30
    others = [i for i in examples_of(crane, 2) if i % 30 != 7]
    assert others[0] < 20
    assert others[-1] > 580


def test_the_count_that_is_told_is_not_that_of_the_sample(crane: Project, model: SeesColours) -> None:
    (not_yet, *unread) = searched(crane, model, (1,))  # no picture can be read
    assert isinstance(not_yet, ClassNotYet)
    assert not_yet.reason.objects == 600
    assert len(unread) == 60


def test_a_class_without_enough_objects_waits(tmp_path: Path, model: SeesColours) -> None:
    with Project.open(labelled_project(tmp_path, 2, 4)) as project:
        (found,) = searched(project, model)
    assert isinstance(found, ClassNotYet)
    assert found.category_id == RED


def test_what_was_measured_is_kept_with_the_draft() -> None:
    red, blue = MeasuredFinds(1, ((0.3, 20, 12), (0.6, 10, 9))), MeasuredFinds(2, ((0.3, 4, 1),))
    draft = ProposalsDraft((), 0.6, (red, blue))
    text = with_proposals("", draft)
    (read,) = from_text(text)
    assert read == draft
    assert red.at(0.65) == (10, 9)
    assert red.at(0.1) == (20, 12)
    assert (red.best, blue.best) == (0.9, 1.0)
    assert MeasuredFinds(3, ()).at(0.5) == (0, 0)


def test_what_was_measured_of_all_classes_together_is_still_read() -> None:
    """As versions before noted it."""
    text = '{"version":1,"parts":[{"kind":"proposals","masks":[],"threshold":0.6,"measured":[[0.3,20,12]]}]}'
    (draft,) = from_text(text)
    assert draft == ProposalsDraft((), 0.6, (MeasuredFinds(0, ((0.3, 20, 12),)),))


def test_each_class_has_its_own_precision_and_the_bar_of_those_that_are_there(
    project: Project, model: SeesColours
) -> None:
    """They were added up, so that the many finds of one class spoke for another."""
    steps = searched(project, model, (RED, BLUE))
    ready = {one.category_id: one for one in steps if isinstance(one, ClassReady)}
    drafts = [one.draft for one in steps if isinstance(one, LikeIn) and one.draft is not None]
    assert drafts
    for draft in drafts:
        there = {p.category_id for p in draft.proposals}
        assert {m.category_id for m in draft.measured} == there
        assert all(m.rows == ready[m.category_id].measured.rows for m in draft.measured)
        assert draft.threshold == max(ready[category_id].bar for category_id in there)


def test_from_the_shell(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], model: SeesColours
) -> None:
    monkeypatch.setattr(command, "load_predictor", lambda _: model)
    monkeypatch.setattr(command, "stored_embedding", lambda rgb, *_: model.embed(rgb))
    assert main(["label-rest", str(path), "--class", "red"]) == 0
    told = capsys.readouterr().out
    assert "red: from a confidence of" in told
    assert "proposals in 3 of 3 pictures" in told
    with Project.open(path) as project:
        assert len(project.drafts()) == 3
        assert project.count_annotations() == 18
    assert main(["label-rest", str(path)]) == 0
    assert "There is no picture to look at" in capsys.readouterr().out
    assert main(["label-rest", str(path), "--class", "green"]) == 1
    assert "no class 'green'" in capsys.readouterr().err


def test_when_no_class_can_be_looked_for_the_shell_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], model: SeesColours
) -> None:
    monkeypatch.setattr(command, "load_predictor", lambda _: model)
    monkeypatch.setattr(command, "stored_embedding", lambda rgb, *_: model.embed(rgb))
    path = labelled_project(tmp_path, 2, 4)
    assert main(["label-rest", str(path)]) == 1
    assert "red: not yet: 3 objects; it needs 5 in 3 labelled pictures" in capsys.readouterr().out


def test_a_cluster_finds_what_one_process_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: SeesColours
) -> None:
    monkeypatch.setattr(command, "load_predictor", lambda _: model)
    monkeypatch.setattr(command, "stored_embedding", lambda rgb, *_: model.embed(rgb))
    monkeypatch.setattr(ModelOnNodes, "load", lambda _: (model, model.embed))
    monkeypatch.setattr(cluster, "_CHUNK", 2)
    found = []
    for name, more in (("alone", ()), ("shared", ("--ray",))):
        chunks = pretend_ray(monkeypatch)
        (tmp_path / name).mkdir()
        path = labelled_project(tmp_path / name, 9, 12)
        assert main(["label-rest", str(path), *more]) == 0
        assert chunks == ([2, 1] if more else [])
        with Project.open(path) as project:
            found.append(project.drafts())
    assert found[0] == found[1]
    assert len(found[0]) == 3
