"""What an object takes along when it is carried into another picture, and what a copy does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.intents.objects import NewObject
from slimsam_app.item_models.objects_model import ObjectRole
from slimsam_app.kept import Intent
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, Provenance
from slimsam_core.labelling.drafts import Proposal, ProposalsDraft
from slimsam_core.pixels import mask
from slimsam_core.project import Edit
from slimsam_core.project.tracks import track_of, tracks_for, without_track

CAR, ROAD, CROWD = 1, 2, 3
"""Numbers of the things, and their tracks: the road lies below the car, the crowd over it."""


def rectangle(x: int, second: int | None = None) -> mask.Rle:
    pixels = np.zeros((120, 160), np.bool_)
    for start in (x, *(() if second is None else (second,))):
        pixels[10:40, start : start + 12] = True
    return mask.encode(pixels)


@pytest.fixture
def sources(labelling: MainWindow) -> dict[int, Annotation]:
    """In the first picture, which is shown: thing -> object."""
    workbench = labelling.workbench
    category = workbench.classes.add("thing")
    assert category is not None
    project, image_id = workbench.document.project, workbench.navigator.ids[0]
    found = {}
    for thing, layer in ((CAR, 5.0), (ROAD, 1.0), (CROWD, 9.0)):
        found[thing] = Annotation(
            id=project.next_id(Annotation),
            image_id=image_id,
            category_id=category.id,
            mask=rectangle(20 * thing),
            layer=layer,
            iscrowd=thing == CROWD,
            attributes={"occluded": True} if thing == CAR else {},
            extra={"track_id": 100 + thing},
        )
    project.apply("import", [Edit(None, one) for one in found.values()])
    workbench.document.catch_up()
    return found


def offer(qtbot: QtBot, window: MainWindow, sources: dict[int, Annotation]) -> None:
    """In the second picture, which is shown then: the surest is the car, the last one the road."""
    workbench = window.workbench
    second = workbench.navigator.ids[1]
    sure = {CAR: 0.9, CROWD: 0.8, ROAD: 0.6}
    proposals = tuple(
        Proposal(
            id=number,
            mask=one.mask,
            provenance=Provenance(source="carried"),
            category_id=one.category_id,
            confidence=sure[thing],
            track=track_of(one),
            follows=one.id,
        )
        for number, (thing, one) in enumerate(sources.items(), 1)
    )
    window.prompting.drafting.put_back(second, ProposalsDraft(proposals, 0.5))
    workbench.navigator.go(second)
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)


def from_below(window: MainWindow) -> list[int]:
    """The things of the shown picture in painter's order."""
    return [track_of(one) - 100 for one in window.workbench.objects.objects]


def test_all_at_once_lie_as_they_lay(
    qtbot: QtBot, labelling: MainWindow, sources: dict[int, Annotation]
) -> None:
    offer(qtbot, labelling, sources)
    labelling.workbench.everything.accept_shown()
    assert from_below(labelling) == [ROAD, CAR, CROWD]
    labelling.workbench.undo()
    assert len(labelling.workbench.everything.shown) == 3


def test_one_after_the_other_lie_as_they_lay(
    qtbot: QtBot, labelling: MainWindow, sources: dict[int, Annotation]
) -> None:
    workbench = labelling.workbench
    offer(qtbot, labelling, sources)
    while workbench.everything.shown:
        workbench.everything.select((workbench.everything.shown[0].id,))
        workbench.everything.accept()
    assert from_below(labelling) == [ROAD, CAR, CROWD]


def test_crowd_and_attributes_come_along(
    qtbot: QtBot, labelling: MainWindow, sources: dict[int, Annotation]
) -> None:
    offer(qtbot, labelling, sources)
    labelling.workbench.everything.accept_shown()
    road, car, crowd = labelling.workbench.objects.objects
    assert (road.iscrowd, car.iscrowd, crowd.iscrowd) == (False, False, True)
    assert dict(car.attributes) == {"occluded": True}
    assert dict(crowd.attributes) == {}


def test_what_it_was_carried_from_may_be_gone(
    qtbot: QtBot, labelling: MainWindow, sources: dict[int, Annotation]
) -> None:
    workbench = labelling.workbench
    workbench.objects.select([sources[CROWD].id])
    workbench.objects.delete()
    offer(qtbot, labelling, sources)
    workbench.everything.accept_shown()
    assert sorted(from_below(labelling)) == [CAR, ROAD, CROWD]


def test_the_list_tells_and_finds_the_track(labelling: MainWindow, sources: dict[int, Annotation]) -> None:
    dock, model = labelling.objects_dock, labelling.objects_dock.proxy
    tips = [str(model.index(row, 0).data(Qt.ItemDataRole.ToolTipRole)) for row in range(model.rowCount())]
    assert [f"Track {100 + thing}: one thing" in tip for thing, tip in zip((3, 1, 2), tips, strict=True)] == [
        True
    ] * 3
    for text, found in (("track 102", [sources[ROAD].id]), (f"#{sources[CAR].id}", [sources[CAR].id])):
        dock.search.setText(text)
        assert [model.index(row, 0).data(ObjectRole.ID) for row in range(model.rowCount())] == found
    alone = without_track(sources[CAR])
    labelling.workbench.document.run(Intent("alone", (Edit(sources[CAR], alone),)))
    dock.search.setText(f"#{alone.id}")
    assert "Track" not in str(model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole))


