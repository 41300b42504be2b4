"""Shift+D: the next picture, with the objects of this one proposed where they are now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.intents.objects import NewObject
from slimsam_app.sessions.carry_session import tracks_in_use
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, Provenance
from slimsam_core.inference.prediction import Candidate, Prediction
from slimsam_core.inference.predictor import Predictor
from slimsam_core.labelling.drafts import Proposal, ProposalsDraft, from_text, to_text
from slimsam_core.pixels.mask import Rle, encode, iou
from slimsam_core.pixels.square_fit import SquareFit
from slimsam_core.project import Edit
from slimsam_core.project.stored_drafts import tracks_that_wait
from slimsam_core.project.tracks import track_of, tracks_for, used_tracks
from slimsam_core.suggesting.description import Describer
from tests.app_canvas.canvas_hands import SHIFT
from tests.carrying.test_carrying import SIZE, scene, texture


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A square that moves by six pixels; then another scene; then a picture of another size."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    frames = [scene(50, 40)[0], scene(56, 40)[0], texture(7), texture(8)[:100]]
    for number, rgb in enumerate(frames):
        Image.fromarray(rgb).save(folder / f"{number}.png")
    return folder


@pytest.fixture(autouse=True)
def sees_what_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that believes the mask that it is asked about."""

    def predict(self, embedding, prompts, previous=None, closer=True):  # type: ignore[no-untyped-def]  # noqa: ARG001
        return Prediction(
            (
                Candidate(
                    low_res_logits=previous, fit=SquareFit.LETTERBOX, predicted_iou=0.9, stability_score=0.95
                ),
            ),
            0,
        )

    monkeypatch.setattr(Predictor, "predict", predict)
    # what an untrained network sees of an object says nothing about its likeness
    monkeypatch.setattr(Describer, "inside_and_rim", lambda *_: None)


def square(x: int) -> Rle:
    return encode(scene(x, 40)[1])


@pytest.fixture
def labelled(labelling: MainWindow) -> MainWindow:
    """The square is labelled in the first picture, with the second class."""
    workbench = labelling.workbench
    for name in ("car", "person"):
        assert workbench.classes.add(name, choose=False) is not None
    add(labelling, 50)
    return labelling


def add(window: MainWindow, x: int) -> None:
    workbench = window.workbench
    second = workbench.document.categories()[1].id
    assert workbench.navigator.current_id is not None
    new = NewObject(mask=square(x), provenance=Provenance(source="polygon"), category_id=second)
    assert workbench.objects.add(new, workbench.navigator.current_id)


def carry_on(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.workbench.carrying.finished, timeout=60_000):
        qtbot.keyClick(window.workspace.canvas, Qt.Key.Key_D, SHIFT)


def told(window: MainWindow, call) -> list[str]:  # type: ignore[no-untyped-def]
    words: list[str] = []
    window.workbench.told.connect(lambda text, _: words.append(text))
    call()
    return words


def test_objects_are_proposed_in_the_next_picture_and_enter_it_when_accepted(
    qtbot: QtBot, labelled: MainWindow
) -> None:
    workbench = labelled.workbench
    first = workbench.navigator.ids[0]
    carry_on(qtbot, labelled)
    assert workbench.navigator.current_id == workbench.navigator.ids[1]
    assert workbench.document.annotations(workbench.navigator.ids[1]) == ()
    (proposal,) = workbench.everything.shown
    assert iou(proposal.mask, square(56)) > 0.8
    assert proposal.predicted_iou > 0.5
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    workbench.everything.accept_shown()
    (made,) = workbench.objects.objects
    assert made.category_id == workbench.document.categories()[1].id
    assert made.provenance.source == "carried"
    assert len(workbench.document.annotations(first)) == 1
    workbench.undo()
    assert workbench.objects.objects == ()
    assert len(workbench.everything.shown) == 1


def test_what_is_labelled_already_is_not_proposed_again(qtbot: QtBot, labelled: MainWindow) -> None:
    workbench = labelled.workbench
    workbench.navigator.step(+1)
    add(labelled, 56)
    workbench.navigator.step(-1)
    words = told(labelled, lambda: carry_on(qtbot, labelled))
    assert workbench.everything.proposals == ()
    assert words == ["No object was carried over."]


@pytest.mark.parametrize(("steps", "words"), [(1, "or show two scenes"), (2, "differ in size")])
def test_at_a_cut_and_at_another_size_nothing_is_carried(
    qtbot: QtBot, labelled: MainWindow, steps: int, words: str
) -> None:
    workbench = labelled.workbench
    for _ in range(steps):
        workbench.navigator.step(+1)
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    add(labelled, 56)
    (said,) = told(labelled, lambda: carry_on(qtbot, labelled))
    assert words in said
    assert workbench.everything.proposals == ()


def test_without_objects_it_only_steps_and_says_so(qtbot: QtBot, labelled: MainWindow) -> None:
    workbench = labelled.workbench
    workbench.navigator.step(+1)
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    words = told(labelled, lambda: qtbot.keyClick(labelled.workspace.canvas, Qt.Key.Key_D, SHIFT))
    assert words == ["The image before has no objects to carry over."]
    assert workbench.navigator.current_id == workbench.navigator.ids[2]


def test_at_the_last_picture_there_is_nothing_to_do(labelled: MainWindow) -> None:
    workbench = labelled.workbench
    workbench.navigator.go(workbench.navigator.ids[-1])
    assert not labelled.actions_["image.carry_on"].isEnabled()


