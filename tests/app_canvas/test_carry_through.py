"""Ctrl+Alt+D: objects proposed in many pictures, forward, backward, or between two labelled ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.intents.objects import NewObject
from slimsam_app.kept import Intent
from slimsam_app.sessions.carry_through_session import CarriedThrough, CarryWay, SideEnd
from slimsam_app.windows.dialogs.carry_dialog import CarryDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import ImageState, Provenance
from slimsam_core.inference.prediction import Candidate, Prediction
from slimsam_core.inference.predictor import Predictor
from slimsam_core.labelling.drafts import ProposalsDraft, from_text
from slimsam_core.likeness.next_picture import MostTelling
from slimsam_core.pixels.mask import Rle, encode, iou
from slimsam_core.pixels.square_fit import SquareFit
from slimsam_core.project import Edit
from slimsam_core.project.tracks import track_of
from slimsam_core.suggesting.description import Describer
from tests.carrying.test_carrying import scene, texture

PLACES = (50, 56, 62, 68)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A square that moves by six pixels a picture, then another scene."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number, rgb in enumerate([*(scene(x, 40)[0] for x in PLACES), texture(7)]):
        Image.fromarray(rgb).save(folder / f"{number}.png")
    return folder


@pytest.fixture(autouse=True)
def believes(monkeypatch: pytest.MonkeyPatch) -> None:
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


def add(window: MainWindow, row: int) -> None:
    """The square of this picture is labelled."""
    workbench = window.workbench
    new = NewObject(mask=square(PLACES[row]), provenance=Provenance(source="polygon"))
    assert workbench.objects.add(new, workbench.navigator.ids[row])


def carry(qtbot: QtBot, window: MainWindow, way: CarryWay, count: int = 40) -> list[str]:
    """Through the dialog; what the window told."""
    told: list[str] = []
    window.workbench.told.connect(lambda *words: told.append(" ".join(words)))
    window.actions_["image.carry_through"].trigger()
    dialog = window.findChild(CarryDialog)
    assert isinstance(dialog, CarryDialog)
    dialog.way.setCurrentIndex(dialog.way.findData(way))
    dialog.count.setValue(count)
    assert dialog.go.isEnabled(), dialog.words.text()
    with qtbot.waitSignal(window.workbench.carrying_through.finished, timeout=60_000):
        qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    return told


def go(qtbot: QtBot, window: MainWindow, row: int) -> None:
    navigator = window.workbench.navigator
    navigator.go(navigator.ids[row])
    qtbot.waitUntil(lambda: navigator.picture is not None, timeout=60_000)


def proposed(window: MainWindow) -> dict[int, float]:
    """Row of each picture with a proposal -> how well it covers the square there."""
    workbench = window.workbench
    found = {}
    for row, x in enumerate(PLACES):
        image_id = workbench.navigator.ids[row]
        for part in workbench.drafts.parts(image_id):
            assert isinstance(part, ProposalsDraft)
            (one,) = part.proposals
            found[row] = iou(one.mask, square(x))
    return found


def test_forward_until_the_scene_changes(qtbot: QtBot, labelling: MainWindow) -> None:
    add(labelling, 0)
    (told,) = carry(qtbot, labelling, CarryWay.FORWARD)
    assert (
        told
        == "Carried into 3 images. Stopped before 4.png: too far apart or another scene; more frames help."
    )
    assert {row: good > 0.65 for row, good in proposed(labelling).items()} == dict.fromkeys((1, 2, 3), True)
    go(qtbot, labelling, 2)
    labelling.actions_["proposal.accept_shown"].trigger()
    (made,) = labelling.workbench.objects.objects
    assert made.provenance.source == "carried"
    assert made.category_id == labelling.workbench.document.categories()[0].id


def test_backward_and_no_further_than_asked(qtbot: QtBot, labelling: MainWindow) -> None:
    go(qtbot, labelling, 3)
    add(labelling, 3)
    assert carry(qtbot, labelling, CarryWay.BACKWARD, 2) == ["Carried into 2 images. "]
    assert sorted(proposed(labelling)) == [1, 2]


def test_between_two_labelled_pictures_each_half_from_its_side(qtbot: QtBot, labelling: MainWindow) -> None:
    add(labelling, 0)
    add(labelling, 3)
    first, second = labelling.workbench.carrying_through.sides(CarryWay.BETWEEN, 1)
    ids = labelling.workbench.navigator.ids
    assert (first.source, first.targets) == (ids[0], (ids[1],))
    assert (second.source, second.targets) == (ids[3], (ids[2],))
    assert carry(qtbot, labelling, CarryWay.BETWEEN) == ["Carried into 2 images. "]
    assert {row: good > 0.65 for row, good in proposed(labelling).items()} == dict.fromkeys((1, 2), True)


def test_labelled_pictures_and_those_with_proposals_stay(qtbot: QtBot, labelling: MainWindow) -> None:
    session = labelling.workbench.carrying_through
    assert session.sides(CarryWay.FORWARD, 9) == ()  # nothing to carry
    add(labelling, 0)
    add(labelling, 2)
    (side,) = session.sides(CarryWay.FORWARD, 9)
    assert len(side.targets) == 1
    carry(qtbot, labelling, CarryWay.FORWARD)
    assert session.sides(CarryWay.FORWARD, 9) == ()
    go(qtbot, labelling, 2)
    assert session.sides(CarryWay.BETWEEN, 9) == ()  # no labelled picture follows
    assert session.sides(CarryWay.BACKWARD, 9) == ()
    labelling.actions_["image.carry_through"].trigger()
    dialog = labelling.findChild(CarryDialog)
    assert isinstance(dialog, CarryDialog)
    dialog.way.setCurrentIndex(dialog.way.findData(CarryWay.BETWEEN))
    assert not dialog.go.isEnabled()
    assert "No labelled image follows" in dialog.words.text()
    dialog.close()


def test_selected_objects_alone_are_carried(labelling: MainWindow) -> None:
    add(labelling, 0)
    add(labelling, 0)
    workbench = labelling.workbench
    workbench.objects.select([workbench.objects.objects[1].id])
    (side,) = workbench.carrying_through.sides(CarryWay.FORWARD, 9)
    assert [one.id for one in side.objects] == [workbench.objects.objects[1].id]
    workbench.objects.select([])
    (side,) = workbench.carrying_through.sides(CarryWay.FORWARD, 9)
    assert len(side.objects) == 2


def named(window: MainWindow, row: int, *classes: str) -> None:
    """The square of a picture is labelled once with each class."""
    workbench = window.workbench
    for name in classes:
        found = {c.name: c.id for c in workbench.document.categories()}
        if name not in found:
            workbench.classes.add(name)
            found = {c.name: c.id for c in workbench.document.categories()}
        new = NewObject(mask=square(PLACES[min(row, 3)]), provenance=Provenance(), category_id=found[name])
        assert workbench.objects.add(new, workbench.navigator.ids[row])


def between(window: MainWindow) -> list[tuple[list[int], int]]:
    """Of each side: classes of its objects, and the number of images."""
    sides = window.workbench.carrying_through.sides(CarryWay.BETWEEN, 1)
    return [([one.category_id for one in side.objects], len(side.targets)) for side in sides]


def test_between_takes_the_selected_things_from_both_sides(labelling: MainWindow) -> None:
    named(labelling, 0, "car", "person")
    named(labelling, 3, "person", "car", "car")
    workbench = labelling.workbench
    car, person = (c.id for c in workbench.document.categories())
    assert between(labelling) == [([car, person], 1), ([person, car, car], 1)]
    workbench.objects.select([workbench.objects.objects[0].id])
    assert between(labelling) == [([car], 1), ([car, car], 1)]


def test_between_knows_a_selected_thing_by_its_track(labelling: MainWindow) -> None:
    named(labelling, 0, "car", "car", "car")
    named(labelling, 3, "car", "car", "car")
    workbench = labelling.workbench
    ids = workbench.navigator.ids
    for image_id in (ids[0], ids[3]):
        for track, one in zip((5, 6), workbench.document.annotations(image_id), strict=False):
            tracked = replace(one, extra={"track_id": track})
            workbench.document.run(Intent("track", (Edit(one, tracked),)))
    there = workbench.document.annotations(ids[3])
    here = workbench.objects.objects
    for chosen, found in (((0,), (0,)), ((1,), (1,)), ((2,), (2,)), ((0, 2), (0, 2))):
        workbench.objects.select([here[i].id for i in chosen])
        _, far = workbench.carrying_through.sides(CarryWay.BETWEEN, 1)
        assert far.objects == tuple(there[i] for i in found)


def test_between_goes_all_the_way_where_the_thing_is_not_on_the_other_side(labelling: MainWindow) -> None:
    named(labelling, 0, "car", "person")
    named(labelling, 3, "person")
    workbench = labelling.workbench
    workbench.objects.select([workbench.objects.objects[0].id])
    assert between(labelling) == [([workbench.document.categories()[0].id], 2)]


def tracks_waiting(window: MainWindow) -> dict[int, int]:
    """Row of each picture with a proposal -> its track."""
    workbench = window.workbench
    return {
        row: proposal.track
        for row in (1, 2)
        for part in workbench.drafts.parts(workbench.navigator.ids[row])
        if isinstance(part, ProposalsDraft)
        for proposal in part.proposals
    }


def track(window: MainWindow, row: int, *numbers: int) -> None:
    """The objects of a picture get these tracks."""
    document = window.workbench.document
    for one, number in zip(document.annotations(window.workbench.navigator.ids[row]), numbers, strict=True):
        document.run(Intent("track", (Edit(one, replace(one, extra={"track_id": number})),)))


def test_one_thing_on_both_sides_gets_one_new_track(qtbot: QtBot, labelling: MainWindow) -> None:
    """Numbers of objects are taken by tracks of others: the thing needs one that nobody has."""
    named(labelling, 0, "car")
    named(labelling, 3, "car")
    workbench = labelling.workbench
    ids = workbench.navigator.ids
    numbers = [workbench.document.annotations(ids[row])[0].id for row in (0, 3)]
    named(labelling, 4, "car", "car")
    track(labelling, 4, *numbers)
    carry(qtbot, labelling, CarryWay.BETWEEN)
    found = tracks_waiting(labelling)
    assert sorted(found) == [1, 2]
    assert len(set(found.values())) == 1
    assert set(found.values()).isdisjoint(numbers)
    for row in (1, 2):
        go(qtbot, labelling, row)
        labelling.actions_["proposal.accept_shown"].trigger()
    assert {track_of(workbench.document.annotations(ids[row])[0]) for row in range(4)} == set(found.values())


def test_a_track_of_the_far_side_is_the_one_of_both(qtbot: QtBot, labelling: MainWindow) -> None:
    named(labelling, 0, "car")
    named(labelling, 3, "car")
    track(labelling, 3, 77)
    carry(qtbot, labelling, CarryWay.BETWEEN)
    assert tracks_waiting(labelling) == {1: 77, 2: 77}


def test_what_may_be_one_thing_and_stays_two_is_told(qtbot: QtBot, labelling: MainWindow) -> None:
    named(labelling, 0, "car")
    named(labelling, 3, "car")
    track(labelling, 0, 5)
    track(labelling, 3, 6)
    (told,) = carry(qtbot, labelling, CarryWay.BETWEEN)
    assert tracks_waiting(labelling) == {1: 5, 2: 6}
    assert told == "Carried into 2 images. Objects that may be one on both sides, and stay two: 2."


def test_a_gap_of_one_image_has_the_track_of_the_other_side(qtbot: QtBot, labelling: MainWindow) -> None:
    named(labelling, 0, "car")
    named(labelling, 2, "car")
    track(labelling, 2, 9)
    assert carry(qtbot, labelling, CarryWay.BETWEEN) == ["Carried into 1 image. "]
    assert tracks_waiting(labelling) == {1: 9}


def test_an_image_that_was_removed_meanwhile_is_told_by_its_number(labelling: MainWindow) -> None:
    workbench = labelling.workbench
    last = workbench.navigator.ids[-1]
    workbench.removal.remove([last])
    told: list[str] = []
    workbench.told.connect(lambda *words: told.append(" ".join(words)))
    end = SideEnd("cut", last)  # type: ignore[arg-type]
    workbench.carrying_through.finished.emit(CarriedThrough(2, (end,)))
    workbench.likeness.chosen.emit(MostTelling(image_id=last, compared=3), False)
    assert told == [
        f"Carried into 2 images. Stopped before #{last}: too far apart or another scene; more frames help.",
        f"The most telling image is #{last}. ",
    ]


@pytest.mark.parametrize(
    ("state", "words"),
    [(ImageState.DONE, "it is done"), (ImageState.EMPTY_CHECKED, "it is checked as empty")],
)
def test_finished_images_stay_and_are_told(
    qtbot: QtBot, labelling: MainWindow, state: ImageState, words: str
) -> None:
    add(labelling, 0)
    workbench = labelling.workbench
    image = workbench.document.image(workbench.navigator.ids[2])
    workbench.document.run(Intent("state", (Edit(image, replace(image, state=state)),)))
    assert carry(qtbot, labelling, CarryWay.FORWARD) == [
        f"Carried into 1 image. Stopped before 2.png: {words}."
    ]
    assert sorted(proposed(labelling)) == [1]
    go(qtbot, labelling, 1)
    add(labelling, 1)
    assert workbench.carrying_through.sides(CarryWay.FORWARD, 9) == ()
    add(labelling, 3)
    assert workbench.carrying_through.sides(CarryWay.BETWEEN, 9) == ()


def test_what_is_found_between_two_images_is_kept_at_once(qtbot: QtBot, labelling: MainWindow) -> None:
    """Before both sides met: what was found is on the disk, its tracks are made one at the end."""
    named(labelling, 0, "car")
    named(labelling, 3, "car")
    workbench = labelling.workbench
    kept: list[tuple[int, dict[int, int]]] = []
    project = workbench.document.project
    workbench.carrying_through.offered.connect(
        lambda image_id, _: kept.append((image_id, {i: len(text) for i, text in project.drafts().items()}))
    )
    at_the_end: list[int] = []
    workbench.carrying_through.joined.connect(lambda *_: at_the_end.append(len(kept)))
    carry(qtbot, labelling, CarryWay.BETWEEN)
    ids = workbench.navigator.ids
    assert [image_id for image_id, _ in kept] == [ids[1], ids[2]]
    assert all(image_id in drafts for image_id, drafts in kept)
    assert at_the_end == [2]
    assert len(set(tracks_waiting(labelling).values())) == 1
    stored = {
        proposal.track
        for text in project.drafts().values()
        for part in from_text(text)
        if isinstance(part, ProposalsDraft)
        for proposal in part.proposals
    }
    assert stored == set(tracks_waiting(labelling).values())


def test_the_shown_image_is_joined_too(qtbot: QtBot, labelling: MainWindow) -> None:
    named(labelling, 0, "car")
    named(labelling, 3, "car")
    workbench = labelling.workbench
    workbench.carrying_through.start(CarryWay.BETWEEN, 1)
    go(qtbot, labelling, 2)
    with qtbot.waitSignal(workbench.carrying_through.finished, timeout=60_000):
        pass
    (shown,) = {p.track for p in workbench.everything.proposals}
    go(qtbot, labelling, 1)
    assert {p.track for p in workbench.everything.proposals} == {shown}
