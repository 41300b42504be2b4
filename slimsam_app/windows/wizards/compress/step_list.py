"""The steps at the left of the wizard: what was decided, where one is, what is still to come."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from slimsam_app.i18n import tr
from slimsam_app.theme import Theme
from slimsam_core.visible_text import one_line, visible

WIDTH = 208
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class StepList(QListWidget):
    """Steps that can be gone to are enabled; ``wanted`` says which one was clicked."""

    wanted = Signal(int)

    def __init__(self, titles: Sequence[str], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("compressSteps")
        self.setAccessibleName(tr("Steps"))
        self.setFixedWidth(WIDTH)
        self.setIconSize(QSize(20, 20))
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSpacing(3)
        self.setViewportMargins(6, 18, 6, 6)
        self._theme, self._titles = theme, tuple(titles)
        self._current, self._reachable = 0, frozenset({0})
        self._summaries = tuple("" for _ in titles)
        for title in titles:
            QListWidgetItem(one_line(title), self)
        self.itemActivated.connect(lambda item: self.wanted.emit(self.row(item)))
        self.itemClicked.connect(lambda item: self.wanted.emit(self.row(item)))
        theme.changed.connect(self._paint)
        self._paint()

    def show_steps(self, current: int, reachable: frozenset[int], summaries: Sequence[str]) -> None:
        """Mark where one is and where one can go; a summary stands below the title of its step."""
        self._current, self._reachable, self._summaries = current, reachable, tuple(summaries)
        self._paint()

    def _paint(self) -> None:
        for row, title in enumerate(self._titles):
            item = self.item(row)
            reachable, current = row in self._reachable, row == self._current
            summary = self._summaries[row]
            done = bool(summary) and not current
            item.setText(visible(f"{title}\n{summary}" if summary else title))
            token = "good" if done else "accent" if current else "muted" if reachable else "faint"
            name = "check-circle" if done else f"number-circle-{NUMBERS[row]}"
            item.setIcon(self._theme.icon(name, token))
            enabled = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            item.setFlags(enabled if reachable else Qt.ItemFlag.NoItemFlags)
            item.setForeground(self._theme.color("text" if reachable else "faint"))
        self.setCurrentRow(self._current)
