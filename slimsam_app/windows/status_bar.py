"""The line at the bottom: model and device, times, zoom, the pixel under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QStatusBar, QToolButton, QWidget

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainElidingLabel, PlainLabel, plain_tip
from slimsam_app.sentences import stage_words
from slimsam_app.workers.task import Lane
from slimsam_core.progress import Progress
from slimsam_core.visible_text import one_line

_LEFT_WIDGETS = 4
"""Model, progress, cancel, state: Qt counts them before the permanent ones."""
_MODEL_PX = 300
"""More would leave no room for the facts on a screen of 1280 pixels in languages with long words."""
_PATIENCE_MS = 300
"""A step to the next picture is shorter, and a bar that comes and goes lays the line out anew each time."""
_GAP_PX = 8
"""Between two widgets of the line: QStatusBar's own six, and two for rounding at other scales."""
_STATE_PX = 260
"""The least for what is going on: about forty letters; the facts give way to it."""


class StatusBar(QStatusBar):
    """Small facts, each in its place, so that nothing jumps while they change.

    Its words never make the window wider: what finds no room is left out, the least important first.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.setSizeGripEnabled(False)
        self.model_button = QToolButton(self)
        self.model_button.setObjectName("statusModel")
        self.model_button.setText(tr("No model loaded"))
        self.model_button.setAccessibleName(tr("Model"))
        self.addWidget(self.model_button)
        self._hint = ""
        self._words = self._mode = ""
        self._state = PlainElidingLabel("", self)
        self._state.setObjectName("statusState")
        self._state.setAccessibleName(tr("What is going on, or what the tool does"))
        self._state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._make_job()
        self.addWidget(self._state, 1)
        self._encode = self._label("statusEncode", tr("Time to encode the image"))
        self._decode = self._label("statusDecode", tr("Time from a click to its masks"))
        self._pixel = self._label("statusPixel", tr("Pixel under the pointer, and its colour"))
        self._size = self._label("statusSize", tr("Size of the image"))
        self._zoom = self._label("statusZoom", tr("Zoom"))
        self._classes = self._label("statusClasses", tr("How often the suggested class was right"))
        self._person = self._label("statusPerson", tr("Who works on this project"))
        for label in (
            self._person,
            self._classes,
            self._pixel,
            self._size,
            self._encode,
            self._decode,
            self._zoom,
        ):
            self.addPermanentWidget(label)
        self._by_weight = (
            self._zoom,
            self._size,
            self._pixel,
            self._decode,
            self._encode,
            self._classes,
            self._person,
        )
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def add_work(self, widget: QWidget) -> None:
        """Let this stand before the facts."""
        self.insertPermanentWidget(_LEFT_WIDGETS, widget)

    def event(self, event: QEvent) -> bool:
        """Fit the facts anew whenever a word or a widget in the line changed."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the facts into the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the facts that have something to say and find room, the most important first."""
        others = [
            widget
            for widget in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
            if widget is not self._state and widget not in self._by_weight and not widget.isHidden()
        ]
        room = self.width() - _STATE_PX - sum(widget.sizeHint().width() + _GAP_PX for widget in others)
        for label in self._by_weight:
            room -= label.sizeHint().width() + _GAP_PX if label.text() else 0
            label.setVisible(bool(label.text()) and room >= 0)

    def _make_job(self) -> None:
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._grow_impatient)
        self.progress = QProgressBar(self)
        self.progress.setObjectName("statusProgress")
        self.progress.setFixedWidth(90)
        self.progress.setTextVisible(False)
        self.cancel = QToolButton(self)
        self.cancel.setObjectName("statusCancel")
        self.cancel.setText(tr("Cancel"))
        for widget in (self.progress, self.cancel):
            widget.hide()
            self.addWidget(widget)

    def _label(self, name: str, tip: str) -> QLabel:
        label = PlainLabel("", self)
        label.setObjectName(name)
        label.setToolTip(plain_tip(tip))
        label.setAccessibleName(tip)
        return label

    def show_model(self, name: str, device: str, note: str = "") -> None:
        """Name the model in use and where it runs; ``note``: why it does not run faster."""
        text = f"{name} · {device}" if device else name
        shown = self.model_button.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, _MODEL_PX)
        self.model_button.setText(one_line(shown))
        self.model_button.setToolTip(
            plain_tip("\n".join(([text] if shown != text else []) + ([note] if note else [])))
        )

    def show_state(self, words: str) -> None:
        """Say what is going on; empty when nothing is: then the hint of the tool is seen."""
        self._words = words
        self._state.setText(words or self._mode or self._hint)
        self._state.setToolTip(plain_tip(self._state.text()))

    def show_mode(self, words: str) -> None:
        """Name what is unusual as long as it lasts, in the place of the tool's hint; empty = nothing is."""
        if words != self._mode:
            self._mode = words
            self.show_state(self._words)

    def show_hint(self, words: str) -> None:
        """What the mouse does with the chosen tool."""
        self._hint = words
        self.show_state(self._words)

    def show_busy(self, busy: bool) -> None:
        """Move a bar of unknown length while something is read or written for longer than a step takes."""
        if busy:
            self._patience.start()
        else:
            self._patience.stop()
            self._show_unknown(False)

    def _grow_impatient(self) -> None:
        self._show_unknown(True)

    def _show_unknown(self, shown: bool) -> None:
        if shown != self.progress.isVisible():
            self.progress.setRange(0, 0 if shown else 1)
            self.progress.setVisible(shown)

    def follow(self, jobs: Lane) -> None:
        """Show the job that runs there, with a way to cancel it."""
        jobs.running.connect(self.show_job)
        jobs.progressed.connect(self.show_progress)
        self.cancel.clicked.connect(jobs.cancel)

    def show_job(self, title: str) -> None:
        """Name the job that runs, with a way to cancel it; empty when none does."""
        self.show_state(title)
        self.cancel.setVisible(bool(title))
        self.progress.setRange(0, 0 if title else 1)
        self.progress.setVisible(bool(title))

    def show_progress(self, step: Progress) -> None:
        """Show how far the job is."""
        total = step.total or 0
        self.progress.setRange(0, min(total, 1000))
        self.progress.setValue(round((step.fraction or 0.0) * 1000) if total >= 1000 else step.done)
        self.show_state(f"{stage_words(step.stage)}: {figures.count_of(step.done, total)}")

    def show_encode(self, ms: float | None, from_cache: bool = False) -> None:
        """Time of the last encoding."""
        words = "" if ms is None else tr("encode {time}").format(time=figures.milliseconds(ms))
        self._encode.setText(tr("encode from cache") if from_cache else words)

    def show_decode(self, ms: float | None) -> None:
        """Time of the last decoding."""
        self._decode.setText("" if ms is None else tr("decode {time}").format(time=figures.milliseconds(ms)))

    def show_suggestions(self, words: str, tip: str) -> None:
        """How often the suggested class was right lately; empty hides it."""
        self._classes.setText(words)
        self._classes.setToolTip(plain_tip(tip))

    def show_person(self, name: str) -> None:
        """Who works on the project; empty hides it."""
        self._person.setText(one_line(name))

    def show_zoom(self, zoom: float) -> None:
        """Screen pixels for an image pixel; 0 hides it."""
        self._zoom.setText(figures.percent(zoom) if zoom else "")

    def show_pixel(self, x: int, y: int, rgb: object) -> None:
        """Position and colour (or grey) under the pointer; no colour = outside the picture."""
        if isinstance(rgb, tuple):
            self._pixel.setText(f"{x}, {y}   {' '.join(figures.pixel_value(value) for value in rgb)}")
        else:
            self._pixel.setText("")

    def show_size(self, words: str) -> None:
        """Size of the picture."""
        self._size.setText(words)
