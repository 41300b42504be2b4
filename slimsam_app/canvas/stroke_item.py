"""The stroke of a brush while it is being painted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from slimsam_app.canvas.items import device_scale

_OPACITY = 0.55


class StrokeItem(QGraphicsItem):
    """Keeps the stroke as pixels of the screen: each step costs its newest piece, however long the way."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._area = QRectF()
        self._points: list[QPointF] = []
        self._drawn = 0
        self._image = QImage()
        self._image_for: tuple[QTransform, float] | None = None
        self._color = QColor()
        self._diameter = 1.0
        self.hide()

    def set_area(self, area: QRectF) -> None:
        """The picture, which a stroke may not leave."""
        self.prepareGeometryChange()
        self._area = area

    def begin(self, color: QColor, diameter: float) -> None:
        """A new stroke, ``diameter`` image pixels wide."""
        self._points, self._drawn, self._image_for = [], 0, None
        self._color, self._diameter = QColor(color), diameter
        self._color.setAlphaF(_OPACITY)
        self.show()

    def add(self, point: tuple[float, float]) -> None:
        """The brush went on to this point of the picture."""
        here = QPointF(*point)
        before = self._points[-1] if self._points else here
        self._points.append(here)
        margin = self._diameter / 2 + 2
        self.update(QRectF(before, here).normalized().adjusted(-margin, -margin, margin, margin))

    def end(self) -> None:
        """The stroke is over."""
        self._points, self._image, self._image_for = [], QImage(), None
        self.hide()

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        transform, ratio = device_scale(painter)
        if self._image_for != (transform, ratio):
            room = painter.window()
            self._image = QImage(room.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
            self._image.setDevicePixelRatio(ratio)
            self._image.fill(Qt.GlobalColor.transparent)
            self._image_for, self._drawn = (QTransform(transform), ratio), 0
        self._draw_new(transform)
        exposed = transform.mapRect(option.exposedRect).toAlignedRect().intersected(painter.window())
        painter.save()
        painter.resetTransform()
        source = QRectF(
            exposed.x() * ratio, exposed.y() * ratio, exposed.width() * ratio, exposed.height() * ratio
        )
        painter.drawImage(QRectF(exposed), self._image, source)
        painter.restore()

    def _draw_new(self, transform: QTransform) -> None:
        new = self._points[max(0, self._drawn - 1) :]
        if self._drawn == len(self._points) or not new:
            return
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # the newest piece replaces what it covers instead of darkening it
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.setTransform(transform)
        painter.setPen(
            QPen(
                self._color,
                self._diameter,
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.RoundCap,
                Qt.PenJoinStyle.RoundJoin,
            )
        )
        if len(new) == 1:
            painter.drawPoint(new[0])
        else:
            painter.drawPolyline(new)
        painter.end()
        self._drawn = len(self._points)
