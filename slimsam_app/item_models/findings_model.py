"""What the import doctor found, as rows: how bad, where, what."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt

from slimsam_app.i18n import mark as _
from slimsam_app.i18n import tr
from slimsam_app.item_models.index import NO_INDEX, Index
from slimsam_app.plain_text import plain_tip
from slimsam_app.sentences import in_words
from slimsam_app.theme import Theme
from slimsam_core.formats.records import Issue, Severity
from slimsam_core.visible_text import one_line

TITLES = (_("Severity"), _("Where"), _("Finding"))
SEVERITIES = {
    Severity.ERROR: (_("Error"), "warning-circle", "bad"),
    Severity.WARNING: (_("Warning"), "warning", "warn"),
}


class FindingsModel(QAbstractTableModel):
    """Shows the issues that it was given last."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[Issue, ...] = ()

    def set_issues(self, issues: tuple[Issue, ...]) -> None:
        """Show these, errors first."""
        self.beginResetModel()
        self._rows = tuple(sorted(issues, key=lambda issue: issue.severity != Severity.ERROR))
        self.endResetModel()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(TITLES[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        issue = self._rows[index.row()]
        word, icon, token = SEVERITIES[issue.severity]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return one_line((tr(word), issue.where, in_words(issue.message))[index.column()])
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip((tr(word), issue.where, in_words(issue.message))[index.column()])
            case Qt.ItemDataRole.DecorationRole if index.column() == 0:
                return self._theme.icon(icon, token)
        return None
