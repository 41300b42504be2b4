"""The long work in the background: its name, how far it is, pause and cancel."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.theme import Theme
from slimsam_app.workers.spare_time import SpareTime
from slimsam_core.progress import Progress


class SpareBar(QWidget):
    """Stands in the status bar while there is such work."""

    def __init__(self, spare: SpareTime, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("spareBar")
        self._spare, self._theme, self._title = spare, theme, ""
        self.words = PlainLabel("", self)
        self.words.setObjectName("spareWords")
        self.words.setAccessibleName(tr("Work in the background"))
        self.bar = QProgressBar(self)
        self.bar.setObjectName("spareProgress")
        self.bar.setFixedWidth(70)
        self.bar.setTextVisible(False)
        self.pause = self._button("sparePause")
        self.cancel = self._button("spareCancel")
        self.pause.clicked.connect(lambda: spare.pause(not spare.is_paused))
        self.cancel.clicked.connect(spare.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(6)
        for widget in (self.words, self.bar, self.pause, self.cancel):
            row.addWidget(widget)
        spare.running.connect(self._show)
        spare.progressed.connect(self._progress)
        spare.paused.connect(self._paint)
        theme.changed.connect(self._paint)
        self._show("")

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAutoRaise(True)
        return button

    def _show(self, title: str) -> None:
        self._title = title
        self.words.setText(title)
        self.bar.setRange(0, 0)
        self.setVisible(bool(title))
        self._paint()

    def _progress(self, step: Progress) -> None:
        self.words.setText(f"{self._title} {step.done:,} / {step.total:,}" if step.total else self._title)
        self.words.setToolTip(plain_tip(step.message))
        self.bar.setRange(0, 1000 if step.total else 0)
        self.bar.setValue(round(1000 * (step.fraction or 0.0)))

    def _paint(self) -> None:
        on = self._spare.is_paused
        self.pause.setIcon(self._theme.icon("play" if on else "pause"))
        self.cancel.setIcon(self._theme.icon("x"))
        for button, text in ((self.pause, tr("Go on") if on else tr("Pause")), (self.cancel, tr("Cancel"))):
            button.setToolTip(plain_tip(text))
            button.setAccessibleName(text)
