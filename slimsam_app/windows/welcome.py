"""What is seen while nothing is open: ways in, recent folders, the sample photographs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.actions import BY_ID
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.theme import Theme
from slimsam_core.visible_text import one_line

MAX_SHOWN = 6
WIDTH = 660


class _Place(PlainLabel):
    """Where a recent folder lies: a click on it is one on its name."""

    pressed = Signal()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()
        super().mouseReleaseEvent(event)


class WelcomePage(QScrollArea):
    """Says what to do first; ``open_wanted(Path)`` asks for a recent folder or project."""

    open_wanted = Signal(object)

    def __init__(self, actions: list[QAction], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("welcomePage")
        self.setAccessibleName(tr("Welcome"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._theme = theme
        page = QWidget(self)
        page.setProperty("canvas", True)
        self.setWidget(page)
        outer = QVBoxLayout(page)
        outer.addStretch(2)
        column_widget = QWidget(page)
        column_widget.setMaximumWidth(WIDTH)
        column_widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(column_widget, 100)
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(3)
        column = QVBoxLayout(column_widget)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(6)
        title = PlainLabel(tr("Label images with a click"), column_widget)
        title.setProperty("role", "title")
        words = PlainLabel(
            tr("Open a folder of photographs, click on a thing, and its outline is found for you."),
            column_widget,
        )
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        column.addWidget(title)
        column.addWidget(words)
        column.addSpacing(16)
        cards = QHBoxLayout()
        cards.setSpacing(12)
        self._cards: list[tuple[QToolButton, QAction]] = []
        for action in actions:
            cards.addWidget(self._card(action, column_widget))
        column.addLayout(cards)
        hint = PlainLabel(tr("Or drop images, a folder or a project anywhere in this window."), column_widget)
        hint.setProperty("role", "faint")
        hint.setWordWrap(True)
        column.addSpacing(4)
        column.addWidget(hint)
        column.addSpacing(20)
        self._recent_title = PlainLabel(tr("Recent"), column_widget)
        self._recent_title.setProperty("role", "heading")
        column.addWidget(self._recent_title)
        self._recent = QGridLayout()
        self._recent.setSpacing(2)
        column.addLayout(self._recent)
        theme.changed.connect(self._paint)
        self._paint()

    def _card(self, action: QAction, parent: QWidget) -> QToolButton:
        card = QToolButton(parent)
        card.setObjectName(f"welcome_{action.objectName().removeprefix('action_')}")
        card.setText(action.text().rstrip("…").replace("&", ""))
        card.setAccessibleName(card.text())
        card.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        card.setIconSize(QSize(30, 30))
        card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        card.setMinimumHeight(104)
        card.setCursor(Qt.CursorShape.PointingHandCursor)
        card.setProperty("card", True)
        card.clicked.connect(action.trigger)
        card.installEventFilter(self)
        self._cards.append((card, action))
        return card

    def _paint(self) -> None:
        for card, action in self._cards:
            entry = BY_ID[action.objectName().removeprefix("action_")]
            card.setIcon(self._theme.icon(entry.icon, "accent"))

    def set_recent(self, paths: tuple[str, ...]) -> None:
        """Show the folders and projects opened lately, newest first."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()  # it is found no more, and gives the keyboard away
                widget.deleteLater()
        shown = [Path(path) for path in paths[:MAX_SHOWN]]
        self._recent_title.setVisible(bool(shown))
        for number, path in enumerate(shown):
            button = QPushButton(self._theme.icon("folder"), one_line(path.name or path), self)
            button.setObjectName(f"recent_{number}")
            button.setProperty("flat", True)
            button.setStyleSheet("text-align: left;")
            button.setToolTip(plain_tip(str(path)))
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _=False, p=path: self.open_wanted.emit(p))
            button.installEventFilter(self)
            where = _Place(_short(path.parent), self)
            where.setObjectName(f"recent_place_{number}")
            where.setProperty("role", "faint")
            where.pressed.connect(button.click)
            self._recent.addWidget(button, number, 0)
            where.setCursor(Qt.CursorShape.PointingHandCursor)
            self._recent.addWidget(where, number, 1)
        self._recent.setColumnStretch(1, 1)
        if self.isVisible():
            self._take_keyboard()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._take_keyboard()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter presses the button that has the keyboard; as a shortcut it would accept a mask."""
        if (
            isinstance(watched, QAbstractButton)
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                watched.click()
            return True
        return super().eventFilter(watched, event)

    def _take_keyboard(self) -> None:
        """Enter does the likeliest thing: it goes on with the newest folder, or asks for the first one."""
        newest = self._recent.itemAtPosition(0, 0)
        first = newest.widget() if newest is not None else self._cards[0][0]
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)


def _short(path: Path) -> str:
    """A folder with the home folder as ``~``, cut in the middle when it is long."""
    try:
        text = f"~/{path.relative_to(Path.home())}".rstrip(".")
    except (ValueError, RuntimeError):
        text = str(path)
    return text if len(text) <= 52 else f"{text[:20]}…{text[-30:]}"
