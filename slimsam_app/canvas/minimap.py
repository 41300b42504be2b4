"""A small map of the picture in the corner of the canvas, while only a part of the picture can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from slimsam_app.canvas.surface import Surface
from slimsam_app.i18n import tr

if TYPE_CHECKING:
    from slimsam_app.canvas.pyramid import Pyramid

SIDE_PX, MARGIN_PX = 160, 12
_REST_MS = 120
_FRAME = QColor("#ffd166")


class Minimap(QWidget):
    """Shows where one is; a press goes elsewhere."""

    def __init__(self, canvas: Surface) -> None:
        super().__init__(canvas)
        self.setObjectName("minimap")
        self.setAccessibleName(tr("Overview map"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._canvas = canvas
        self._picture: QImage | None = None
        self._picture_of: tuple[object, object] = (None, None)
        # while a widget lies over the canvas Qt paints all of it anew at each step of a pan, not the new rim
        # alone, which takes several times as long: the map steps aside until the view rests
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.refresh)
        canvas.view_changed.connect(self._step_aside)
        self.hide()

    def refresh(self) -> None:
        """Another picture, part or look: show, hide, place and paint anew."""
        canvas, rect, box = self._canvas, self._canvas.layers.image_rect, self._canvas.visible_box()
        whole = box is None or (box.x1 - box.x0) * (box.y1 - box.y0) > 0.9 * rect.width() * rect.height()
        self.setVisible(canvas.style_now.minimap and not whole)
        if rect.isEmpty():
            self._picture, self._picture_of = None, (None, None)
        if not self.isVisible():
            return
        scale = SIDE_PX / max(rect.width(), rect.height())
        self.resize(max(24, round(rect.width() * scale)), max(24, round(rect.height() * scale)))
        area = canvas.viewport().geometry()
        self.move(area.right() - self.width() - MARGIN_PX, area.top() + MARGIN_PX)
        self.update()

    def _step_aside(self) -> None:
        self.hide()
        self._rest.start()

    def paintEvent(self, _: QPaintEvent) -> None:
        pyramid, box = self._canvas.layers.pyramid, self._canvas.visible_box()
        if pyramid is None:
            return
        painter = QPainter(self)
        painter.drawImage(self.rect(), self._small(pyramid))
        if box is not None:
            across, down = self._scale()
            seen = QRectF(
                box.x0 * across, box.y0 * down, (box.x1 - box.x0) * across, (box.y1 - box.y0) * down
            )
            painter.setPen(QPen(_FRAME, 2))
            painter.drawRect(seen.adjusted(1, 1, -1, -1))
        painter.setPen(QPen(QColor(0, 0, 0, 160), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # the press was here: its release is nothing for the tool below

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def _go(self, place: QPointF) -> None:
        across, down = self._scale()
        self._canvas.center_at(place.x() / across, place.y() / down)

    def _scale(self) -> tuple[float, float]:
        rect = self._canvas.layers.image_rect
        return self.width() / rect.width(), self.height() / rect.height()

    def _small(self, pyramid: Pyramid) -> QImage:
        pixels, curve = self._picture_of
        if self._picture is None or pixels is not pyramid.pixels or curve is not pyramid.curve:
            ratio = self.devicePixelRatioF()
            size = (round(self.width() * ratio), round(self.height() * ratio))
            rgb = pyramid.overview(max(1, pyramid.pixels.shape[1] // (2 * size[0])))
            small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
            image = QImage(small.data, *size, 3 * size[0], QImage.Format.Format_RGB888)
            self._picture, self._picture_of = image.copy(), (pyramid.pixels, pyramid.curve)
        return self._picture
