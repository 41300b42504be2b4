"""How well the suggested classes fit, in the line at the bottom."""

from __future__ import annotations

from PySide6.QtCore import QObject

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.windows.status_bar import StatusBar


class SuggestionNotes(QObject):
    """Follows what is learnt for as long as the window lives."""

    def __init__(self, workbench: Workbench, status: StatusBar, parent: QObject) -> None:
        super().__init__(parent)
        self._workbench, self._status = workbench, status
        workbench.suggestions.changed.connect(self._show)
        workbench.settings.when("label.suggest_class", self, lambda _: self._show())

    def _show(self) -> None:
        record = self._workbench.suggestions.record
        if not record.offered or not self._workbench.settings.get("label.suggest_class"):
            self._status.show_suggestions("", "")
            return
        words = tr("classes {percent}").format(percent=figures.percent(record.right / record.offered))
        tip = tr(
            "Of the last {objects} objects {offered} had a class suggested, the right one {right} times; "
            "{left} were left to you."
        )
        self._status.show_suggestions(
            words,
            tip.format(
                objects=figures.count(record.objects),
                offered=figures.count(record.offered),
                right=figures.count(record.right),
                left=figures.count(record.objects - record.offered),
            ),
        )
