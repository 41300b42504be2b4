"""Pictures side by side with the masks of teacher and student, one column an example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolTip, QVBoxLayout, QWidget

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.theme import Theme
from slimsam_core.pixels.mask import BoolMask
from slimsam_core.visible_text import one_line

GAP, LEAST_LABEL_WIDTH, WORDS_HEIGHT = 8, 76, 20
OPACITY = 0.5


@dataclass(frozen=True, eq=False)
class Example:
    """One column: a picture in each row, top to bottom (uint8 hxwx3, of one size), and words below."""

    pictures: tuple[NDArray[np.uint8], ...]
    words: str
    tip: str = ""


def tinted(rgb: NDArray[np.uint8], mask: BoolMask, color: str) -> NDArray[np.uint8]:
    """The picture with a mask of the same size painted on it; ``color`` is ``#rrggbb``."""
    paint = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
    result = rgb.copy()
    result[mask] = (result[mask] * (1 - OPACITY) + paint * OPACITY).astype(np.uint8)
    return result


class _Columns(QWidget):
    """Paints the examples."""

    def __init__(self, rows: int, height: int, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows, self._height, self._theme = rows, height, theme
        self._columns: list[tuple[list[QPixmap], str, str]] = []

    def set_examples(self, examples: Sequence[Example]) -> None:
        """Show these."""
        self._columns = [
            ([self._pixmap(picture) for picture in example.pictures], example.words, example.tip)
            for example in examples
        ]
        self.setFixedSize(self.sizeHint())
        self.update()

    def _pixmap(self, pixels: NDArray[np.uint8]) -> QPixmap:
        height, width = pixels.shape[:2]
        data = np.ascontiguousarray(pixels).data
        image = QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888)
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap.fromImage(image).scaledToHeight(
            round(self._height * ratio), Qt.TransformationMode.SmoothTransformation
        )
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _places(self) -> list[QRect]:
        """Where each column stands."""
        places, left = [], 0
        for pixmaps, _, _ in self._columns:
            width = round(pixmaps[0].deviceIndependentSize().width())
            places.append(QRect(left, 0, width, self.sizeHint().height()))
            left += width + GAP
        return places

    def sizeHint(self) -> QSize:
        width = sum(round(p[0].deviceIndependentSize().width()) + GAP for p, _, _ in self._columns)
        return QSize(max(1, width), self._rows * (self._height + GAP) + WORDS_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._theme.color("muted"))
        for (pixmaps, text, _), place in zip(self._columns, self._places(), strict=True):
            for row, pixmap in enumerate(pixmaps):
                painter.drawPixmap(place.left(), row * (self._height + GAP), pixmap)
            below = QRect(place.left(), self._rows * (self._height + GAP), place.width(), WORDS_HEIGHT)
            words = one_line(text)
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            for (_, text, tip), place in zip(self._columns, self._places(), strict=True):
                if place.contains(event.pos()):
                    QToolTip.showText(event.globalPos(), plain_tip(tip or text), self)
                    return True
        return super().event(event)


class PictureStrip(QWidget):
    """Rows with fixed names (teacher, student, difference); the columns scroll sideways."""

    def __init__(
        self,
        name: str,
        rows: Sequence[str],
        row_height: int,
        theme: Theme,
        parent: QWidget,
        *,
        below: str = "",
    ) -> None:
        """``below``: what the words under each column are."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(tr("Pictures with the masks of teacher and student"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        labels = QVBoxLayout()
        labels.setSpacing(GAP)
        longest = max(self.fontMetrics().horizontalAdvance(text) for text in (*rows, below))
        width = max(LEAST_LABEL_WIDTH, longest + GAP)
        for text in rows:
            label = PlainLabel(text, self)
            label.setProperty("role", "muted")
            label.setWordWrap(True)
            label.setFixedSize(width, row_height)
            labels.addWidget(label)
        self.below = PlainLabel(below, self)
        self.below.setProperty("role", "muted")
        self.below.setToolTip(plain_tip(below))
        self.below.setFixedSize(width, WORDS_HEIGHT)
        labels.addWidget(self.below)
        labels.addStretch(1)
        row.addLayout(labels)
        self._columns = _Columns(len(rows), row_height, theme, self)
        self._area = QScrollArea(self)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._columns)
        row.addWidget(self._area, 1)
        self.setFixedHeight(
            self._columns.sizeHint().height() + self._area.horizontalScrollBar().sizeHint().height()
        )
        self.examples: tuple[Example, ...] = ()

    def set_examples(self, examples: Sequence[Example]) -> None:
        """Show these columns; the place that was scrolled to stays."""
        place = self._area.horizontalScrollBar().value()
        self.examples = tuple(examples)
        self._columns.set_examples(self.examples)
        self._area.horizontalScrollBar().setValue(place)
        self.setAccessibleDescription("; ".join(example.words for example in self.examples))