def test_carried_proposals_are_kept_with_class_and_confidence() -> None:
    kept = ProposalsDraft(
        (
            Proposal(
                id=1, mask=square(50), provenance=Provenance(source="carried"), category_id=2, confidence=0.75
            ),
            Proposal(id=2, mask=square(20), provenance=Provenance(source="everything", predicted_iou=0.9)),
        ),
        0.5,
    )
    (read,) = from_text(to_text((kept,)))
    assert read == kept
    assert np.isclose(kept.proposals[0].predicted_iou, 0.75)
    assert square(50).size == SIZE


def test_the_same_thing_has_one_track_in_all_pictures(qtbot: QtBot, labelled: MainWindow) -> None:
    workbench = labelled.workbench
    first, second = workbench.navigator.ids[:2]
    (source,) = workbench.document.annotations(first)
    assert track_of(source) == 0
    carry_on(qtbot, labelled)
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    workbench.everything.accept_shown()
    (before,), (made,) = workbench.document.annotations(first), workbench.document.annotations(second)
    assert track_of(before) == track_of(made) == source.id
    workbench.undo()
    assert workbench.document.annotations(first) == (source,)
    assert len(workbench.everything.proposals) == 1


def test_a_track_is_given_to_one_thing_alone(labelled: MainWindow) -> None:
    def one(number: int, **extra: object) -> Annotation:
        return Annotation(id=number, image_id=1, category_id=1, mask=square(50), extra=extra)

    project = labelled.workbench.document.project
    assert used_tracks(project) == frozenset()
    project.apply("imported", [Edit(None, replace(one(90, track_id=7), image_id=project.images()[0].id))])
    assert used_tracks(project) == {7}
    found = tracks_for([one(7), one(8), one(9, track_id=3), one(10, track_id="x")], used_tracks(project))
    assert found == {7: 8, 8: 9, 9: 3, 10: 10}
    assert track_of(one(1, track_id=True)) == track_of(one(1, track_id=-2)) == 0


def test_a_track_is_kept_with_the_draft() -> None:
    kept = Proposal(
        id=1,
        mask=square(50),
        provenance=Provenance(source="carried"),
        category_id=2,
        confidence=0.8,
        track=5,
        follows=4,
    )
    (part,) = from_text(to_text([ProposalsDraft((kept,), 0.65)]))
    assert part == ProposalsDraft((kept,), 0.65)


def begin(qtbot: QtBot, window: MainWindow) -> None:
    """Shift+D, without waiting for what is found."""
    qtbot.keyClick(window.workspace.canvas, Qt.Key.Key_D, SHIFT)


def waiting_in(window: MainWindow, row: int) -> list[Proposal]:
    """On the disk."""
    workbench = window.workbench
    text = workbench.document.project.drafts().get(workbench.navigator.ids[row], "")
    return [p for part in (from_text(text) if text else ()) for p in part.proposals]  # type: ignore[union-attr]


def test_what_comes_after_one_went_on_waits_in_its_picture(qtbot: QtBot, labelled: MainWindow) -> None:
    workbench = labelled.workbench
    with qtbot.waitSignal(workbench.carrying.finished, timeout=60_000):
        begin(qtbot, labelled)
        workbench.navigator.step(+1)
    assert workbench.navigator.current_id == workbench.navigator.ids[2]
    (kept,) = waiting_in(labelled, 1)
    assert kept.provenance.source == "carried"
    assert workbench.drafts.has(workbench.navigator.ids[1])


def detected(number: int) -> ProposalsDraft:
    proposals = (
        Proposal(id=number, mask=square(90), provenance=Provenance(source="detector"), confidence=0.9),
    )
    return ProposalsDraft(proposals, 0.5)


def test_proposals_that_wait_already_stay_alone_and_it_is_said(qtbot: QtBot, labelled: MainWindow) -> None:
    workbench = labelled.workbench
    second = workbench.navigator.ids[1]
    workbench.drafts.keep(second, [detected(7)])
    words = told(labelled, lambda: begin(qtbot, labelled))
    assert words == ["Nothing was carried over: the image has proposals already."]
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    assert not workbench.jobs.busy
    labelled.prompting.drafting.keep()
    assert [p.id for p in waiting_in(labelled, 1)] == [7]
    assert [p.id for p in workbench.everything.proposals] == [7]


def test_proposals_that_come_meanwhile_stay_alone_and_it_is_said(qtbot: QtBot, labelled: MainWindow) -> None:
    workbench = labelled.workbench

    def meanwhile() -> None:
        with qtbot.waitSignal(workbench.carrying.finished, timeout=60_000):
            begin(qtbot, labelled)
            workbench.likeness.offered.emit(workbench.navigator.ids[1], detected(7))

    words = told(labelled, meanwhile)
    assert words == ["Nothing was carried over: the image has proposals already."]
    labelled.prompting.drafting.keep()
    assert [p.id for p in waiting_in(labelled, 1)] == [7]


def test_a_track_that_waits_is_taken(labelled: MainWindow) -> None:
    workbench = labelled.workbench
    carried = Proposal(
        id=1, mask=square(50), provenance=Provenance(source="carried"), confidence=0.8, track=41, follows=9
    )
    workbench.drafts.keep(workbench.navigator.ids[2], [ProposalsDraft((carried,), 0.5)])
    assert tracks_in_use(workbench.document.project) == {41}
    damaged = '{"version":1,"parts":[{"masks":[7,"carried"]},8]}'
    assert (
        tracks_that_wait(damaged)
        == tracks_that_wait("[,")
        == tracks_that_wait(to_text([detected(1)]))
        == frozenset()
    )
