"""The kept states of a project: when, and how much was there; one of them can come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_core.project.snapshots import Snapshot, snapshots_dir
from slimsam_core.visible_text import one_line


class GoBackDialog(QDialog):
    """Choose a state: ``chosen`` is called with it, and the dialog closes."""

    def __init__(
        self, found: Sequence[Snapshot], chosen: Callable[[Snapshot], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("goBackDialog")
        self.setWindowTitle(tr("Go back to a kept state"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._found, self._chosen = tuple(found), chosen
        words = PlainLabel(self._words(), self)
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        self.list = self._make_list()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        go = buttons.addButton(tr("Go back"), QDialogButtonBox.ButtonRole.AcceptRole)
        go.setObjectName("goBackButton")
        go.setEnabled(bool(self._found))
        buttons.accepted.connect(self._go)
        buttons.rejected.connect(self.close)
        self.list.itemActivated.connect(self._go)
        column = QVBoxLayout(self)
        for widget in (words, self.list, buttons):
            column.addWidget(widget)

    def _make_list(self) -> QTreeWidget:
        found = QTreeWidget(self)
        found.setObjectName("goBackList")
        found.setAccessibleName(tr("Kept states of this project"))
        found.setHeaderLabels([tr("Kept on"), tr("Images"), tr("Objects"), tr("Note")])
        found.setRootIsDecorated(False)
        found.setUniformRowHeights(True)
        found.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        rows: list[QTreeWidgetItem] = []
        for snapshot in self._found:
            shown = figures.moment(snapshot.taken)
            notes = [tr("before going back")] if snapshot.before_going_back else []
            notes += [tr("damaged")] if snapshot.damaged else []
            rows.append(
                QTreeWidgetItem(
                    found,
                    [
                        shown,
                        figures.count(snapshot.pictures),
                        figures.count(snapshot.objects),
                        one_line(", ".join(notes)),
                    ],
                )
            )
        if rows:
            found.setCurrentItem(rows[0])
        return found

    def _words(self) -> str:
        if not self._found:
            return tr(
                "Nothing was kept of this project yet. Its state is kept once a day when it is opened;"
                " the settings (F2) say how many are kept."
            )
        return tr(
            "The project becomes what it was then, also its history. What it is now is kept first, and is in"
            " this list afterwards. The states lie in {folder}."
        ).format(folder=snapshots_dir())

    def sizeHint(self) -> QSize:
        return QSize(620, 360)

    def _go(self) -> None:
        row = self.list.currentIndex().row()
        if 0 <= row < len(self._found):
            self.close()
            self._chosen(self._found[row])
