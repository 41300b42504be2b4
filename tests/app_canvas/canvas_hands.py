"""Hands on a canvas: real mouse and key events at places given in image pixels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from slimsam_app.canvas.view import CanvasView

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


def place(view: CanvasView, x: float, y: float) -> QPoint:
    """Where a point of the picture lies in the viewport."""
    return view.viewportTransform().map(QPointF(x, y)).toPoint()


def click(
    view: CanvasView, x: float, y: float, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO_KEYS
) -> None:
    """Press and release."""
    QTest.mouseClick(view.viewport(), button, keys, place(view, x, y))


def double_click(view: CanvasView, x: float, y: float) -> None:
    """What Qt sends for a double click: press, release, double click, release."""
    click(view, x, y)
    QTest.mouseDClick(view.viewport(), LEFT, NO_KEYS, place(view, x, y))  # presses and does not let go
    QTest.mouseRelease(view.viewport(), LEFT, NO_KEYS, place(view, x, y))


def move(view: CanvasView, x: float, y: float, held: Qt.MouseButton | None = None) -> None:
    """The mouse goes to a point, with a button held or not."""
    at = QPointF(place(view, x, y))
    buttons = held if held is not None else Qt.MouseButton.NoButton
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove,
        at,
        view.viewport().mapToGlobal(at),
        Qt.MouseButton.NoButton,
        buttons,
        NO_KEYS,
    )
    QApplication.sendEvent(view.viewport(), event)


def drag(
    view: CanvasView,
    way: Sequence[tuple[float, float]],
    button: Qt.MouseButton = LEFT,
    keys: Qt.KeyboardModifier = NO_KEYS,
) -> None:
    """Press at the first point, go through the others, release at the last."""
    QTest.mousePress(view.viewport(), button, keys, place(view, *way[0]))
    for x, y in way[1:]:
        move(view, x, y, button)
    QTest.mouseRelease(view.viewport(), button, keys, place(view, *way[-1]))
