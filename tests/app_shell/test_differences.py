"""What people differ on, decided in the window: by buttons and by keys, with both masks on the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from slimsam_app.canvas.waiting import WaitingMask
from slimsam_app.sessions.proposal_table import FoundProposals
from slimsam_app.sessions.questions import AGREED_COLOR
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, Category, ImageState, Provenance
from slimsam_core.class_colors import SIDES
from slimsam_core.labelling.drafts import Proposal
from slimsam_core.pixels.mask import Rle
from slimsam_core.project import Edit, Project
from slimsam_core.teamwork import merge, open_conflicts
from slimsam_core.teamwork.compare import AGREED_KEY
from tests.app_shell.conftest import open_and_wait
from tests.app_shell.test_teamwork import label, say_name, settle, square

CAT, DOG = 1, 2


def project_of_two(folder: Path) -> Path:
    """Ana and Ben labelled one picture: they agree on one thing, and differ on two."""
    path = folder / ".slimsam" / "project.slimsam"
    with Project.open(path) as project:
        names = [Category(id=CAT, name="cat"), Category(id=DOG, name="dog")]
        project.apply("Classes", [Edit(None, one) for one in names])
        image_id = project.images()[1].id
        for author, x, y, category_id in (
            ("Ana", 2, 5, CAT),
            ("Ben", 2, 5, CAT),
            ("Ana", 30, 5, CAT),
            ("Ben", 34, 5, CAT),
            ("Ana", 55, 30, DOG),
        ):
            project.annotator = author
            new = Annotation(
                id=project.next_id(Annotation),
                image_id=image_id,
                category_id=category_id,
                mask=square(x, y).mask,
            )
            project.apply("Add object", [Edit(None, new)])
    return path


@pytest.fixture
def differing(qtbot: QtBot, opened: MainWindow, folder: Path) -> MainWindow:
    """A window with the queue filled, its first question looked at."""
    opened.workbench.close()
    settle(qtbot, opened)
    project_of_two(folder)
    open_and_wait(qtbot, opened, folder)
    settle(qtbot, opened)
    with qtbot.waitSignal(opened.workbench.agreeing.queue_changed, timeout=60_000):
        opened.actions_["project.differences"].trigger()
    opened.activateWindow()
    return opened


def look_at(qtbot: QtBot, window: MainWindow, number: int) -> None:
    tree = window.agree_dock.tree
    heading = tree.topLevelItem(0)
    assert heading is not None
    tree.setCurrentItem(heading.child(number))
    picture = window.workbench.agreeing.queue[number].image_id
    qtbot.waitUntil(lambda: window.workspace.canvas.image_id == picture, timeout=60_000)
    window.workspace.canvas.setFocus()


def objects(window: MainWindow) -> list[tuple[str, Rle]]:
    return [(a.author, a.mask) for a in window.workbench.objects.objects]


def press(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(window.workspace.canvas, key)


def _painted(mask: WaitingMask) -> NDArray[np.uint8]:
    """1 where it is painted, in the whole picture."""
    found = np.zeros((60, 80), np.uint8)
    x, y = int(mask.area.x()), int(mask.area.y())
    rows, columns = mask.logits.shape
    found[y : y + rows, x : x + columns] = mask.logits > 0
    return found


def test_the_worst_comes_first_and_both_masks_are_tinted(qtbot: QtBot, differing: MainWindow) -> None:
    agreeing = differing.workbench.agreeing
    assert [[side.what for side in one.sides] for one in agreeing.queue] == [
        ["dog", "no object"],
        ["cat", "cat"],
    ]
    assert len(agreeing.agreeing) == 1
    look_at(qtbot, differing, 1)
    layers = differing.workspace.canvas.layers
    colors = [QColor(SIDES[0]), QColor(SIDES[1]), QColor(AGREED_COLOR)]
    assert [mask.color for mask in layers.sides.masks] == colors
    assert [mask.area.x() for mask in layers.sides.masks] == [30, 34, 34]
    painted = [_painted(mask) for mask in layers.sides.masks]
    sides = [side.mask.decode() for side in agreeing.queue[1].sides if side.mask is not None]
    np.testing.assert_array_equal(sum(painted), sides[0] | sides[1])  # each pixel in one colour
    np.testing.assert_array_equal(painted[2], sides[0] & sides[1])
    assert differing.agree_dock.shared.isVisible(), "what the third colour means"
    assert set(layers.objects.items_by_id).isdisjoint(agreeing.queue[1].object_ids), "not painted twice"
    assert [button.text() for button in differing.agree_dock.sides if button.isVisible()] == [
        "A  Ana: cat",
        "B  Ben: cat",
    ]
    agreeing.leave()
    assert layers.sides.masks == ()
    assert len(layers.objects.items_by_id) == 5
    settle(qtbot, differing)


@pytest.mark.parametrize(
    ("key", "left"),
    [
        (Qt.Key.Key_A, [square(30, 5).mask]),
        (Qt.Key.Key_B, [square(34, 5).mask]),
        (Qt.Key.Key_K, [square(30, 5).mask, square(34, 5).mask]),
    ],
)
def test_a_key_decides_and_the_next_question_comes(
    qtbot: QtBot, differing: MainWindow, key: Qt.Key, left: list[Rle]
) -> None:
    look_at(qtbot, differing, 1)
    shown = differing.workbench.navigator.current_id
    press(differing, key)
    workbench = differing.workbench
    assert workbench.navigator.current_id == shown, "A is no step to the former picture now"
    decided = [a for a in workbench.objects.objects if AGREED_KEY in a.extra]
    assert [a.mask for a in decided] == left
    assert workbench.agreeing.current is not None
    assert [side.what for side in workbench.agreeing.current.sides] == ["dog", "no object"]
    press(differing, Qt.Key.Key_B)  # no object
    assert not [a for a in workbench.objects.objects if a.category_id == DOG]
    assert workbench.agreeing.queue == ()
    workbench.undo()
    workbench.undo()
    assert len(workbench.agreeing.queue) == 2
    assert len(workbench.objects.objects) == 5


def test_the_union_has_the_pixels_of_both(qtbot: QtBot, differing: MainWindow) -> None:
    look_at(qtbot, differing, 1)
    press(differing, Qt.Key.Key_U)
    (made,) = (a for a in differing.workbench.objects.objects if AGREED_KEY in a.extra)
    assert made.mask.area == 24 * 20
    assert made.mask.bbox_xywh == (30, 5, 24, 20)


def test_what_is_drawn_anew_is_the_answer(qtbot: QtBot, differing: MainWindow) -> None:
    look_at(qtbot, differing, 1)
    before = {a.id for a in differing.workbench.objects.objects}
    press(differing, Qt.Key.Key_R)
    assert differing.workbench.agreeing.drawing
    press(differing, Qt.Key.Key_B)  # the brush, as usual
    assert differing.workspace.canvas.tool.id == "brush"
    label(differing, 10)
    after = differing.workbench.objects.objects
    assert len(after) == len(before) - 1
    assert {a.id for a in after} < before
    (made,) = (a for a in after if AGREED_KEY in a.extra)
    assert made.mask == square(10).mask
    assert not differing.workbench.agreeing.drawing


def test_escape_leaves_drawing_then_the_question(qtbot: QtBot, differing: MainWindow) -> None:
    look_at(qtbot, differing, 1)
    press(differing, Qt.Key.Key_R)
    press(differing, Qt.Key.Key_Escape)
    assert not differing.workbench.agreeing.drawing
    assert differing.workbench.agreeing.current is not None
    press(differing, Qt.Key.Key_Escape)
    assert differing.workbench.agreeing.current is None
    shown = differing.workbench.navigator.current_id
    press(differing, Qt.Key.Key_A)
    assert differing.workbench.navigator.current_id != shown, "A is a step again"
    settle(qtbot, differing)


def test_escape_drops_a_begun_outline_before_it_leaves(qtbot: QtBot, differing: MainWindow) -> None:
    look_at(qtbot, differing, 1)
    press(differing, Qt.Key.Key_R)
    canvas = differing.workspace.canvas
    canvas.set_tool("polygon")
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.viewport().rect().center())
    assert canvas.tool.outline()
    press(differing, Qt.Key.Key_Escape)
    assert not canvas.tool.outline()
    assert differing.workbench.agreeing.drawing, "the question still waits for a mask"
    press(differing, Qt.Key.Key_Escape)
    assert not differing.workbench.agreeing.drawing


def test_proposals_stay_behind_while_differences_are_decided(qtbot: QtBot, differing: MainWindow) -> None:
    """Who is A and who is B is seen on every picture, and the window keeps its size."""
    differing.resize(1280, 720)
    look_at(qtbot, differing, 1)
    image_id = differing.workbench.navigator.current_id
    assert image_id is not None
    made = Provenance(source="everything", predicted_iou=0.9)
    proposal = Proposal(id=1, mask=differing.workbench.objects.objects[0].mask, provenance=made)
    everything = differing.workbench.everything
    everything._take(FoundProposals(image_id, (proposal,), 0), ())
    assert everything.proposals
    assert not differing.proposals_dock.isVisible()
    qtbot.waitUntil(lambda: not differing.agree_dock.sides[1].visibleRegion().isEmpty(), timeout=60_000)
    assert differing.height() <= 720
    differing.workspace.canvas.setFocus()
    press(differing, Qt.Key.Key_B)
    assert not differing.proposals_dock.isVisible()
    differing.actions_["project.differences"].trigger()
    assert not differing.agree_dock.isVisible()
    qtbot.waitUntil(lambda: not differing.proposals_dock.isHidden(), timeout=60_000)
    differing.actions_["project.differences"].trigger()
    assert differing.proposals_dock.isHidden()
    differing.workbench.agreeing.clear()
    assert not differing.agree_dock.isHidden()
    assert not differing.proposals_dock.isHidden(), "nothing is left to decide: proposals come back"
    settle(qtbot, differing)


def test_the_answers_scroll_where_the_window_is_low(qtbot: QtBot, differing: MainWindow) -> None:
    """Beside many buttons a window would grow past the edge of the screen."""
    dock = differing.agree_dock
    without = dock.widget().minimumSizeHint().height()
    look_at(qtbot, differing, 1)
    assert dock.sides[1].isVisible()
    assert dock.widget().minimumSizeHint().height() - without < 130
    differing.resize(1280, differing.minimumSizeHint().height())
    qtbot.waitUntil(lambda: dock._room.verticalScrollBar().maximum() > 0, timeout=60_000)
    differing.resize(1280, 1400)
    qtbot.waitUntil(lambda: dock._room.verticalScrollBar().maximum() == 0, timeout=60_000)


def test_what_was_decided_is_said(qtbot: QtBot, differing: MainWindow) -> None:
    told: list[str] = []
    differing.workbench.objects.noted.connect(lambda words, _: told.append(words))
    look_at(qtbot, differing, 1)
    press(differing, Qt.Key.Key_U)
    look_at(qtbot, differing, 0)
    press(differing, Qt.Key.Key_A)
    assert told == ["Decided: both masks united.", "Decided: Ana, dog."]
    assert "1 object is there once for each person" in differing.agree_dock.words.text()


def test_letters_in_a_text_field_are_letters(qtbot: QtBot, differing: MainWindow) -> None:
    look_at(qtbot, differing, 1)
    before = differing.workbench.document.project.last_seq()
    line = differing.images_dock.search
    line.setFocus()
    QTest.keyClicks(line, "abuk")
    assert line.text() == "abuk"
    assert differing.workbench.document.project.last_seq() == before
    line.clear()


def test_what_agrees_is_kept_once(qtbot: QtBot, differing: MainWindow) -> None:
    look_at(qtbot, differing, 0)
    assert differing.agree_dock.settle.text() == "Keep 1 object once"
    qtbot.mouseClick(differing.agree_dock.settle, Qt.MouseButton.LeftButton)
    assert len(differing.workbench.objects.objects) == 4
    assert not differing.agree_dock.settle.isVisible()
    assert len(differing.workbench.agreeing.queue) == 2


Change = Callable[[Project, int], None]


def _redraw(project: Project, number: int) -> None:
    before = project.annotation(number)
    project.apply("Redraw", [Edit(before, replace(before, mask=square(40, 20).mask))])


def _delete(project: Project, number: int) -> None:
    project.apply("Delete", [Edit(project.annotation(number), None)])


@pytest.mark.parametrize("elsewhere", [_redraw, _delete])
@pytest.mark.parametrize("side", [0, 1])
def test_a_conflict_of_a_merge_is_decided(
    qtbot: QtBot, opened: MainWindow, elsewhere: Change, side: int
) -> None:
    number = label(opened, 5)
    say_name(opened, "Chief", False)
    project = opened.workbench.document.project
    copy = project.path.with_name("copy.slimsam")
    project.save_copy(copy)
    opened.workbench.objects.reshape(number, square(50).mask)
    with Project.open(copy) as other:
        other.annotator = "Ben"
        elsewhere(other, number)
    with qtbot.waitSignal(opened.workbench.parts.merged, timeout=60_000):
        opened.workbench.parts.merge([copy])
    with qtbot.waitSignal(opened.workbench.agreeing.queue_changed, timeout=60_000):
        opened.actions_["project.differences"].trigger()
    settle(qtbot, opened)
    (question,) = opened.workbench.agreeing.queue
    there = square(40, 20).mask if elsewhere is _redraw else None
    assert [one.mask for one in question.sides] == [square(50).mask, there]
    opened.workbench.agreeing.go(question)
    qtbot.mouseClick(opened.agree_dock.sides[side], Qt.MouseButton.LeftButton)
    assert open_conflicts(project) == []
    wanted = [square(50).mask] if side == 0 else [there] if there else []
    assert [mask for _, mask in objects(opened)] == wanted
    if side and there:
        assert objects(opened)[0][0] == "Ben", "whose mask it is stays known"
    merge(project, [copy])
    assert open_conflicts(project) == [], "a decision holds for copies that come later"
    opened.workbench.document.catch_up()


def test_states_and_names_that_differ_are_questions_too(qtbot: QtBot, opened: MainWindow) -> None:
    label(opened, 5)
    project = opened.workbench.document.project
    copy = project.path.with_name("copy.slimsam")
    project.save_copy(copy)
    for one, state, name in ((project, ImageState.DONE, "cat"), (None, ImageState.NEEDS_REVIEW, "dog")):
        with Project.open(copy) if one is None else _Open(project) as edited:
            image, category = edited.images()[0], edited.categories()[0]
            edited.apply("State", [Edit(image, replace(image, state=state))])
            edited.apply("Name", [Edit(category, replace(category, name=name))])
    opened.workbench.document.catch_up()
    with qtbot.waitSignal(opened.workbench.parts.merged, timeout=60_000):
        opened.workbench.parts.merge([copy])
    with qtbot.waitSignal(opened.workbench.agreeing.queue_changed, timeout=60_000):
        opened.actions_["project.differences"].trigger()
    settle(qtbot, opened)
    agreeing = opened.workbench.agreeing
    assert sorted([side.what for side in one.sides] for one in agreeing.queue) == [
        ["Done", "Needs review"],
        ["cat", "dog"],
    ]
    for question in agreeing.queue:
        agreeing.go(question)
        agreeing.take(1)
    assert agreeing.queue == ()
    assert project.images()[0].state is ImageState.NEEDS_REVIEW
    assert [c.name for c in project.categories()] == ["dog"]


class _Open:
    """The open project, left open."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def __enter__(self) -> Project:
        return self._project

    def __exit__(self, *_: object) -> None:
        """Nothing is closed."""


def test_one_queue_is_open_at_a_time(qtbot: QtBot, differing: MainWindow) -> None:
    differing.actions_["image.queue"].trigger()
    qtbot.waitUntil(differing.review_dock.isVisible, timeout=60_000)
    assert not differing.agree_dock.isVisible()
    differing.actions_["project.differences"].trigger()
    qtbot.waitUntil(differing.agree_dock.isVisible, timeout=60_000)
    assert not differing.review_dock.isVisible()
