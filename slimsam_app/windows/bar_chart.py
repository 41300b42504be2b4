"""Named bars, each with its number: a chart that a screen reader can read too."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from slimsam_app.theme import Theme
from slimsam_core.visible_text import one_line

ROW = 26
LABEL_SHARE = 0.34


@dataclass(frozen=True)
class Bar:
    """One row: a name, a value, its colour, and the words beside it."""

    name: str
    value: float
    color: str
    words: str


class BarChart(QWidget):
    """Horizontal bars on one scale: the longest is full, or the ``whole`` that they are parts of."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._bars: tuple[Bar, ...] = ()
        self._whole = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_bars(self, bars: tuple[Bar, ...], whole: float = 0.0) -> None:
        """Show these rows; ``whole``: the value of a full row, 0 = that of the longest."""
        self._bars, self._whole = bars, whole
        self.setAccessibleDescription("; ".join(f"{bar.name}: {bar.words}" for bar in bars))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, ROW * max(1, len(self._bars)))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        full = self._whole or max((bar.value for bar in self._bars), default=0) or 1
        metrics = painter.fontMetrics()
        number = max((metrics.horizontalAdvance(bar.words) for bar in self._bars), default=0) + 12
        label = int(self.width() * LABEL_SHARE)
        room = max(20, self.width() - label - number)
        for row, bar in enumerate(self._bars):
            top = row * ROW
            painter.setPen(self._theme.color("text"))
            shown = metrics.elidedText(one_line(bar.name), Qt.TextElideMode.ElideRight, label - 12)
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRect(0, top, label, ROW), middle, shown)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("line"))
            painter.drawRoundedRect(QRectF(label, top + 8, room, ROW - 16), 4, 4)
            if bar.value:
                painter.setBrush(QColor(bar.color))
                width = max(4.0, room * bar.value / full)
                painter.drawRoundedRect(QRectF(label, top + 8, width, ROW - 16), 4, 4)
            painter.setPen(self._theme.color("muted"))
            place = QRect(label + room, top, number, ROW)
            painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, one_line(bar.words))
