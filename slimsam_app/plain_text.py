"""Labels, tool tips and message boxes that show texts as they are.

Qt takes a text that looks like HTML for HTML: a class, a model or a file could then be named like a picture
that never ends, or like a word of trust. Whatever shows a text is made here (a test looks), and control
characters are shown as their codes.
"""

from __future__ import annotations

import html
import math

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QResizeEvent
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

from slimsam_core.visible_text import one_line, visible

__all__ = ["PlainElidingLabel", "PlainLabel", "message_box", "plain_tip"]

MOST_LETTERS = 20_000
"""Of any text that is shown: five screens. Qt takes seconds for some megabytes, each time that they are
shown."""


class PlainLabel(QLabel):
    """A label whose text is never HTML."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show ``text``, control characters as codes."""
        super().setText(visible(text, MOST_LETTERS))


class PlainElidingLabel(PlainLabel):
    """The same, cut off with an ellipsis where there is no room; ``text`` gives the whole of it.

    Of our own: the usual library for it takes a fifth of the start to be imported.
    """

    _whole = ""

    def text(self) -> str:
        """The whole text, control characters as codes."""
        return self._whole

    def setText(self, text: str) -> None:
        """Show ``text``, control characters as codes."""
        self._whole = visible(text, MOST_LETTERS)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())  # in fractions: a width rounded down cuts the last letters off
        return QSize(math.ceil(metrics.horizontalAdvance(self._whole)), math.ceil(metrics.height()))

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance("\N{HORIZONTAL ELLIPSIS}"), metrics.height())

    def _fit(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        if shown != super().text():
            super().setText(shown)


def plain_tip(text: str) -> str:
    """``text`` for ``setToolTip`` and for the tool tip role, which have no plain form of their own."""
    shown = visible(text, MOST_LETTERS)
    if not GuiQt.mightBeRichText(shown):
        return shown
    return f"<p style='white-space: pre-wrap'>{html.escape(shown)}</p>"


def message_box(
    parent: QWidget,
    icon: QMessageBox.Icon,
    title: str,
    text: str,
    more: str = "",
    *,
    buttons: QMessageBox.StandardButton = QMessageBox.StandardButton.NoButton,
) -> QMessageBox:
    """A message box, not shown yet; ``more`` stands smaller below ``text``."""
    box = QMessageBox(icon, one_line(title), "", buttons, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(visible(text, MOST_LETTERS))
    if more:
        box.setInformativeText(plain_tip(more))
    return box
