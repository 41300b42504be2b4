"""What the window says when an export or an import is over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from slimsam_app.i18n import tr
from slimsam_app.messages import Messages
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.windows.action_set import ActionSet

if TYPE_CHECKING:
    from slimsam_core.formats.report import ExportReport, ImportReport


class TransferNotes(QObject):
    """Follows the session for as long as the window lives."""

    def __init__(
        self,
        session: Workbench,
        actions: ActionSet,
        messages: Messages,
        check_file: Callable[[Path], None],
        window: QObject,
    ) -> None:
        """``check_file`` shows what is wrong with an annotation file."""
        super().__init__(window)
        self._actions, self._messages, self._check_file = actions, messages, check_file
        session.transfer.exported.connect(self._show_exports)
        session.transfer.imported.connect(self._show_import)

    def _show_exports(self, reports: tuple[ExportReport, ...]) -> None:
        for report in reports:
            words = tr("Exported to {path}").format(path=report.target)
            if report.losses or report.warning_count:
                self._messages.show_info(words, report.summary)
            else:
                self._messages.show_success(words, report.summary)

    def _show_import(self, report: ImportReport) -> None:
        words = tr("Imported {name}").format(name=report.source.name)
        lines = "\n".join([report.summary, *report.issues.lines(1)[:4]])
        if report.objects_in and not report.objects_imported:
            if report.issues.count(code="already-there") >= report.objects_in:
                words = tr("All objects of {name} are in the project already.")
                self._messages.show_info(words.format(name=report.source.name))
                return
            words = tr("Nothing of {name} could be imported, and nothing was changed.")
            words = words.format(name=report.source.name)
        elif any(code == "box-only" for _, code in report.issues.counts):
            masks = (tr("Make masks of the boxes"), self._actions["mask.from_boxes"].trigger)
            self._messages.show_info(words, lines, masks)
            return
        if report.issues.count():
            offer = (tr("Check the file…"), lambda: self._check_file(report.source))
            self._messages.show_info(words, lines, offer)
        else:
            self._messages.show_success(words, lines)
