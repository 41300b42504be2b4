"""Graphics items: the picture by tiles, the live preview, the marks of prompts."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsSimpleTextItem,
    QStyleOptionGraphicsItem,
    QWidget,
)

from slimsam_app.canvas.pyramid import TILE, Pyramid, TileId
from slimsam_core.pixels.geometry import PointPrompt
from slimsam_core.visible_text import one_line

POSITIVE = QColor("#27c46b")
NEGATIVE = QColor("#ef4444")
MARK_RADIUS_PX = 6.0


def device_scale(painter: QPainter) -> tuple[QTransform, float]:
    """The way from item to logical view coordinates, and device pixels a logical pixel."""
    device = painter.device()
    return painter.worldTransform(), device.devicePixelRatioF() if device else 1.0


class ImageItem(QGraphicsItem):
    """The picture. Paints only the tiles that are exposed, from the level that fits the zoom."""

    def __init__(self, pyramid: Pyramid) -> None:
        super().__init__()
        self.pyramid = pyramid
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._rect = QRectF(0, 0, pyramid.pixels.shape[1], pyramid.pixels.shape[0])

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        exposed = option.exposedRect.intersected(self._rect)
        if exposed.isEmpty():
            return
        transform, ratio = device_scale(painter)
        scale = transform.m11() * ratio
        level = min(self.pyramid.levels - 1, max(0, math.floor(math.log2(1.0 / scale) + 1e-6)))
        side = TILE << level
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 2.0)
        for row in range(int(exposed.top() // side), math.ceil(exposed.bottom() / side)):
            for column in range(int(exposed.left() // side), math.ceil(exposed.right() / side)):
                pixmap = self.pyramid.tile(TileId(level, column, row))
                area = QRectF(
                    column * side, row * side, pixmap.width() << level, pixmap.height() << level
                ).intersected(self._rect)
                source = QRectF(0, 0, area.width() / (1 << level), area.height() / (1 << level))
                painter.drawPixmap(snapped(transform.mapRect(area), ratio), pixmap, source)
        painter.restore()


def snapped(rect: QRectF, ratio: float) -> QRectF:
    """``rect`` with its edges on device pixels, so that neighbours share them without a seam."""

    def snap(value: float) -> float:
        return round(value * ratio) / ratio

    left, top = snap(rect.left()), snap(rect.top())
    return QRectF(left, top, snap(rect.right()) - left, snap(rect.bottom()) - top)


class PreviewItem(QGraphicsItem):
    """A mask that is not yet in the project, painted from its logits at the resolution of the screen.

    The logits lie on a grid that covers the rectangle ``area`` of the picture; the mask is where the
    bilinear surface through them is above 0. The cost depends on the screen alone, not on the picture.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._logits: NDArray[np.float32] | None = None
        self._area = self._clip = QRectF()
        self._faint = False
        self._color = QColor("#2f9bff")
        self._opacity = 0.45
        self._outline = 2.0

    def set_logits(
        self, logits: NDArray[np.float32] | None, area: QRectF, clip: QRectF | None = None
    ) -> None:
        """Show this mask, float32 (h, w) over ``area`` in image pixels, within ``clip``; None hides it."""
        self.prepareGeometryChange()
        self._logits, self._area = logits, area
        self._clip = area if clip is None else area.intersected(clip)
        self.setVisible(logits is not None)
        self.update()

    def set_look(self, color: QColor, opacity: float, outline: float = 2.0) -> None:
        """Colour, opacity of the fill (0..1), width of the outline in screen pixels (0 = none)."""
        self._color, self._opacity, self._outline = color, opacity, outline
        self.update()

    def set_faint(self, faint: bool) -> None:
        """A fainter look, for what was only hovered."""
        if faint != self._faint:
            self._faint = faint
            self.update()

    @property
    def logits(self) -> NDArray[np.float32] | None:
        """What is shown now, None when nothing is."""
        return self._logits

    @property
    def covered(self) -> QRectF:
        """What the mask spans, in image pixels; empty when there is none."""
        if self._logits is None or not self.isVisible():
            return QRectF()
        inside = self._logits > 0
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        if not rows.size:
            return QRectF()
        step = (self._area.width() / inside.shape[1], self._area.height() / inside.shape[0])
        found = QRectF(
            self._area.x() + columns[0] * step[0],
            self._area.y() + rows[0] * step[1],
            (columns[-1] - columns[0] + 1) * step[0],
            (rows[-1] - rows[0] + 1) * step[1],
        )
        return found.intersected(self._clip)

    def boundingRect(self) -> QRectF:
        return self._clip

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._logits is None:
            return
        transform, ratio = device_scale(painter)
        exposed = transform.mapRect(option.exposedRect.intersected(self._clip))
        margin = math.ceil(self._outline) + 1  # so that a part painted alone has the outline of the whole
        window = QRect(
            math.floor(exposed.left() * ratio) - margin,
            math.floor(exposed.top() * ratio) - margin,
            math.ceil(exposed.width() * ratio) + 2 * margin + 1,
            math.ceil(exposed.height() * ratio) + 2 * margin + 1,
        )
        to_device = transform * QTransform.fromScale(ratio, ratio)
        inside = mask_on_screen(self._logits, self._area, self._clip, to_device, window)
        opacity = self._opacity * (0.5 if self._faint else 1.0)
        image = tinted(inside, self._color, opacity, self._outline * ratio)
        core = QRect(margin, margin, window.width() - 2 * margin, window.height() - 2 * margin)
        painter.save()
        painter.resetTransform()
        target = QRectF(
            (window.x() + margin) / ratio,
            (window.y() + margin) / ratio,
            core.width() / ratio,
            core.height() / ratio,
        )
        painter.drawImage(target, image, QRectF(core))
        painter.restore()


