"""PyTorch in the stand-alone program: added and taken away again in the list of models."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.model_listing import AddedTorch
from slimsam_app.sessions.model_session import ModelSession


class TorchRow(QWidget):
    """What PyTorch is for, with its size and a button; not to be seen where it is installed otherwise."""

    def __init__(self, session: ModelSession, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._words = PlainLabel("", self)
        self._words.setObjectName("torchWords")
        self._words.setProperty("role", "muted")
        self._words.setWordWrap(True)
        self.add = QPushButton(tr("Add PyTorch"), self)
        self.add.setObjectName("torchAdd")
        self.remove = QPushButton(tr("Remove PyTorch"), self)
        self.remove.setObjectName("torchRemove")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        for button, call in ((self.add, session.add_torch), (self.remove, session.remove_torch)):
            button.setAutoDefault(False)
            button.clicked.connect(call)
            row.addWidget(button)
        self.hide()

    def show_state(self, state: AddedTorch) -> None:
        """Show what can be done."""
        if state.added_bytes:
            words = tr("PyTorch was added: {size} on this disk.")
            self._words.setText(words.format(size=figures.file_size(state.added_bytes)))
        else:
            words = tr("Making models smaller needs PyTorch: {size} to download, four times that on disk.")
            self._words.setText(words.format(size=figures.file_size(state.download_bytes)))
        self.add.setVisible(not state.added_bytes)
        self.remove.setVisible(bool(state.added_bytes))
        self.setVisible(bool(state.added_bytes or state.download_bytes))
        self.set_free(not self._session.jobs.busy)

    def set_free(self, free: bool) -> None:
        """Whether a job may begin."""
        self.add.setEnabled(free)
        self.remove.setEnabled(free)
