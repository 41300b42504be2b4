"""Icons of the Phosphor set, painted from the font that the package ``qtawesome`` carries.

The font is used without that package's code, which fetches every name of Qt when it is imported and loads all
of its eleven fonts for the first icon: an eighth of the time until the window is painted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from slimsam_core.files.foreign import read_json

GLYPH_SHARE = 0.875
"""Height of the letter in the icon: 14 of 16 pixels, which leaves a margin of a pixel around most signs."""


@dataclass(frozen=True)
class IconColors:
    """What an icon is painted with."""

    usual: QColor
    checked: QColor
    hovered: QColor
    disabled: QColor

    def of(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        """The colour for a mode and a state."""
        if mode == QIcon.Mode.Disabled:
            return self.disabled
        if state == QIcon.State.On:
            return self.checked
        return self.hovered if mode == QIcon.Mode.Active else self.usual


def icon(name: str, colors: IconColors) -> QIcon:
    """The icon of this name. Raises KeyError for a name that the set does not have."""
    return QIcon(_Engine(chr(_letters()[name]), colors))


def plain_icon(name: str, color: str) -> QIcon:
    """The icon of this name in one colour (``#rrggbb``), whatever its state. Raises KeyError."""
    one = QColor(color)
    return icon(name, IconColors(one, one, one, one))


class _Engine(QIconEngine):
    """Paints one letter of the font."""

    def __init__(self, letter: str, colors: IconColors) -> None:
        super().__init__()
        self._letter, self._colors = letter, colors

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.save()
        font = QFont(_family())
        font.setPixelSize(max(1, round(GLYPH_SHARE * rect.height())))
        painter.setFont(font)
        painter.setPen(self._colors.of(mode, state))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Engine(self._letter, self._colors)


def _file(pattern: str) -> Path:
    """A file of the set, whatever its version."""
    found = find_spec("qtawesome")
    folders = found.submodule_search_locations if found is not None else None
    return next(Path((folders or [""])[0], "fonts").glob(pattern))


@cache
def _family() -> str:
    """Name of the font, once there is an application."""
    return QFontDatabase.applicationFontFamilies(
        QFontDatabase.addApplicationFont(str(_file("phosphor-[0-9]*.ttf")))
    )[0]


@cache
def _letters() -> Mapping[str, int]:
    """Name -> code point."""
    data = read_json(_file("phosphor-charmap-*.json"))
    return {name: int(code, 16) for name, code in data.items()}
