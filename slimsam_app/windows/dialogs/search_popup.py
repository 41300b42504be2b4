"""A small sheet with a line to type in and the rows that fit: arrow keys move, Enter takes, Esc goes away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.theme import Theme
from slimsam_core.visible_text import one_line

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


MARGIN_PX = 8
ROW_PX = 26
"""Around line and list; height of a row, so that neither letters nor colours of two rows touch."""


class SearchPopup(QDialog):
    """Subclasses fill the rows for what is typed, and do something with the one that is taken."""

    def __init__(self, theme: Theme, hint: str, spoken: str, name: str, parent: QWidget) -> None:
        """``hint`` stands in the empty line, ``spoken`` is its name for screen readers; ``name`` begins the
        object names of line and list."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        self.line = QLineEdit(self)
        self.line.setObjectName(f"{name}Line")
        self.line.setPlaceholderText(one_line(hint))
        self.line.setAccessibleName(spoken)
        self.line.textChanged.connect(self._refill)
        self.line.returnPressed.connect(self._go)
        self.line.installEventFilter(self)
        self.list = QTreeWidget(self)
        self.list.setObjectName(f"{name}List")
        self.list.setAccessibleName(spoken)
        self.list.setHeaderHidden(True)
        self.list.setColumnCount(2)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda *_: self._go())
        column.addWidget(self.line)
        column.addWidget(self.list)
        self.line.setFocus()

    def sizeHint(self) -> QSize:
        return QSize(520, 380)

    def fill(self, wanted: str) -> None:
        """Put the rows that fit into the list with ``add_row``; the first one is the one that Enter takes."""
        raise NotImplementedError

    def take(self, value: object) -> None:
        """The user took the row with this value; the sheet is closed."""
        raise NotImplementedError

    def add_row(self, text: str, right: str, value: object) -> QTreeWidgetItem:
        """One row at the end: its text, what stands muted at its right edge, what ``take`` gets."""
        item = QTreeWidgetItem(self.list, [one_line(text), one_line(right)])
        item.setForeground(1, self._theme.color("muted"))
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setData(0, Qt.ItemDataRole.UserRole, value)
        item.setSizeHint(0, QSize(0, max(ROW_PX, self.fontMetrics().height() + 8)))
        return item

    def say(self, words: str) -> None:
        """One row that only says something."""
        item = QTreeWidgetItem(self.list, [one_line(words), ""])
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setFirstColumnSpanned(True)

    def _refill(self, wanted: str) -> None:
        self.list.clear()
        self.fill(wanted)
        items = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        self._move(next((row for row, item in enumerate(items) if item and item.flags()), 0))

    def _go(self) -> None:
        item = self.list.currentItem()
        value = item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None
        self.close()
        if value is not None:
            self.take(value)

    def _move(self, row: int) -> None:
        last = self.list.topLevelItemCount() - 1
        item = self.list.topLevelItem(max(0, min(last, row)))
        if item is not None:
            self.list.setCurrentItem(item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move in the list while the line keeps the focus."""
        if watched is self.line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                self._move(self.list.currentIndex().row() + step)
                return True
        return False
