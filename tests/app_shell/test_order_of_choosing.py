"""Subtract cuts what was chosen later out of what was chosen first, and says so in its tip."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from slimsam_app.windows.main_window import MainWindow
from tests.app_shell.test_context_menus import LEFT, row_place
from tests.app_shell.test_grey_actions import look_at_tip
from tests.app_shell.test_labelling import add_object
from tests.app_shell.test_masks import settle

CTRL = Qt.KeyboardModifier.ControlModifier


def row_of(window: MainWindow, annotation_id: int) -> int:
    dock = window.objects_dock
    return dock.proxy.mapFromSource(
        window.objects_model.index(window.objects_model.row_of(annotation_id))
    ).row()


@pytest.mark.parametrize("nearer_first", [True, False])
def test_the_first_chosen_object_is_cut(qtbot: QtBot, opened: MainWindow, nearer_first: bool) -> None:
    rear, near = add_object(opened, 5), add_object(opened, 15)
    order = (near, rear) if nearer_first else (rear, near)
    view = opened.objects_dock.view
    QTest.mouseClick(view.viewport(), LEFT, pos=row_place(view, row_of(opened, order[0])))
    QTest.mouseClick(view.viewport(), LEFT, CTRL, row_place(view, row_of(opened, order[1])))
    assert opened.workbench.objects.first_chosen == order[0]
    opened.actions_["mask.subtract"].trigger()
    settle(qtbot, opened)
    areas = {a.id: a.mask.area for a in opened.workbench.objects.objects}
    assert areas == {order[0]: 200, order[1]: 400}


def test_the_order_follows_what_is_let_go(opened: MainWindow) -> None:
    first, second, third = (add_object(opened, x) for x in (5, 15, 40))
    objects = opened.workbench.objects
    for chosen in ((second,), (second, third), (first, second, third)):
        objects.select(chosen)
    assert objects.first_chosen == second
    objects.select((first, third))
    assert objects.first_chosen == third
    objects.select(())
    assert objects.first_chosen is None


def test_the_tips_say_which_from_which(opened: MainWindow) -> None:
    look_at_tip(opened.workspace, QPoint(1, 1))
    assert "later out of the one that was selected first" in opened.actions_["mask.subtract"].toolTip()
    for action_id in ("mask.merge", "mask.intersect"):
        assert "selected first keeps its number" in opened.actions_[action_id].toolTip()


@pytest.mark.parametrize("nearer_first", [True, False])
@pytest.mark.parametrize("action_id", ["mask.merge", "mask.intersect"])
def test_of_several_the_one_chosen_first_stays_and_is_named(
    qtbot: QtBot, opened: MainWindow, action_id: str, nearer_first: bool
) -> None:
    objects = opened.workbench.objects
    made = add_object(opened, 5), add_object(opened, 15)
    for annotation_id, name in zip(made, ("tiger", "tail"), strict=True):
        category = opened.workbench.classes.add(name)
        assert category is not None
        objects.set_category_of((annotation_id,), category.id)
    first, second = reversed(made) if nearer_first else made
    objects.select((first,))
    objects.select((first, second))
    before = {a.id: a for a in objects.objects}[first]
    told: list[str] = []
    objects.noted.connect(lambda words, _: told.append(words))
    opened.actions_[action_id].trigger()
    settle(qtbot, opened)
    (left,) = objects.objects
    assert (left.id, left.category_id) == (first, before.category_id)
    assert any(f"#{first}" in words for words in told)
