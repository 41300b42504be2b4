"""Painting on masks with a round brush."""

from __future__ import annotations

import math
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath

from slimsam_app import figures
from slimsam_app.canvas.surface import Surface
from slimsam_app.canvas.tool import Mouse, Tool
from slimsam_app.i18n import mark as _
from slimsam_core.labelling.mask_edit import Stroke
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import BoolMask

_SUBPIXEL_BITS = 4
_NOTE_PX = 4.0
"""Screen pixels between the ring of the brush and the number of its size."""
_FINE = 8.0
"""Thinner brushes are drawn pixel by pixel."""
PAINTS, ERASES = QColor("#ffd166"), QColor("#ef4444")


class BrushTool(Tool):
    """The left button paints, the right one erases. On the selected object; without one a new one begins."""

    id = "brush"
    title = _("Brush")
    icon = "mdi6.brush"
    drags = True
    paints = True
    hint = _("Paint · right button: erase · [ ]: size · Enter ends the object")
    cursor = Qt.CursorShape.BlankCursor

    adds = True
    """What the left button does; the right one does the contrary."""

    def __init__(self, canvas: Surface) -> None:
        super().__init__(canvas)
        self._way: list[tuple[float, float]] = []
        self._adding = True
        self._target: int | None = None
        self._pointer: tuple[float, float] | None = None
        self._seat = QPoint()
        """Where the pointer is in the view: there it stays when the picture under it changes."""
        self._diameter = 1.0
        """Of the stroke under way, in image pixels."""

    def press(self, mouse: Mouse) -> None:
        if mouse.button not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        self._adding = self.adds == (mouse.button == Qt.MouseButton.LeftButton)
        self._target = self._find_target(mouse)
        if self._target is None and not self._adding:
            return
        self._way = [(mouse.x, mouse.y)]
        self._diameter = self._wanted_diameter()
        self.canvas.layers.stroke.begin(PAINTS if self._adding else ERASES, self._diameter)
        self.canvas.layers.stroke.add(self._way[-1])

    def move(self, mouse: Mouse) -> None:
        self._pointer = (mouse.x, mouse.y)
        self._seat = self.canvas.mapFromScene(QPointF(mouse.x, mouse.y))
        self._show_ring()
        if self._way and self.far(self._way[-1], mouse, 1.0):
            self._way.append((mouse.x, mouse.y))
            self.canvas.layers.stroke.add(self._way[-1])

    def release(self, mouse: Mouse) -> None:
        if self._way:
            self._finish_stroke()
            self._show_ring()

    def _finish_stroke(self) -> None:
        way, target = self._way, self._target
        self.cancel()
        if not way:
            return
        size = self.canvas.layers.image_size
        stroke = painted(way, self._diameter, size, self._adding) if size else None
        if stroke is not None:
            self.canvas.stroke_drawn.emit(stroke, target)

    def double_click(self, mouse: Mouse) -> None:
        self.press(mouse)

    def alt_wheel(self, up: bool) -> None:
        self.canvas.brush_scaled.emit(up)
        self._show_ring()

    def leave(self) -> None:
        self._pointer = None
        if not self._way:
            self.canvas.layers.clear_draft()

    def refresh(self) -> None:
        if self._pointer is not None and self.canvas.mapFromScene(QPointF(*self._pointer)) != self._seat:
            here = self.canvas.mapToScene(self._seat)  # another picture, or zoomed by a key
            self._pointer = (here.x(), here.y())
        self._show_ring()

    def cancel(self) -> bool:
        was_open = bool(self._way)
        self._way = []
        self.canvas.layers.stroke.end()
        self.canvas.layers.clear_draft()
        return was_open

    def put_aside(self) -> None:
        """What was painted so far is kept, as if the button had been let go."""
        self._finish_stroke()
        self.cancel()

    def reset(self) -> None:
        self.cancel()

    def _find_target(self, mouse: Mouse) -> int | None:
        """The selected object; of several the one under the mouse; for erasing also an unselected one."""
        objects = self.canvas.layers.objects
        selected = [i for i in objects.selected if not objects.items_by_id[i].annotation.locked]
        if len(selected) == 1:
            return selected[0]
        if not selected and objects.painted is not None:
            return objects.painted
        under = objects.at(mouse.x, mouse.y)
        if under is None or objects.items_by_id[under].annotation.locked:
            return None
        return under if under in selected or not self._adding else None

    def _show_ring(self) -> None:
        if self._pointer is None:
            return
        x, y = self._pointer
        radius = self._wanted_diameter() / 2
        path = QPainterPath()
        path.addEllipse(QPointF(x, y), radius, radius)
        layers = self.canvas.layers
        layers.show_draft(path, PAINTS if self.adds else ERASES, 0.0)
        beside = radius + _NOTE_PX / self.canvas.zoom
        layers.note.say(figures.decimal(self.canvas.style_now.brush_px, 0), x + beside, y)

    def _wanted_diameter(self) -> float:
        """In image pixels, as the style wants it at this zoom."""
        style = self.canvas.style_now
        return max(1.0, style.brush_px / self.canvas.zoom) if style.brush_on_screen else style.brush_px


