"""Where Tab goes in the window: from the picture through the panels, and each bar is one stop.

Qt's own order is that in which things were made: thirty buttons of bars lay between the
picture and its lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QToolBar, QWidget

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: +1,
    Qt.Key.Key_Down: +1,
}
"""How far each key goes in a bar. Home and End belong to the pictures everywhere."""


class TabOrder(QObject):
    """The order of Tab in ``window``: the parts in ``first`` one after another, then the rest, then the bars.

    In a part its lists come first, then its lines and buttons, and what folds it last. In a bar the arrow
    keys go from button to button.
    """

    def __init__(self, window: QWidget, first: Sequence[QWidget], bars: Sequence[QToolBar]) -> None:
        super().__init__(window)
        self._window, self._first, self._bars = window, tuple(first), tuple(bars)
        for bar in self._bars:
            for button in _buttons(bar):
                button.installEventFilter(self)

    def go(self, forward: bool) -> bool:
        """Give the keys to the next stop, or to the one before; False when there is none."""
        if QApplication.styleHints().tabFocusBehavior() != Qt.TabFocusBehavior.TabFocusAllControls:
            return False  # the system's own choice: Qt knows what it leaves out
        now = QApplication.focusWidget()
        stops = self._stops(now)
        if not stops:
            return False
        at = stops.index(now) if now in stops else (-1 if forward else 0)
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(reason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys go from button to button of a bar."""
        if event.type() != QEvent.Type.KeyPress:
            return False
        key = Qt.Key(cast(QKeyEvent, event).key())
        bar = watched.parent()
        if key not in _STEPS or not isinstance(bar, QToolBar):
            return False
        usable = _usable(bar)
        if watched in usable:
            place = usable.index(watched) + _STEPS[key]
            usable[place % len(usable)].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _stops(self, now: QWidget | None) -> list[QWidget]:
        # not by nextInFocusChain: PySide takes what it returns for a child of the widget that was asked, and
        # for gone when that one goes
        found = [
            w for w in self._window.findChildren(QWidget) if _takes_tab(w) and w.window() is self._window
        ]
        for bar in self._bars:  # of each the button that has the keys, that is chosen, or the first
            usable = _usable(bar)
            one = next((b for b in usable if b is now), None) or next(
                (b for b in usable if b.isChecked()), usable[0] if usable else None
            )
            found = [widget for widget in found if widget not in usable or widget is one]
        return sorted(found, key=self._rank)

    def _rank(self, widget: QWidget) -> tuple[int, int]:
        last = len(self._first)
        part = next((n for n, part in enumerate(self._first) if _is_in(widget, part)), last)
        if part == last and any(_is_in(widget, bar) for bar in self._bars):
            part += 1
        if widget.objectName().startswith("fold_"):
            return part, 2
        return part, 0 if isinstance(widget, QAbstractItemView) else 1


def _is_in(widget: QWidget, part: QWidget) -> bool:
    return part is widget or part.isAncestorOf(widget)


def _takes_tab(widget: QWidget) -> bool:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None


def _buttons(bar: QToolBar) -> list[QAbstractButton]:
    """In the order in which they are seen."""
    found = (bar.widgetForAction(action) for action in bar.actions())
    return [button for button in found if isinstance(button, QAbstractButton)]


def _usable(bar: QToolBar) -> list[QAbstractButton]:
    return [button for button in _buttons(bar) if _takes_tab(button)]
