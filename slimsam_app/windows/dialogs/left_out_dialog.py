"""What lies in the folders of the project and could not be used, with the reasons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.i18n import mark, tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.windows.dialogs.whole_size import whole_size
from slimsam_core.pixels.folder_search import LeftOut, LeftOutReason
from slimsam_core.visible_text import one_line

REASON_TEXT = {
    LeftOutReason.NOT_LISTED: mark("The folder cannot be listed"),
    LeftOutReason.CIRCLE: mark("The link leads in a circle"),
    LeftOutReason.NOWHERE: mark("The link leads nowhere"),
    LeftOutReason.NO_FILE: mark("It is no ordinary file"),
    LeftOutReason.NOT_UNICODE: mark("The name is not valid Unicode; rename it"),
    LeftOutReason.CONTROL: mark("The name holds a line break or another control character; rename it"),
    LeftOutReason.DOTS: mark("The name is nothing but dots before its ending; rename it"),
    LeftOutReason.DRIVE: mark("The name looks like a Windows drive or leads out of the folder; rename it"),
    LeftOutReason.UNREADABLE: mark("The picture cannot be read"),
    LeftOutReason.SHARD: mark("The tar file cannot be read"),
}


class LeftOutDialog(QDialog):
    """A list to read and to copy; everything else in the folders works."""

    def __init__(self, left_out: Sequence[LeftOut], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("leftOutDialog")
        self.setWindowTitle(tr("Entries that were left out"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._left_out = tuple(left_out)
        words = PlainLabel(
            tr(
                "These could not be used; all other pictures are there. After a change open the folder again."
            ),
            self,
        )
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        self.list = QTreeWidget(self)
        self.list.setObjectName("leftOutList")
        self.list.setAccessibleName(tr("Entries that were left out"))
        self.list.setHeaderLabels([tr("Entry"), tr("Reason")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.header().setStretchLastSection(False)  # it would take half, and reasons be cut
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setTextElideMode(Qt.TextElideMode.ElideLeft)
        for entry in self._left_out:
            reason = tr(REASON_TEXT[entry.reason]) + (f" ({entry.detail})" if entry.detail else "")
            QTreeWidgetItem(self.list, [one_line(entry.path), one_line(reason)])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton(tr("Copy the list"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setObjectName("copyLeftOut")
        copy.setAutoDefault(False)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for widget in (words, self.list, buttons):
            column.addWidget(widget)
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return whole_size(self, 860, 360)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(map(str, self._left_out)))
