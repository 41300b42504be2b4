"""Lists whose rows a person ticks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem


def rows_of(widget: QListWidget) -> list[QListWidgetItem]:
    """All rows, from the top."""
    return [widget.item(row) for row in range(widget.count())]


def is_ticked(item: QListWidgetItem) -> bool:
    """Whether a row is ticked."""
    return item.checkState() is Qt.CheckState.Checked
