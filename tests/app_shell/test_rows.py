"""Rows of the lists in a narrow panel: what tells one row from the next stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QLineEdit, QStyleOptionViewItem

from slimsam_app.item_models import objects_model
from slimsam_app.item_models.objects_model import ObjectRole
from slimsam_app.windows.delegates import ClassDelegate, ObjectDelegate
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Category
from slimsam_core.errors import ProjectError
from tests.app_shell.test_labelling import add_object


class Watched(ObjectDelegate):
    """Keeps the words of the rows that it paints, with the room that they had and what they need."""

    def text(self, painter: QPainter, rect: QRect, text: str, *args: object, **named: object) -> int:
        self.painted.append((text, rect.width(), painter.fontMetrics().horizontalAdvance(text)))
        return super().text(painter, rect, text, *args, **named)  # type: ignore[arg-type]

    painted: list[tuple[str, int, int]]


def painted(window: MainWindow, width: int) -> dict[str, tuple[int, int]]:
    """Words of the first row of the objects, painted ``width`` pixels wide: their room and their need."""
    view = window.objects_dock.view
    delegate = Watched(window.theme, view)
    delegate.painted = []
    option = QStyleOptionViewItem()
    option.initFrom(view)
    option.rect = QRect(0, 0, width, 30)
    canvas = QPixmap(option.rect.size())
    painter = QPainter(canvas)
    delegate.paint(painter, option, window.objects_dock.proxy.index(0, 0))
    painter.end()
    return {words: (room, need) for words, room, need in delegate.painted}


@pytest.fixture
def with_object(opened: MainWindow) -> MainWindow:
    """A window with one object of a class with a long name and a predicted IoU."""
    add_object(opened)
    (thing,) = opened.workbench.objects.objects
    opened.workbench.classes.rename(thing.category_id, "agricultural vehicle with a trailer")
    return opened


def test_the_number_of_an_object_stays_and_its_class_is_cut(with_object: MainWindow) -> None:
    (thing,) = with_object.workbench.objects.objects
    number = f"#{thing.id}"
    for width in (300, 200, 160):
        room, need = painted(with_object, width)[number]
        assert need <= room
    assert number not in painted(with_object, 90), "a class of one letter says nothing"


def test_the_field_for_another_name_of_a_class_stays_in_its_row(with_object: MainWindow) -> None:
    view = with_object.classes_dock.view
    index = view.model().index(0, 0)
    assert isinstance(view.itemDelegate(), ClassDelegate)
    view.edit(index)
    (field,) = view.viewport().findChildren(QLineEdit)
    row = view.visualRect(index)
    assert row.contains(field.geometry())
    assert field.geometry().right() < row.right() - 4
    assert field.geometry().left() > row.left() + 20, "the colour stays in sight"


def test_no_width_cuts_a_name_beside_the_predicted_iou(with_object: MainWindow) -> None:
    """At one width it was cut to half for want of a pixel."""
    beside = 0
    for width in range(60, 500):
        found = painted(with_object, width)
        name = with_object.objects_dock.proxy.index(0, 0).data()
        room, need = found[name]
        if any(words[:2] in ("0.", "1.") for words in found):
            beside += 1
            assert need <= room, width
    assert beside


def test_a_row_of_a_damaged_project_stays_empty_and_leaves_the_painter_as_it_was(
    with_object: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged() -> tuple[Category, ...]:
        raise ProjectError("It is damaged.")

    view = with_object.objects_dock.view
    option = QStyleOptionViewItem()
    option.initFrom(view)
    option.rect = QRect(0, 0, 200, 30)
    canvas = QPixmap(option.rect.size())
    painter = QPainter(canvas)
    painter.setOpacity(0.5)
    with monkeypatch.context() as only:
        only.setattr(with_object.workbench.document, "categories", damaged)
        delegate = ObjectDelegate(with_object.theme, view)
        delegate.paint(painter, option, with_object.objects_dock.proxy.index(0, 0))
    assert painter.opacity() == 0.5
    assert not painter.testRenderHint(QPainter.RenderHint.Antialiasing)
    painter.end()


NAME = "construction"
"""Twelve letters, of which none is narrow."""


@pytest.mark.parametrize("score", [0.97, 0.31])
@pytest.mark.parametrize("number", [7, 345])
def test_a_class_of_twelve_letters_is_read_in_the_first_widths(
    opened: MainWindow, monkeypatch: pytest.MonkeyPatch, number: int, score: float
) -> None:
    """Two letters with an ellipsis between them stood there, and the predicted IoU had the room."""
    add_object(opened)
    (thing,) = opened.workbench.objects.objects
    opened.workbench.classes.rename(thing.category_id, NAME)
    assert opened.width() == 1280
    model = opened.objects_model
    shown = replace(thing, id=number, score=score)
    data = model.data
    known = {ObjectRole.ANNOTATION: shown, ObjectRole.SCORE: score}
    monkeypatch.setattr(model, "data", lambda index, role=0: known.get(role, data(index, role)))
    found = painted(opened, opened.objects_dock.view.viewport().width())
    for words in (NAME, f"#{number}"):
        room, need = found[words]
        assert need <= room, words


def test_the_predicted_iou_stands_where_it_has_room(
    with_object: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects_model, "confidence", lambda _: 0.97)
    assert "0.97" in painted(with_object, 500)
    assert "0.97" not in painted(with_object, 160)
