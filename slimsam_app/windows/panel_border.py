"""The border between two panels stays where a person dragged it, whatever comes and goes below them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMainWindow

from slimsam_app.settings import Settings
from slimsam_app.windows.docks.panel import Panel

_SPLITTER = "qt_qmainwindow_extended_splitter"
"""What Qt lays over a border of one pixel, so that it can be hit."""
KEY = "state.classes_height"
"""Height of the upper panel in pixels, 0 = nobody dragged its border."""


class PanelBorder(QObject):
    """Qt gives the room of a panel that comes or goes to all others: the height of ``upper`` is put right.

    A border is dragged by the mouse between the docks, where the window itself gets the events.
    """

    def __init__(self, settings: Settings, window: QMainWindow, upper: Panel, lower: Panel) -> None:
        super().__init__(window)
        self._settings, self._window, self._upper, self._lower = settings, window, upper, lower
        self._dragged = False
        window.installEventFilter(self)
        for panel in (upper, lower, *window.findChildren(Panel)):
            panel.installEventFilter(self)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.restore)

    def forget(self) -> None:
        """Nobody dragged it."""
        self._settings.set(KEY, 0)

    def restore(self) -> None:
        """Put the border where it was dragged to, as far as there is room."""
        height: int = self._settings.get(KEY)
        upper, lower = self._upper, self._lower
        if not height or not upper.isVisible() or upper.folded or height == upper.height():
            return
        rest = max(1, upper.height() + lower.height() - height)
        self._window.resizeDocks([upper, lower], [height, rest], Qt.Orientation.Vertical)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.MouseButtonPress if watched is self._window:
                assert isinstance(event, QMouseEvent)
                hit = self._window.childAt(event.position().toPoint())
                self._dragged = hit is None or hit.objectName() == _SPLITTER
            case QEvent.Type.MouseButtonRelease if watched is self._window and self._dragged:
                self._dragged = False
                if self._upper.isVisible() and not self._upper.folded:
                    self._settings.set(KEY, self._upper.height())
            case QEvent.Type.Show | QEvent.Type.Hide | QEvent.Type.Resize if not self._dragged:
                self._later.start()
        return False
