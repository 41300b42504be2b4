"""Jobs that wait for their turn, those that were not carried out to the end, and the latest verdicts."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.compression.jobs import JobSummary
from slimsam_app.sessions.compression.words import JOB_STATES
from slimsam_app.windows.dialogs.asking import ask_first
from slimsam_app.windows.wizards.compress.page import heading
from slimsam_app.windows.wizards.compress.parts import WizardParts
from slimsam_core.compression.job_folder import JobState
from slimsam_core.visible_text import one_line

MOST = 4


class JobsList(QWidget):
    """One line a job with what can be done; hidden while there is none."""

    verdict_wanted = Signal(object)
    """Folder of a finished job."""

    def __init__(self, parts: WizardParts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("compressJobs")
        self._parts = parts
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        parts.session.jobs_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read the jobs again."""
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        client = self._parts.client
        others = [job for job in self._parts.session.jobs() if job.folder != client.current]
        rank = {JobState.FINISHED: 2}
        lines = sorted(others, key=lambda job: 0 if job.folder in client.waiting else rank.get(job.state, 1))
        if lines:
            self._column.addWidget(heading(tr("Other runs"), self))
        for job in lines[:MOST]:
            self._column.addWidget(self._line(job))
        if len(lines) > MOST:
            more = PlainLabel(tr("and {count} more").format(count=len(lines) - MOST), self)
            more.setProperty("role", "muted")
            self._column.addWidget(more)
        self.setVisible(bool(lines))

    def _line(self, job: JobSummary) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        client, session, folder = self._parts.client, self._parts.session, job.folder
        waits = folder in client.waiting
        state = tr(JOB_STATES[JobState.WAITING if waits else job.state])
        if job.worked_on:
            state = tr("another window works on it")
        what = PlainLabel(" · ".join(filter(None, [one_line(job.project_name), state])), line)
        what.setProperty("role", "muted")
        row.addWidget(PlainLabel(job.title, line))
        row.addWidget(what)
        row.addStretch(1)
        if waits:
            self._button(row, "withdraw", tr("Do not start it"), lambda: client.withdraw(folder))
            return line
        if job.worked_on:
            return line
        if job.state is JobState.FINISHED:
            self._button(row, "verdict", tr("Show the verdict"), lambda: self.verdict_wanted.emit(folder))
        else:
            self._button(row, "takeUp", tr("Go on with it"), lambda: session.take_up(folder))
        self._button(row, "dismiss", tr("Delete"), lambda: self._ask_to_delete(job))
        return line

    def _ask_to_delete(self, job: JobSummary) -> None:
        ask_first(
            self,
            tr("Delete a run"),
            tr("Delete the run {name}?").format(name=one_line(job.title)),
            tr("Delete"),
            lambda: self._parts.session.dismiss(job.folder),
            more=tr(
                "What it has learnt goes with it. There is no undo. Models that were taken into use stay."
            ),
        )

    def _button(self, row: QHBoxLayout, name: str, text: str, call: object) -> None:
        button = QPushButton(one_line(text), self)
        button.setObjectName(f"compressJob_{name}")
        button.setProperty("flat", True)
        button.setAutoDefault(False)
        button.clicked.connect(call)
        row.addWidget(button)
