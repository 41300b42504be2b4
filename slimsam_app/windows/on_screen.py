"""Dialogs open whole on their screen, however small it is; what has no room in them scrolls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

TITLE_PX = 40
"""For a title bar, whose size nobody knows before it is shown; desktops have 24 to 38 pixels."""
_OF_QT = frozenset({Qt.WindowType.Popup, Qt.WindowType.ToolTip, Qt.WindowType.SplashScreen})
"""Menus, tips and lists that drop down: Qt places them."""


def room_of(window: QWidget) -> QRect:
    """What the desktop leaves to windows on the screen of this one."""
    return window.screen().availableGeometry()


def keep_on_screen(watched: QObject, event: QEvent) -> bool:
    """Make a dialog that is about to be seen no larger than its screen, and bring it there."""
    if (
        isinstance(watched, QWidget)
        and watched.isWindow()
        and not event.spontaneous()  # else it comes back from the task bar, where somebody put it
        and not isinstance(watched, QMainWindow)
        and (isinstance(watched, QDialog) or watched.windowType() not in _OF_QT)
        and watched.windowState() == Qt.WindowState.WindowNoState
    ):
        bring_on_screen(watched)
    return False


def bring_on_screen(window: QWidget) -> None:
    """Make a window no larger than its screen, as far as what it needs allows, and move it there."""
    title = QSize(0, 0 if window.windowType() in _OF_QT else TITLE_PX)
    room = room_of(window)
    size = window.size().boundedTo(room.size() - title)
    if size != window.size():
        window.resize(size)
    if isinstance(window, QDialog) and not window.testAttribute(Qt.WidgetAttribute.WA_Moved):
        return  # Qt brings it over the middle of its parent, on the screen, in a moment
    place = QRect(window.pos(), window.size() + title)
    nearest = QPoint(
        max(room.left(), min(place.left(), room.right() + 1 - place.width())),
        max(room.top(), min(place.top(), room.bottom() + 1 - place.height())),
    )
    if nearest != window.pos():
        window.move(nearest)
