"""Rulers in image pixels along the upper and left edge of the canvas."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from slimsam_app import figures
from slimsam_app.canvas.surface import Surface

WIDTH_PX = 20
_LABEL_EVERY_PX = 80.0


def nice_step(pixels: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, 50 ... that is at least ``pixels``."""
    power = 10.0 ** math.floor(math.log10(max(pixels, 1.0)))
    return next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor >= pixels * (1 - 1e-9))


class Ruler(QWidget):
    """One ruler; a line follows the mouse."""

    def __init__(self, canvas: Surface, across: bool) -> None:
        super().__init__(canvas)
        self.setObjectName("rulerAcross" if across else "rulerDown")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._canvas, self._across = canvas, across
        self._mark: int | None = None
        canvas.view_changed.connect(self.update)
        canvas.pixel_hovered.connect(self._follow)
        self.hide()

    def _follow(self, column: int, row: int, _: object) -> None:
        mark = column if self._across else row
        if self.isVisible() and mark != self._mark:
            self._mark = mark
            self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Window))
        box, zoom = self._canvas.visible_box(), self._canvas.zoom
        if box is not None:
            font = painter.font()
            font.setPixelSize(10)
            painter.setFont(font)
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            step = nice_step(_LABEL_EVERY_PX / zoom)
            first, last = (box.x0, box.x1) if self._across else (box.y0, box.y1)
            tick = step / 5
            for number in range(math.ceil(first / tick), math.floor(last / tick) + 1):
                self._draw_tick(painter, number * tick, number % 5 == 0)
            if self._mark is not None and self._mark >= 0:
                painter.setPen(self.palette().color(QPalette.ColorRole.Highlight))
                self._draw_line(painter, self._mark + 0.5, WIDTH_PX)
        painter.end()

    def _draw_tick(self, painter: QPainter, value: float, labelled: bool) -> None:
        self._draw_line(painter, value, 8 if labelled else 4)
        if not labelled:
            return
        at = self._place(value)
        if self._across:
            painter.drawText(QPointF(at + 3, 11), figures.short(value, 6))
        else:
            painter.save()
            painter.translate(11, at - 3)
            painter.rotate(-90)
            painter.drawText(QRectF(0, -10, 60, 12), Qt.AlignmentFlag.AlignLeft, figures.short(value, 6))
            painter.restore()

    def _draw_line(self, painter: QPainter, value: float, length: int) -> None:
        at = self._place(value)
        if self._across:
            painter.drawLine(QPointF(at, WIDTH_PX - length), QPointF(at, WIDTH_PX))
        else:
            painter.drawLine(QPointF(WIDTH_PX - length, at), QPointF(WIDTH_PX, at))

    def _place(self, value: float) -> float:
        """Where a column or row lies along the ruler; the ruler begins where the viewport does."""
        point = self._canvas.viewportTransform().map(QPointF(value, value))
        return point.x() if self._across else point.y()
