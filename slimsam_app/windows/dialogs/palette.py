"""The command palette: type a few letters of what you want, press Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
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

from slimsam_app.i18n import tr
from slimsam_app.theme import Theme
from slimsam_app.windows.action_set import ActionSet


def match(wanted: str, text: str) -> int | None:
    """How well ``text`` fits what was typed: lower is better, None when a letter is missing.

    Whole words first, then their beginnings, then the letters in order.
    """
    wanted, text = wanted.casefold().strip(), text.casefold()
    if wanted in text:
        at = text.index(wanted)
        return at if at == 0 or text[at - 1] == " " else 100 + at
    position, gaps = -1, 0
    for letter in wanted.replace(" ", ""):
        found = text.find(letter, position + 1)
        if found < 0:
            return None
        gaps += found - position - 1
        position = found
    return 1000 + gaps


class CommandPalette(QDialog):
    """A list of the actions that can be triggered now."""

    def __init__(self, actions: ActionSet, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("commandPalette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions, self._theme = actions, theme
        self._entries = [(entry, actions[entry.id].text().replace("&", "")) for entry in actions.available()]
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        self.line = QLineEdit(self)
        self.line.setObjectName("paletteLine")
        self.line.setPlaceholderText(tr("What do you want to do?"))
        self.line.setAccessibleName(tr("Find a command"))
        self.line.textChanged.connect(self._fill)
        self.line.returnPressed.connect(self._go)
        self.line.installEventFilter(self)
        self.list = QTreeWidget(self)
        self.list.setHeaderHidden(True)
        self.list.setColumnCount(2)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setObjectName("paletteList")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda *_: self._go())
        column.addWidget(self.line)
        column.addWidget(self.list)
        self._fill("")
        self.resize(self.sizeHint())
        top = parent.mapToGlobal(QPoint((parent.width() - self.width()) // 2, 90))
        self.move(top)
        self.line.setFocus()

    def sizeHint(self) -> QSize:
        return QSize(520, 380)

    def _fill(self, wanted: str) -> None:
        scored = [(match(wanted, text), text, entry) for entry, text in self._entries]
        found = [(score, text, entry) for score, text, entry in scored if score is not None]
        if wanted.strip():
            found.sort(key=lambda row: (row[0], row[1]))
        self.list.clear()
        for _, text, entry in found:
            keys = (
                self._actions[entry.id]
                .shortcut()
                .toString(self._actions[entry.id].shortcut().SequenceFormat.NativeText)
            )
            icon = self._theme.icon(entry.icon) if entry.icon else self._theme.icon("dots-three")
            item = QTreeWidgetItem(self.list, [text, keys])
            item.setIcon(0, icon)
            item.setForeground(1, self._theme.color("muted"))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setData(0, Qt.ItemDataRole.UserRole, entry.id)
        self._move(0)

    def _go(self) -> None:
        item = self.list.currentItem()
        self.close()
        if item is not None:
            self._actions[item.data(0, Qt.ItemDataRole.UserRole)].trigger()

    def _move(self, row: int) -> None:
        last = self.list.topLevelItemCount() - 1
        item = self.list.topLevelItem(max(0, min(last, row)))
        if item is not None:
            self.list.setCurrentItem(item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move in the list while the line keeps the focus."""
        if watched is self.line and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            step = steps.get(Qt.Key(event.key()))
            if step is not None:
                self._move(self.list.currentIndex().row() + step)
                return True
        return False
