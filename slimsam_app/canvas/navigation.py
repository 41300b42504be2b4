"""From Qt's mouse, wheel and key events to zoom, pan and the chosen tool."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from slimsam_app.canvas.key_cross import KeyCross
from slimsam_app.canvas.surface import Surface
from slimsam_app.canvas.tool import DRAG_PX, Mouse
from slimsam_app.canvas.tools.pan import PanTool
from slimsam_app.physical_keys import is_key

_STEP = 1.25
"""Zoom of one notch of the wheel."""
_NOTCH = 120.0


class Navigation(QObject):
    """Filters the canvas's events. Middle button and Space pan; Space alone finishes the tool's draft."""

    def __init__(self, canvas: Surface, cross: KeyCross) -> None:
        super().__init__(canvas)
        self._canvas, self._cross = canvas, cross
        self._grabbed: QPointF | None = None
        self._grabbed_at = (0, 0)
        """Where the picture stood when it was grabbed."""
        self._grab_button = Qt.MouseButton.NoButton
        self._gesture = Qt.MouseButton.NoButton
        self._space = False
        self._space_dragged = False
        for ends_it in (canvas.image_shown, canvas.tool_changed):
            ends_it.connect(self.end_gesture)
        self._over: QPointF | None = None
        """Where the pointer rests above the canvas."""
        for moves_below in (canvas.view_changed, canvas.image_shown):
            moves_below.connect(self._report_pixel)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what is ours; the rest goes on to Qt."""
        kind = event.type()
        if watched is self._canvas:
            if kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                return self._key(cast(QKeyEvent, event), kind == QEvent.Type.KeyPress)
            if kind == QEvent.Type.FocusOut:
                self._end_space()
                self._canvas.layers.set_bare(False)
            return False
        if kind == QEvent.Type.Wheel:
            return self._wheel(cast(QWheelEvent, event))
        if kind == QEvent.Type.Leave:
            self._canvas.tool.leave()
            self._over = None
            self._report_pixel()
            return False
        if kind == QEvent.Type.MouseButtonPress:
            return self._press(cast(QMouseEvent, event))
        if kind == QEvent.Type.MouseMove:
            return self._move(cast(QMouseEvent, event))
        if kind == QEvent.Type.MouseButtonRelease:
            return self._release(cast(QMouseEvent, event))
        if kind == QEvent.Type.MouseButtonDblClick:
            return self._double_click(cast(QMouseEvent, event))
        return False

    def _mouse(self, event: QMouseEvent, button: Qt.MouseButton) -> Mouse:
        held = event.modifiers()
        at = self._canvas.to_image(event.position())
        return Mouse(
            x=at.x(),
            y=at.y(),
            button=button,
            shift=bool(held & Qt.KeyboardModifier.ShiftModifier),
            ctrl=bool(held & Qt.KeyboardModifier.ControlModifier),
            alt=bool(held & Qt.KeyboardModifier.AltModifier),
        )

    def _pans(self, event: QMouseEvent) -> bool:
        left = event.button() == Qt.MouseButton.LeftButton
        by_hand = isinstance(self._canvas.tool, PanTool) or self._space
        return event.button() == Qt.MouseButton.MiddleButton or (left and by_hand)

    def _press(self, event: QMouseEvent) -> bool:
        self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        self._cross.put_away()
        if (
            self._canvas.image_id is None
            or self._grabbed is not None
            or self._gesture != Qt.MouseButton.NoButton
        ):
            return True
        if self._pans(event):
            self._grabbed, self._grab_button = event.position(), event.button()
            self._grabbed_at = self._scrolled()
            self._canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            return True
        self._gesture = event.button()
        self._canvas.tool.press(self._mouse(event, event.button()))
        self._canvas.worked.emit()
        return True

    def _move(self, event: QMouseEvent) -> bool:
        self._over = event.position()
        if self._canvas.image_id is None:
            return True
        if self._grabbed is not None:
            step = event.position() - self._grabbed
            if self._space and not self._space_dragged and step.manhattanLength() < DRAG_PX:
                return True
            self._space_dragged = True
            self._pan(step)
            self._grabbed = event.position() - (step - QPointF(step.toPoint()))
            return True
        self._canvas.tool.move(self._mouse(event, self._gesture))
        self._report_pixel()
        return True

    def _release(self, event: QMouseEvent) -> bool:
        if self._grabbed is not None and event.button() == self._grab_button:
            self._grabbed = None
            self._show_cursor()
        elif event.button() == self._gesture:
            self._gesture = Qt.MouseButton.NoButton
            self._canvas.tool.release(self._mouse(event, event.button()))
            self._canvas.worked.emit()
        return True

    def _double_click(self, event: QMouseEvent) -> bool:
        if event.button() != Qt.MouseButton.LeftButton or self._pans(event):
            return self._press(event)
        if self._canvas.image_id is not None:
            self._gesture = event.button()
            self._canvas.tool.double_click(self._mouse(event, event.button()))
        return True

    def _scrolled(self) -> tuple[int, int]:
        return self._canvas.horizontalScrollBar().value(), self._canvas.verticalScrollBar().value()

    def _pan(self, step: QPointF) -> None:
        whole = step.toPoint()
        across, down = self._canvas.horizontalScrollBar(), self._canvas.verticalScrollBar()
        across.setValue(across.value() - whole.x())
        down.setValue(down.value() - whole.y())

    def _wheel(self, event: QWheelEvent) -> bool:
        if self._canvas.image_id is None:
            return True
        held = event.modifiers()
        # with Alt held some platforms turn the vertical wheel into a horizontal one
        notches = (event.angleDelta().y() or event.angleDelta().x()) / _NOTCH
        if held & Qt.KeyboardModifier.AltModifier:
            if notches:
                self._canvas.tool.alt_wheel(notches > 0)
            return True
        zooms = bool(held & Qt.KeyboardModifier.ControlModifier) != self._canvas.style_now.wheel_zooms
        if zooms:
            self._canvas.zoom_by(_STEP**notches, event.position())
            return True
        step = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        if held & Qt.KeyboardModifier.ShiftModifier:
            step = step.transposed()
        self._pan(QPointF(step))
        return True

    def _key(self, event: QKeyEvent, down: bool) -> bool:
        if down and self._cross.take_key(event):
            return True
        if event.key() == Qt.Key.Key_Control:
            self._canvas.tool.modifiers_changed(down)
            return False
        if not event.modifiers() and is_key(event, Qt.Key.Key_S):
            if not event.isAutoRepeat():
                self._canvas.layers.set_bare(down)
            return True
        if event.key() != Qt.Key.Key_Space or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.isAutoRepeat():
            return True
        if down:
            self._space, self._space_dragged = True, False
            self._show_cursor()
        elif self._space:
            dragged = self._space_dragged
            self._end_space()
            if not dragged:
                self._canvas.finish()
        return True

    @property
    def in_hand(self) -> bool:
        """Whether a tool has the mouse, with a button held."""
        return self._gesture != Qt.MouseButton.NoButton

    @property
    def panning(self) -> bool:
        """Whether the picture is being moved, with a button held."""
        return self._grabbed is not None

    def drop_pan(self) -> bool:
        """Put the picture back where it was grabbed. False when it is not being moved."""
        if self._grabbed is None:
            return False
        self._grabbed, self._space_dragged = None, True  # Space that is let go later accepts nothing
        across, down = self._canvas.horizontalScrollBar(), self._canvas.verticalScrollBar()
        across.setValue(self._grabbed_at[0])
        down.setValue(self._grabbed_at[1])
        self._show_cursor()
        return True

    def end_gesture(self) -> None:
        """The press was on another picture, or for another tool: its moves and its release are for nobody."""
        self._gesture = Qt.MouseButton.NoButton

    def _end_space(self) -> None:
        if self._space:
            self._space = False
            self._show_cursor()

    def _show_cursor(self) -> None:
        shape = Qt.CursorShape.OpenHandCursor if self._space else self._canvas.tool.cursor
        self._canvas.viewport().setCursor(shape)

    def _report_pixel(self) -> None:
        pyramid, size = self._canvas.layers.pyramid, self._canvas.layers.image_size
        at = self._canvas.to_image(self._over) if self._over is not None else QPointF(-1, -1)
        column, row = int(at.x() // 1), int(at.y() // 1)
        if pyramid is None or size is None or not (0 <= row < size.height and 0 <= column < size.width):
            self._canvas.pixel_hovered.emit(-1, -1, None)
            return
        levels = self._canvas.layers.levels
        found = pyramid.pixels[row, column].reshape(-1).tolist()
        self._canvas.pixel_hovered.emit(
            column, row, tuple(map(levels.value, found)) if levels else tuple(found)
        )
