"""The class of a proposal while it waits: it follows its class, and is never taken for another one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from slimsam_app import figures
from slimsam_app.intents.objects import NewObject
from slimsam_app.item_models.proposals_model import ProposalsModel
from slimsam_app.windows.dialogs.delete_class import ask_delete_class
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Provenance
from slimsam_core.labelling.draft_classes import proposals_of_class, with_classes, with_former_classes
from slimsam_core.labelling.drafts import (
    BoxesDraft,
    OutlineDraft,
    Proposal,
    ProposalsDraft,
    from_text,
    to_text,
)
from slimsam_core.labelling.measured_finds import MeasuredFinds
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import BoxXYXY
from tests.app_canvas.canvas_hands import click
from tests.app_shell.conftest import open_and_wait, write_picture
from tests.app_shell.test_labelling import banner_texts

CABLE, WIRE, PERSON = 1, 2, 3


def rectangle(x: int) -> mask.Rle:
    pixels = np.zeros((120, 160), np.bool_)
    pixels[10:40, x : x + 20] = True
    return mask.encode(pixels)


def proposal(number: int, category_id: int) -> Proposal:
    return Proposal(
        id=number,
        mask=rectangle(30 * number),
        provenance=Provenance(source="detector"),
        category_id=category_id,
        confidence=0.9,
    )


@pytest.fixture
def waiting(labelling: MainWindow) -> MainWindow:
    """Cables wait in the first two pictures; a person is what is labelled now."""
    workbench = labelling.workbench
    for name in ("cable", "wire", "person"):
        assert workbench.classes.add(name) is not None
    assert [c.id for c in workbench.document.categories()] == [CABLE, WIRE, PERSON]
    for image_id in workbench.navigator.ids[:2]:
        draft = ProposalsDraft((proposal(1, CABLE), proposal(2, PERSON)), 0.5)
        labelling.prompting.drafting.put_back(image_id, draft)
    return labelling


def classes_after_accepting_all(window: MainWindow) -> list[int]:
    window.workbench.everything.accept_shown()
    return [one.category_id for one in window.workbench.objects.objects]


def stored(window: MainWindow, image_id: int) -> list[int]:
    """Classes of the proposals of a picture, as they are on the disk."""
    (part,) = from_text(window.workbench.document.project.drafts()[image_id])
    assert isinstance(part, ProposalsDraft)
    return [p.category_id for p in part.proposals]


def show(qtbot: QtBot, window: MainWindow, row: int) -> None:
    navigator = window.workbench.navigator
    navigator.go(navigator.ids[row])
    qtbot.waitUntil(lambda: navigator.picture is not None, timeout=60_000)


def test_they_follow_their_class(qtbot: QtBot, waiting: MainWindow) -> None:
    workbench = waiting.workbench
    first, second = workbench.navigator.ids[:2]
    assert workbench.classes.remove(CABLE, WIRE)
    assert stored(waiting, first) == stored(waiting, second) == [WIRE, PERSON]
    assert classes_after_accepting_all(waiting) == [WIRE, PERSON]
    show(qtbot, waiting, 1)
    assert classes_after_accepting_all(waiting) == [WIRE, PERSON]


def test_undo_of_the_deletion_brings_their_class_back(qtbot: QtBot, waiting: MainWindow) -> None:
    workbench = waiting.workbench
    second = workbench.navigator.ids[1]
    workbench.classes.remove(CABLE, WIRE)
    show(qtbot, waiting, 1)
    workbench.undo()
    qtbot.waitUntil(lambda: stored(waiting, second) == [CABLE, PERSON], timeout=60_000)
    workbench.redo()
    qtbot.waitUntil(lambda: stored(waiting, second) == [WIRE, PERSON], timeout=60_000)
    workbench.undo()
    assert classes_after_accepting_all(waiting) == [CABLE, PERSON]


def test_two_deletions_one_after_the_other(waiting: MainWindow) -> None:
    waiting.workbench.classes.remove(CABLE, WIRE)
    waiting.workbench.classes.remove(WIRE, PERSON)
    assert classes_after_accepting_all(waiting) == [PERSON, PERSON]


def test_without_a_class_that_takes_over_they_are_refused_in_words(waiting: MainWindow) -> None:
    workbench = waiting.workbench
    workbench.classes.remove(CABLE, None)
    model = waiting.proposals_dock.model
    assert isinstance(model, ProposalsModel)
    assert model.index(0).data() == "its class was deleted"
    assert classes_after_accepting_all(waiting) == [PERSON]
    assert [p.id for p in workbench.everything.shown] == [1], "it is not lost"
    assert "Proposals that were not accepted, as their class was deleted: 1." in banner_texts(waiting)
    workbench.everything.select((1,))
    workbench.everything.accept()
    assert len(workbench.objects.objects) == 1
    workbench.undo()
    workbench.undo()  # the deletion
    assert classes_after_accepting_all(waiting) == [CABLE, PERSON]


def test_the_question_counts_them(qtbot: QtBot, waiting: MainWindow) -> None:
    workbench = waiting.workbench
    cable = workbench.document.category(CABLE)
    assert cable is not None
    ask_delete_class(cable, workbench.classes, workbench.document.categories(), waiting)
    dialog = waiting.findChild(QDialog, "deleteClassQuestion")
    assert dialog is not None
    words = dialog.findChild(object, "deleteClassWords").text()  # type: ignore[attr-defined]
    assert "Proposals of it that wait: 2, in 2 images" in words
    combo = dialog.findChild(QComboBox, "deleteClassMove")
    combo.setCurrentIndex(combo.findData(WIRE))
    qtbot.mouseClick(dialog.findChild(QPushButton, "confirmDeleteClass"), Qt.MouseButton.LeftButton)
    assert classes_after_accepting_all(waiting) == [WIRE, PERSON]


def test_what_comes_later_from_a_search_that_began_before_follows_too(
    qtbot: QtBot, waiting: MainWindow
) -> None:
    workbench = waiting.workbench
    second = workbench.navigator.ids[1]
    workbench.drafts.keep(second, [])
    workbench.classes.remove(CABLE, WIRE)
    workbench.detection.offered.emit(second, ProposalsDraft((proposal(1, CABLE),), 0.5))
    assert stored(waiting, second) == [WIRE]
    show(qtbot, waiting, 1)
    assert classes_after_accepting_all(waiting) == [WIRE]


def test_boxes_and_masks_on_their_way_follow_too(waiting: MainWindow) -> None:
    workbench = waiting.workbench
    second = workbench.navigator.ids[1]
    workbench.drafts.keep(second, [BoxesDraft((BoxXYXY(1.0, 1.0, 9.0, 9.0),), CABLE)])
    workbench.classes.remove(CABLE, WIRE)
    (part,) = workbench.drafts.parts(second)
    assert isinstance(part, BoxesDraft)
    assert part.category_id == WIRE
    new = NewObject(mask=rectangle(90), provenance=Provenance(), category_id=CABLE)
    workbench.objects.add(new, workbench.navigator.ids[0])
    assert workbench.objects.objects[-1].category_id == WIRE
    workbench.classes.remove(WIRE, None)
    told: list[str] = []
    workbench.objects.noted.connect(lambda words, _: told.append(words))
    workbench.objects.add(new, workbench.navigator.ids[0])
    assert told == ["The class of a new object was deleted: it got the class “person”."]
    (part,) = workbench.drafts.parts(second)
    assert isinstance(part, BoxesDraft)
    assert part.category_id == 0


def test_what_is_open_follows_too(waiting: MainWindow) -> None:
    workbench = waiting.workbench
    prompts = workbench.prompts
    click(waiting.workspace.canvas, 130, 100)
    assert prompts.active
    prompts.give_class(CABLE)
    workbench.classes.remove(CABLE, WIRE)
    assert prompts.category_id == WIRE
    workbench.classes.remove(WIRE, None)
    assert prompts.category_id == workbench.objects.category_id == PERSON
    assert not prompts.has_own_class


def test_boxes_that_are_open_and_an_outline_in_hand_follow_too(waiting: MainWindow) -> None:
    workbench = waiting.workbench
    boxes, polygon = workbench.boxes, waiting.workspace.canvas.tools["polygon"]
    first = workbench.navigator.ids[0]
    put_back = waiting.prompting.drafting.put_back
    put_back(first, BoxesDraft((BoxXYXY(100.0, 60.0, 120.0, 90.0),), CABLE))
    put_back(first, OutlineDraft("polygon", ((9.0, 90.0), (20.0, 90.0), (20.0, 110.0)), CABLE))
    assert (boxes.category_id, polygon.category_id) == (CABLE, CABLE)
    workbench.classes.remove(CABLE, WIRE)
    assert (boxes.category_id, polygon.category_id) == (WIRE, WIRE)
    workbench.classes.remove(WIRE, None)
    assert (boxes.category_id, polygon.category_id) == (PERSON, 0)
    assert not boxes.has_own_class


def test_copied_objects_follow_or_it_is_said(waiting: MainWindow) -> None:
    workbench = waiting.workbench
    new = NewObject(mask=rectangle(90), provenance=Provenance(), category_id=CABLE)
    workbench.objects.add(new, workbench.navigator.ids[0])
    workbench.objects.select([one.id for one in workbench.objects.objects])
    workbench.objects.copy()
    workbench.classes.remove(CABLE, WIRE)
    workbench.objects.paste()
    assert [one.category_id for one in workbench.objects.objects] == [WIRE, WIRE]
    workbench.classes.remove(WIRE, None)
    workbench.objects.paste()
    assert workbench.objects.objects == ()
    assert "Objects that were not pasted, as their class was deleted: 1." in banner_texts(waiting)


def test_what_was_copied_elsewhere_gets_the_class_of_its_name(
    qtbot: QtBot, waiting: MainWindow, tmp_path: Path
) -> None:
    """Classes have other numbers in another project, and a track there is another thing."""
    workbench = waiting.workbench
    new = NewObject(mask=rectangle(90), provenance=Provenance(), category_id=CABLE, track=7)
    assert workbench.objects.add(new, workbench.navigator.ids[0])
    (made,) = workbench.objects.objects
    assert made.extra == {"track_id": 7}
    workbench.objects.select([made.id])
    workbench.objects.copy()
    write_picture(tmp_path / "other" / "a.png", 3, (120, 160))
    open_and_wait(qtbot, waiting, tmp_path / "other")
    names = ["one", "two", "three"]
    for name in names:
        workbench.classes.add(name)
    assert CABLE in {c.id for c in workbench.document.categories()}
    workbench.objects.paste()
    assert workbench.objects.objects == ()
    words = "Objects that were not pasted, as this project has no class of their name: 1."
    assert words in banner_texts(waiting)
    cable = workbench.classes.add("cable")
    assert cable is not None
    workbench.objects.paste()
    (pasted,) = workbench.objects.objects
    assert (pasted.category_id, pasted.extra, pasted.mask) == (cable.id, {}, made.mask)
    assert cable.id != CABLE


def test_a_class_in_a_stored_draft_is_changed_without_its_masks() -> None:
    parts = (
        ProposalsDraft((proposal(1, CABLE), proposal(2, PERSON)), 0.5),
        BoxesDraft((BoxXYXY(1.0, 2.0, 3.0, 4.0),), CABLE),
    )
    text = to_text(parts)
    assert proposals_of_class(text, CABLE) == 1
    changed = from_text(with_classes(text, {CABLE: WIRE}))
    assert changed == (
        ProposalsDraft((proposal(1, WIRE), proposal(2, PERSON)), 0.5),
        BoxesDraft((BoxXYXY(1.0, 2.0, 3.0, 4.0),), WIRE),
    )
    assert with_classes(text, {9: 1}) == text
    for damaged in ("", "[,1,", '{"version":9,"parts":[{"class":1}]}'):
        assert with_classes(damaged, {1: 2}) == damaged
        assert proposals_of_class(damaged, 1) == 0


def measured_words(window: MainWindow, *measured: MeasuredFinds, classes: tuple[int, ...]) -> str:
    """What stands beside the slider at 0.5."""
    window.prompting.everything.clear()
    found = tuple(proposal(number, category_id) for number, category_id in enumerate(classes, 1))
    image_id = window.workbench.navigator.current_id
    assert image_id is not None
    window.prompting.everything.take_up(image_id, ProposalsDraft(found, 0.5, measured))
    label = window.proposals_dock.findChild(QLabel, "proposalMeasured")
    assert label is not None
    return "" if label.isHidden() else label.text()


def test_how_often_finds_are_right_is_said_of_each_class(waiting: MainWindow) -> None:
    cables = MeasuredFinds(CABLE, ((0.3, 120, 90), (0.5, 100, 95)))
    wires, people = MeasuredFinds(WIRE, ((0.3, 20, 4), (0.5, 10, 3))), MeasuredFinds(PERSON, ((0.3, 4, 4),))
    both = measured_words(waiting, cables, wires, people, classes=(CABLE, CABLE, WIRE, PERSON))
    assert both.splitlines() == [
        "Right finds from here on, in labelled images that were held back:",
        f"cable: {figures.percent_interval(95, 100)} of 100",
        f"wire: {figures.percent_interval(3, 10)} of 10",
        "person: too few to say (4)",
    ]
    one = measured_words(waiting, cables, wires, people, classes=(WIRE,))
    assert one.startswith(f"From here on {figures.percent_interval(3, 10)} of 10 finds")
    assert "From nowhere on more than 30\N{NO-BREAK SPACE}%" in one
    few = measured_words(waiting, cables, people, classes=(PERSON,))
    assert few == "Of 4 finds from here on in labelled images nothing can be said: label more."
    assert measured_words(waiting, classes=(CABLE,)) == ""
    together = measured_words(waiting, MeasuredFinds(0, ((0.3, 50, 45),)), classes=(CABLE, WIRE))
    assert (
        together
        == f"From here on {figures.percent_interval(45, 50)} of 50 finds in labelled images were right."
    )


def test_what_was_measured_follows_its_class(waiting: MainWindow) -> None:
    measured = MeasuredFinds(CABLE, ((0.3, 20, 18),))
    assert "of 20 finds" in measured_words(waiting, measured, classes=(CABLE,))
    waiting.workbench.classes.remove(CABLE, WIRE)
    assert [m.category_id for m in waiting.prompting.everything.measured] == [WIRE]
    waiting.prompting.drafting.keep()
    ((draft,),) = [waiting.workbench.drafts.parts(waiting.workbench.navigator.ids[0])]
    assert isinstance(draft, ProposalsDraft)
    text = with_classes(to_text((ProposalsDraft((proposal(1, CABLE),), 0.5, (measured,)),)), {CABLE: WIRE})
    (read,) = from_text(text)
    assert isinstance(read, ProposalsDraft)
    assert [m.category_id for m in read.measured] == [p.category_id for p in read.proposals] == [WIRE]


def test_undo_of_a_deletion_before_a_restart_brings_their_class_back_too(
    qtbot: QtBot, waiting: MainWindow
) -> None:
    """The class and its objects came back; proposals stayed with the class that had taken over."""
    workbench = waiting.workbench
    first, second = workbench.navigator.ids[:2]
    assert workbench.classes.remove(CABLE, WIRE)
    path = workbench.document.project.path
    workbench.close()
    workbench.open([path])
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    show(qtbot, waiting, 0)
    assert stored(waiting, first) == stored(waiting, second) == [WIRE, PERSON]
    assert [workbench.everything.category_of(p).name for p in workbench.everything.proposals] == [
        "wire",
        "person",
    ]  # type: ignore[union-attr]
    workbench.undo()
    assert CABLE in {c.id for c in workbench.document.categories()}
    qtbot.waitUntil(lambda: stored(waiting, second) == [CABLE, PERSON], timeout=60_000)
    workbench.redo()
    qtbot.waitUntil(lambda: stored(waiting, second) == [WIRE, PERSON], timeout=60_000)
    workbench.undo()
    assert classes_after_accepting_all(waiting) == [CABLE, PERSON]


def test_the_former_class_in_a_stored_draft() -> None:
    text = to_text((ProposalsDraft((proposal(1, CABLE), proposal(2, PERSON)), 0.5),))
    moved = with_classes(text, {CABLE: WIRE})
    (part,) = from_text(moved)
    assert isinstance(part, ProposalsDraft)
    assert [p.category_id for p in part.proposals] == [WIRE, PERSON]
    assert with_former_classes(moved) == (text, {CABLE: WIRE})
    assert with_former_classes(text) == (text, {})
    for odd in ('"was":[[1]],', '"was":[["a",{}],7],', '"was":[[[],2]],', '"was":7,', '"was":{},'):
        damaged = text.replace('"kind":"proposals",', '"kind":"proposals",' + odd)
        assert damaged != text
        assert with_former_classes(damaged) == (damaged, {})
    assert with_former_classes('{"version":1,"parts":["was",{"was":[]}]}')[1] == {}
