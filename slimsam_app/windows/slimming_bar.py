"""The running slimming job in the status bar; a click shows its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from slimsam_app.i18n import tr
from slimsam_app.plain_text import one_line
from slimsam_app.theme import Theme
from slimsam_app.workers.compression import CompressionClient

if TYPE_CHECKING:
    from slimsam_core.compression.monitor import JobView


class SlimmingBar(QWidget):
    """Hidden while no job runs."""

    wanted = Signal()
    """The person wants to see the run."""

    def __init__(self, client: CompressionClient, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("slimmingBar")
        self._client, self._theme = client, theme
        self.button = QToolButton(self)
        self.button.setObjectName("slimmingButton")
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setAutoRaise(True)
        self.button.setToolTip(tr("A model is being made smaller: show the run"))
        self.button.clicked.connect(self.wanted)
        self.bar = QProgressBar(self)
        self.bar.setObjectName("slimmingProgress")
        self.bar.setFixedWidth(70)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(6)
        row.addWidget(self.button)
        row.addWidget(self.bar)
        client.queue_changed.connect(self._show)
        client.progressed.connect(self._progress)
        theme.changed.connect(self._show)
        self._show()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.wanted.emit()

    def _show(self) -> None:
        self.setVisible(self._client.busy)
        self.button.setIcon(self._theme.icon("arrows-in-simple", "accent"))
        waiting = len(self._client.waiting)
        text = tr("Compressing …")
        self.button.setText(one_line(f"{text} (+{waiting})" if waiting else text))
        self.button.setAccessibleName(text)

    def _progress(self, view: JobView) -> None:
        self.bar.setValue(round(1000 * view.done))
