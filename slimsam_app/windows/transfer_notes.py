"""What the window says when an export or an import is over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from slimsam_app.banner import Offer
from slimsam_app.causes import Cause
from slimsam_app.i18n import tr
from slimsam_app.messages import Messages
from slimsam_app.sentences import in_words
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.signals import tie
from slimsam_app.windows.action_set import ActionSet
from slimsam_app.windows.dialogs.transfer_report_dialog import Line, TransferReportDialog
from slimsam_app.windows.transfer_words import (
    ALREADY_THERE,
    OFTEN_LEFT_OUT,
    export_lines,
    import_kinds,
    import_lines,
)
from slimsam_core.errors import DownloadError, FormatError, OutputError

if TYPE_CHECKING:
    from slimsam_core.formats.report import ExportReport, ImportReport


class TransferNotes(QObject):
    """Follows the workbench for as long as the window lives."""

    def __init__(
        self,
        workbench: Workbench,
        actions: ActionSet,
        messages: Messages,
        check_file: Callable[[Path], None],
        window: QWidget,
    ) -> None:
        """``check_file`` shows what is wrong with an annotation file."""
        super().__init__(window)
        self._window = window
        self._actions, self._messages, self._check_file = actions, messages, check_file
        self._kept = ""
        """The line that stays until what it tells was read; other lines that stay are not ours."""
        workbench.transfer.exported.connect(self._show_exports)
        workbench.transfer.imported.connect(self._show_import)
        workbench.document.closed.connect(self._leave)
        tie(workbench.models.installed, self, lambda _: messages.settle(Cause.JOB, DownloadError))

    def _show_exports(self, reports: tuple[ExportReport, ...]) -> None:
        """One line, however many files there are."""
        self._messages.settle(Cause.JOB, OutputError)
        first = reports[0]
        words, summary = tr("Exported to {path}").format(path=first.target), in_words(first.summary)
        short, lines = (
            f"{tr('Exported {name}').format(name=first.target.name)}: {summary}",
            export_lines(first),
        )
        if len(reports) > 1:
            folder = first.target.parent
            words = tr("Exported {count} files to {path}").format(count=len(reports), path=folder)
            summary = "\n".join(f"{report.target.name}: {in_words(report.summary)}" for report in reports)
            short, lines = words, [line for report in reports for line in export_lines(report)]
        if lines:
            self._tell(short, words, summary, lines)
        else:
            if self._kept:
                self._messages.forget_note(self._kept)  # of the export before
            self._messages.note(short)

    def _show_import(self, report: ImportReport) -> None:
        self._messages.settle(Cause.JOB, FormatError)
        name, summary = report.source.name, in_words(report.summary)
        words = tr("Imported {name}").format(name=name)
        hint = "\n".join([summary, *import_kinds(report)])

        def check() -> None:
            self._check_file(report.source)

        if report.objects_in and not report.objects_imported:
            if report.issues.count(code=ALREADY_THERE) >= report.objects_in:
                words = tr("All objects of {name} are in the project already.").format(name=name)
                if report.issues.count() > report.issues.count(code=ALREADY_THERE):
                    self._tell(words, words, hint, import_lines(report), (tr("Check the file…"), check))
                else:
                    self._messages.note(words)
                return
            words = tr("Nothing of {name} could be imported, and nothing was changed.").format(name=name)
            file = (tr("Check the file…"), check)
            self._tell(words, words, hint, import_lines(report), file)
            return
        from slimsam_core.formats.records import BOX_ONLY  # the reader of the file has it: not before

        codes = {code for _, code in report.issues.counts}
        masks = (tr("Make masks of the boxes"), self._actions["mask.from_boxes"].trigger)
        if BOX_ONLY in codes and codes <= {BOX_ONLY, *OFTEN_LEFT_OUT}:
            self._messages.keep_note(f"{words}: {summary}", masks)
        elif codes:
            more = masks if BOX_ONLY in codes else (tr("Check the file…"), check)
            short = " · ".join((f"{words}: {summary}", *import_kinds(report)))
            self._tell(short, words, hint, import_lines(report), more)
        else:
            self._messages.note(f"{words}: {summary}")

    def _tell(
        self,
        short: str,
        words: str,
        hint: str,
        lines: list[Line],
        more: Offer | None = None,
    ) -> None:
        """Offer everything that is to be told; the line stays until it was read or put away."""

        def show() -> None:
            TransferReportDialog(words, hint, lines, self._window, more).open()

        self._kept = short
        self._messages.keep_note(short, (tr("Details…"), show))

    def _leave(self) -> None:
        """What is told is of the project that was closed."""
        self._messages.forget_note()
        self._messages.settle(Cause.JOB)