def test_a_copy_in_the_same_picture_is_another_thing(
    labelling: MainWindow, sources: dict[int, Annotation]
) -> None:
    workbench = labelling.workbench
    workbench.objects.select([sources[CAR].id])
    workbench.objects.copy()
    workbench.objects.paste()
    (copied,) = workbench.objects.selected
    assert track_of(copied) == 0
    assert len(from_below(labelling)) == 4


def test_a_copy_in_another_picture_is_the_same_thing_once(
    qtbot: QtBot, labelling: MainWindow, sources: dict[int, Annotation]
) -> None:
    workbench = labelling.workbench
    workbench.objects.select([sources[CAR].id])
    workbench.objects.copy()
    workbench.navigator.go(workbench.navigator.ids[1])
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    workbench.objects.paste()
    workbench.objects.paste()
    assert [track_of(one) for one in workbench.objects.objects] == [100 + CAR, 0]


def test_one_part_of_a_split_object_keeps_the_track(
    qtbot: QtBot, labelling: MainWindow, sources: dict[int, Annotation]
) -> None:
    workbench = labelling.workbench
    workbench.objects.reshape(sources[CAR].id, rectangle(20, 100))
    workbench.objects.select([sources[CAR].id])
    workbench.masks.split()
    qtbot.waitUntil(lambda: len(workbench.objects.objects) == 4, timeout=60_000)
    assert sorted(track_of(one) for one in workbench.objects.objects) == [0, 101, 102, 103]


def test_two_things_of_one_track_are_carried_as_two(sources: dict[int, Annotation]) -> None:
    car = sources[CAR]
    twin = replace(car, id=77)
    assert tracks_for([car, twin], {101, 102, 103}) == {car.id: 101, 77: 77}


def test_twins_get_tracks_of_their_own_when_they_are_accepted(
    qtbot: QtBot, labelling: MainWindow, sources: dict[int, Annotation]
) -> None:
    workbench = labelling.workbench
    project = workbench.document.project
    twin = replace(sources[CAR], id=project.next_id(Annotation), mask=rectangle(100))
    project.apply("import", [Edit(None, twin)])
    workbench.document.catch_up()
    tracks = tracks_for([sources[CAR], twin], {101, 102, 103})
    carried = [replace(one, extra={"track_id": tracks[one.id]}) for one in (sources[CAR], twin)]
    offer(qtbot, labelling, {CAR: carried[0], ROAD: carried[1]})
    workbench.everything.accept_shown()
    here = {track_of(one) for one in workbench.objects.objects}
    before = workbench.document.annotations(workbench.navigator.ids[0])
    assert here == {101, twin.id}
    assert {track_of(one) for one in before} == {101, 102, 103, twin.id}


def test_a_second_proposal_of_a_thing_that_is_there_has_no_track(
    labelling: MainWindow, sources: dict[int, Annotation]
) -> None:
    workbench = labelling.workbench
    new = NewObject(
        mask=rectangle(100), provenance=Provenance(source="carried"), track=101, follows=sources[CAR].id
    )
    second = workbench.navigator.ids[1]
    workbench.objects.add(new, second)
    workbench.objects.add(replace(new, mask=rectangle(130)), second)
    assert [track_of(one) for one in workbench.document.annotations(second)] == [101, 0]


def test_a_class_that_its_source_got_since_is_that_of_the_proposal(
    qtbot: QtBot, labelling: MainWindow, sources: dict[int, Annotation]
) -> None:
    """While it lies on the table, and when its picture is come back to."""
    workbench = labelling.workbench
    offer(qtbot, labelling, sources)
    first, second = workbench.navigator.ids
    other = workbench.classes.add("another")
    assert other is not None
    for thing in (CAR, CROWD):
        workbench.objects.set_category_of([sources[thing].id], other.id, first)
    classes = {p.follows: p.category_id for p in workbench.everything.proposals}
    old = sources[ROAD].category_id
    assert classes == {sources[CAR].id: other.id, sources[CROWD].id: other.id, sources[ROAD].id: old}
    workbench.navigator.go(first)
    workbench.objects.set_category_of([sources[ROAD].id], other.id, first)
    workbench.navigator.go(second)
    workbench.everything.accept_shown()
    assert {one.category_id for one in workbench.document.annotations(second)} == {other.id}


def test_two_things_are_made_one_and_one_thing_two(
    qtbot: QtBot, labelling: MainWindow, sources: dict[int, Annotation]
) -> None:
    workbench = labelling.workbench
    first, second = workbench.navigator.ids
    offer(qtbot, labelling, sources)
    workbench.everything.accept_shown()
    by_track = {track_of(one): one for one in workbench.document.annotations(second)}
    assert sorted(by_track) == [101, 102, 103]

    def tracks(image_id: int) -> list[int]:
        return sorted(track_of(one) for one in workbench.document.annotations(image_id))

    workbench.objects.select([by_track[101].id])
    workbench.tracks.part()  # from the second picture on
    assert tracks(first) == [101, 102, 103]
    (fresh,) = set(tracks(second)) - {101, 102, 103}
    workbench.navigator.go(first)
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    workbench.objects.select([sources[CAR].id])
    workbench.objects.copy()
    workbench.navigator.go(second)
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    failures: list[object] = []
    workbench.tracks.failed.connect(failures.append)
    workbench.objects.select([by_track[102].id])
    workbench.tracks.join()  # the road is in the first picture too
    assert "they are two things" in str(failures)
    assert tracks(second) == sorted([fresh, 102, 103])
    workbench.objects.select([by_track[101].id])
    workbench.tracks.join()
    assert tracks(second) == [101, 102, 103]
    workbench.tracks.join()
    assert "one thing already" in str(failures[-1])
    workbench.undo()
    assert tracks(second) == sorted([fresh, 102, 103])
