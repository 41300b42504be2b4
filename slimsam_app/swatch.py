"""A small square of a class's colour as an icon, the same in every state of its row."""

from __future__ import annotations

from PySide6.QtGui import QColor, QIcon, QPixmap

SWATCH_PX = 12
"""As high as a small letter of a row: a mark, no picture."""


def swatch_icon(color: QColor, width: int, height: int) -> QIcon:
    """An icon of this size in pixels. Qt tints icons of chosen rows, and this one not."""
    pixmap = QPixmap(width, height)
    pixmap.fill(color)
    found = QIcon()
    for mode in QIcon.Mode:
        found.addPixmap(pixmap, mode)
    return found