def painted(way: list[tuple[float, float]], diameter: float, size: Size, adds: bool) -> Stroke | None:
    """The pixels that a round brush touches on its way; None when it stays outside the picture."""
    points = np.array(way, np.float64)
    reach = math.ceil(diameter / 2) + 1
    x0, y0 = np.maximum(np.floor(points.min(axis=0)).astype(int) - reach, 0).tolist()
    x1, y1 = np.minimum(np.ceil(points.max(axis=0)).astype(int) + reach, (size.width, size.height)).tolist()
    if x0 >= x1 or y0 >= y1:
        return None
    local = points - (x0, y0)
    inside = (_fine if diameter < _FINE else _wide)(local, diameter, (y1 - y0, x1 - x0))
    if not inside.any():
        return None
    inside.setflags(write=False)
    return Stroke(x0, y0, inside, adds)


def _fine(way_N2: NDArray[np.float64], diameter: float, shape: tuple[int, int]) -> BoolMask:
    """Pixels whose centre is within half the diameter of the way, or that the way goes through."""
    inside: BoolMask = np.zeros(shape, np.bool_)
    reach = diameter / 2 + 1
    for a, b in pairwise(way_N2 if len(way_N2) > 1 else way_N2.repeat(2, axis=0)):
        low = np.maximum(np.floor(np.minimum(a, b) - reach), 0).astype(int)
        high = np.minimum(np.ceil(np.maximum(a, b) + reach), shape[::-1]).astype(int)
        if (low >= high).any():
            continue
        y, x = np.mgrid[low[1] : high[1], low[0] : high[0]] + 0.5
        along = ((x - a[0]) * (b - a)[0] + (y - a[1]) * (b - a)[1]) / max(float(((b - a) ** 2).sum()), 1e-9)
        along = np.clip(along, 0.0, 1.0)
        distance = np.hypot(x - a[0] - along * (b - a)[0], y - a[1] - along * (b - a)[1])
        inside[low[1] : high[1], low[0] : high[0]] |= distance <= diameter / 2
    columns, rows = np.floor(way_N2).astype(int).T
    hit = (rows >= 0) & (columns >= 0) & (rows < shape[0]) & (columns < shape[1])
    inside[rows[hit], columns[hit]] = True
    return inside


def _wide(way_N2: NDArray[np.float64], diameter: float, shape: tuple[int, int]) -> BoolMask:
    """The same, to within half a pixel, in time that hardly depends on the diameter."""
    pixels = np.zeros(shape, np.uint8)
    # cv2 counts pixel centres, this program pixel edges
    local = np.rint((way_N2 - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    if len(local) == 1:
        radius = round(diameter / 2 * (1 << _SUBPIXEL_BITS))
        cv2.circle(pixels, tuple(local[0].tolist()), radius, 1, cv2.FILLED, shift=_SUBPIXEL_BITS)
    else:
        cv2.polylines(pixels, [local[:, None, :]], False, 1, round(diameter), shift=_SUBPIXEL_BITS)
    return pixels.astype(np.bool_)
