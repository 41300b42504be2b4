"""Making models smaller, as the window sees it: the wizard, the running job, jobs to take up again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from slimsam_app.i18n import tr
from slimsam_app.messages import Messages
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.theme import Theme
from slimsam_app.windows.task_bar import CompressionBar
from slimsam_core.errors import SlimSamError
from slimsam_core.visible_text import one_line

if TYPE_CHECKING:
    from slimsam_app.sessions.compression.jobs import JobSummary
    from slimsam_app.windows.wizards.compress.wizard import CompressWizard


class Compressing(QObject):
    """Makes the wizard when it is first wanted: its pages need what starting should not wait for."""

    compare_wanted = Signal(str)
    """Name of the model to compare with the one in use."""

    def __init__(self, workbench: Workbench, theme: Theme, messages: Messages, parent: QWidget) -> None:
        super().__init__(parent)
        self._workbench, self._theme, self._messages, self._parent = workbench, theme, messages, parent
        self._made: CompressWizard | None = None
        self.bar = CompressionBar(workbench.compression_client, theme, parent)
        self.bar.wanted.connect(lambda: self.wizard.show_run())
        client = workbench.compression_client
        client.finished.connect(self._finished)
        client.failed.connect(self._failed)

    @property
    def wizard(self) -> CompressWizard:
        """The one wizard."""
        if self._made is None:
            from slimsam_app.windows.wizards.compress.wizard import CompressWizard

            self._made = CompressWizard(self._workbench, self._theme, self._parent)
            self._made.use.compare_wanted.connect(self.compare_wanted)
            self._made.verdict_seen.connect(self._seen)
        return self._made

    def begin(self) -> None:
        """Open the wizard."""
        self.wizard.begin()

    def offer_unfinished(self) -> None:
        """Look for runs that a crash or the end of the program cut off, and offer to go on."""
        self._workbench.cut_off_jobs.look(self._offer)

    def _offer(self, cut: list[JobSummary]) -> None:
        def go_on() -> None:
            self.wizard.show_run()
            for job in reversed(cut):
                self._workbench.compression.take_up(job.folder)

        self._messages.ask(
            tr("A compression run was interrupted: {name}").format(name=cut[0].title),
            tr("It goes on where it stopped. Model > Compress model… shows all runs."),
            (tr("Go on"), go_on),
        )

    def _finished(self, folder: Path, _: object) -> None:
        if self._made is None or not self._made.isVisible():
            project = self._workbench.compression.made_for(folder)
            words = tr("For the project {name}: see what it gains and loses on your own labels.")
            plain = tr("See what it gains and loses on your own labels.")
            self._messages.ask(
                tr("A model was made smaller."),
                words.format(name=one_line(project)) if project else plain,
                (tr("Show the verdict"), lambda: self.wizard.show_verdict(folder)),
            )

    def _seen(self) -> None:
        self._messages.answered(tr("A model was made smaller."))

    def _failed(self, _: Path, error: SlimSamError) -> None:
        if self._made is None or not self._made.isVisible():
            self._messages.show_error(error)
