"""Searching in a list: the line to type in, and which rows fit what was typed."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QTreeWidgetItem, QWidget


class SearchLine(QLineEdit):
    """Says what can be searched until something is typed."""

    def __init__(self, name: str, hint: str, spoken: str, parent: QWidget) -> None:
        """``spoken`` is the name for screen readers."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setPlaceholderText(hint)
        self.setAccessibleName(spoken)
        self.setClearButtonEnabled(True)


def fits(item: QTreeWidgetItem, wanted: str) -> bool:
    """Whether every word of ``wanted`` is somewhere in the row, in capitals or not."""
    text = " ".join(map(item.text, range(item.columnCount()))).casefold()
    return all(word in text for word in wanted.casefold().split())
