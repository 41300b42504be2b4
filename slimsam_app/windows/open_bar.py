"""The line over the picture that says what is open there, and which keys end it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from slimsam_app.clear_places import clear_place
from slimsam_app.plain_text import PlainLabel
from slimsam_app.windows.class_chip import ClassChip

_MARGIN_PX = 14
"""From the edge of the picture."""


class OpenBar(QFrame):
    """Lies over a widget at its lower edge, beside what is open there; takes no room and no clicks."""

    def __init__(self, over: QWidget, avoid: Callable[[], QRect]) -> None:
        """``avoid``: what must be seen, in pixels of ``over``."""
        super().__init__(over)
        self._over, self._avoid = over, avoid
        self.setObjectName("openBar")
        self.setProperty("banner", "info")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label = PlainLabel("", self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        self.chip = ClassChip(self)
        row.addWidget(self.chip)
        row.addWidget(self.label)
        over.installEventFilter(self)
        self.hide()

    def show_words(self, words: str, suggested: tuple[str, QColor] | None = None) -> None:
        """Say this; empty = nothing is open. ``suggested``: name and colour of the class that Enter takes."""
        name, color = suggested or ("", QColor())
        if words != self.label.text() or name != self.chip.name:
            self.label.setText(words)
            self.chip.show_class(name, color)
            self.setAccessibleName(f"{name} {words}".strip())
        self.setVisible(bool(words))
        self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def place(self) -> None:
        """Go where it hides nothing of what is open; the picture may be seen at another zoom now."""
        over, margin = self._over, _MARGIN_PX
        self.resize(self.sizeHint().boundedTo(over.size()))
        room = over.rect().adjusted(margin, margin, -margin, -margin)
        self.move(clear_place(self.size(), room, (self._avoid(),), low=True))
