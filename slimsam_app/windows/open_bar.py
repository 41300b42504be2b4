"""The line over the picture that says what is open there, and which keys end it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from slimsam_app.plain_text import PlainLabel

_MARGIN_PX = 14
"""From the lower edge of the picture: messages come at the upper one."""


class OpenBar(QFrame):
    """Lies over a widget at its lower edge; takes no room and no clicks."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setObjectName("openBar")
        self.setProperty("banner", "info")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label = PlainLabel("", self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.addWidget(self.label)
        over.installEventFilter(self)
        self.hide()

    def show_words(self, words: str) -> None:
        """Say this; empty = nothing is open."""
        if words != self.label.text():
            self.label.setText(words)
            self.setAccessibleName(words)
        self.setVisible(bool(words))
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        over = self._over
        self.resize(self.sizeHint().boundedTo(over.size()))
        self.move((over.width() - self.width()) // 2, over.height() - self.height() - _MARGIN_PX)
