"""Long work in the line at the bottom: its name, how far it is, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QToolButton, QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.theme import Theme
from slimsam_app.workers.compression import CompressionClient
from slimsam_app.workers.task import Lane
from slimsam_core.progress import Progress
from slimsam_core.visible_text import one_line

_BAR_PX = 70
"""Enough to see it move, and little of a line that is always short of room."""


class TaskBar(QWidget):
    """There while a task of the lane runs or is paused."""

    def __init__(self, lane: Lane, name: str, parent: QWidget) -> None:
        """``name`` begins the object names of what is in it."""
        super().__init__(parent)
        self.setObjectName(f"{name}Bar")
        self._lane, self._title = lane, ""
        self.bar = QProgressBar(self)
        self.bar.setObjectName(f"{name}Progress")
        self.bar.setFixedWidth(_BAR_PX)
        self.bar.setTextVisible(False)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 8, 0)
        self.row.setSpacing(6)
        self.row.addWidget(self.bar)
        lane.running.connect(self.show_task)
        lane.progressed.connect(self._show_progress)

    def tool_button(self, name: str) -> QToolButton:
        """A flat button of this bar."""
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAutoRaise(True)
        return button

    def say(self, words: str, tip: str) -> None:
        """Show the words beside the bar; ``tip``: more about them."""

    def show_task(self, title: str = "") -> None:
        """Begin with a task of this title; empty = there is none."""
        self._title = title
        self.bar.setRange(0, 0)
        self.setVisible(bool(title))
        self.say(title, "")

    def _show_progress(self, step: Progress) -> None:
        if not self._title:
            return
        self.bar.setRange(0, 1000 if step.total else 0)
        self.bar.setValue(round(1000 * (step.fraction or 0.0)))
        self.say(
            f"{self._title} {figures.count_of(step.done, step.total)}" if step.total else self._title,
            step.message,
        )


class SpareBar(TaskBar):
    """Work for which the model is free between clicks: pause and cancel."""

    def __init__(self, lane: Lane, theme: Theme, parent: QWidget) -> None:
        super().__init__(lane, "spare", parent)
        self._theme = theme
        self.words = PlainLabel("", self)
        self.words.setObjectName("spareWords")
        self.words.setAccessibleName(tr("Work in the background"))
        self.pause = self.tool_button("sparePause")
        self.cancel = self.tool_button("spareCancel")
        self.pause.clicked.connect(lambda: lane.pause(not lane.is_paused))
        self.cancel.clicked.connect(lane.cancel)
        self.row.insertWidget(0, self.words)
        for button in (self.pause, self.cancel):
            self.row.addWidget(button)
        lane.running.connect(self._paint)
        lane.paused.connect(self._paint)
        theme.changed.connect(self._paint)
        self.show_task()
        self._paint()

    def say(self, words: str, tip: str) -> None:
        self.words.setText(words)
        self.words.setToolTip(plain_tip(tip))

    def _paint(self) -> None:
        on = self._lane.is_paused
        self.pause.setIcon(self._theme.icon("play" if on else "pause"))
        self.cancel.setIcon(self._theme.icon("x"))
        for button, text in ((self.pause, tr("Go on") if on else tr("Pause")), (self.cancel, tr("Cancel"))):
            button.setToolTip(plain_tip(text))
            button.setAccessibleName(text)


class CompressionBar(TaskBar):
    """The running compression job; a click shows its page."""

    wanted = Signal()
    """The person wants to see the run."""

    def __init__(self, client: CompressionClient, theme: Theme, parent: QWidget) -> None:
        super().__init__(client.lane, "compression", parent)
        self._client, self._theme = client, theme
        self.button = self.tool_button("compressionButton")
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setToolTip(tr("A model is being made smaller: show the run"))
        self.button.clicked.connect(self.wanted)
        self.row.insertWidget(0, self.button)
        client.queue_changed.connect(self._paint)
        theme.changed.connect(self._paint)
        self.show_task()
        self._paint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.wanted.emit()

    def _paint(self) -> None:
        self.button.setIcon(self._theme.icon("arrows-in-simple", "accent"))
        waiting = len(self._client.waiting)
        text = tr("Compressing …")
        self.button.setText(one_line(f"{text} (+{waiting})" if waiting else text))
        self.button.setAccessibleName(text)
