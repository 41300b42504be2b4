"""The pictures to be opened are in the project of another folder: open that one, or make a new one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.i18n import counted, tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.sessions.opening import LabelledElsewhere
from slimsam_app.sessions.workbench import Workbench
from slimsam_core.files.listing import is_file
from slimsam_core.visible_text import one_line


class ExistingProjectDialog(QDialog):
    """Names the projects with the number of their objects, so that nobody takes labels for lost."""

    def __init__(
        self, workbench: Workbench, paths: Sequence[Path], elsewhere: LabelledElsewhere, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("existingProject")
        self.setWindowTitle(tr("There is a project already"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workbench, self._paths, self._elsewhere = workbench, tuple(paths), elsewhere
        where = elsewhere.found[0].folder
        above = elsewhere.folder.is_relative_to(where)
        text = (
            tr("A project file lies in “{folder}”.")
            if where == elsewhere.folder
            else tr("The pictures of “{folder}” are in the project of a folder above it, with their labels.")
            if above
            else tr("Folders inside “{folder}” have projects of their own, with their labels.")
        )
        words = PlainLabel(text.format(folder=elsewhere.folder.name or str(elsewhere.folder)), self)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setObjectName("existingProjects")
        self.list.setAccessibleName(tr("Projects"))
        for found in elsewhere.found:
            line = "{}: {}, {}".format(
                found.path if found.path.parent == found.folder else found.folder,
                counted(tr("{count} object"), tr("{count} objects"), found.objects),
                counted(tr("{count} image"), tr("{count} images"), found.images),
            )
            item = QListWidgetItem(one_line(line), self.list)
            item.setToolTip(plain_tip(str(found.path)))
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(lambda _: self._open_chosen())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.ok = QPushButton(tr("Open this project"), self)
        self.ok.setObjectName("openExisting")
        self.ok.setDefault(True)
        self.ok.clicked.connect(self._open_chosen)
        self.fresh = QPushButton(tr("Make a new, empty project"), self)
        self.fresh.setObjectName("makeFresh")
        self.fresh.setAutoDefault(False)
        self.fresh.clicked.connect(self._make)
        buttons.addButton(self.ok, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.fresh, QDialogButtonBox.ButtonRole.ActionRole)
        self.take = QPushButton(tr("Make a new project with their labels"), self)
        self.take.setObjectName("takeLabels")
        self.take.setAutoDefault(False)
        self.take.setToolTip(plain_tip(tr("They are copied: the projects inside stay as they are.")))
        self.take.clicked.connect(self._take)
        self.take.setVisible(all(found.folder != elsewhere.folder for found in elsewhere.found) and not above)
        if not self.take.isHidden():
            buttons.addButton(self.take, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for widget in (words, self.list, buttons):
            column.addWidget(widget)

    def sizeHint(self) -> QSize:
        return QSize(640, 260)

    def _open_chosen(self) -> None:
        found = self._elsewhere.found[max(0, self.list.currentRow())]
        self.close()
        inside = self._elsewhere.folder.is_relative_to(found.folder)
        picture = self._paths[0] if is_file(self._paths[0]) else self._elsewhere.folder
        self._workbench.open([found.path], at=picture if inside else None)

    def _take(self) -> None:
        self.close()
        labels_of = [found.path for found in self._elsewhere.found]
        self._workbench.open(self._paths, fresh=True, labels_of=labels_of)

    def _make(self) -> None:
        self.close()
        self._workbench.open(self._paths, fresh=True)
