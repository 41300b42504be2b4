"""The list of the class editor: rows are dragged, or moved with Alt and the arrow keys, to another place."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QListView, QWidget

from slimsam_app.item_models.classes_model import ClassRole
from slimsam_app.item_models.index import Index
from slimsam_app.theme import Theme
from slimsam_app.windows.delegates import ClassDelegate
from slimsam_core.annotation import Category

_NUMBER_WIDTH = 26
"""Pixels for the number before a class: three digits."""
_LINE_WIDTH = 2
"""Pixels of the line that shows where a dragged row would go."""


class NumberedClassDelegate(ClassDelegate):
    """A class with the number that formats without names write for it."""

    def fill(self, painter: QPainter, rect: QRect, index: Index) -> None:
        number = QRect(rect.left(), rect.top(), _NUMBER_WIDTH, rect.height())
        self.text(painter, number, str(index.row()), "muted")
        super().fill(painter, rect.adjusted(_NUMBER_WIDTH, 0, 0, 0), index)


class ClassRows(QListView):
    """Tells where a row was moved to; the model follows when the project did."""

    moved = Signal(int, int)
    """Id of a class, and the row in front of which it is wanted: 0 to the number of rows."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pressed: QPoint | None = None
        self._row = -1
        self._gap: int | None = None
        """The row in front of which the dragged one would go; None while nothing is dragged."""
        self.setItemDelegate(NumberedClassDelegate(theme, self))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        row = self.indexAt(event.position().toPoint()).row()
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self._pressed, self._row = event.position().toPoint(), row

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        far = (place - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if far or self._gap is not None:
            self._gap = self._gap_at(place.y())
            self.scrollTo(self.model().index(min(self._gap, self.model().rowCount() - 1), 0))
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gap, row = self._gap, self._row
        self._drop()
        super().mouseReleaseEvent(event)
        if gap is not None:
            self._move(row, gap)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._gap is not None:
            self._drop()
            return
        row = self.currentIndex().row()
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and row >= 0:
            if event.key() == Qt.Key.Key_Up:
                self._move(row, row - 1)
                return
            if event.key() == Qt.Key.Key_Down:
                self._move(row, row + 2)
                return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._gap is None:
            return
        last = self.model().rowCount() - 1
        rect = self.visualRect(self.model().index(min(self._gap, last), 0))
        y = rect.top() if self._gap <= last else rect.bottom()
        painter = QPainter(self.viewport())
        painter.setPen(QPen(self._theme.color("accent"), _LINE_WIDTH))
        painter.drawLine(rect.left(), y, rect.right(), y)
        painter.end()

    def _gap_at(self, y: int) -> int:
        """The gap between rows that is nearest to this height of the viewport."""
        for row in range(self.model().rowCount()):
            if y < self.visualRect(self.model().index(row, 0)).center().y():
                return row
        return self.model().rowCount()

    def _drop(self) -> None:
        self._pressed = self._gap = None
        self.viewport().update()

    def _move(self, row: int, gap: int) -> None:
        category = self.model().index(row, 0).data(ClassRole.CATEGORY)
        if (
            gap not in (row, row + 1)
            and 0 <= gap <= self.model().rowCount()
            and isinstance(category, Category)
        ):
            self.moved.emit(category.id, gap)
