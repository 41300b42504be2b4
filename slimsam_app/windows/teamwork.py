"""The window for several people: what the actions of the project menu do, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject

from slimsam_app.i18n import tr
from slimsam_app.plain_text import one_line
from slimsam_app.windows.dialogs.annotator_dialog import SHOWN, AnnotatorDialog
from slimsam_app.windows.dialogs.merge_dialog import MergeDialog
from slimsam_app.windows.dialogs.split_dialog import SplitDialog
from slimsam_app.windows.dialogs.transfer_report_dialog import TransferReportDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.team_words import Line, merge_lines, merge_told, part_lines, parts_told
from slimsam_core.teamwork import MadePart, MergeReport

Call = Callable[[], object]


def calls(window: MainWindow) -> Mapping[str, Call]:
    """Action -> what it does; from now on the window tells what happens among people."""
    TeamNotes(window)
    workbench = window.workbench
    team, parts, navigator = workbench.team, workbench.parts, workbench.navigator

    def split() -> None:
        project = workbench.document.project
        SplitDialog(parts, project.count_images(), len(navigator.ids), navigator.filter, parent=window).open()

    return {
        "project.name": lambda: AnnotatorDialog(team, window).open(),
        "project.split": split,
        "project.merge": lambda: MergeDialog(parts, window).open(),
    }


class TeamNotes(QObject):
    """Follows the sessions for as long as the window lives."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._team = window, window.workbench.team
        self._team.people_changed.connect(self._show_people)
        self._team.name_wanted.connect(self._ask_name)
        parts = window.workbench.parts
        parts.parted.connect(self._show_parts)
        parts.merged.connect(self._show_merge)
        self._show_people()

    def _show_people(self) -> None:
        if self._window.workbench.document.is_open:
            self._window.images_dock.filter.set_people(self._team.people)
        self._window.status.show_person(self._team.name)

    def _ask_name(self, others: Sequence[str]) -> None:
        names = ", ".join(one_line(name) for name in others[:SHOWN])
        self._window.messages.ask(
            tr("Others have objects in this project: {names}. Who are you?").format(names=names),
            tr("Your name tells your objects from theirs. It is asked only once."),
            (tr("Say my name…"), self._window.actions_["project.name"].trigger),
        )

    def _show_parts(self, parts: Sequence[MadePart]) -> None:
        self._offer(*parts_told(parts), part_lines(parts))

    def _show_merge(self, report: MergeReport) -> None:
        self._offer(*merge_told(report), merge_lines(report))

    def _offer(self, words: str, hint: str, lines: Sequence[Line]) -> None:
        def show() -> None:
            TransferReportDialog(words, hint, lines, self._window).open()

        self._window.messages.ask(words, hint, (tr("Details…"), show))
