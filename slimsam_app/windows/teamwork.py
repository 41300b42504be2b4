"""The window for several people: what the actions of the project menu do, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from slimsam_app import figures
from slimsam_app.banner import Offer
from slimsam_app.i18n import counted, tr
from slimsam_app.windows.agreeing import AgreeKeys, SideMasks
from slimsam_app.windows.dialogs.agreement_page import AgreementPage
from slimsam_app.windows.dialogs.annotator_dialog import SHOWN, AnnotatorDialog
from slimsam_app.windows.dialogs.merge_dialog import MergeDialog
from slimsam_app.windows.dialogs.path_dialog import save_dialog
from slimsam_app.windows.dialogs.people_dialog import PeopleDialog
from slimsam_app.windows.dialogs.split_dialog import SplitDialog
from slimsam_app.windows.dialogs.transfer_report_dialog import TransferReportDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_app.windows.second_looking import SecondLooking
from slimsam_app.windows.team_words import Line, merge_lines, merge_told, part_lines, parts_told
from slimsam_core.annotation import UNFINISHED, ReviewState
from slimsam_core.project import ImageFilter
from slimsam_core.teamwork import MadePart, MergeReport, TeamComparison
from slimsam_core.visible_text import one_line

Call = Callable[[], object]


def calls(window: MainWindow) -> Mapping[str, Call]:
    """Action -> what it does; from now on the window tells what happens among people."""
    TeamNotes(window)
    SideMasks(window.workbench, window.workspace, window)
    SecondLooking(window.workbench, window.workspace, window.actions_, window)
    AgreeKeys(window.workbench.agreeing, window.agree_dock, window.workspace, window)
    workbench = window.workbench
    team, parts, navigator = workbench.team, workbench.parts, workbench.navigator

    def split() -> None:
        project = workbench.document.project
        unfinished = project.count_images(ImageFilter(states=UNFINISHED))
        shown = len(navigator.ids)
        SplitDialog(parts, project.count_images(), unfinished, shown, navigator.filter, parent=window).open()

    def current() -> tuple[int, ...]:
        return () if navigator.current_id is None else (navigator.current_id,)

    return {
        "review.approve": lambda: workbench.second_look.approve(current(), go_on=True),
        "review.fixed": lambda: workbench.second_look.fixed(current()),
        "project.name": lambda: AnnotatorDialog(team, window).open(),
        "project.split": split,
        "project.differences": lambda: window.toggle_queue(window.agree_dock),
        "project.apart": lambda: parts.work_apart(workbench.document.project.path),
        "project.compare": lambda: PeopleDialog(parts, team, window).open(),
        "project.merge": lambda: MergeDialog(parts, window).open(),
    }


class TeamNotes(QObject):
    """Follows the sessions for as long as the window lives."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._team = window, window.workbench.team
        self._team.people_changed.connect(self._show_people)
        self._team.name_wanted.connect(self._ask_name)
        self._team.came_back.connect(self._show_came_back)
        parts = self._parts = window.workbench.parts
        parts.parted.connect(self._show_parts)
        parts.compared.connect(self._show_comparison)
        parts.page_written.connect(self._show_page)
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

    def _show_came_back(self, sent_back: int, fixed: int) -> None:
        """The images that somebody should look at again are one click away."""
        state = ReviewState.REJECTED if sent_back else ReviewState.FIXED
        if sent_back:
            words = counted(
                tr("{count} image was sent back with notes."),
                tr("{count} images were sent back with notes."),
                sent_back,
            )
        else:
            words = counted(
                tr("{count} image was fixed and waits for a second look."),
                tr("{count} images were fixed and wait for a second look."),
                fixed,
            )
        show = partial(self._window.images_dock.filter.tick_review, state)
        self._window.messages.show_info(words, "", (tr("Show them"), show))

    def _show_parts(self, parts: Sequence[MadePart]) -> None:
        self._offer(tr("Split among people"), parts_told(parts), part_lines(parts))

    def _show_merge(self, report: MergeReport) -> None:
        self._window.workbench.opener.ask_for_new_folders()
        decide = None
        if report.conflicts or report.shared_pictures:
            decide = (tr("Decide…"), self._window.actions_["project.differences"].trigger)
        self._offer(tr("Merge parts"), merge_told(report), merge_lines(report), decide)

    def _show_comparison(self, found: TeamComparison) -> None:
        def show() -> None:
            save = partial(self._ask_page, found)
            AgreementPage(found, self._parts, self._go_to, save, parent=self._window).open()

        words = tr("Compared: {names}.").format(names=", ".join(map(one_line, found.observers)))
        count = figures.count(found.pictures)
        hint = tr("Images that several people labelled: {count}.").format(count=count)
        self._window.messages.tell_result(words, hint, (tr("Show…"), show))

    def _go_to(self, path: str) -> None:
        """Show a picture by its path in the project; one that is not in it any more stays away."""
        workbench = self._window.workbench
        if not workbench.document.is_open:
            return
        project = workbench.document.project
        for root in project.roots():
            entry = project.image_by_path(root.id, path)
            if entry is not None:
                workbench.navigator.go(entry.id)
                return

    def _ask_page(self, found: TeamComparison) -> None:
        folder = self._window.workbench.document.project.path.parent
        title, filters = tr("Save as a page"), tr("Web page") + " (*.html)"
        dialog = save_dialog(self._window, title, folder / "agreement.html", filters, ".html")
        dialog.setObjectName("agreementPageDialog")
        dialog.fileSelected.connect(lambda path: self._parts.save_page(found, Path(path)))
        dialog.open()

    def _show_page(self, path: Path) -> None:
        def show() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

        self._window.messages.show_info(tr("The page is written."), str(path), (tr("Open it"), show))

    def _offer(
        self, title: str, told: tuple[str, str], lines: Sequence[Line], more: Offer | None = None
    ) -> None:
        words, hint = told

        def show() -> None:
            TransferReportDialog(title, "\n".join(filter(None, told)), lines, self._window, more).open()

        self._window.messages.tell_result(words, hint, (tr("Details…"), show))
