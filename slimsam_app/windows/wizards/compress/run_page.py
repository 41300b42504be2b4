"""The run as it goes: where it is, how fast, what it learns, and how it sees the person's own pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QSpacerItem, QWidget

from slimsam_app.figures import DASH, count, decimal, duration, file_size, iou, short
from slimsam_app.i18n import tr
from slimsam_app.sentences import in_words
from slimsam_app.sessions.compression.words import (
    activity_words,
    device_words,
    notice_words,
)
from slimsam_app.signals import tie
from slimsam_app.windows.wizards.compress.curve_plot import CurvePlot
from slimsam_app.windows.wizards.compress.jobs_list import JobsList
from slimsam_app.windows.wizards.compress.notice import StateCard
from slimsam_app.windows.wizards.compress.number_cards import Number, NumberCards
from slimsam_app.windows.wizards.compress.page import Page, words
from slimsam_app.windows.wizards.compress.parts import WizardParts
from slimsam_app.windows.wizards.compress.picture_strip import Example, PictureStrip, tinted
from slimsam_core.compression.job_events import PreviewPicture
from slimsam_core.compression.job_folder import Phase
from slimsam_core.compression.monitor import JobView, NoticeKind
from slimsam_core.devices import DeviceKind
from slimsam_core.errors import SlimSamError
from slimsam_core.progress import CancelToken

STRIP_PX = 64


class RunPage(Page):
    """Shows the job that runs; ``finished`` names the folder of a job whose verdict is there."""

    finished = Signal(object)
    """Path."""

    def __init__(self, parts: WizardParts, parent: QWidget) -> None:
        super().__init__("run", tr("Making it smaller"), "", parent)
        self._parts = parts
        self._previews: tuple[PreviewPicture, ...] | None = None
        self._reading = CancelToken()
        self._where = words("", self, "", "compressWhere")
        self._make_buttons()
        self.bar = QProgressBar(self)
        self.bar.setObjectName("compressProgress")
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(tr("Progress"))
        self.column.addWidget(self.bar)
        titles = [("speed", tr("Pictures a second")), ("left", tr("Time left")), ("loss", tr("Loss"))]
        self.cards = NumberCards("compressRunNumbers", [*titles, ("memory", tr("Memory"))], self)
        self.column.addWidget(self.cards)
        self.notice = StateCard("compressRunNotice", parts.theme, self)
        self.column.addWidget(self.notice)
        plots = QHBoxLayout()
        plots.setContentsMargins(0, 0, 0, 0)
        plots.setSpacing(12)
        stages = tr("stages done")
        self.loss = CurvePlot(tr("Loss"), stages, parts.theme, self)
        self.validation = CurvePlot(
            tr("Difference from the teacher, kept pictures"),
            stages,
            parts.theme,
            self,
            dots=True,
        )
        plots.addWidget(self.loss, 1)
        plots.addWidget(self.validation, 1)
        self._plots = QWidget(self)
        self._plots.setLayout(plots)
        self.column.addWidget(self._plots, 1)
        self.strip = PictureStrip(
            "compressPreview",
            (tr("Teacher"), tr("Student")),
            STRIP_PX,
            parts.theme,
            self,
            below=tr("Overlap"),
        )
        self.strip.hide()
        self.column.addWidget(self.strip)
        self.jobs = JobsList(parts, self)
        self.column.addWidget(self.jobs)
        self._meanwhile = words(tr("You can go on labelling meanwhile: clicks come first."), self, "muted")
        self.column.addWidget(self._meanwhile)
        self._rest = QSpacerItem(0, 0)
        self.column.addSpacerItem(self._rest)
        client = parts.client
        client.progressed.connect(self._show)
        client.queue_changed.connect(self._show_queue)
        tie(client.finished, self, lambda folder, _: self.finished.emit(folder))
        client.failed.connect(self._failed)
        client.cancelled.connect(self._cancelled)
        self._show_queue()

    def show_job(self, folder: Path) -> None:
        """A job was given to the worker: forget what was shown of another."""
        if self._parts.client.current == folder:
            self.notice.clear()
        self._show_queue()

    def _make_buttons(self) -> None:
        """Above everything that may need scrolling: who pauses sees how to go on."""
        row = QHBoxLayout()
        self.pause = QPushButton(tr("Pause"), self)
        self.pause.setObjectName("compressPause")
        self.pause.clicked.connect(self._toggle_pause)
        self.cancel = QPushButton(tr("Cancel the run"), self)
        self.cancel.setObjectName("compressCancel")
        self.cancel.clicked.connect(self._parts.client.cancel)
        row.addWidget(self._where, 1)
        for button in (self.pause, self.cancel):
            button.setAutoDefault(False)
            row.addWidget(button)
        self.column.addLayout(row)

    def _toggle_pause(self) -> None:
        client = self._parts.client
        if client.paused:
            client.resume()
        else:
            client.pause()
        self._show_queue()

    def _show_pause(self) -> None:
        self.pause.setText(tr("Go on") if self._parts.client.paused else tr("Pause"))

    def _show_queue(self) -> None:
        client = self._parts.client
        for button in (self.pause, self.cancel):
            button.setEnabled(client.busy)
        self._arrange(client.busy)
        self._show_pause()
        if client.view is not None and client.busy:
            self._show(client.view)
        elif client.busy:
            self._blank(tr("Starting …"))
            self.notice.clear()
        else:
            self._blank(tr("Nothing runs right now."))
            self._show_earlier()
        self.changed.emit()

    def _arrange(self, busy: bool) -> None:
        """While nothing runs, what was cut off or cancelled stands in sight, above the curves it has."""
        for widget in (self.bar, self.cards, self._meanwhile):
            widget.setVisible(busy)
        self.column.removeWidget(self.jobs)
        below = self.strip if busy else self.notice
        self.column.insertWidget(self.column.indexOf(below) + 1, self.jobs)
        self._show_plots(busy or bool(self.loss.points or self.validation.points))

    def _show_plots(self, shown: bool) -> None:
        """Without a point they would be large and empty; what is above them stays at the top."""
        self._plots.setVisible(shown)
        stretches = QSizePolicy.Policy.Minimum if shown else QSizePolicy.Policy.Expanding
        self._rest.changeSize(0, 0, QSizePolicy.Policy.Minimum, stretches)
        self.column.invalidate()

    def enter(self) -> None:
        """What is to be taken up is drawn before it runs."""
        if not self._parts.client.busy:
            self._show_earlier()

    def _show_earlier(self) -> None:
        """The curves of the newest run that was begun and not carried out to the end."""
        found = self._parts.session.unfinished()
        self._reading.cancel()
        if found:
            folder, title = found[0].folder, found[0].title
            self._reading = self._parts.session.pages.curves(
                folder, lambda view: self._draw_earlier(view, title)
            )

    def _draw_earlier(self, view: JobView, title: str) -> None:
        if not self._parts.client.busy and (view.losses or view.validations):
            self._where.setText(tr("{name} can go on: these are its curves so far.").format(name=title))
            self._draw_curves(view)

    def _draw_curves(self, view: JobView) -> None:
        self.loss.set_points([(point.position, point.loss) for point in view.losses])
        self.validation.set_points([(point.position, point.alignment_error) for point in view.validations])
        self._show_plots(True)

    def _blank(self, text: str) -> None:
        self._where.setText(text)
        self.lead.setText("")
        self.bar.setValue(0)
        self.cards.show_numbers({})

    def _show(self, view: JobView) -> None:
        folder = self._parts.client.current
        if folder is None or view.folder != folder:
            return
        if self._parts.client.paused:  # asked for: the worker says so itself only while it learns
            view = replace(view, paused=True, seconds_left=None)
        self.lead.setText(device_words(view.device))
        steps = f"  ·  {count(view.step)} / {count(view.steps)}" if view.steps else ""
        self._where.setText(activity_words(view) + steps)
        self.bar.setValue(round(1000 * view.done))
        speed = decimal(view.images_per_second, 2) if view.images_per_second else DASH
        loss = short(view.loss) if view.loss is not None else DASH
        memory = file_size(view.memory_bytes) if view.memory_bytes else DASH
        where = tr("of the whole program") if view.device in ("", DeviceKind.CPU) else tr("on the GPU")
        self.cards.show_numbers(
            {
                "speed": Number(speed, tr("learned from")),
                "left": Number(
                    duration(view.seconds_left) or "–",
                    tr("of adapting") if view.phase is Phase.ADAPT else tr("to the verdict"),
                ),
                "loss": Number(loss),
                "memory": Number(memory, where),
            }
        )
        self._draw_curves(view)
        self._show_previews(view)
        self._show_notices(view)
        self._show_pause()

    def _show_previews(self, view: JobView) -> None:
        if view.previews is self._previews:
            return
        self._previews = view.previews
        tokens = self._parts.theme.tokens
        examples = [
            Example(
                (tinted(p.rgb, p.teacher, tokens.accent), tinted(p.rgb, p.student, tokens.warn)),
                iou(p.iou),
                tr("{name}: the masks overlap by {iou}").format(name=Path(p.path).name, iou=iou(p.iou)),
            )
            for p in view.previews
        ]
        self.strip.set_examples(examples)
        self.strip.setVisible(bool(examples))

    def _show_notices(self, view: JobView) -> None:
        if view.paused:
            self.notice.show_state("pause-circle", "accent", tr("Paused"), tr("Nothing is lost meanwhile."))
        elif view.notices:
            last = view.notices[-1]
            icon, token = (
                ("arrow-clockwise", "accent") if last.kind is NoticeKind.RESUMED else ("warning", "warn")
            )
            self.notice.show_state(icon, token, notice_words(last))
        else:
            self.notice.clear()

    def _failed(self, folder: Path, error: SlimSamError) -> None:
        self.notice.show_state(
            "warning-circle",
            "bad",
            in_words(error.message),
            in_words(error.hint),
            (tr("Try again"), lambda: self._parts.session.take_up(folder)),
        )

    def _cancelled(self, _: Path) -> None:
        self.notice.show_state(
            "stop-circle",
            "muted",
            tr("The run was cancelled."),
            tr("What it learned so far is kept; it stands below, under other runs."),
        )
