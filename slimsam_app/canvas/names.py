"""The class of each object written on the picture, as many as there is room for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from slimsam_core.visible_text import one_line

_FONT_PX = 12
_PAD_PX = 3.0
_INK, _DARK_INK = QColor("#ffffff"), QColor("#101418")
_PAPER_ALPHA = 200
"""Of 255: the picture is guessed below, the word is read."""
_LIGHT = 0.2
"""Above this relative luminance (0..1, WCAG 2) dark ink has more contrast than white one."""


@dataclass(frozen=True)
class NamedObject:
    """What is written of an object; ``box`` in pixels of the picture."""

    box: QRectF
    name: str
    color: QColor
    first: bool = False
    """Selected: written before all others."""


@dataclass(frozen=True)
class PlacedName:
    """A name and the rectangle that it takes, in pixels of the screen."""

    words: str
    place: QRectF
    color: QColor


def place_names(
    objects: Iterable[NamedObject], to_screen: QRectF, scale: float, metrics: QFontMetricsF
) -> tuple[PlacedName, ...]:
    """Names in the upper left corners of their objects; of two that would overlap one is left out.

    Selected objects come first, then the large ones, whose small neighbours are told apart by colour.
    ``to_screen``: the picture's rectangle on the screen, ``scale``: screen pixels of a picture's pixel.
    """
    placed: list[PlacedName] = []
    order = sorted(objects, key=lambda one: (not one.first, -one.box.width() * one.box.height()))
    for one in order:
        width = metrics.horizontalAdvance(one.name) + 2 * _PAD_PX
        height = metrics.height() + _PAD_PX
        left = min(to_screen.left() + one.box.left() * scale, to_screen.right() - width)
        top = min(to_screen.top() + one.box.top() * scale, to_screen.bottom() - height)
        place = QRectF(max(left, to_screen.left()), max(top, to_screen.top()), width, height)
        if not any(place.intersects(other.place) for other in placed):
            placed.append(PlacedName(one.name, place, one.color))
    return tuple(placed)


class NameLabels(QGraphicsItem):
    """Paints the names at the size of the screen, whatever the zoom."""

    def __init__(self) -> None:
        super().__init__()
        self._objects: tuple[NamedObject, ...] = ()
        self._area = QRectF()
        self.setVisible(False)

    def set_objects(self, objects: Sequence[NamedObject], area: QRectF) -> None:
        """Write these; ``area`` = the picture."""
        if area != self._area:
            self.prepareGeometryChange()
            self._area = area
        self._objects = tuple(replace(one, name=one_line(one.name)) for one in objects)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(self, painter: QPainter, _: QStyleOptionGraphicsItem, __: QWidget | None = None) -> None:
        transform = painter.worldTransform()
        font = QFont(painter.font())
        font.setPixelSize(_FONT_PX)
        placed = place_names(
            self._objects, transform.mapRect(self._area), transform.m11(), QFontMetricsF(font)
        )
        painter.save()
        painter.resetTransform()
        painter.setFont(font)
        for one in placed:
            paper = QColor(one.color)
            paper.setAlpha(_PAPER_ALPHA)
            painter.fillRect(one.place, paper)
            painter.setPen(ink_on(one.color))
            painter.drawText(one.place.adjusted(_PAD_PX, 0, 0, 0), one_line(one.words))
        painter.restore()


def ink_on(paper: QColor) -> QColor:
    """The colour of letters on a class's colour."""
    return _DARK_INK if _luminance(paper) > _LIGHT else _INK


def _luminance(color: QColor) -> float:
    """Relative luminance, 0..1, as WCAG 2 defines it for sRGB."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(value) for value in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
