"""The masks to choose from, small, with the quality that the model predicts for each."""

from __future__ import annotations

import cv2
import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from slimsam_app import figures
from slimsam_app.canvas.items import tinted
from slimsam_app.i18n import tr
from slimsam_app.sessions.compare_session import CompareSession
from slimsam_app.sessions.prompt_session import PromptSession
from slimsam_core.inference.prediction import candidate_pixels
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.image_io import RgbImage

THUMBNAIL_PX = 50
_GAP, _TEXT_PX, _MARGIN = 7, 18, 12
_MOST = 4


class CandidateStrip(QWidget):
    """A row of thumbnails; a click chooses, a double click accepts; words while there is nothing."""

    def __init__(
        self, session: PromptSession, compare: CompareSession, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("candidateStrip")
        self.setAccessibleName(tr("Masks to choose from"))
        self.setToolTip(tr("Masks of the model, with the quality that it predicts for each"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._session, self._compare = session, compare
        self._color = QColor("#2f9bff")
        self._thumbnail: QImage | None = None
        self._thumbnail_of: RgbImage | None = None
        session.changed.connect(self._refresh)
        compare.changed.connect(self._refresh)

    def set_color(self, color: QColor) -> None:
        """The colour of the class that the object will get."""
        self._color = color
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(
            2 * _MARGIN + _MOST * THUMBNAIL_PX + (_MOST - 1) * _GAP, THUMBNAIL_PX + _TEXT_PX + _MARGIN
        )

    def cell(self, index: int) -> QRect:
        """Where the thumbnail of a candidate lies in the widget: all are seen, however narrow it is."""
        count = max(1, len(self._compare.shown[0]))
        room = self.width() - 2 * _MARGIN - (count - 1) * _GAP
        side = max(1, min(THUMBNAIL_PX, room // count))
        return QRect(_MARGIN + index * (side + _GAP), 2 + THUMBNAIL_PX - side, side, side)

    def _refresh(self) -> None:
        found = bool(self._compare.shown[0])
        self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor)
        self.update()

    def _picture(self, rgb: RgbImage) -> QImage:
        """The picture, at most ``THUMBNAIL_PX`` large; made once a picture."""
        if self._thumbnail is None or self._thumbnail_of is not rgb:
            height, width = rgb.shape[:2]
            scale = THUMBNAIL_PX * self.devicePixelRatioF() / max(height, width)
            step = max(1, int(0.5 / scale))
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            small = np.ascontiguousarray(cv2.resize(rgb[::step, ::step], size, interpolation=cv2.INTER_AREA))
            image = QImage(small.data, size[0], size[1], 3 * size[0], QImage.Format.Format_RGB888)
            self._thumbnail, self._thumbnail_of = image.copy(), rgb
        return self._thumbnail

    def paintEvent(self, _: QPaintEvent) -> None:
        rgb = self._session.rgb
        candidates, seen = self._compare.shown
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        if rgb is None or not candidates:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            place = self.rect().adjusted(_MARGIN + 8, 0, -_MARGIN - 8, -_MARGIN)
            how = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            hint = tr("Click on something: its masks appear here, Tab cycles through them.")
            painter.drawText(place, how, tr("The second model is looking …") if self._compare.waits else hint)
            return
        picture = self._picture(rgb)
        original = Size.of(rgb)
        for index, candidate in enumerate(candidates):
            cell = self.cell(index)
            pixels = candidate_pixels(candidate, original, Size(picture.height(), picture.width()))
            ratio = self.devicePixelRatioF()
            ratio *= THUMBNAIL_PX / cell.width()
            target = QRect(0, 0, round(picture.width() / ratio), round(picture.height() / ratio))
            target.moveCenter(cell.center())
            painter.drawImage(target, picture)
            painter.drawImage(target, tinted(pixels, self._color, 0.55, 1.0))
            chosen = index == seen
            accent = palette.color(QPalette.ColorRole.Highlight)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(
                QPen(accent if chosen else palette.color(QPalette.ColorRole.Mid), 2 if chosen else 1)
            )
            painter.drawRoundedRect(cell.adjusted(-1, -1, 0, 0), 4, 4)
            role = QPalette.ColorRole.WindowText if chosen else QPalette.ColorRole.PlaceholderText
            painter.setPen(palette.color(role))
            words = QRect(cell.left(), cell.bottom() + 2, cell.width(), _TEXT_PX)
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, figures.iou(candidate.predicted_iou))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for index in range(len(self._compare.shown[0])):
            if (
                self.cell(index)
                .adjusted(-_GAP // 2, 0, _GAP // 2, _TEXT_PX)
                .contains(event.position().toPoint())
            ):
                self._session.choose(index)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)
        self._session.accept()
