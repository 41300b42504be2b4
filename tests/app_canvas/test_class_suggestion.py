"""The open mask shows the class that it looks like; what Enter stores is what was shown."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from slimsam_app.intents.objects import NewObject
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, Provenance
from slimsam_core.pixels.mask import encode
from slimsam_core.suggesting.class_memory import ClassMemory, Guess
from tests.app_canvas.test_class_of_objects import names, press
from tests.app_canvas.test_prompting import click, wait_for_candidates

CAR, PERSON, TREE = "car", "person", "tree"


@pytest.fixture
def classes(labelling: MainWindow) -> MainWindow:
    """Keys 1, 2 and 3; objects get the first class."""
    for name in (CAR, PERSON, TREE):
        assert labelling.workbench.classes.add(name, choose=False) is not None
    return labelling


def class_id(window: MainWindow, name: str) -> int:
    return next(c.id for c in window.workbench.document.categories() if c.name == name)


@pytest.fixture
def sure(classes: MainWindow, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A memory that takes every mask for a person."""
    person = class_id(classes, PERSON)
    monkeypatch.setattr(ClassMemory, "is_sure_at_times", True)
    monkeypatch.setattr(ClassMemory, "suggest", lambda *_: Guess(person, 0.9))
    return classes


def open_mask(qtbot: QtBot, window: MainWindow, x: float = 80, y: float = 60) -> None:
    click(qtbot, window, x, y)
    wait_for_candidates(qtbot, window)


def chip(window: MainWindow) -> str:
    found = window.prompting.bar.chip
    return found.name if found.isVisible() else ""


def open_with_chip(qtbot: QtBot, window: MainWindow, name: str = PERSON) -> None:
    open_mask(qtbot, window)
    qtbot.waitUntil(lambda: chip(window) == name, timeout=60_000)


def accept(qtbot: QtBot, window: MainWindow) -> None:
    before = len(window.workbench.objects.objects)
    press(qtbot, window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.workbench.objects.objects) > before, timeout=60_000)


def test_enter_takes_the_class_that_the_chip_shows(qtbot: QtBot, sure: MainWindow) -> None:
    usual = sure.workbench.objects.category_id
    open_with_chip(qtbot, sure)
    assert "Enter" in sure.prompting.bar.label.text()
    assert sure.workbench.prompts.category_id == class_id(sure, PERSON)  # and the mask has its colour
    accept(qtbot, sure)
    assert names(sure) == [PERSON]
    assert chip(sure) == ""
    assert sure.workbench.objects.category_id == usual  # it was for this object alone


@pytest.mark.parametrize(("key", "name"), [(Qt.Key.Key_3, TREE), (Qt.Key.Key_1, CAR), (Qt.Key.Key_2, PERSON)])
def test_a_key_overrules_the_chip(qtbot: QtBot, sure: MainWindow, key: Qt.Key, name: str) -> None:
    """Also the key of the class that new objects get anyway."""
    open_with_chip(qtbot, sure)
    press(qtbot, sure, key)
    assert chip(sure) == ""
    accept(qtbot, sure)
    assert names(sure) == [name]


def test_a_class_chosen_before_the_click_holds_for_that_object(qtbot: QtBot, sure: MainWindow) -> None:
    press(qtbot, sure, Qt.Key.Key_3)
    open_mask(qtbot, sure)
    answered = sure.workbench.inference.answered
    with qtbot.waitSignal(answered, timeout=60_000):  # whatever comes, the choice stands
        sure.workbench.prompts.cycle(1)
    assert chip(sure) == ""
    accept(qtbot, sure)
    assert names(sure) == [TREE]
    open_with_chip(qtbot, sure)  # the next one is open again for suggestions
    accept(qtbot, sure)
    assert names(sure) == [TREE, PERSON]


def test_enter_before_the_chip_gives_the_class_of_new_objects(
    qtbot: QtBot, sure: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClassMemory, "suggest", lambda *_: None)
    open_mask(qtbot, sure)
    assert chip(sure) == ""
    accept(qtbot, sure)
    assert names(sure) == [CAR]


def test_the_switch_ends_it_at_once(qtbot: QtBot, sure: MainWindow) -> None:
    open_with_chip(qtbot, sure)
    sure.settings.set("label.suggest_class", False)
    assert chip(sure) == ""
    accept(qtbot, sure)
    assert names(sure) == [CAR]
    sure.settings.set("label.suggest_class", True)
    open_with_chip(qtbot, sure)


def test_a_class_deleted_meanwhile_is_not_given(qtbot: QtBot, sure: MainWindow) -> None:
    open_with_chip(qtbot, sure)
    assert sure.workbench.classes.remove(class_id(sure, PERSON), None)
    assert chip(sure) == ""
    accept(qtbot, sure)
    assert names(sure) == [CAR]


