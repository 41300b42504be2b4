"""An icon is the letter of its font, and nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPixmap

from slimsam_app import icons

SIZE = QSize(32, 32)


def as_letter(name: str) -> QImage:
    """The letter painted by itself, as the icon should look."""
    pixmap = QPixmap(SIZE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    font = QFont(icons._family())
    font.setPixelSize(round(icons.GLYPH_SHARE * SIZE.height()))
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.black)
    painter.drawText(QRect(0, 0, 32, 32), Qt.AlignmentFlag.AlignCenter, chr(icons._letters()[name]))
    painter.end()
    return pixmap.toImage()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", ["x", "check", "folder-open"])
def test_an_icon_is_painted_as_its_letter(name: str) -> None:
    assert icons.plain_icon(name, "#000000").pixmap(SIZE).toImage() == as_letter(name)
