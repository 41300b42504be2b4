"""Rows of the lists in a narrow panel: what tells one row from the next stays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QLineEdit, QStyleOptionViewItem

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
