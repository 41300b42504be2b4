"""Everything that an export or an import had to tell, to read and to copy."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.banner import Offer
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_core.visible_text import one_line

_PLACES_SHARE = 0.4
"""Of the width, at most: what is the matter is read, where it is looked up."""
_CELL_PX = 12
"""Around the words of a cell."""
Line = tuple[str, str]
"""What is the matter, and where."""


class TransferReportDialog(QDialog):
    """One line for each thing that was told; what is more than was kept word for word is counted."""

    def __init__(
        self,
        title: str,
        summary: str,
        lines: Sequence[Line],
        parent: QWidget,
        more: Offer | None = None,
    ) -> None:
        """``more``: what to do about it, as the text of a button and what that does."""
        super().__init__(parent)
        self.setObjectName("transferReportDialog")
        self.setWindowTitle(one_line(title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._lines, self._summary = tuple(lines), summary
        words = PlainLabel(summary, self)
        words.setWordWrap(True)
        self.list = QTreeWidget(self)
        self.list.setObjectName("transferReportList")
        self.list.setAccessibleName(title)
        self.list.setHeaderLabels([tr("What"), tr("Where")])
        self.list.setRootIsDecorated(False)
        self.list.setWordWrap(True)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        for what, where in self._lines:
            item = QTreeWidgetItem(self.list, [one_line(what), one_line(where)])
            item.setToolTip(0, plain_tip(what))
            item.setToolTip(1, plain_tip(where))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(tr("Copy the list"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setObjectName("copyTransferReport")
        copy.setAutoDefault(False)
        copy.clicked.connect(self._copy)
        if more is not None:
            text, call = more
            button = buttons.addButton(one_line(text), QDialogButtonBox.ButtonRole.ActionRole)
            button.setObjectName("transferReportMore")
            button.setAutoDefault(False)
            button.clicked.connect(self.close)
            button.clicked.connect(call)
        buttons.rejected.connect(self.close)
        self._column = column = QVBoxLayout(self)
        for widget in (words, self.list, buttons):
            column.addWidget(widget)

    def sizeHint(self) -> QSize:
        return QSize(760, 380)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Places take what they need, and never the room of the words."""
        super().resizeEvent(event)
        self.list.ensurePolished()  # the letters of the style are wider
        edges = self._column.contentsMargins()  # the list has its new width after this only
        room = round(_PLACES_SHARE * (self.width() - edges.left() - edges.right()))
        heading = self.list.headerItem().text(1)
        longest = max((heading, *(one_line(where) for _, where in self._lines)), key=len)
        needed = self.list.fontMetrics().horizontalAdvance(longest) + _CELL_PX
        self.list.header().resizeSection(1, min(room, needed))

    def _copy(self) -> None:
        told = [f"{where}: {what}" if where else what for what, where in self._lines]
        QGuiApplication.clipboard().setText("\n".join([self._summary, *told]))
