"""The accepted objects of a picture: which there are, how each looks, which one lies under a point."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsScene

from slimsam_app.canvas.items import cosmetic_pen
from slimsam_app.canvas.names import NamedObject, NameLabels
from slimsam_app.canvas.outlines import EXACT, detail_for, outline
from slimsam_app.canvas.overlay import Overlay
from slimsam_app.canvas.style import CanvasStyle, ColorBy
from slimsam_app.swatch import own_color
from slimsam_core.annotation import Annotation, Category, ShapeKind
from slimsam_core.pixels.mask import Rle
from slimsam_core.pixels.mask_crop import crop

BUDGET_S = 0.004
"""Time a turn of the event loop may spend on drawing objects."""
FIRST_BUDGET_S = 0.03
"""The same for the first objects of a picture, before it is painted."""
_COVERING_PX = 2.0
"""An outline so wide hides the steps of the filling's edge, which takes a tenth of the time that way."""
_POINT_PX = 4.0
"""Radius of a marked point on the screen: as easy to hit as a click."""
_REACH_PX = 6
"""Screen pixels that an outline, or the mark of a point, may paint beyond its object."""
_SHADES = (78, 100, 130)
"""Percent of lightness: objects of one class that lie side by side can be told apart."""
_WHOLE_CELLS = 384 * 384
"""Objects of fewer cells are outlined once and wholly, larger ones for each tile."""
_UNKNOWN_COLOR = QColor("#9aa3ad")
FLASH_MS = 600
"""Long enough to be noticed, short enough not to be in the way of the next object."""
_REFINED_PX = 1.0
"""Width of the outline of an object whose mask is being refined: it must not hide the new one."""


def _step_of(detail: int) -> int:
    """Image pixels from cell to cell."""
    return max(1, 1 << detail) if detail != EXACT else 1


def _new_outline(mask: Rle, detail: int, box: tuple[int, int, int, int]) -> QPainterPath:
    return outline(mask, detail, QRect(*box))


_known_outline = lru_cache(maxsize=1000)(_new_outline)
"""Of objects that are small enough; for those of a few images around, at a kilobyte each."""


class ObjectItem:
    """One object and its look."""

    def __init__(self, annotation: Annotation) -> None:
        self.annotation = annotation
        self.box = QRect(*annotation.mask.bbox_xywh)
        drawn = annotation.drawn
        self.points = drawn.rings[0] if drawn is not None and drawn.kind is ShapeKind.POINTS else ()
        """Where single points are marked: their mask covers nothing that could be seen."""
        if self.points:
            columns, rows = zip(*self.points, strict=True)
            left, top = math.floor(min(columns)), math.floor(min(rows))
            spread = QRect(left, top, math.ceil(max(columns)) - left + 1, math.ceil(max(rows)) - top + 1)
            self.box = self.box.united(spread)
        self.visible = True
        self.pen, self.brush = QPen(), QBrush()
        self._detail: int | None = None
        self._path = QPainterPath()

    def path(self, detail: int) -> QPainterPath:
        """The whole outline; kept until another detail is asked for."""
        if self._detail != detail:
            box = self.box.x(), self.box.y(), self.box.width(), self.box.height()
            make = _known_outline if self.is_whole_at(detail) else _new_outline
            self._detail, self._path = detail, make(self.annotation.mask, detail, box)
        return self._path

    def is_whole_at(self, detail: int) -> bool:
        """Whether it is small enough to be outlined once, and not for each tile."""
        step = _step_of(detail)
        return self.box.width() * self.box.height() <= _WHOLE_CELLS * step * step

    def marks(self, radius: float) -> QPainterPath:
        """A disc, ``radius`` image pixels wide from its middle, on each marked point."""
        path = QPainterPath()
        for x, y in self.points:
            path.addEllipse(QPointF(x, y), radius, radius)
        return path

    def part(self, detail: int, area: QRectF, margin: float) -> QPainterPath:
        """The outline as far as a tile over ``area`` shows it; cut only where the tile does not see it."""
        if self.is_whole_at(detail):
            return self.path(detail)
        step = _step_of(detail)
        reach = margin + 2 * step
        window = area.adjusted(-reach, -reach, reach, reach).toAlignedRect().intersected(self.box)
        # cells of all windows lie on the grid of the box, so that the parts meet
        left = self.box.left() + (window.left() - self.box.left()) // step * step
        top = self.box.top() + (window.top() - self.box.top()) // step * step
        window.setLeft(left)
        window.setTop(top)
        return outline(self.annotation.mask, detail, window)


