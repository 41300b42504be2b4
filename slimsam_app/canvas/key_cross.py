"""Work without a mouse: a cross on the picture that arrow keys move, and a frame while keys steer it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen, QRegion
from PySide6.QtWidgets import QWidget

from slimsam_app.canvas.surface import Surface
from slimsam_app.canvas.tool import Mouse

STEP_PX, FINE_PX, FAR_PX = 10, 1, 60
"""Screen pixels of an arrow key: alone, with Shift (one is the least that can be seen), with Ctrl."""
_SIDE_PX = 31
_GAP_PX = 4
"""Left free around the middle: what is aimed at stays to be seen."""
_FRAME_PX = 2
_ARROWS = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}


class KeyCross(QWidget):
    """Stands in for the mouse: the tool hears of its moves and clicks. A press of the mouse puts it away."""

    def __init__(self, canvas: Surface) -> None:
        super().__init__(canvas)
        self.setObjectName("keyCross")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(_SIDE_PX, _SIDE_PX)
        self._canvas = canvas
        self._at = QPointF()
        self._held = False
        canvas.view_changed.connect(self._place)
        canvas.image_shown.connect(self.put_away)
        canvas.tool_changed.connect(self.let_go)
        self.hide()

    @property
    def at(self) -> tuple[float, float] | None:
        """Where it is, in image pixels; None while it is put away."""
        return None if self.isHidden() else (self._at.x(), self._at.y())

    @property
    def in_hand(self) -> bool:
        """Whether the left button stays down until the next click."""
        return self._held

    def take_key(self, event: QKeyEvent) -> bool:
        """Move by an arrow key; False for other keys and without a picture."""
        way, rect = _ARROWS.get(Qt.Key(event.key())), self._canvas.layers.image_rect
        if way is None or self._canvas.image_id is None:
            return False
        held = event.modifiers()
        if held & Qt.KeyboardModifier.ShiftModifier:
            step = FINE_PX
        else:
            step = FAR_PX if held & Qt.KeyboardModifier.ControlModifier else STEP_PX
        if self.isHidden():
            self._appear()
        wanted = self._at + QPointF(way) * step / self._canvas.zoom
        inside = rect.adjusted(0.5, 0.5, -0.5, -0.5)  # the middle of the outermost pixels
        self._at = QPointF(
            min(max(wanted.x(), inside.left()), inside.right()),
            min(max(wanted.y(), inside.top()), inside.bottom()),
        )
        seen = self._canvas.visible_box()
        if seen is None or not (seen.x0 < self._at.x() < seen.x1 and seen.y0 < self._at.y() < seen.y1):
            self._canvas.center_at(self._at.x(), self._at.y())
        self._place()
        self._canvas.tool.move(self._mouse(Qt.MouseButton.LeftButton if self._held else _NONE))
        return True

    def click(self, left: bool) -> None:
        """Click here; with a tool that drags the left button stays down until the next click."""
        if self._canvas.image_id is None:
            return
        if self.isHidden():
            self._appear()
        tool, button = self._canvas.tool, Qt.MouseButton.LeftButton if left else Qt.MouseButton.RightButton
        if not self._held:
            tool.press(self._mouse(button))
        self._held = left and tool.drags and not self._held
        if not self._held:
            tool.release(self._mouse(button))
        self._canvas.worked.emit()

    def put_away(self) -> None:
        """The mouse is used again, or there is another picture."""
        self.let_go()
        self.hide()

    def _appear(self) -> None:
        seen = self._canvas.visible_box()
        if seen is not None:
            self._at = QPointF((seen.x0 + seen.x1) / 2, (seen.y0 + seen.y1) / 2)
        self.show()
        self._place()

    def let_go(self) -> None:
        """The left button is up again, without a release for the tool."""
        self._held = False

    def _mouse(self, button: Qt.MouseButton) -> Mouse:
        return Mouse(x=self._at.x(), y=self._at.y(), button=button)

    def _place(self) -> None:
        if not self.isHidden():
            place = self._canvas.viewportTransform().map(self._at).toPoint() + self._canvas.viewport().pos()
            self.move(place - QPoint(_SIDE_PX // 2, _SIDE_PX // 2))

    def paintEvent(self, _: QPaintEvent) -> None:
        painter, middle, end = QPainter(self), _SIDE_PX // 2, _SIDE_PX - 1
        for color, width in ((QColor("white"), 3), (QColor("black"), 1)):  # seen on every picture
            painter.setPen(QPen(color, width))
            for a, b in ((0, middle - _GAP_PX), (middle + _GAP_PX, end)):
                painter.drawLine(a, middle, b, middle)
                painter.drawLine(middle, a, middle, b)


class KeyFrame(QWidget):
    """A frame around the canvas while it has the focus and keys brought it there."""

    def __init__(self, canvas: Surface) -> None:
        super().__init__(canvas)
        self.setObjectName("keyFrame")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._canvas = canvas
        canvas.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The focus of the canvas comes and goes."""
        if watched is self._canvas:
            if event.type() == QEvent.Type.FocusOut:
                self.hide()
            elif event.type() == QEvent.Type.FocusIn:
                if cast(QFocusEvent, event).reason() in BY_KEY:
                    self._show()
            elif event.type() == QEvent.Type.Resize and self.isVisible():
                self._show()
        return False

    def _show(self) -> None:
        """Along the rim of the canvas."""
        self.setGeometry(self._canvas.rect())
        rim = QRegion(self.rect()) - QRegion(
            self.rect().adjusted(_FRAME_PX, _FRAME_PX, -_FRAME_PX, -_FRAME_PX)
        )
        self.setMask(rim)
        self.show()

    def paintEvent(self, _: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Highlight))


_NONE = Qt.MouseButton.NoButton
BY_KEY = frozenset(
    {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason}
)
"""Ways of the focus that are no mouse."""
