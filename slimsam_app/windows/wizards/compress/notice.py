"""A state in one picture: an icon, what is the matter, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from slimsam_app.plain_text import PlainLabel
from slimsam_app.theme import Theme
from slimsam_app.windows.wizards.compress.page import words
from slimsam_core.visible_text import one_line


class StateCard(QFrame):
    """Hidden until ``show_state``; ``clear`` hides it again."""

    ICON_PX = 34

    def __init__(self, name: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("card", True)
        self._theme = theme
        self._shown = ("", "")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 14, 16, 14)
        row.setSpacing(14)
        self._icon = PlainLabel("", self)
        self._title = words("", self, "subtitle", f"{name}Title")
        self._words = words("", self, "muted", f"{name}Words")
        self._button = QPushButton(self)
        self._button.setObjectName(f"{name}Button")
        self._button.setAutoDefault(False)
        self._button.clicked.connect(lambda: self._call())
        self._call: Callable[[], object] = self.clear
        texts = QVBoxLayout()
        texts.setSpacing(3)
        texts.addWidget(self._title)
        texts.addWidget(self._words)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        theme.changed.connect(self._paint)
        self.hide()

    def show_state(
        self,
        icon: str,
        token: str,
        title: str,
        explanation: str = "",
        offer: tuple[str, Callable[[], object]] | None = None,
    ) -> None:
        """Say it; ``offer`` is the text of a button and what it does."""
        self._shown = (icon, token)
        self._title.setText(title)
        self._words.setText(explanation)
        self._words.setVisible(bool(explanation))
        self._button.setVisible(offer is not None)
        if offer is not None:
            self._button.setText(one_line(offer[0]))
            self._call = offer[1]
        self.setAccessibleName(f"{title} {explanation}".strip())
        self._paint()
        self.show()

    def clear(self) -> None:
        """Nothing is the matter."""
        self._shown = ("", "")
        self.hide()

    def _paint(self) -> None:
        icon, token = self._shown
        if icon:
            self._icon.setPixmap(self._theme.icon(icon, token).pixmap(self.ICON_PX, self.ICON_PX))
