"""The layers of the canvas, from the picture below to the marks of prompts on top."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, Qt, QThreadPool
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QGraphicsScene

from slimsam_app.canvas.items import (
    MARK_RADIUS_PX,
    ImageItem,
    NoteItem,
    PathItem,
    PointMark,
    PreviewItem,
    cosmetic_pen,
)
from slimsam_app.canvas.objects import ObjectLayer
from slimsam_app.canvas.pins import PinLayer
from slimsam_app.canvas.pyramid import Pyramid
from slimsam_app.canvas.several import SeveralLayer
from slimsam_app.canvas.stroke_item import StrokeItem
from slimsam_app.canvas.style import BAND_COLOR, BOX_COLOR, CanvasStyle, shades
from slimsam_app.canvas.waiting import WaitingLayer
from slimsam_core.pixels.geometry import BoxXYXY, PromptSet, Size
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.levels import Levels

Z_IMAGE, Z_OBJECTS, Z_PROPOSALS, Z_PREVIEW = 0.0, 10.0, 15.0, 20.0
Z_STROKE, Z_DRAFT, Z_BOX, Z_MARKS, Z_PINS = 25.0, 30.0, 35.0, 40.0, 45.0
_DIM = 120
"""Of 255: the rest of the picture is plainly not looked at, and can still be seen."""
DISAGREEMENT_COLOR = QColor("#ff2bd6")


class CanvasScene(QGraphicsScene):
    """Holds the items of each layer. One scene pixel is one image pixel."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pyramid: Pyramid | None = None
        self.levels: Levels | None = None
        self._image: ImageItem | None = None
        self.stand_in: QPixmap | None = None
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self.objects = ObjectLayer(self, Z_OBJECTS)
        self.preview = PreviewItem()
        self.preview.setZValue(Z_PREVIEW)
        self.disagreement = PreviewItem()
        self.disagreement.setZValue(Z_PREVIEW + 1)
        self.disagreement.set_look(DISAGREEMENT_COLOR, 0.6, 0.0)
        self.stroke = StrokeItem()
        self.stroke.setZValue(Z_STROKE)
        self.draft = PathItem()
        self.draft.setZValue(Z_DRAFT)
        self._box = PathItem()
        self._box.setZValue(Z_BOX)
        self._box.setPen(cosmetic_pen(BOX_COLOR, 2.0))
        for item in (self.preview, self.disagreement, self.stroke, self.draft, self._box):
            self.addItem(item)
        self._box.hide()
        self.several = SeveralLayer(self, Z_PREVIEW, Z_BOX)
        self.waiting = WaitingLayer(self, Z_PREVIEW)
        self.waiting_boxes = WaitingLayer(self, Z_PREVIEW)
        self.pins = PinLayer(self, Z_PINS)
        self.sides = WaitingLayer(self, Z_PREVIEW)
        """Masks of several people, to choose from."""
        self.proposals = ObjectLayer(self, Z_PROPOSALS)
        self._veiled, self._style = False, CanvasStyle()
        self._marks: list[PointMark] = []
        self.prompts = PromptSet()
        self.object_open = False
        """Whether an object is being made by prompts, or refined."""
        self.dimmed = PathItem()
        self.dimmed.setZValue(Z_STROKE)
        self.dimmed.setPen(QPen(Qt.PenStyle.NoPen))
        self.dimmed.setBrush(QBrush(QColor(0, 0, 0, _DIM)))
        self.addItem(self.dimmed)
        self.note = NoteItem()
        self.note.setZValue(Z_MARKS)
        self.addItem(self.note)
        self._focus = PathItem()
        self._focus.setZValue(Z_BOX)
        self._focus.setPen(cosmetic_pen(BAND_COLOR, 1.5, dashed=True))
        self.addItem(self._focus)
        self.clear_draft()

    @property
    def image_size(self) -> Size | None:
        """Size of the picture, None when there is none."""
        return Size.of(self.pyramid.pixels) if self.pyramid else None

    @property
    def prompts_open(self) -> bool:
        """Whether there is something that Enter would ask the model to make objects of."""
        return self.object_open or bool(self.several.boxes)

    @property
    def image_rect(self) -> QRectF:
        """The picture, from (0, 0); empty when there is none."""
        size = self.image_size
        return QRectF(0, 0, size.width, size.height) if size else QRectF()

    def set_image(self, rgb: RgbImage | None, style: CanvasStyle, levels: Levels | None = None) -> None:
        """Show another picture (uint8 HxWx3, read-only, or its levels), or none, with nothing over it."""
        if self._image is not None and self.pyramid is not None:
            self.removeItem(self._image)
            self.pyramid.stop()
            self.pyramid.deleteLater()
        self._image = self.pyramid = self.levels = self.stand_in = None
        for layer in (self.objects, self.proposals):
            layer.set_area(QRectF() if rgb is None else QRectF(0, 0, rgb.shape[1], rgb.shape[0]))
        self.preview.set_logits(None, QRectF())
        self.disagreement.set_logits(None, QRectF())
        self.set_prompts(PromptSet())
        self.several.show((), ())
        self.waiting.show(())
        self.waiting.show_drawn(QPainterPath(), 1.0)
        self.waiting_boxes.show(())
        self.sides.show(())
        self.pins.show(())
        self.show_focus(QRectF())
        self.clear_draft()
        if rgb is None:
            return
        self.pyramid, self.levels = Pyramid(rgb if levels is None else levels.values, self), levels
        self.pyramid.set_curve(shades(style, levels))
        self._image = ImageItem(self.pyramid)
        self._image.setZValue(Z_IMAGE)
        self.addItem(self._image)
        self.stroke.set_area(self.image_rect)
        self.pyramid.improved.connect(self._image_improved)
        self.pyramid.start(self._pool)

    def show_stand_in(self, small: QPixmap | None) -> None:
        """Show a small picture, enlarged, where the picture will be; it goes when that comes."""
        self.stand_in = small if small is not None and not small.isNull() else None
        self.update()

    def drawForeground(self, painter: QPainter, _: QRectF | QRect) -> None:
        """The small picture that stands in."""
        if self.stand_in is None:
            return
        room = self.views()[0].viewport().rect()
        size = self.stand_in.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(QPoint(0, 0), size)
        place.moveCenter(room.center())
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, self.stand_in)

    def close_image(self) -> None:
        """Drop the picture and wait for its background work."""
        self.set_image(None, CanvasStyle())
        self._pool.waitForDone()

    def set_style(self, style: CanvasStyle) -> None:
        """Apply a look to every layer."""
        self.objects.set_style(style)
        self._style = style
        self.veil_proposals(self._veiled)
        curve = shades(style, self.levels)
        if self.pyramid is not None and self._image is not None:
            old = self.pyramid.curve
            if (old is None) != (curve is None) or (old is not None and bool((old != curve).any())):
                self.pyramid.set_curve(curve)
                self._image.update()

    def veil_proposals(self, veiled: bool) -> None:
        """Leave proposals unpainted while something is open that they would hide."""
        self._veiled = veiled
        self.proposals.set_style(
            replace(self._style, isolate=False, show_objects=not veiled, class_names=False)
        )

    def set_view(self, scale: float, ratio: float, visible: QRect) -> None:
        """The zoom, in device pixels an image pixel, those a screen pixel, and the part that can be seen."""
        self.objects.set_view(scale, ratio, visible)
        self.proposals.set_view(scale, ratio, visible)
        for item in (self.draft, self._box, self._focus):
            item.set_reach(4.0 / scale)
        self.several.set_scale(scale)

    def set_prompts(self, prompts: PromptSet) -> None:
        """Show these marks."""
        self.prompts = prompts
        for mark in self._marks:
            self.removeItem(mark)
        self._marks = []
        for point in prompts.points:
            mark = PointMark(point)
            mark.setZValue(Z_MARKS)
            self.addItem(mark)
            self._marks.append(mark)
        self.show_box(prompts.box)

    def show_box(self, box: BoxXYXY | None) -> None:
        """Show a box (the prompt, or while it is dragged)."""
        self._box.setVisible(box is not None)
        if box is not None:
            path = QPainterPath()
            path.addRect(QRectF(QPointF(box.x0, box.y0), QPointF(box.x1, box.y1)))
            self._box.setPath(path)

    def show_focus(self, area: QRectF) -> None:
        """Frame the part of the picture that the model looks at alone and dim the rest; empty = all of it."""
        path, rest = QPainterPath(), QPainterPath()
        if not area.isEmpty():
            path.addRect(area)
            rest.addRect(self.image_rect)
            rest.addRect(area)  # even-odd: what lies around it
        self._focus.setPath(path)
        self.dimmed.setPath(rest)

    def set_bare(self, bare: bool) -> None:
        """Show the picture with nothing over it, for as long as somebody wants to see it so."""
        for item in self.items():
            if item is not self._image:
                item.setOpacity(0.0 if bare else 1.0)

    def mark_at(self, x: float, y: float, scale: float) -> int | None:
        """Index of the click whose mark covers this point, the newest first; ``scale`` in pixels."""
        reach = (MARK_RADIUS_PX + 2) / scale
        for index in range(len(self._marks) - 1, -1, -1):
            point = self.prompts.points[index]
            if math.hypot(point.x - x, point.y - y) <= reach:
                return index
        return None

    def light_mark(self, index: int | None) -> None:
        """Show which mark the mouse is over."""
        for i, mark in enumerate(self._marks):
            mark.set_hot(i == index)

    def show_draft(
        self, path: QPainterPath, color: QColor = BOX_COLOR, fill: float = 0.15, dashed: bool = False
    ) -> None:
        """Show what a tool is drawing: outline in ``color``, filled with opacity ``fill``."""
        inner = QColor(color)
        inner.setAlphaF(fill)
        self.draft.setPen(cosmetic_pen(color, 1.8, dashed))
        self.draft.setBrush(QBrush(inner) if fill > 0 else QBrush(Qt.BrushStyle.NoBrush))
        self.draft.setPath(path)
        self.draft.show()

    def clear_draft(self) -> None:
        """Hide the draft."""
        self.note.hide()
        self.draft.hide()
        self.draft.setPath(QPainterPath())

    def _image_improved(self) -> None:
        if self._image is not None:
            self._image.update()
