"""The size at which a dialog opens: Qt gives it two thirds of a small screen, and cuts what it holds."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

_AROUND_PX = 60
"""For a title bar, and a little around."""


def whole_size(dialog: QWidget, width: int, height: int) -> QSize:
    """``width`` by ``height`` pixels, or as much of it as the screen has."""
    return QSize(width, height).boundedTo(dialog.screen().availableSize() - QSize(0, _AROUND_PX))
