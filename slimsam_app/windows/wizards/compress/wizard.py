"""The window that makes a model smaller: steps at the left, a page at the right; labelling goes on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.i18n import tr
from slimsam_app.messages import Messages
from slimsam_app.plain_text import message_box
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.theme import Theme
from slimsam_app.windows.wizards.compress.goal_page import GoalPage
from slimsam_app.windows.wizards.compress.labels_page import LabelsPage
from slimsam_app.windows.wizards.compress.model_page import ModelPage
from slimsam_app.windows.wizards.compress.page import Page, scrolled
from slimsam_app.windows.wizards.compress.parts import WizardParts
from slimsam_app.windows.wizards.compress.pictures_page import PicturesPage
from slimsam_app.windows.wizards.compress.run_page import RunPage
from slimsam_app.windows.wizards.compress.step_list import StepList
from slimsam_app.windows.wizards.compress.use_page import UsePage
from slimsam_app.windows.wizards.compress.verdict_page import VerdictPage
from slimsam_core.errors import SlimSamError
from slimsam_core.judging.verdict import Advice

MODEL, PICTURES, LABELS, GOAL, RUN, VERDICT, USE = range(7)


class CompressWizard(QWidget):
    """One for the life of the window; closing hides it, a run goes on or stops as the person says."""

    verdict_seen = Signal()
    """The verdict of a run is shown."""

    def __init__(self, workbench: Workbench, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("compressWizard")
        self.setWindowTitle(tr("Compress model"))
        self._parts = parts = WizardParts(workbench, theme)
        self.model = ModelPage(parts, self)
        self.pictures = PicturesPage(parts, self)
        self.labels = LabelsPage(parts, self)
        self.goal = GoalPage(parts, self)
        self.run = RunPage(parts, self)
        self.verdict = VerdictPage(parts, self)
        self.use = UsePage(parts, self)
        self.pages: tuple[Page, ...] = (
            self.model, self.pictures, self.labels, self.goal, self.run, self.verdict, self.use,
        )  # fmt: skip
        titles = (
            tr("Model"), tr("Pictures"), tr("Your labels"), tr("Goal"), tr("Run"), tr("Verdict"),
            tr("Use it"),
        )  # fmt: skip
        self.steps = StepList(titles, theme, self)
        self.steps.wanted.connect(self.go_to)
        self.stack = QStackedWidget(self)
        for page in self.pages:
            self.stack.addWidget(scrolled(page, self))  # no page makes the window higher than the screen
            page.changed.connect(self._show)
        self._lay_out()
        self.messages = Messages(self.stack, theme)
        self.run.finished.connect(self._finished)
        self.run.jobs.verdict_wanted.connect(self.show_verdict)
        parts.session.failed.connect(self.messages.show_error)
        parts.client.queue_changed.connect(self._forget_earlier)
        self.go_to(MODEL)
        room = self.screen().availableSize() - QSize(40, 60)
        self.resize(QSize(1020, 700).boundedTo(room).expandedTo(self.minimumSizeHint()))
        place = self.frameGeometry()
        place.moveCenter(parent.window().frameGeometry().center())
        self.move(place.topLeft())

    @property
    def current(self) -> int:
        """Number of the page that is seen."""
        return self.stack.currentIndex()

    def begin(self) -> None:
        """Show it: where the running job is, or at the first decision."""
        if self._parts.client.busy:
            self.go_to(RUN)
        elif not self.isVisible():
            self.verdict.forget()
            self._parts.session.begin()
            self._parts.models.refresh()
            self.run.jobs.refresh()
            self.go_to(MODEL)
        self._appear()

    def show_run(self) -> None:
        """Show the running job, or those that can be taken up."""
        self.run.jobs.refresh()
        self._parts.models.refresh()
        self.go_to(RUN)
        self._appear()

    def show_verdict(self, folder: Path) -> None:
        """Show the verdict of a finished job."""
        self.verdict.show_job(folder)
        verdict = self.verdict.verdict
        self.use.show_job(folder, verdict.advice if verdict is not None else Advice.UNCLEAR)
        self._enter(VERDICT)
        self._appear()
        self.messages.answered(tr("A model was made smaller."))
        self.verdict_seen.emit()

    def go_to(self, number: int) -> None:
        """Show a page that can be reached."""
        if number in self._reachable():
            self._enter(number)

    def next(self) -> None:
        """Go on; from the goal this starts the run."""
        if self.current != GOAL:
            self.go_to(self.current + 1)
            return
        try:
            folder = self._parts.session.start()
        except SlimSamError as error:
            self.messages.show_error(error)
            return
        self.run.show_job(folder)
        self.go_to(RUN)

    def back(self) -> None:
        """Go to the page before."""
        self.go_to(self.current - 1)

    def _enter(self, number: int) -> None:
        self.pages[number].enter()
        self.stack.setCurrentIndex(number)
        self._forget_earlier()
        self._show()
        if not self.steps.hasFocus():
            # never to what is next in the row of widgets: on the page of the run that would stop it
            (self.next_button if self.next_button.isEnabled() else self.close_button).setFocus()

    def _forget_earlier(self) -> None:
        """The verdict of an earlier run is no step of a run that is at work: the list of runs leads to it."""
        if self._parts.client.busy and self.current not in (VERDICT, USE):
            self.verdict.forget()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._parts.client.busy:
            event.ignore()
            self._ask_stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self.back_button = QPushButton(tr("Back"), self)
        self.back_button.setObjectName("compressBack")
        self.back_button.clicked.connect(self.back)
        self.next_button = QPushButton(tr("Next"), self)
        self.next_button.setObjectName("compressNext")
        self.next_button.setProperty("primary", True)
        keeps = self.next_button.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)  # else a second click, meant for it, would hit what moved there
        self.next_button.setSizePolicy(keeps)
        self.next_button.ensurePolished()
        for text in (tr("Put it in the queue"), tr("Start"), tr("Next")):
            self.next_button.setText(text)
            self.next_button.setMinimumWidth(
                max(self.next_button.minimumWidth(), self.next_button.sizeHint().width())
            )
        self.next_button.clicked.connect(self.next)
        self.close_button = QPushButton(tr("Close"), self)
        self.close_button.setObjectName("compressClose")
        self.close_button.clicked.connect(self.close)
        line = QFrame(self)
        line.setProperty("line", True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.setContentsMargins(28, 10, 28, 14)
        buttons.addWidget(self.close_button)
        buttons.addStretch(1)
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.next_button)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.stack, 1)
        right.addWidget(line)
        right.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.steps)
        row.addLayout(right, 1)

    def _reachable(self) -> frozenset[int]:
        """Decisions up to the first incomplete one; the run always; verdict and use once there is one."""
        found = {RUN}
        for number in (MODEL, PICTURES, LABELS, GOAL):
            found.add(number)
            if not self.pages[number].complete:
                break
        if self.verdict.complete:
            found |= {VERDICT, USE}
        return frozenset(found)

    def _show(self) -> None:
        current, reachable = self.current, self._reachable()
        # a summary is a tick: decisions that were not passed yet have none
        summaries = [
            page.summary if number in reachable and (number < current or number > RUN) else ""
            for number, page in enumerate(self.pages)
        ]
        if self.verdict.complete:
            summaries[RUN] = tr("finished")
        self.steps.show_steps(current, reachable, summaries)
        self.back_button.setEnabled(current > MODEL and current - 1 in reachable)
        if current == GOAL:
            queued = self._parts.client.busy
            self.next_button.setText(tr("Put it in the queue") if queued else tr("Start"))
            self.next_button.setEnabled(self.goal.complete)
        else:
            self.next_button.setText(tr("Next"))
            self.next_button.setEnabled(self.pages[current].complete and current + 1 in reachable)
        self.next_button.setVisible(current != USE)

    def _appear(self) -> None:
        self.show()
        if (handle := self.windowHandle()) is not None:
            # else it would always lie above the pictures to label
            handle.setTransientParent(None)  # type: ignore[arg-type]
        self.raise_()
        self.activateWindow()

    def _finished(self, folder: Path) -> None:
        if not self.isVisible():
            return
        if self.current == RUN:
            self.show_verdict(folder)
        else:
            offer = (tr("Show the verdict"), lambda: self.show_verdict(folder))
            self.messages.ask(tr("A model was made smaller."), "", offer)

    def _ask_stop(self) -> None:
        """Ask what becomes of the run, then hide."""
        box = message_box(
            self,
            QMessageBox.Icon.Question,
            self.windowTitle(),
            tr("Let the run go on?"),
            tr("The status bar shows it. A run that is stopped can be taken up again."),
        )
        box.setObjectName("compressCloseQuestion")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        go_on = box.addButton(tr("Let it go on"), QMessageBox.ButtonRole.AcceptRole)
        stop = box.addButton(tr("Stop it"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(tr("Keep the window open"), QMessageBox.ButtonRole.RejectRole)
        box.setEscapeButton(stay)
        box.setDefaultButton(go_on)
        go_on.clicked.connect(self.hide)
        stop.clicked.connect(self._parts.client.cancel)
        stop.clicked.connect(self.hide)
        box.open()
