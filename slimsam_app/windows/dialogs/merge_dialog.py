"""Merging parts, copies or other projects into the open one: which, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.i18n import counted, tr
from slimsam_app.plain_text import PlainLabel, one_line, plain_tip
from slimsam_app.sessions.parts_session import PartsSession
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog
from slimsam_core.project import PROJECT_SUFFIX
from slimsam_core.teamwork.merge import MAX_SOURCES

PATH = Qt.ItemDataRole.UserRole


class MergeDialog(QDialog):
    """Begins to merge when it is accepted; what came in is told by a message.

    Parts that lie where the project's parts lie usually are listed by themselves, and can be unticked.
    """

    def __init__(self, session: PartsSession, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("mergeDialog")
        self.setWindowTitle(tr("Merge parts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        words = PlainLabel(
            tr(
                "Parts of this project, copies of it, or other projects. What was changed on one side is"
                " taken; what both sides changed waits for your decision. It is one step of undo."
            ),
            self,
        )
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setObjectName("mergeList")
        self.list.setAccessibleName(tr("Projects to merge"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.itemChanged.connect(self._tell)
        add = QPushButton(tr("Add…"), self)
        add.setObjectName("mergeAdd")
        add.setAutoDefault(False)
        add.clicked.connect(self._ask)
        row, side = QHBoxLayout(), QVBoxLayout()
        row.setSpacing(8)
        side.addWidget(add)
        side.addStretch(1)
        row.addWidget(self.list, 1)
        row.addLayout(side)
        self.words = PlainLabel("", self)
        self.words.setObjectName("mergeWords")
        self.words.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = buttons.addButton(tr("Merge"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setObjectName("mergeGo")
        buttons.accepted.connect(self._begin)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(words)
        column.addLayout(row, 1)
        column.addWidget(self.words)
        column.addWidget(buttons)
        self._looking = session.look_for_parts(self.add)
        self._tell()

    def sizeHint(self) -> QSize:
        return QSize(620, 360)

    def done(self, result: int) -> None:
        """Closed, whichever way: nobody waits for parts any more."""
        self._looking.cancel()
        super().done(result)

    def add(self, paths: Iterable[Path]) -> None:
        """List these projects, ticked; those that are listed already stay as they are."""
        known = {item.data(PATH) for item in self._items}
        for path in paths:
            if str(path) not in known:
                item = QListWidgetItem(one_line(str(path)))
                item.setData(PATH, str(path))
                item.setToolTip(plain_tip(str(path)))
                item.setCheckState(Qt.CheckState.Checked)
                self.list.addItem(item)
        self._tell()

    @property
    def chosen(self) -> tuple[Path, ...]:
        """The ticked projects."""
        return tuple(
            Path(item.data(PATH)) for item in self._items if item.checkState() is Qt.CheckState.Checked
        )

    @property
    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _ask(self) -> None:
        start = self._session.parts_folder
        dialog = path_dialog(
            self,
            tr("Projects to merge"),
            start if start.exists() else start.parent,
            tr("SlimSAM projects") + f" (*{PROJECT_SUFFIX})",
            FileMode.ExistingFiles,
        )
        dialog.setObjectName("mergeAddDialog")
        dialog.filesSelected.connect(lambda paths: self.add(map(Path, paths)))
        dialog.open()

    def _tell(self) -> None:
        count = len(self.chosen)
        self.go.setEnabled(0 < count <= MAX_SOURCES)
        if count > MAX_SOURCES:
            words = tr("Merge at most {most} at once.").format(most=MAX_SOURCES)
        elif count:
            words = counted(tr("{count} project comes in."), tr("{count} projects come in."), count)
        else:
            words = tr("Add the projects that were sent to you.")
        self.words.setText(words)

    def _begin(self) -> None:
        chosen = self.chosen
        self.close()
        self._session.merge(chosen)
