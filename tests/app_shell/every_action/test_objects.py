"""Objects as wholes, and their classes: the actions, each as a person triggers it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest

from slimsam_app.intents.objects import NewObject
from slimsam_app.kept import Intent
from slimsam_app.windows.dialogs.class_chooser import ClassChooser
from slimsam_app.windows.dialogs.class_editor import ClassEditor
from slimsam_app.windows.dialogs.object_editor import ObjectEditor
from slimsam_core.annotation import Provenance
from slimsam_core.project import CLASS_KEYS, Edit
from slimsam_core.project.tracks import track_of
from tests.app_canvas.canvas_hands import place
from tests.app_shell.every_action.hands import Check, Checks, Hands, every, two_chosen

CHECKS = Checks()


@CHECKS.of("class.choose")
def _choose_class(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.opens(ClassChooser)


@CHECKS.of("object.edit")
def _edit_object(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.opens(ObjectEditor)


@CHECKS.of("object.delete")
def _delete(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.trigger()
    assert not hands.objects


@CHECKS.of("object.hide")
def _hide(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.trigger()
    assert hands.objects[0].hidden
    hands.trigger()
    assert not hands.objects[0].hidden


@CHECKS.of("object.lock")
def _lock(hands: Hands) -> None:
    hands.open()
    hands.add(5)
    hands.trigger()
    assert hands.objects[0].locked
    hands.trigger()
    assert not hands.objects[0].locked


@CHECKS.of("object.group")
def _group(hands: Hands) -> None:
    two_chosen(hands)
    hands.trigger()
    groups = {annotation.group_id for annotation in hands.objects}
    assert len(groups) == 1
    assert groups != {None}


@CHECKS.of("object.ungroup")
def _ungroup(hands: Hands) -> None:
    two_chosen(hands)
    hands.window.workbench.objects.group(True)
    hands.trigger()
    assert {annotation.group_id for annotation in hands.objects} == {None}


@CHECKS.of("object.same_thing")
def _same_thing(hands: Hands) -> None:
    hands.open()
    workbench = hands.window.workbench
    first = hands.add(5)
    hands.choose(first)
    workbench.objects.copy()
    other = workbench.navigator.ids[1]
    new = NewObject(mask=hands.objects[0].mask, provenance=Provenance())
    assert workbench.objects.add(new, other)
    workbench.navigator.go(other)
    hands.settle()
    hands.choose(hands.objects[0].id)
    hands.trigger()
    assert track_of(hands.objects[0]) == track_of(workbench.document.project.annotation(first)) == first


@CHECKS.of("object.other_thing")
def _other_thing(hands: Hands) -> None:
    hands.open()
    hands.choose(hands.add(5))
    (one,) = hands.objects
    hands.window.workbench.document.run(Intent("track", (Edit(one, replace(one, extra={"track_id": 77})),)))
    hands.trigger()
    assert track_of(hands.objects[0]) not in (0, 77)


def _front(hands: Hands) -> int:
    return max(hands.objects, key=lambda annotation: annotation.layer).id


@CHECKS.of("object.raise")
def _raise(hands: Hands) -> None:
    rear, _ = two_chosen(hands)
    hands.choose(rear)
    hands.trigger()
    assert _front(hands) == rear


@CHECKS.of("object.lower")
def _lower(hands: Hands) -> None:
    rear, front = two_chosen(hands)
    hands.choose(front)
    hands.trigger()
    assert _front(hands) == rear


@CHECKS.of("class.new")
def _new_class(hands: Hands) -> None:
    hands.open()
    hands.trigger()
    line = hands.window.focusWidget()
    assert line is not None
    QTest.keyClicks(line, "heron")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert [c.name for c in hands.window.workbench.document.categories()] == ["heron"]


@CHECKS.of("class.edit")
def _edit_classes(hands: Hands) -> None:
    hands.open()
    hands.opens(ClassEditor)


def _gives_class(number: int, under_pointer: bool) -> Check:
    def test(hands: Hands) -> None:
        hands.open()
        for name in range(number):
            hands.window.workbench.classes.add(f"class {name}")
        object_id = hands.add(5)
        hands.window.workbench.objects.choose_category(hands.window.workbench.document.categories()[0].id)
        if under_pointer:
            hands.choose()
            canvas = hands.window.workspace.canvas
            QCursor.setPos(canvas.viewport().mapToGlobal(place(canvas, 15, 20)))
        hands.trigger()
        categories = hands.window.workbench.document.categories()
        (annotation,) = hands.objects
        assert annotation.id == object_id
        assert annotation.category_id == categories[number - 1].id

    return test


CHECKS |= {f"class.{n}": _gives_class(n, under_pointer=False) for n in range(1, len(CLASS_KEYS) + 1)}


CHECKS |= {f"class.under.{n}": _gives_class(n, under_pointer=True) for n in range(1, 10)}


@every(CHECKS)
def test_an_action_does_what_it_says(action_id: str, hands: Hands) -> None:
    CHECKS[action_id](hands)
