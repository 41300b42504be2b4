"""One look at every event of the program: what must hold for each widget, also for one that comes later.

The wheel scrolls what lies around a field and changes the field only after a click or a key chose it. Files
that are dropped open on every part of the window, on the canvas and on text fields too. Files that macOS asks
the program to open (a double click) are taken as if they were dropped. Dialogs open whole on their screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QChildEvent, QDynamicPropertyChangeEvent, QEvent, QObject, Qt, QTimerEvent
from PySide6.QtGui import (
    QActionEvent,
    QDropEvent,
    QFileOpenEvent,
    QHideEvent,
    QMoveEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDial,
    QDockWidget,
    QMainWindow,
    QSlider,
    QTabBar,
    QWidget,
)

from slimsam_app.windows.dropping import Dropper, local_paths
from slimsam_app.windows.on_screen import keep_on_screen

Handler = Callable[[QObject, QEvent], bool]
"""Object and event; whether nobody else gets it."""
FIELDS = (QComboBox, QAbstractSpinBox, QSlider, QDial, QTabBar)
"""What takes the wheel as a change of its value. Scroll bars and lists only move."""
DULL = frozenset(
    {
        QActionEvent,
        QChildEvent,
        QDynamicPropertyChangeEvent,
        QHideEvent,
        QMoveEvent,
        QPaintEvent,
        QResizeEvent,
        QTimerEvent,
    }
)
"""Most of all events: their class is known already, while asking for a type makes an enum each time."""


class Guard(QObject):
    """Filters the events of the whole application for as long as the window lives."""

    def __init__(
        self,
        application: QApplication,
        window: QMainWindow,
        dropper: Dropper,
        others: Mapping[QEvent.Type, Handler],
    ) -> None:
        """``others``: what else is to be done with events; each filter of the application costs as much as
        handling most events does, so there is one for all."""
        super().__init__(window)
        self._window, self._dropper = window, dropper
        self._handlers: dict[QEvent.Type, Handler] = {
            **others,
            QEvent.Type.Polish: _hold_still,
            QEvent.Type.Show: keep_on_screen,
            QEvent.Type.Wheel: _turn,
            QEvent.Type.DragEnter: self._drag,
            QEvent.Type.DragMove: self._drag,
            QEvent.Type.Drop: self._drag,
            QEvent.Type.FileOpen: self._open,
        }
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if type(event) in DULL:
            return False
        handle = self._handlers.get(event.type())
        return handle is not None and handle(watched, event)

    def _is_part(self, window: QWidget) -> bool:
        """Whether it is the window, or a panel that was pulled out of it; dialogs take drops as they like."""
        return window is self._window or (
            isinstance(window, QDockWidget) and window.parentWidget() is self._window
        )

    def _open(self, _: QObject, event: QEvent) -> bool:
        if not isinstance(event, QFileOpenEvent) or not event.file():
            return False
        self._dropper.take([Path(event.file())])
        return True

    def _drag(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QWidget) or not self._is_part(watched.window()):
            return False
        if not isinstance(event, QDropEvent) or not (paths := local_paths(event.mimeData())):
            return False
        if QApplication.activeModalWidget() is not None:  # a question is open that must be answered first
            event.ignore()
            return True
        _take_copy(event)
        if event.type() == QEvent.Type.Drop:
            self._dropper.take(paths)
        return True


def _take_copy(event: QDropEvent) -> None:
    """Answer that the paths were only read: a program that is told of a move removes what it gave."""
    for action in (Qt.DropAction.CopyAction, Qt.DropAction.LinkAction):
        if action in event.possibleActions():
            event.setDropAction(action)
            event.accept()
            return
    event.acceptProposedAction()


def _hold_still(watched: QObject, _: QEvent) -> bool:
    """Let no field take the keyboard by the wheel: then it would change by the same turn."""
    if isinstance(watched, FIELDS) and watched.focusPolicy() == Qt.FocusPolicy.WheelFocus:
        watched.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return False


def _turn(watched: QObject, event: QEvent) -> bool:
    if not isinstance(watched, FIELDS) or _chosen(watched):
        return False
    event.ignore()  # not taken: the area around it scrolls
    return True


def _chosen(field: QWidget) -> bool:
    """Whether the field, or the line inside it, has the keyboard."""
    focus = QApplication.focusWidget()
    return focus is not None and (focus is field or field.isAncestorOf(focus))
