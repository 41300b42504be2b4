"""A place of a picture as several people see it: a tile for each, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainElidingLabel, PlainLabel
from slimsam_core.teamwork.compare import NOTHING
from slimsam_core.teamwork.compare_report import TILE, PersonTile
from slimsam_core.visible_text import one_line

SIDE = 190
"""Points of a tile's longer side: four are side by side, and the tables above keep their room."""
_MARK = 10
_ROOM = 42
"""Points for the words below a tile and for a scroll bar."""


class PersonTiles(QScrollArea):
    """Scrolls sideways where there are many people."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("personTiles")
        self.setAccessibleName(tr("What each person made of it"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFixedHeight(SIDE + _ROOM)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.captions: tuple[str, ...] = ()
        """What is written below the tiles."""
        self.pictures: tuple[QPixmap, ...] = ()

    def show_tiles(self, tiles: Sequence[PersonTile]) -> None:
        """Show these in place of the former ones; without any it is said that there is no picture."""
        inside = QWidget(self)
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.captions = tuple(
            f"{one_line(tile.who)}: {one_line(class_or_nothing(tile.said))}" for tile in tiles
        )
        self.pictures = tuple(map(_pixmap, tiles))
        for tile, caption, picture in zip(tiles, self.captions, self.pictures, strict=True):
            row.addLayout(_column(inside, picture, caption, tile.color))
        if not tiles:
            words = PlainLabel(tr("Its image cannot be shown: it is not there, or another one now."), inside)
            words.setProperty("role", "muted")
            row.addWidget(words)
        row.addStretch(1)
        self.setWidget(inside)


def class_or_nothing(name: str) -> str:
    """What a person said of an object."""
    return tr("nothing") if name == NOTHING else name


def _pixmap(tile: PersonTile) -> QPixmap:
    pixels = np.ascontiguousarray(tile.rgb)
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    found = QPixmap.fromImage(image)
    found.setDevicePixelRatio(TILE / SIDE)
    return found


def _column(parent: QWidget, picture: QPixmap, caption: str, color: str) -> QVBoxLayout:
    shown = PlainLabel("", parent)
    shown.setPixmap(picture)
    shown.setAccessibleName(caption)
    mark = PlainLabel("", parent)
    square = QPixmap(_MARK, _MARK)
    square.fill(QColor(color))
    mark.setPixmap(square)
    words = PlainElidingLabel(caption, parent)
    words.setFixedWidth(SIDE - 2 * _MARK)
    below, column = QHBoxLayout(), QVBoxLayout()
    below.addWidget(mark)
    below.addWidget(words, 1)
    column.addWidget(shown)
    column.addLayout(below)
    column.addStretch(1)
    return column