def test_an_object_that_is_refined_keeps_its_class(qtbot: QtBot, sure: MainWindow) -> None:
    press(qtbot, sure, Qt.Key.Key_3)
    open_mask(qtbot, sure)
    accept(qtbot, sure)
    (made,) = sure.workbench.objects.objects
    sure.workbench.prompts.refine(made)
    open_mask(qtbot, sure, 40, 40)
    assert chip(sure) == ""
    assert sure.workbench.prompts.category_id == class_id(sure, TREE)


# --- what is learnt


def add(window: MainWindow, number: int, name: str) -> int:
    """Tall objects on the left are cars, wide ones at the bottom are persons."""
    pixels = np.zeros((120, 160), np.bool_)
    if name == CAR:
        pixels[5 + number : 100, 3 + number : 12 + number] = True
    else:
        pixels[108:118, 20 + number : 120 + number] = True
    workbench = window.workbench
    assert workbench.navigator.current_id is not None
    new = NewObject(
        mask=encode(pixels), provenance=Provenance(source="polygon"), category_id=class_id(window, name)
    )
    assert workbench.objects.add(new, workbench.navigator.current_id)
    return max(a.id for a in workbench.objects.objects)


def memory(window: MainWindow) -> ClassMemory:
    found = window.workbench.suggestions._memory
    assert found is not None
    return found


def learnt(window: MainWindow) -> dict[int, str]:
    known = {c.id: c.name for c in window.workbench.document.categories()}
    return {i: known.get(memory(window).category_of(i), "gone") for i in sorted(memory(window).ids)}


def shown_objects(window: MainWindow) -> tuple[Annotation, ...]:
    return window.workbench.objects.objects


def wait_learnt(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: set(learnt(window)) == {a.id for a in shown_objects(window)}, timeout=60_000)


def test_the_memory_follows_the_project(qtbot: QtBot, classes: MainWindow) -> None:
    workbench = classes.workbench
    made = [add(classes, number, name) for number in range(3) for name in (CAR, PERSON)]
    wait_learnt(qtbot, classes)
    assert list(learnt(classes).values()) == [CAR, PERSON] * 3
    workbench.undo()
    assert made[-1] not in memory(classes)
    workbench.redo()
    wait_learnt(qtbot, classes)
    workbench.objects.set_category_of(made[:1], class_id(classes, TREE))
    assert learnt(classes)[made[0]] == TREE
    assert workbench.classes.remove(class_id(classes, CAR), class_id(classes, PERSON))  # merged
    assert list(learnt(classes).values()) == [TREE] + [PERSON] * 5
    workbench.undo()
    assert learnt(classes)[made[2]] == CAR
    workbench.objects.reshape(made[1], encode(np.ones((120, 160), np.bool_)))  # looks like something else now
    wait_learnt(qtbot, classes)


def test_what_is_learnt_is_suggested_and_told(qtbot: QtBot, classes: MainWindow) -> None:
    workbench = classes.workbench
    for number in range(20):
        for name in (CAR, PERSON):
            add(classes, number, name)
    wait_learnt(qtbot, classes)
    assert memory(classes).is_sure_at_times
    record = workbench.suggestions.record
    assert record.objects == 40
    assert record.right >= 0.9 * record.offered > 0
    label = classes.status._classes
    assert "classes" in label.text()
    assert "40" in label.toolTip()
    wrong = add(classes, 21, CAR)
    wait_learnt(qtbot, classes)
    workbench.objects.set_category_of([wrong], class_id(classes, PERSON))
    workbench.review.check("check")
    qtbot.waitUntil(lambda: workbench.review.checked, timeout=60_000)
    doubted = {f.message for d in workbench.review.doubts for f in d.findings if f.owner == wrong}
    assert "looks like car, is person" in doubted
    workbench.objects.set_category_of([wrong], class_id(classes, CAR))
    assert not [
        f for d in workbench.review.doubts for f in d.findings if f.rule == "class" and f.owner == wrong
    ]


def test_a_project_that_is_opened_again_is_known_by_its_stored_embeddings(
    qtbot: QtBot, classes: MainWindow
) -> None:
    for number in range(4):
        for name in (CAR, PERSON):
            add(classes, number, name)
    wait_learnt(qtbot, classes)
    before, path = learnt(classes), classes.workbench.document.project.path
    classes.workbench.navigator.step(+1)  # it is opened at a picture without objects
    classes.workbench.close()
    assert classes.workbench.suggestions._memory is None
    classes.workbench.open([path])
    qtbot.waitUntil(lambda: classes.workbench.document.is_open, timeout=60_000)
    qtbot.waitUntil(lambda: learnt(classes) == before, timeout=60_000)
    assert not shown_objects(classes)


def test_with_another_model_everything_is_learnt_anew(
    qtbot: QtBot, classes: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(classes, 0, CAR)
    wait_learnt(qtbot, classes)
    former = memory(classes)
    monkeypatch.setattr(former, "encoder_of", "another model")
    with qtbot.waitSignal(classes.workbench.inference.model_ready, timeout=60_000):
        classes.workbench.model_in_use.start()
    assert memory(classes) is not former
    wait_learnt(qtbot, classes)
    assert memory(classes).encoder_of == classes.workbench.inference.status.encoder_of  # type: ignore[union-attr]
