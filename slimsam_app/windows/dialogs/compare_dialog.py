"""Which model to compare with the one in use."""

from __future__ import annotations

from collections.abc import Callable
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

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.model_listing import Listing
from slimsam_app.sessions.model_session import ModelSession
from slimsam_app.windows.dialogs.path_dialog import FileMode, path_dialog
from slimsam_core.visible_text import one_line


class CompareDialog(QDialog):
    """The other installed models, or a file; ``start`` is called with the choice."""

    def __init__(
        self, models: ModelSession, in_use: str, start: Callable[[str | Path], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("compareDialog")
        self.setWindowTitle(tr("Compare with another model"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._in_use, self._start = in_use, start
        words = PlainLabel(tr("Both models answer the same clicks; a key shows the one or the other."), self)
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setObjectName("compareModels")
        self.list.setAccessibleName(tr("Models"))
        self.list.itemActivated.connect(lambda _: self._choose())
        self.list.currentRowChanged.connect(lambda _: self._enable())
        self._none = PlainLabel(
            tr("No other model is installed. Model > Models… downloads or imports one."), self
        )
        self._none.setWordWrap(True)
        self._none.hide()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.ok = QPushButton(tr("Compare"), self)
        self.ok.setObjectName("compareStart")
        self.ok.setDefault(True)
        self.ok.clicked.connect(self._choose)
        file = QPushButton(tr("From a file…"), self)
        file.clicked.connect(self._ask_file)
        buttons.addButton(self.ok, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(file, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for widget in (words, self.list, self._none, buttons):
            column.addWidget(widget)
        models.listed.connect(self._show)
        models.refresh()
        self._enable()

    def sizeHint(self) -> QSize:
        return QSize(440, 300)

    def _show(self, listing: Listing) -> None:
        chosen = self.list.currentItem()
        name = chosen.data(Qt.ItemDataRole.UserRole) if chosen is not None else ""
        self.list.clear()
        for info in listing.installed:
            if info.name != self._in_use:
                item = QListWidgetItem(one_line(info.name), self.list)
                item.setData(Qt.ItemDataRole.UserRole, info.name)
                if info.name == name or self.list.count() == 1:
                    self.list.setCurrentItem(item)
        self._none.setVisible(not self.list.count())
        self._enable()

    def _enable(self) -> None:
        self.ok.setEnabled(self.list.currentItem() is not None)

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.close()
            self._start(item.data(Qt.ItemDataRole.UserRole))

    def _ask_file(self) -> None:
        dialog = path_dialog(self, tr("Compare with another model"), mode=FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: (self.close(), self._start(Path(path))))
        dialog.open()
