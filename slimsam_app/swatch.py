"""Colours of objects and classes, and a small square of one as an icon."""

from __future__ import annotations

from PySide6.QtGui import QColor, QIcon, QPixmap

from slimsam_core.annotation import Annotation, default_color
from slimsam_core.project.tracks import track_of

SWATCH_PX = 12
"""As high as a small letter of a row: a mark, no picture."""


def own_color(annotation: Annotation) -> QColor:
    """Of an object by itself, whatever its class: those of one track have one colour."""
    return QColor(default_color(track_of(annotation) or annotation.id))


def swatch_icon(color: QColor, width: int, height: int) -> QIcon:
    """An icon of this size in pixels. Qt tints icons of chosen rows, and this one not."""
    pixmap = QPixmap(width, height)
    pixmap.fill(color)
    found = QIcon()
    for mode in QIcon.Mode:
        found.addPixmap(pixmap, mode)
    return found
