"""Searching in a list: the line to type in, and which rows fit what was typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QTreeWidgetItem, QWidget

from slimsam_app.plain_text import plain_tip
from slimsam_core.visible_text import one_line


class SearchLine(QLineEdit):
    """Says what can be searched until something is typed."""

    def __init__(self, name: str, hint: str, spoken: str, parent: QWidget) -> None:
        """``spoken`` is the tip, and the name for screen readers."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setPlaceholderText(one_line(hint))
        self.setAccessibleName(spoken)
        self.setToolTip(plain_tip(spoken))
        self.setClearButtonEnabled(True)


class PanelSearch(SearchLine):
    """The search line of a panel: Enter and Esc go back to the picture, Down goes into the list below it."""

    left = Signal()
    """The keys belong to the picture again."""
    view: QAbstractItemView | None = None
    """The list that Down goes into."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Down if self.view is not None:
                self._enter(self.view)
            case _:
                super().keyPressEvent(event)

    def _enter(self, view: QAbstractItemView) -> None:
        model = view.model()
        if model.rowCount() and not view.currentIndex().isValid():
            view.setCurrentIndex(model.index(0, 0))
        view.setFocus(Qt.FocusReason.ShortcutFocusReason)


def fits(item: QTreeWidgetItem, wanted: str) -> bool:
    """Whether every word of ``wanted`` is somewhere in the row, in capitals or not."""
    text = " ".join(map(item.text, range(item.columnCount()))).casefold()
    return all(word in text for word in wanted.casefold().split())