class ObjectLayer(QObject):
    """Keeps one item an object, in painter's order, and has them drawn a little at a time."""

    def __init__(self, scene: QGraphicsScene, base_z: float) -> None:
        super().__init__(scene)
        self._items: dict[int, ObjectItem] = {}
        self._order: list[ObjectItem] = []
        self._boxes: NDArray[np.int64] = np.zeros((0, 4), np.int64)
        self._colors: dict[int, QColor] = {}
        self._selected: frozenset[int] = frozenset()
        self._hovered: int | None = None
        self._refined: int | None = None
        self.painted: int | None = None
        """The object that strokes of the brush go to without being selected."""
        self._flashing: frozenset[int] = frozenset()
        self._flash = QTimer(self, singleShot=True, interval=FLASH_MS)
        self._flash.timeout.connect(lambda: self.flash(()))
        self._style = CanvasStyle()
        self._scale = self._ratio = 1.0
        self._visible = QRect()
        self._names: dict[int, str] = {}
        self.labels = NameLabels()
        """The classes, written on their objects when the style says so."""
        self._overlay = Overlay(self._draw)
        self._overlay.setZValue(base_z)
        self.labels.setZValue(base_z + 1)
        for layer in (self._overlay, self.labels):
            scene.addItem(layer)
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(lambda: self._work())

    @property
    def selected(self) -> frozenset[int]:
        """Ids of the selected objects."""
        return self._selected

    @property
    def items_by_id(self) -> Mapping[int, ObjectItem]:
        """The items by the id of their object."""
        return self._items

    @property
    def detail(self) -> int:
        """What outlines are drawn with now, see ``detail_for``."""
        return detail_for(self._scale)

    @property
    def settled(self) -> bool:
        """Everything that can be seen is drawn as it is now."""
        return not self._timer.isActive()

    def set_area(self, area: QRectF) -> None:
        """Another picture, without objects."""
        self._items, self._order, self._selected = {}, [], frozenset()
        self._flashing, self._hovered = frozenset(), None
        self._flash.stop()
        self._boxes = np.zeros((0, 4), np.int64)
        self._overlay.set_area(area)
        self._write_names()
        self._check()

    def set_objects(self, annotations: Iterable[Annotation], categories: Sequence[Category]) -> None:
        """Show these objects; those that did not change cost next to nothing."""
        colors = {c.id: QColor(c.display_color) for c in categories}
        recolored, self._colors = colors != self._colors, colors
        self._names = {c.id: c.name for c in categories}
        wanted = {a.id: a for a in annotations}
        for gone in [i for i in self._items if i not in wanted]:
            self._touch(self._items.pop(gone))
        for annotation in wanted.values():
            item = self._items.get(annotation.id)
            if item is not None and item.annotation is annotation:
                continue
            if item is None or item.annotation.mask != annotation.mask:
                if item is not None:
                    self._touch(item)
                item = self._items[annotation.id] = ObjectItem(annotation)
            item.annotation = annotation
            self._look(item)
            self._touch(item)
        self._order = sorted((self._items[i] for i in wanted), key=lambda item: item.annotation.layer)
        self._overlay.nothing = not self._order
        boxes = [item.box.getCoords() for item in self._order]
        self._boxes = np.array(boxes, np.int64).reshape(-1, 4)
        lost, self._selected = self._selected - wanted.keys(), self._selected & wanted.keys()
        if recolored or (lost and self._style.isolate):
            self._look_all()
        self._write_names()
        self._check()
        if self._overlay.untouched:  # a new picture: its first painting has its objects when they are few
            self._work(FIRST_BUDGET_S)

    def set_selected(self, ids: Iterable[int]) -> None:
        """Mark these objects."""
        before, self._selected = self._selected, frozenset(ids) & self._items.keys()
        if self._style.isolate:
            self._look_all()
        else:
            self._look_again(before ^ self._selected)
        self._write_names()

    def set_hovered(self, annotation_id: int | None) -> None:
        """Light up the object under the mouse."""
        before, self._hovered = self._hovered, annotation_id
        if before != annotation_id:
            self._look_again({i for i in (before, annotation_id) if i is not None})

    def set_refined(self, annotation_id: int | None) -> None:
        """This object is being refined: its stored mask is no more than a thin dashed outline."""
        before, self._refined = self._refined, annotation_id
        if before != annotation_id:
            self._look_again({i for i in (before, annotation_id) if i is not None})
            self._write_names()

    def set_painted(self, annotation_id: int | None) -> None:
        """Strokes go to this object until something else is wanted; it is shown as open."""
        before, self.painted = self.painted, annotation_id
        if before != annotation_id:
            self._look_again({i for i in (before, annotation_id) if i is not None})

    def flash(self, ids: Iterable[int]) -> None:
        """Light up objects once, for those who made or changed them; none = end it."""
        before, self._flashing = self._flashing, frozenset(ids) & self._items.keys()
        if self._flashing:
            self._flash.start()
        self._look_again(before ^ self._flashing)

    def set_style(self, style: CanvasStyle) -> None:
        """Opacity, outline width, what is shown."""
        if style != self._style:
            self._style = style
            self._look_all()
            self._write_names()
            self._check()

    def set_view(self, scale: float, ratio: float, visible: QRect) -> None:
        """The zoom, in device pixels an image pixel, those a screen pixel, and the part that can be seen."""
        if ratio != self._ratio:
            self._ratio = ratio
            self._look_all()
        self._scale, self._visible = scale, visible
        self._check()

    def at(self, x: float, y: float) -> int | None:
        """The topmost visible object that covers this point of the picture."""
        column, row = int(x // 1), int(y // 1)
        reach = (_POINT_PX + 2) * self._ratio / self._scale
        found = [
            item
            for item in self._under(QRectF(column, row, 1, 1), reach)
            if bool(crop(item.annotation.mask, column, row, 1, 1)[0, 0])
            or any(math.hypot(px - x, py - y) <= reach for px, py in item.points)
        ]
        if not found:
            return None
        return max(found, key=lambda i: (i.annotation.layer, -i.annotation.mask.area)).annotation.id

    def inside(self, box: QRectF) -> tuple[int, ...]:
        """Visible objects that lie wholly in a box."""
        return tuple(i for i, item in self._items.items() if item.visible and box.contains(QRectF(item.box)))

    def outline_of(self, annotation_id: int) -> QPainterPath:
        """The outline of an object, as detailed as the zoom can show."""
        return self._items[annotation_id].path(detail_for(self._scale))

    def _shown(self, annotation: Annotation) -> bool:
        if annotation.hidden or not self._style.show_objects:
            return False
        return not self._style.isolate or not self._selected or annotation.id in self._selected

    def _look_all(self) -> None:
        for item in self._items.values():
            self._look(item)
        self._overlay.invalidate()

    def _look_again(self, ids: Iterable[int]) -> None:
        touched = [self._items[i] for i in ids if i in self._items]
        for item in touched:
            self._look(item)
            self._touch(item)
        if touched:
            self._check()

    def _touch(self, item: ObjectItem) -> None:
        """What this object covers is to be drawn again."""
        reach = _REACH_PX * self._ratio / self._scale
        self._overlay.invalidate(QRectF(item.box).adjusted(-reach, -reach, reach, reach))

    def _color(self, annotation: Annotation) -> QColor:
        if self._style.color_by is ColorBy.INSTANCE:
            return own_color(annotation)
        color = self._colors.get(annotation.category_id, _UNKNOWN_COLOR)
        return color.lighter(_SHADES[annotation.id % len(_SHADES)])

    def _look(self, item: ObjectItem) -> None:
        annotation, style = item.annotation, self._style
        lit = annotation.id in self._flashing or annotation.id == self.painted
        selected = annotation.id in self._selected or lit
        hovered = annotation.id == self._hovered
        color = self._color(annotation)
        fill = QColor(color)
        fill.setAlphaF(min(1.0, style.mask_opacity * (1.35 if selected or hovered else 1.0)))
        line = QColor(color).lighter(150) if selected else color
        width = style.outline_px + (1.4 if selected else 0.6 if hovered else 0.0)
        item.pen = cosmetic_pen(line, width * self._ratio, annotation.locked)
        if style.outline_px <= 0 and not selected:
            item.pen.setStyle(Qt.PenStyle.NoPen)
        item.brush = QBrush(fill)
        if annotation.id == self._refined:
            item.pen = cosmetic_pen(color, _REFINED_PX * self._ratio, dashed=True)
            item.brush = QBrush(Qt.BrushStyle.NoBrush)
        item.visible = self._shown(annotation)

    def _write_names(self) -> None:
        """The names of what can be seen, while they are wanted."""
        wanted = self._style.class_names
        self.labels.setVisible(wanted)
        if wanted:
            seen = (item for item in self._order if item.visible and item.annotation.id != self._refined)
            named = [
                NamedObject(
                    QRectF(item.box), name, self._color(item.annotation), item.annotation.id in self._selected
                )
                for item in seen
                if (name := self._names.get(item.annotation.category_id, ""))
            ]
            self.labels.set_objects(named, self._overlay.boundingRect())

    def _check(self) -> None:
        """Draw what is missing, in the turns of the event loop that follow."""
        if self._overlay.look_at(self._scale, QRectF(self._visible)):
            self._timer.start()
        else:
            self._timer.stop()

    def _work(self, budget_s: float | None = None) -> None:
        if not self._overlay.work(time.perf_counter() + (budget_s or BUDGET_S)):
            self._timer.stop()

    def _under(self, area: QRectF, reach: float) -> Iterator[ObjectItem]:
        """Visible objects whose boxes, and ``reach`` around them, touch an area, in painter's order."""
        left, top, right, bottom = self._boxes.T
        touched = (
            (left - reach < area.right())
            & (right + 1 + reach > area.left())
            & (top - reach < area.bottom())
            & (bottom + 1 + reach > area.top())
        )
        return (item for item in map(self._order.__getitem__, np.flatnonzero(touched)) if item.visible)

    def _draw(self, painter: QPainter, area: QRectF, scale: float) -> Iterator[None]:
        detail, reach = detail_for(scale), _REACH_PX * self._ratio / scale
        for item in self._under(area, reach):
            path = item.part(detail, area, reach)
            painter.setPen(item.pen)
            painter.setBrush(item.brush)
            if item.pen.style() == Qt.PenStyle.SolidLine and item.pen.widthF() >= _COVERING_PX:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                painter.fillPath(path, item.brush)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(path)
            if item.points:
                painter.setBrush(item.pen.color())
                painter.drawPath(item.marks(_POINT_PX * self._ratio / scale))
            yield