def mask_on_screen(
    logits: NDArray[np.float32], area: QRectF, clip: QRectF, to_device: QTransform, window: QRect
) -> NDArray[np.bool_]:
    """Where the surface over ``area`` exceeds 0 inside ``clip``, at the device pixels of ``window``."""
    height, width = logits.shape
    back, _ = to_device.inverted()
    step_x, step_y = width / area.width(), height / area.height()
    # device pixel centre -> image -> index in the logits, whose samples lie at the cell centres
    x0 = (back.m11() * (window.x() + 0.5) + back.m31() - area.x()) * step_x - 0.5
    y0 = (back.m22() * (window.y() + 0.5) + back.m32() - area.y()) * step_y - 0.5
    matrix = np.array([[back.m11() * step_x, 0, x0], [0, back.m22() * step_y, y0]], np.float64)
    sampled = cv2.warpAffine(
        logits,
        matrix,
        (window.width(), window.height()),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    inside: NDArray[np.bool_] = sampled > 0
    seen = to_device.mapRect(clip).translated(-window.x() - 0.5, -window.y() - 0.5)
    inside[: max(0, math.ceil(seen.top()))] = False
    inside[max(0, math.ceil(seen.bottom())) :] = False
    inside[:, : max(0, math.ceil(seen.left()))] = False
    inside[:, max(0, math.ceil(seen.right())) :] = False
    return inside


def tinted(inside: NDArray[np.bool_], color: QColor, opacity: float, outline: float) -> QImage:
    """A mask filled with ``color`` at ``opacity``, with an opaque inner rim of ``outline`` pixels."""
    pixels = inside.view(np.uint8)
    table = np.zeros(3, np.uint32)
    for value, alpha in ((1, round(opacity * 255)), (2, 255)):
        red, green, blue = (c * alpha // 255 for c in (color.red(), color.green(), color.blue()))
        table[value] = alpha << 24 | red << 16 | green << 8 | blue
    if outline > 0:
        side = 2 * max(1, round(outline / 2)) + 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
        core = cv2.erode(pixels, kernel, borderType=cv2.BORDER_REPLICATE)
        pixels = 2 * pixels - core
    argb = np.ascontiguousarray(table[pixels])
    height, width = argb.shape
    return QImage(argb.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()


class PathItem(QGraphicsPathItem):
    """A path with a pen in screen pixels; ``reach`` is how far, in image pixels, the pen may paint."""

    def __init__(self) -> None:
        super().__init__()
        self.reach = 0.0
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_reach(self, reach: float) -> None:
        """To be told at every change of the zoom."""
        self.prepareGeometryChange()
        self.reach = reach

    def boundingRect(self) -> QRectF:
        return self.path().controlPointRect().adjusted(-self.reach, -self.reach, self.reach, self.reach)


class PointMark(QGraphicsItem):
    """A click: a dot of constant size on the screen, with a plus or a minus for those who see no red."""

    def __init__(self, point: PointPrompt) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setPos(point.x, point.y)
        self.point = point
        self.hot = False

    def boundingRect(self) -> QRectF:
        side = MARK_RADIUS_PX + 3
        return QRectF(-side, -side, 2 * side, 2 * side)

    def set_hot(self, hot: bool) -> None:
        """Show that the mouse is over it."""
        if hot != self.hot:
            self.hot = hot
            self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = MARK_RADIUS_PX + (1.5 if self.hot else 0)
        painter.setPen(QPen(Qt.GlobalColor.white, 1.8))
        painter.setBrush(QBrush(POSITIVE if self.point.positive else NEGATIVE))
        painter.drawEllipse(QPointF(), radius, radius)
        painter.drawLine(QPointF(-3, 0), QPointF(3, 0))
        if self.point.positive:
            painter.drawLine(QPointF(0, -3), QPointF(0, 3))


class NoteItem(QGraphicsSimpleTextItem):
    """A few characters beside the pointer, of one size on the screen and legible on any picture."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setPen(QPen(QColor(0, 0, 0, 170), 3.0))  # a rim, dark enough for a white picture
        self.hide()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        path = QPainterPath()
        path.addText(QPointF(0, QFontMetricsF(self.font()).ascent()), self.font(), self.text())
        painter.strokePath(path, self.pen())
        painter.fillPath(path, Qt.GlobalColor.white)

    def say(self, words: str, x: float, y: float) -> None:
        """Show ``words`` with their upper left corner at this point of the picture."""
        self.setText(one_line(words))
        self.setPos(x, y)
        self.show()


def cosmetic_pen(color: QColor, width: float, dashed: bool = False) -> QPen:
    """A pen whose width is in screen pixels at every zoom."""
    pen = QPen(color, width, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
    pen.setCosmetic(True)
    # round joins and caps would cost several times as much on outlines of thousands of corners
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
