"""A list of projects to tick, and a button that adds some."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.signals import tie
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog
from slimsam_app.windows.tick_list import is_ticked, rows_of
from slimsam_core.files.listing import exists
from slimsam_core.project import PROJECT_SUFFIX
from slimsam_core.teamwork.split import PACKED_SUFFIX
from slimsam_core.visible_text import one_line

PATH = Qt.ItemDataRole.UserRole


class ProjectList(QWidget):
    """Projects and zip files of parts are added by a file dialog that begins at ``start``."""

    changed = Signal()

    def __init__(self, name: str, title: str, start: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._title, self._start = name, title, start
        self.list = QListWidget(self)
        self.list.setObjectName(f"{name}List")
        self.list.setAccessibleName(title)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.itemChanged.connect(lambda _: self.changed.emit())
        self.empty = self._make_words()
        add = QPushButton(tr("Add…"), self)
        add.setObjectName(f"{name}Add")
        add.setAutoDefault(False)
        add.clicked.connect(self._ask)
        row, side = QHBoxLayout(self), QVBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        side.addWidget(add)
        side.addStretch(1)
        row.addWidget(self.list, 1)
        row.addLayout(side)

    def _make_words(self) -> PlainLabel:
        """What to do, in the middle of the list as long as there is nothing in it."""
        place = self.list.viewport()
        words = PlainLabel(tr("Nothing is listed yet. Add projects or zip files of parts by “Add…”."), place)
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        QVBoxLayout(place).addWidget(words)
        tie(self.changed, self, lambda: words.setVisible(not self.list.count()))
        return words

    def add(self, paths: Iterable[Path]) -> None:
        """List these projects, ticked; those that are listed already stay as they are."""
        known = {item.data(PATH) for item in rows_of(self.list)}
        for path in paths:
            if str(path) not in known:
                item = QListWidgetItem(one_line(str(path)))
                item.setData(PATH, str(path))
                item.setToolTip(plain_tip(str(path)))
                item.setCheckState(Qt.CheckState.Checked)
                self.list.addItem(item)
        self.changed.emit()

    def refuse(self, path: Path, why: str) -> None:
        """Untick a project, which cannot be ticked any more, and say why where the mouse rests on it."""
        for item in rows_of(self.list):
            if item.data(PATH) == str(path):
                item.setCheckState(Qt.CheckState.Unchecked)
                item.setFlags(Qt.ItemFlag.NoItemFlags)
                item.setToolTip(plain_tip(why))
        self.changed.emit()

    @property
    def chosen(self) -> tuple[Path, ...]:
        """The ticked projects."""
        return tuple(Path(item.data(PATH)) for item in rows_of(self.list) if is_ticked(item))

    def _ask(self) -> None:
        start = self._start if exists(self._start) else self._start.parent
        filters = tr("Projects and zip files of parts") + f" (*{PROJECT_SUFFIX} *{PACKED_SUFFIX})"
        dialog = path_dialog(self, self._title, start, filters, FileMode.ExistingFiles)
        dialog.setObjectName(f"{self._name}AddDialog")
        dialog.filesSelected.connect(lambda paths: self.add(map(Path, paths)))
        dialog.open()
