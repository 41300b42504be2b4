"""What lies over the picture, as pixels of the screen: tiles drawn bit by bit, then copied while panning."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from slimsam_app.canvas.items import device_scale, snapped

SIDE = 512
"""Side of a tile in device pixels."""
_AHEAD = 1
"""Tiles beyond what can be seen that are drawn as well, so that a pan finds them there."""
_KEPT = 3
"""Tiles beyond what can be seen that are kept."""

_SHOW_EVERY_S = 0.05

Place = tuple[int, int]
"""Column and row of a tile."""
Draw = Callable[[QPainter, QRectF, float], Iterator[None]]
"""Draws what lies in a rectangle of the picture, at device pixels an image pixel; pauses at each yield."""


class _Tiles:
    """Pixmaps of one zoom; None stands for a tile with nothing in it."""

    def __init__(self, scale: float) -> None:
        self.scale = scale
        self.pixmaps: dict[Place, QPixmap | None] = {}

    def area(self, place: Place) -> QRectF:
        """What of the picture a tile shows."""
        side = SIDE / self.scale
        return QRectF(place[0] * side, place[1] * side, side, side)

    def under(self, rect: QRectF) -> QRect:
        """Columns and rows of the tiles that show any of ``rect``."""
        side = SIDE / self.scale
        left, top = math.floor(rect.left() / side), math.floor(rect.top() / side)
        return QRect(left, top, math.ceil(rect.right() / side) - left, math.ceil(rect.bottom() / side) - top)


class Overlay(QGraphicsItem):
    """Shows tiles; what is missing is drawn by ``work``, meanwhile the former zoom stands in, stretched."""

    def __init__(self, draw: Draw) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._draw = draw
        self._area = QRectF()
        self._tiles = self._former = _Tiles(1.0)
        self._stale: set[Place] = set()
        self._wanted: list[Place] = []
        self._job: tuple[Place, QImage, QPainter, Iterator[None]] | None = None
        self._blank = QImage()
        self._unshown = QRectF()
        self._shown_at = 0.0
        self.nothing = False
        """Whether there is nothing to draw anywhere: then no tile needs an image."""

    def boundingRect(self) -> QRectF:
        return self._area

    def set_area(self, area: QRectF) -> None:
        """The picture, which nothing may leave; forgets all tiles."""
        self.prepareGeometryChange()
        self._area = area
        self.clear()

    def clear(self) -> None:
        """Forget all tiles, at once and on the screen."""
        self._drop_job()
        self._tiles = self._former = _Tiles(self._tiles.scale)
        self._stale.clear()
        self._wanted.clear()
        self.update()

    @property
    def untouched(self) -> bool:
        """Whether nothing was drawn yet."""
        return not self._tiles.pixmaps and not self._former.pixmaps and self._job is None

    def invalidate(self, rect: QRectF | None = None) -> None:
        """What lies in ``rect`` (None = anywhere) has changed; old pixels stay until new ones are drawn."""
        under, pixmaps = self._tiles.under(self._area if rect is None else rect), self._tiles.pixmaps
        if under.width() * under.height() < len(pixmaps):
            self._stale.update(place for place in _places(under) if place in pixmaps)
        else:
            self._stale.update(place for place in pixmaps if under.contains(*place))
        if self._job is not None and under.contains(*self._job[0]):
            self._drop_job()

    def look_at(self, scale: float, visible: QRectF) -> bool:
        """Say what can be seen, at which zoom; True when tiles are missing."""
        if scale != self._tiles.scale:
            self._drop_job()
            if not self._wanted:
                self._former = self._tiles  # whole: it stands in until the new zoom is
            self._tiles = _Tiles(scale)
            self._stale.clear()
            self.update()
        pixmaps, seen = self._tiles.pixmaps, self._tiles.under(visible.intersected(self._area))
        if visible.isEmpty():
            seen = QRect()
        room = self._tiles.under(self._area)
        near = seen.adjusted(-_AHEAD, -_AHEAD, _AHEAD, _AHEAD).intersected(room) if seen.isValid() else seen
        far = seen.adjusted(-_KEPT, -_KEPT, _KEPT, _KEPT)
        for place in [p for p in pixmaps if not far.contains(*p)]:
            del pixmaps[place]
            self._stale.discard(place)
        middle = QPointF(seen.x() + (seen.width() - 1) / 2, seen.y() + (seen.height() - 1) / 2)

        def urgency(place: Place) -> tuple[bool, float]:
            return (
                not seen.contains(*place),
                (place[0] - middle.x()) ** 2 + (place[1] - middle.y()) ** 2,
            )

        missing = [p for p in _places(near) if p not in pixmaps or p in self._stale]
        self._wanted = sorted(missing, key=urgency, reverse=True)
        if self._job is not None and self._job[0] not in self._wanted:
            self._drop_job()
        return bool(self._wanted)

    def work(self, until: float) -> bool:
        """Draw missing tiles until ``time.perf_counter()`` passes ``until``; True while some are missing."""
        if self.nothing:
            self._leave_blank()
        while self._wanted:
            if self._job is None:
                self._job = self._begin(self._wanted[-1])
            place, image, painter, pieces = self._job
            for _ in pieces:
                if time.perf_counter() > until:
                    return True
            painter.end()
            self._job = None
            self._wanted.remove(place)
            self._stale.discard(place)
            blank = image == self._blank
            before = self._tiles.pixmaps.get(place)
            self._tiles.pixmaps[place] = None if blank else QPixmap.fromImage(image)
            if not blank or before is not None or self._former.pixmaps:
                self._unshown |= self._tiles.area(place)
            if time.perf_counter() > until:
                break
        if not self._wanted or time.perf_counter() - self._shown_at > _SHOW_EVERY_S:
            self._show()
        return bool(self._wanted)

    def _leave_blank(self) -> None:
        """Every tile that is wanted has nothing on it."""
        self._drop_job()
        for place in self._wanted:
            if self._tiles.pixmaps.get(place) is not None or self._former.pixmaps:
                self._unshown |= self._tiles.area(place)
            self._tiles.pixmaps[place] = None
        self._stale.difference_update(self._wanted)
        self._wanted.clear()

    def _show(self) -> None:
        """Show new tiles in batches: each showing paints the picture below them, which costs more."""
        if not (shown := self._unshown.intersected(self._area)).isEmpty():  # an empty one means everything
            self.update(shown)
        self._unshown, self._shown_at = QRectF(), time.perf_counter()

    def _begin(self, place: Place) -> tuple[Place, QImage, QPainter, Iterator[None]]:
        if self._blank.isNull():
            self._blank = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
            self._blank.fill(Qt.GlobalColor.transparent)
        image = self._blank.copy()
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-place[0] * SIDE, -place[1] * SIDE)
        painter.scale(self._tiles.scale, self._tiles.scale)
        return place, image, painter, self._draw(painter, self._tiles.area(place), self._tiles.scale)

    def _drop_job(self) -> None:
        if self._job is not None:
            self._job[2].end()
            self._job = None

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        transform, ratio = device_scale(painter)
        exposed = option.exposedRect.intersected(self._area)
        painter.save()
        painter.resetTransform()
        for place in _places(self._tiles.under(exposed)):
            area = self._tiles.area(place)
            if place in self._tiles.pixmaps:
                pixmap = self._tiles.pixmaps[place]
                if pixmap is not None:
                    painter.drawPixmap(snapped(transform.mapRect(area), ratio), pixmap, _WHOLE)
                continue
            for former, pixmap in self._former.pixmaps.items():
                part = self._former.area(former).intersected(area)
                if pixmap is None or part.isEmpty():
                    continue
                scale, origin = self._former.scale, self._former.area(former).topLeft()
                source = QRectF((part.topLeft() - origin) * scale, part.size() * scale)
                painter.drawPixmap(snapped(transform.mapRect(part), ratio), pixmap, source)
        painter.restore()


_WHOLE = QRectF(0, 0, SIDE, SIDE)


def _places(rect: QRect) -> Iterator[Place]:
    """Columns and rows in ``rect``."""
    for row in range(rect.top(), rect.top() + rect.height()):
        for column in range(rect.left(), rect.left() + rect.width()):
            yield column, row
