"""The class that an open mask looks like, as a pale chip."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from slimsam_core.visible_text import one_line

_PALE = 70
"""Of 255: a suggestion is paler than what is in the project."""
_SIDE_PX, _DOT_PX, _MOST_PX = 8, 8, 220
"""Beside the words, the colour before them, and the widest that a chip gets."""


class ClassChip(QWidget):
    """A rounded field in the colour of the class with its name; hidden while there is none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("classChip")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.name, self._color = "", QColor()
        self.hide()

    def show_class(self, name: str, color: QColor) -> None:
        """Show this class; an empty name hides the chip."""
        self.name, self._color = one_line(name), color
        self.setAccessibleName(self.name)
        self.setVisible(bool(name))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        words = min(metrics.horizontalAdvance(self.name), _MOST_PX)
        return QSize(words + _DOT_PX + 3 * _SIDE_PX, metrics.height() + 6)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pale = QColor(self._color)
        pale.setAlpha(_PALE)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(self._color)
        painter.setBrush(pale)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color)
        middle = (self.height() - _DOT_PX) / 2
        painter.drawEllipse(QRectF(_SIDE_PX, middle, _DOT_PX, _DOT_PX))
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        room = self.rect().adjusted(_SIDE_PX + _DOT_PX + _SIDE_PX // 2, 0, -_SIDE_PX, 0)
        words = self.fontMetrics().elidedText(self.name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, one_line(words))
