"""A panel beside the picture: a heading with buttons, a body, and words for when the body is empty."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QSizePolicy,
    QSpacerItem,
    QStackedLayout,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.signals import tie

MIN_WIDTH = 170
"""Of a panel in pixels: its lists can still be read. What has longer words makes it wider."""
LEFT_WIDTH, RIGHT_WIDTH = 190, 172
"""Of the panels in pixels, names of files need more than classes: the picture has 68 % of 1280 pixels."""
_ANY_HEIGHT = 16_777_215
"""Qt's own limit: none."""


def height_with_tabs(dock: QDockWidget) -> int:
    """The height of ``dock``, or of the one that is seen in its place behind the same tabs, with the tabs.

    That is what Qt shares among panels; a panel that is not seen keeps a height of old.
    """
    window = dock.parentWidget()
    if not isinstance(window, QMainWindow):
        return dock.height()
    beside = window.tabifiedDockWidgets(dock)
    seen = next((d for d in (dock, *beside) if not d.visibleRegion().isEmpty()), dock)
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    place = seen.geometry()
    own = (bar.geometry() for bar in bars if bar.isVisible() and place.left() <= bar.x() <= place.right())
    return place.height() + sum(bar.height() for bar in own if bar.top() > place.top())


class Panel(QDockWidget):
    """A dock whose title bar is a quiet heading, to which it can be folded."""

    folded_changed = Signal(bool)

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
        self._head.setContentsMargins(4, 7, 6, 5)
        self._head.setSpacing(2)
        self.fold = QToolButton(head)
        self.fold.setObjectName(f"fold_{name}")
        self.fold.setAutoRaise(True)
        self.fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        tie(self.fold.clicked, self, lambda: self.set_folded(not self.folded))
        self._head.addWidget(self.fold)
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
        self.column = QVBoxLayout(body)
        least = QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed
        self.column.addSpacerItem(QSpacerItem(MIN_WIDTH, 0, *least))
        self.column.setContentsMargins(0, 0, 0, 4)
        self.column.setSpacing(4)
        self.setWidget(body)
        self._title, self._head_widget = title, head
        self.folded = False
        """Whether only the heading is seen."""
        self._most_height = _ANY_HEIGHT
        self._show_fold()

    def set_folded(self, folded: bool) -> None:
        """Show the heading alone, or everything; the panels beside it take or give the room."""
        if folded == self.folded:
            return
        self.folded = folded
        self.widget().setVisible(not folded)
        self.setMaximumHeight(self._head_widget.sizeHint().height() if folded else self._most_height)
        self._show_fold()
        self.folded_changed.emit(folded)

    def be_no_higher(self) -> None:
        """Be as high as what is in it needs, and leave the rest to the panels beside it."""
        self._most_height = self._head_widget.sizeHint().height() + self.widget().sizeHint().height()
        if not self.folded:
            self.setMaximumHeight(self._most_height)

    def _show_fold(self) -> None:
        words = (tr("Unfold: {panel}") if self.folded else tr("Fold: {panel}")).format(panel=self._title)
        self.fold.setArrowType(Qt.ArrowType.RightArrow if self.folded else Qt.ArrowType.DownArrow)
        self.fold.setToolTip(plain_tip(words))
        self.fold.setAccessibleName(words)

    def add_button(self, action: QAction) -> QToolButton:
        """A small button in the heading."""
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setObjectName(f"button_{action.objectName().removeprefix('action_')}")
        button.setAccessibleName(action.text())
        self._head.addWidget(button)
        return button

    def add_list(
        self,
        view: QWidget,
        model: QAbstractItemModel,
        when_empty: str,
        when_filtered: str = "",
        others: Callable[[], object] = bool,
    ) -> QLabel:
        """Put a list into the body, with ``when_empty`` in its place while the model has no rows, or
        ``when_filtered`` while there are ``others`` that it does not show."""
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
            words.setText(when_filtered if when_filtered and not rows and others() else when_empty)
            self.count.setText(figures.count(rows) if rows else "")

        for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved, model.layoutChanged):
            tie(signal, self, refresh)
        refresh()
        self.column.addWidget(place, 1)
        return words
