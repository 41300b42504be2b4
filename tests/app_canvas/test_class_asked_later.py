"""The class of a new object is asked for, or given, while another picture is shown already."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from slimsam_app.intents.objects import NewObject
from slimsam_app.windows.dialogs.class_chooser import ClassChooser
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import MaskSource, Provenance
from slimsam_core.labelling.drafts import Proposal, ProposalsDraft
from slimsam_core.suggesting.class_memory import ClassMemory, Guess
from tests.app_canvas.canvas_hands import CTRL, click, drag
from tests.app_canvas.test_class_chooser import rows, take
from tests.app_canvas.test_class_of_objects import press
from tests.app_canvas.test_everything_review import rectangle

NAMES = ("person", "car", "tree")


@pytest.fixture
def asking(labelling: MainWindow) -> MainWindow:
    """Persons, cars, trees; new objects are persons, and the class of each is asked for."""
    for name in NAMES:
        assert labelling.workbench.classes.add(name) is not None
    labelling.workbench.objects.choose_category(labelling.workbench.document.categories()[0].id)
    labelling.settings.set("label.ask_class", True)
    return labelling


def choosers(window: MainWindow) -> list[ClassChooser]:
    return [c for c in window.findChildren(ClassChooser) if c.isVisible()]


def chooser(qtbot: QtBot, window: MainWindow) -> ClassChooser:
    qtbot.waitUntil(lambda: len(choosers(window)) == 1, timeout=60_000)
    return choosers(window)[0]


def names_in(window: MainWindow, row: int) -> list[str]:
    """The class of each object of a picture."""
    known = {c.id: c.name for c in window.workbench.document.categories()}
    image_id = window.workbench.navigator.ids[row]
    return [known[a.category_id] for a in window.workbench.document.annotations(image_id)]


@pytest.mark.parametrize("way", ["done", "step"])
@pytest.mark.parametrize("name", ["tree", "lamp post"], ids=["known", "new"])
def test_the_class_is_for_the_object_that_was_made_on_the_picture_before(
    qtbot: QtBot, asking: MainWindow, way: str, name: str
) -> None:
    navigator, canvas = asking.workbench.navigator, asking.workspace.canvas
    click(canvas, 40, 40)
    if way == "done":
        qtbot.keyClick(canvas, Qt.Key.Key_Return, CTRL)
    else:
        press(qtbot, asking, Qt.Key.Key_Return, Qt.Key.Key_D)
    sheet = chooser(qtbot, asking)
    assert navigator.current_id == navigator.ids[1]
    assert sheet.line.placeholderText() == "Class of the new object in 0.png"
    take(sheet, name)
    assert names_in(asking, 0) == [name]
    assert names_in(asking, 1) == []


def test_the_only_class_that_nobody_named_gets_the_name_from_the_next_picture(
    qtbot: QtBot, labelling: MainWindow
) -> None:
    labelling.settings.set("label.ask_class", True)
    click(labelling.workspace.canvas, 40, 40)
    qtbot.keyClick(labelling.workspace.canvas, Qt.Key.Key_Return, CTRL)
    take(chooser(qtbot, labelling), "lamp post")
    assert names_in(labelling, 0) == ["lamp post"]
    assert [c.name for c in labelling.workbench.document.categories()] == ["lamp post"]


def propose(window: MainWindow, *category_ids: int) -> None:
    """Proposals of these classes (0 = of none) on the shown picture, all of them chosen."""
    everything, image_id = window.workbench.everything, window.workbench.navigator.current_id
    assert image_id is not None
    made = Provenance(source=MaskSource.EVERYTHING)
    found = tuple(
        Proposal(
            id=number,
            mask=rectangle(30 * number, 20, 30 * number + 20, 40),
            provenance=made,
            category_id=category_id,
            confidence=0.9,
        )
        for number, category_id in enumerate(category_ids, 1)
    )
    everything.take_up(image_id, ProposalsDraft(found, 0.0))
    everything.select(p.id for p in found)


def test_proposals_that_bring_their_class_are_not_asked_for(qtbot: QtBot, asking: MainWindow) -> None:
    propose(asking, asking.workbench.document.categories()[1].id)
    press(qtbot, asking, Qt.Key.Key_Return)
    assert names_in(asking, 0) == ["car"]
    assert choosers(asking) == []


def test_of_proposals_only_those_without_a_class_are_asked_for(qtbot: QtBot, asking: MainWindow) -> None:
    propose(asking, asking.workbench.document.categories()[1].id, 0)
    press(qtbot, asking, Qt.Key.Key_Return)
    sheet = chooser(qtbot, asking)
    assert sheet.line.placeholderText() == "Class of the new object"
    take(sheet, "tree")
    assert sorted(names_in(asking, 0)) == ["car", "tree"]


def test_the_class_that_the_object_has_is_offered_first(qtbot: QtBot, asking: MainWindow) -> None:
    """A suggested class that Enter took is not lost by one more Enter."""
    click(asking.workspace.canvas, 40, 40)
    asking.prompting.prompts.suggest(asking.workbench.document.categories()[2].id)
    press(qtbot, asking, Qt.Key.Key_Return)
    sheet = chooser(qtbot, asking)
    assert rows(sheet)[0] == "tree"
    QTest.keyClick(sheet.line, Qt.Key.Key_Return)
    assert names_in(asking, 0) == ["tree"]


def test_a_class_for_a_stroke_that_is_still_computed_stays_with_it(qtbot: QtBot, asking: MainWindow) -> None:
    """Stroke, key, next picture, faster than the pixels."""
    asking.settings.set("label.ask_class", False)
    press(qtbot, asking, Qt.Key.Key_B)
    drag(asking.workspace.canvas, [(40, 40), (80, 40)])
    press(qtbot, asking, Qt.Key.Key_3, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: not asking.workbench.masks.busy, timeout=60_000)
    assert names_in(asking, 0) == ["tree"]


@pytest.mark.parametrize("name", ["tree", "lamp post"], ids=["known", "new"])
def test_the_class_of_an_object_that_is_there_is_no_choice_for_the_next_one(
    qtbot: QtBot, asking: MainWindow, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The mask that was open on the next picture lost its suggested class, and got no other."""
    workbench = asking.workbench
    person = workbench.document.categories()[0].id
    monkeypatch.setattr(ClassMemory, "is_sure_at_times", True)
    monkeypatch.setattr(ClassMemory, "suggest", lambda *_: Guess(person, 0.9))
    click(asking.workspace.canvas, 40, 40)
    press(qtbot, asking, Qt.Key.Key_Return, Qt.Key.Key_D)
    sheet = chooser(qtbot, asking)
    qtbot.waitUntil(lambda: workbench.navigator.picture is not None, timeout=60_000)
    click(asking.workspace.canvas, 60, 60)
    qtbot.waitUntil(lambda: workbench.prompts.suggested == person, timeout=60_000)
    take(sheet, name)
    assert names_in(asking, 0) == [name]
    assert workbench.prompts.suggested == person
    assert workbench.objects.category_id != person  # others get what was chosen all the same


def test_a_class_for_what_is_selected_or_was_left_is_no_choice_for_the_next_one(
    labelling: MainWindow,
) -> None:
    objects, held = labelling.workbench.objects, list[int]()
    objects.category_chosen.connect(held.append)
    car = labelling.workbench.classes.add("car", choose=False)
    assert car is not None
    assert objects.add(
        NewObject(mask=rectangle(10, 10, 40, 40), provenance=Provenance(), category_id=car.id),
        labelling.workbench.navigator.ids[0],
    )
    objects.select([objects.objects[0].id])
    labelling.workbench.class_choice.give(car.id)
    assert held == []
    objects.select([])
    labelling.workbench.class_choice.give(car.id)
    assert held == [car.id]
