"""The time line of a film below the picture: where one is, what is labelled, where something waits."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import plain_tip
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.signals import tie
from slimsam_app.theme import Theme
from slimsam_core.pixels.film_frames import are_frames
from slimsam_core.project import ImageFilter

HEIGHT = 22
"""Pixels: enough to hit, too little to miss in the picture."""
_LOOKED_AT = 20
"""Names of the first images that tell a film from a folder of photographs."""
_REST_MS = 150
"""After the last change: a thousand proposals that come in are one look."""


class TimeLine(QWidget):
    """There while the open images are frames of a film; a press or drag goes to a frame."""

    def __init__(self, workbench: Workbench, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("timeLine")
        self.setAccessibleName(tr("Time line"))
        self.setFixedHeight(HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._workbench, self._theme = workbench, theme
        self._labelled: tuple[int, ...] = ()
        """Rows of the images with objects."""
        self._waiting: tuple[int, ...] = ()
        """Rows of those with something begun or proposed."""
        self._timer = QTimer(self, singleShot=True, interval=_REST_MS)
        self._timer.timeout.connect(self.look)
        for signal in (
            workbench.document.changed,
            workbench.drafts.changed,
            workbench.navigator.order_changed,
            workbench.document.closed,
        ):
            tie(signal, self, lambda *_: self._timer.start())
        tie(workbench.document.opened, self, lambda *_: self.look())
        tie(workbench.navigator.moved, self, lambda *_: self.update())
        theme.changed.connect(self.update)
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    @property
    def labelled(self) -> tuple[int, ...]:
        """Rows that are marked as labelled."""
        return self._labelled

    @property
    def waiting(self) -> tuple[int, ...]:
        """Rows that are marked as having something that waits."""
        return self._waiting

    def look(self) -> None:
        """Read anew what is labelled; show, or hide where there is no film."""
        self._timer.stop()
        document, ids = self._workbench.document, self._workbench.navigator.ids
        if not document.is_open or len(ids) < 2:
            self.hide()
            return
        first = document.project.images_by_id(ids[:_LOOKED_AT])
        self.setVisible(are_frames(image.path for image in first.values()))
        if not self.isHidden():
            labelled = set(document.project.image_ids(ImageFilter(unlabelled=False)))
            self._labelled = tuple(row for row, i in enumerate(ids) if i in labelled)
            self._waiting = tuple(row for row, i in enumerate(ids) if self._workbench.drafts.has(i))
            self.update()

    def place(self, row: int) -> QRect:
        """Where the frame of a row lies."""
        count, width = max(1, len(self._workbench.navigator.ids)), self.width()
        left = row * width // count
        return QRect(left, 0, max(2, (row + 1) * width // count - left), HEIGHT)

    def row_at(self, x: int) -> int:
        """The row of the frame that lies there."""
        count = len(self._workbench.navigator.ids)
        return min(max(0, x * count // max(1, self.width())), count - 1)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.fillRect(self.rect(), theme.color("panel"))
        for rows, token, top, height in (
            (self._labelled, "accent", 8, HEIGHT - 8),
            (self._waiting, "warn", 2, 5),
        ):
            for row in rows:
                place = self.place(row)
                painter.fillRect(place.x(), top, max(1, place.width() - 1), height, theme.color(token))
        navigator = self._workbench.navigator
        row = navigator.row_of(navigator.current_id)
        if row >= 0:
            middle = self.place(row).center().x()
            painter.fillRect(middle - 1, 0, 3, HEIGHT, theme.color("text"))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tip(self.words_at(event.pos().x())), self)
            return True
        return super().event(event)

    def words_at(self, x: int) -> str:
        """What the tip says of a place."""
        ids, row = self._workbench.navigator.ids, self.row_at(x)
        if not ids or not self._workbench.document.is_open:
            return ""
        name = self._workbench.document.image(ids[row]).path.rsplit("/", 1)[-1]
        lines = [
            tr("{name}: {number} of {count}").format(
                name=name, number=figures.count(row + 1), count=figures.count(len(ids))
            ),
            tr("labelled") if row in self._labelled else "",
            tr("something waits to be accepted") if row in self._waiting else "",
        ]
        return "\n".join(line for line in lines if line)

    def _go(self, event: QMouseEvent) -> None:
        navigator = self._workbench.navigator
        if event.buttons() & Qt.MouseButton.LeftButton and navigator.ids:
            target = navigator.ids[self.row_at(round(event.position().x()))]
            if target != navigator.current_id:
                navigator.go(target)
