"""A panel with a queue: entries under the name of their picture, or words where nothing waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.item_models.index import Index
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.windows.docks.panel import Panel
from slimsam_core.visible_text import one_line, visible

SIDE_PX = 4
"""Left and right of the buttons below a queue."""
_WORDS_PX = 4
"""Around the words of a row; the style leaves less."""
_ANY_HEIGHT = 10_000
_WRAPPED = int(Qt.TextFlag.TextWordWrap.value) | int(Qt.AlignmentFlag.AlignLeft.value)
_VALUE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, kw_only=True)
class QueueEntry:
    """A row; entries of one picture follow each other."""

    picture: str
    """The name that stands above them."""
    words: str
    """Lines, all of which are read."""
    tip: str
    value: Any
    """What the session knows it by."""
    icon: QIcon | None = None


class QueuePanel(Panel):
    """The list, words for when it is empty, and a row of buttons, below each other where room is little."""

    def __init__(self, name: str, title: str, parent: QWidget, *, tree_name: str, told_as: str) -> None:
        super().__init__(name, title, parent)
        place = QWidget(self)
        self._stack = QStackedLayout(place)
        self.tree = QTreeWidget(self)
        self.tree.setObjectName(tree_name)
        self.tree.setAccessibleName(told_as)
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(12)
        self.tree.currentItemChanged.connect(lambda *_: self._go())
        self.tree.itemClicked.connect(lambda *_: self._go())  # also the one that is chosen already
        self.tree.setItemDelegate(WrappedRows(self.tree))
        self.tree.viewport().installEventFilter(self)
        self.words = PlainLabel("", self)
        self.words.setProperty("role", "faint")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.words.setContentsMargins(20, 18, 20, 8)
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self.words)
        self.column.addWidget(place, 1)
        self.row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.row.setSpacing(2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In another width, beside a scroll bar that has come for one, the words need other heights."""
        wider = isinstance(event, QResizeEvent) and event.size().width() != event.oldSize().width()
        if wider and watched is self.tree.viewport():
            self.tree.scheduleDelayedItemsLayout()
        return super().eventFilter(watched, event)

    def went_to(self, value: Any) -> None:
        """An entry was chosen by hand. For those who have the queue."""
        raise NotImplementedError

    def set_entries(self, entries: Sequence[QueueEntry]) -> None:
        """Show these and nothing else; none of them is marked."""
        if self.isVisible():
            QToolTip.hideText()  # of an entry that lies elsewhere now
        self.tree.blockSignals(True)
        self.tree.clear()
        heading: QTreeWidgetItem | None = None
        picture = None
        for entry in entries:
            if heading is None or entry.picture != picture:
                picture = entry.picture
                heading = QTreeWidgetItem(self.tree, [one_line(picture)])
                heading.setToolTip(0, plain_tip(picture))
                heading.setData(0, _VALUE, entry.value)
                heading.setExpanded(True)
            row = QTreeWidgetItem(heading, [visible(entry.words)])
            row.setToolTip(0, plain_tip(entry.tip))
            row.setData(0, _VALUE, entry.value)
            if entry.icon is not None:
                row.setIcon(0, entry.icon)
        self.tree.blockSignals(False)
        self.count.setText(figures.count(len(entries)) if entries else "")
        self._stack.setCurrentIndex(0 if entries else 1)

    def mark(self, is_it: Callable[[Any], bool] | None) -> None:
        """Mark the entry whose value it is, or none, without going there again."""
        self.tree.blockSignals(True)
        if is_it is None:
            self.tree.setCurrentIndex(QModelIndex())
        else:
            for row in self._rows():
                if is_it(row.data(0, _VALUE)):
                    self.tree.setCurrentItem(row)
                    self.tree.scrollToItem(row)
                    break
        self.tree.blockSignals(False)

    def set_beside(self, needed: int) -> None:
        """Put buttons that need ``needed`` pixels in a row, or below each other where there are fewer."""
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self.row.setDirection(beside if needed <= self.width() - 2 * SIDE_PX else below)

    def _rows(self) -> Iterable[QTreeWidgetItem]:
        for number in range(self.tree.topLevelItemCount()):
            heading = self.tree.topLevelItem(number)
            for i in range(heading.childCount()) if heading is not None else ():
                row = heading.child(i) if heading is not None else None
                if row is not None:
                    yield row

    def _go(self) -> None:
        item = self.tree.currentItem()
        if item is not None:
            self.went_to(item.data(0, _VALUE))


class WrappedRows(QStyledItemDelegate):
    """Rows as high as their words need in the width that there is."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        self.initStyleOption(option, index)
        depth = 2 if index.parent().isValid() else 1
        room = QRect(0, 0, self._tree.viewport().width() - depth * self._tree.indentation(), _ANY_HEIGHT)
        needed = option.fontMetrics.boundingRect(self._room(option, room), _WRAPPED, self.words(index))
        return QSize(room.width(), needed.height() + 2 * _WORDS_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        self._tree.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, self._tree)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        words = self.words(index)
        painter.drawText(self._room(option, option.rect), _WRAPPED, visible(words))

    @staticmethod
    def words(index: Index) -> str:
        """What is painted, line ends included: ``option.text`` has Qt's own sign in their place."""
        return visible(index.data())

    @staticmethod
    def _room(option: QStyleOptionViewItem, row: QRect) -> QRect:
        """Where in a row its words are: behind the icon, if there is one."""
        icon = 0 if option.icon.isNull() else option.decorationSize.width() + _WORDS_PX
        return row.adjusted(_WORDS_PX + icon, _WORDS_PX, -_WORDS_PX, -_WORDS_PX)
