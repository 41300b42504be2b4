"""Pins on the picture: where a note of a second person is meant, with its number."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from slimsam_app.plain_text import plain_tip
from slimsam_core.annotation import ReviewNote
from slimsam_core.visible_text import one_line

COLOR = QColor("#e64980")
_HEAD_PX, _HEIGHT_PX = 11.0, 28.0
"""Radius of the head, and how far the head's middle and its radius stand above the place."""
_LETTER_PX = 12
MOST = 200
"""Pins that are drawn: a picture with more is not read by pins."""


class PinItem(QGraphicsItem):
    """One pin of constant size on the screen; its tip stands at the place, its tool tip is the note."""

    def __init__(self, number: int, note: ReviewNote) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setPos(note.x, note.y)
        self.setToolTip(plain_tip(note.text))
        self.number = number

    def boundingRect(self) -> QRectF:
        side = _HEAD_PX + 2
        return QRectF(-side, -_HEIGHT_PX - 2, 2 * side, _HEIGHT_PX + 4)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(0, -_HEIGHT_PX + _HEAD_PX)
        body = QPainterPath()
        body.addEllipse(middle, _HEAD_PX, _HEAD_PX)
        point = QPainterPath(QPointF(-0.7 * _HEAD_PX, middle.y() + 0.7 * _HEAD_PX))
        point.lineTo(0, 0)
        point.lineTo(0.7 * _HEAD_PX, middle.y() + 0.7 * _HEAD_PX)
        painter.setPen(QPen(Qt.GlobalColor.white, 1.5))
        painter.setBrush(QBrush(COLOR))
        painter.drawPath(body.united(point))
        letters = QFont(painter.font())
        letters.setPixelSize(_LETTER_PX)
        letters.setBold(True)
        painter.setFont(letters)
        head = QRectF(middle.x() - _HEAD_PX, middle.y() - _HEAD_PX, 2 * _HEAD_PX, 2 * _HEAD_PX)
        painter.drawText(head, Qt.AlignmentFlag.AlignCenter, one_line(str(self.number)))


class PinLayer:
    """The pins of the picture that is shown."""

    def __init__(self, scene: QGraphicsScene, z: float) -> None:
        self._scene, self._z = scene, z
        self.items: tuple[PinItem, ...] = ()

    def show(self, notes: Sequence[ReviewNote]) -> None:
        """Stick a pin for each note, numbered from 1, and no others."""
        for item in self.items:
            self._scene.removeItem(item)
        self.items = tuple(
            PinItem(number, note)
            for number, note in enumerate(notes[:MOST], 1)
            if math.isfinite(note.x) and math.isfinite(note.y)
        )
        for item in self.items:
            item.setZValue(self._z)
            self._scene.addItem(item)
