"""The borders of the panels stay where a person dragged them, whatever comes and goes beside them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMainWindow

from slimsam_app.settings import Settings
from slimsam_app.windows.docks.panel import LEFT_WIDTH, RIGHT_WIDTH, Panel, height_with_tabs

_SPLITTER = "qt_qmainwindow_extended_splitter"
"""What Qt lays over a border of one pixel, so that it can be hit."""
HEIGHT, LEFT, RIGHT = "state.classes_height", "state.left_width", "state.right_width"
"""Height of the upper panel, widths of both sides, in pixels; 0 = nobody dragged that border."""
_UPPER_SHARE = 0.43
"""Of the upper panel, while nobody dragged its border: there are more objects than classes."""


class PanelBorder(QObject):
    """Qt gives the room of a panel that comes or goes, and of a window that grows, to all others.

    Here heights and widths are put right: where a person dragged them to, else as at first. A border is
    dragged by the mouse between the docks, where the window itself gets the events.
    """

    def __init__(
        self, settings: Settings, window: QMainWindow, left: Panel, upper: Panel, lower: Panel
    ) -> None:
        """``left`` stands on the left, ``upper`` above ``lower`` on the right."""
        super().__init__(window)
        self._settings, self._window = settings, window
        self._left, self._upper, self._lower = left, upper, lower
        self._resized = False
        self._dragged: dict[str, int] | None = None
        """While a border is dragged: where they all were before."""
        window.installEventFilter(self)
        for panel in window.findChildren(Panel):
            panel.installEventFilter(self)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.restore)

    @property
    def widths(self) -> tuple[int, int]:
        """Of the left and of the right side in pixels, where there is room for them."""
        return self._settings.get(LEFT) or LEFT_WIDTH, self._settings.get(RIGHT) or RIGHT_WIDTH

    def forget(self) -> None:
        """Nobody dragged anything."""
        for key in (HEIGHT, LEFT, RIGHT):
            self._settings.set(key, 0)
        self.share()

    def share(self) -> None:
        """Share the room as at first, where nobody dragged a border."""
        self._resized = True
        self._later.start()

    def restore(self) -> None:
        """Put the borders where they belong, as far as there is room."""
        resized, self._resized = self._resized, False
        sides = [
            (panel, width)
            for panel, width in zip((self._left, self._upper), self.widths, strict=True)
            if panel.isVisible() and panel.width() != width
        ]
        if sides:
            panels, widths = [panel for panel, _ in sides], [width for _, width in sides]
            self._window.resizeDocks(panels, widths, Qt.Orientation.Horizontal)
        self._restore_height(resized)

    def _restore_height(self, resized: bool) -> None:
        upper, lower = self._upper, self._lower
        together = upper.height() + height_with_tabs(lower)
        height: int = self._settings.get(HEIGHT)
        if not height and resized and not lower.visibleRegion().isEmpty() and not lower.folded:
            height = round(_UPPER_SHARE * together)
        if not height or not upper.isVisible() or upper.folded or height == upper.height():
            return
        self._window.resizeDocks([upper, lower], [height, max(1, together - height)], Qt.Orientation.Vertical)

    def _places(self) -> dict[str, int]:
        """Where the borders are of the panels that are seen."""
        found = {}
        if self._upper.isVisible():
            found[RIGHT] = self._upper.width()
            if not self._upper.folded:
                found[HEIGHT] = self._upper.height()
        if self._left.isVisible():
            found[LEFT] = self._left.width()
        return found

    def _keep(self, before: dict[str, int]) -> None:
        """A drag has ended: keep what is where it was not before."""
        for key, place in self._places().items():
            if before.get(key) != place:
                self._settings.set(key, place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.MouseButtonPress if watched is self._window:
                assert isinstance(event, QMouseEvent)
                hit = self._window.childAt(event.position().toPoint())
                on_border = hit is None or hit.objectName() == _SPLITTER
                self._dragged = self._places() if on_border else None
            case QEvent.Type.MouseButtonRelease if watched is self._window and self._dragged is not None:
                before, self._dragged = self._dragged, None
                self._keep(before)
            case QEvent.Type.Show | QEvent.Type.Hide | QEvent.Type.Resize if self._dragged is None:
                came = event.type() == QEvent.Type.Show and watched in (self._upper, self._lower)
                self._resized = self._resized or came or watched is self._window
                self._later.start()
        return False
