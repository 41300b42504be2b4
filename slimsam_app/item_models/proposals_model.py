"""The proposals of a search for everything as rows, the most believed first."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QObject, Qt
from PySide6.QtGui import QColor

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.item_models.index import NO_INDEX, Index
from slimsam_app.plain_text import plain_tip
from slimsam_app.sessions.everything_session import EverythingSession
from slimsam_core.class_colors import PALETTE
from slimsam_core.labelling.drafts import Proposal
from slimsam_core.visible_text import one_line


class ProposalRole(IntEnum):
    """What a row offers besides its text."""

    ID = Qt.ItemDataRole.UserRole
    SCORE = Qt.ItemDataRole.UserRole + 1
    OVER = Qt.ItemDataRole.UserRole + 2
    """Whether it lies over an object of the project."""


class ProposalsModel(QAbstractListModel):
    """Follows the session: the proposals that are shown."""

    def __init__(self, session: EverythingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: tuple[Proposal, ...] = ()
        session.changed.connect(self._refresh)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        proposal = self._rows[index.row()]
        category = self._session.category_of(proposal)
        match role:
            case Qt.ItemDataRole.DisplayRole if self._session.has_lost_class(proposal):
                return tr("its class was deleted")
            case Qt.ItemDataRole.DisplayRole:
                return one_line(category.name) if category else _area(proposal)
            case Qt.ItemDataRole.DecorationRole:
                return QColor(category.display_color if category else PALETTE[proposal.id % len(PALETTE)])
            case Qt.ItemDataRole.AccessibleTextRole:
                words = tr("Proposal {number}, predicted IoU {iou}").format(
                    number=proposal.id, iou=figures.iou(proposal.predicted_iou)
                )
                return f"{words}, {category.name}" if category else words
            case ProposalRole.ID:
                return proposal.id
            case ProposalRole.SCORE:
                return proposal.predicted_iou
            case ProposalRole.OVER:
                return proposal.id in self._session.left_by_all
            case Qt.ItemDataRole.ToolTipRole if proposal.id in self._session.over_objects:
                return plain_tip(tr("Lies over an object that is labelled: Accept all leaves it out."))
            case Qt.ItemDataRole.ToolTipRole if proposal.id in self._session.left_by_all:
                return plain_tip(tr("Lies over a better proposal of its class: Accept all leaves it out."))
            case Qt.ItemDataRole.ToolTipRole if category is not None:
                return plain_tip(_area(proposal))
        return None

    def rows_of(self, ids: tuple[int, ...]) -> list[int]:
        """The rows of these proposals."""
        return [row for row, proposal in enumerate(self._rows) if proposal.id in ids]

    def _refresh(self) -> None:
        if self._session.shown == self._rows and self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
        elif self._session.shown != self._rows:
            self.beginResetModel()
            self._rows = self._session.shown
            self.endResetModel()


def _area(proposal: Proposal) -> str:
    return tr("{count} px").format(count=figures.count(proposal.mask.area))
