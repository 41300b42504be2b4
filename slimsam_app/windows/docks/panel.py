"""A panel beside the picture: a heading with buttons, a body, and words for when the body is empty."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.plain_text import PlainLabel
from slimsam_app.signals import tie

MIN_WIDTH = 210


class Panel(QDockWidget):
    """A dock whose title bar is a quiet heading."""

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setAcceptDrops(True)  # also while it floats
        self.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable | QDockWidget.DockWidgetFeature.DockWidgetClosable
        )
        head = QWidget(self)
        head.setProperty("panel", True)
        self._head = QHBoxLayout(head)
        self._head.setContentsMargins(12, 7, 6, 5)
        self._head.setSpacing(2)
        heading = PlainLabel(title, head)
        heading.setProperty("role", "heading")
        self.count = PlainLabel("", head)
        self.count.setProperty("role", "faint")
        self._head.addWidget(heading)
        self._head.addSpacing(6)
        self._head.addWidget(self.count)
        self._head.addStretch(1)
        self.setTitleBarWidget(head)
        body = QWidget(self)
        body.setProperty("panel", True)
        body.setMinimumWidth(MIN_WIDTH)
        self.column = QVBoxLayout(body)
        self.column.setContentsMargins(0, 0, 0, 4)
        self.column.setSpacing(4)
        self.setWidget(body)

    def add_button(self, action: QAction) -> QToolButton:
        """A small button in the heading."""
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setObjectName(f"button_{action.objectName().removeprefix('action_')}")
        button.setAccessibleName(action.text())
        self._head.addWidget(button)
        return button

    def add_list(self, view: QWidget, model: QAbstractItemModel, when_empty: str) -> QLabel:
        """Put a list into the body, with ``when_empty`` in its place while the model has no rows."""
        place = QWidget(self)
        stack = QStackedLayout(place)
        words = PlainLabel(when_empty, place)
        words.setProperty("role", "faint")
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        words.setContentsMargins(20, 18, 20, 8)
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        stack.addWidget(view)
        stack.addWidget(words)

        def refresh(*_: object) -> None:
            rows = model.rowCount()
            stack.setCurrentIndex(0 if rows else 1)
            self.count.setText(f"{rows:,}" if rows else "")

        for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved, model.layoutChanged):
            tie(signal, self, refresh)
        refresh()
        self.column.addWidget(place, 1)
        return words
