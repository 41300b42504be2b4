"""What the smaller model gains and loses: one sentence, the reasons, the numbers, the worst pictures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.figures import change, count, decimal, file_size, iou, milliseconds, rough_count
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sentences import in_words
from slimsam_app.sessions.compression.page_reader import Compared
from slimsam_app.sessions.compression.words import advice_words, fit_words, reason_words, verdict_words
from slimsam_app.signals import tie
from slimsam_app.windows.dialogs.path_dialog import save_dialog
from slimsam_app.windows.wizards.compress.notice import StateCard
from slimsam_app.windows.wizards.compress.number_cards import Number, NumberCards
from slimsam_app.windows.wizards.compress.page import Page, heading, scrolled, words
from slimsam_app.windows.wizards.compress.parts import WizardParts
from slimsam_app.windows.wizards.compress.picture_strip import Example, PictureStrip
from slimsam_core.errors import SlimSamError
from slimsam_core.judging.tiles import Tiles
from slimsam_core.judging.verdict import (
    Advice,
    ComparedObject,
    ModelFacts,
    PairedChange,
    Verdict,
)
from slimsam_core.progress import CancelToken
from slimsam_core.visible_text import one_line

ADVICE_LOOKS = {
    Advice.FOR: ("check-circle", "good"),
    Advice.AGAINST: ("warning-circle", "bad"),
    Advice.UNCLEAR: ("question", "warn"),
}
STRIP_PX = 92
TABLE_ROWS = 6


class VerdictPage(Page):
    """Shows the verdict of one finished job at a time."""

    def __init__(self, parts: WizardParts, parent: QWidget) -> None:
        super().__init__("verdict", tr("Is it worth it?"), " ", parent)
        self._parts = parts
        self.folder: Path | None = None
        self.verdict: Verdict | None = None
        self._reading: list[CancelToken] = []
        inner = QWidget(self)
        self._inner = QVBoxLayout(inner)
        self._inner.setContentsMargins(0, 0, 8, 0)
        self._inner.setSpacing(10)
        self.sentence = words("", inner, "subtitle", "compressSentence")
        self.budget = words("", inner, "muted", "compressBudget")
        self.advice = StateCard("compressAdvice", parts.theme, inner)
        titles = [("encode", tr("Encode a picture")), ("decode", tr("Answer a click")), ("file", tr("File"))]
        more = [("parameters", tr("Parameters")), ("memory", tr("Memory"))]
        self.cards = NumberCards("compressVerdictNumbers", [*titles, *more], inner)
        self.table = self._make_table(inner)
        self._table_title = heading(tr("On your own labels"), inner)
        self._strip_title = heading(tr("Objects that lose most"), inner)
        self._held_title = heading(tr("Held-out pictures where the two differ most"), inner)
        rows = (tr("Teacher"), tr("Student"), tr("Difference"))
        self.strip = PictureStrip("compressWorst", rows, STRIP_PX, parts.theme, inner, below=tr("IoU"))
        self.held = PictureStrip("compressHeldOut", rows, STRIP_PX, parts.theme, inner, below=tr("Overlap"))
        self._legend = words(tr("Difference: red is lost, blue is added."), inner, "muted")
        self._details = (
            self.cards, self._table_title, self.table, self._strip_title, self.strip, self._held_title,
            self.held, self._legend,
        )  # fmt: skip
        for widget in (self.sentence, self.budget, self.advice, *self._details):
            self._inner.addWidget(widget)
        self._inner.addStretch(1)
        self.column.addWidget(scrolled(inner, self), 1)
        row = QHBoxLayout()
        self._told = PlainLabel("", self)
        self._told.setProperty("role", "muted")
        self.save = QPushButton(tr("Save the report…"), self)
        self.save.setObjectName("compressSaveReport")
        self.save.setAutoDefault(False)
        self.save.clicked.connect(self._ask_report)
        row.addWidget(self._told, 1)
        row.addWidget(self.save)
        self.column.addLayout(row)
        tie(
            parts.adoption.report_saved,
            self,
            lambda path: self._told.setText(tr("Saved as {path}").format(path=path)),
        )
        self._fill()

    @property
    def complete(self) -> bool:
        return self.verdict is not None

    @property
    def summary(self) -> str:
        if self.verdict is None:
            return ""
        advice = {
            Advice.FOR: tr("switch"),
            Advice.AGAINST: tr("do not switch"),
            Advice.UNCLEAR: tr("not clear"),
        }
        return advice[self.verdict.advice]

    def show_job(self, folder: Path) -> None:
        """Show the verdict of a finished job."""
        try:
            verdict = self._parts.session.verdict(folder)
        except SlimSamError as error:
            self.folder = self.verdict = None
            self._fill()
            self.advice.show_state("warning-circle", "bad", in_words(error.message), in_words(error.hint))
            return
        self.folder, self.verdict = folder, verdict
        self._fill()

    def forget(self) -> None:
        """Show none: the last one is of another run."""
        if self.verdict is not None or self.folder is not None:
            self.folder = self.verdict = None
            self._fill()

    def _make_table(self, parent: QWidget) -> QTreeWidget:
        table = QTreeWidget(parent)
        table.setObjectName("compressClasses")
        table.setAccessibleName(tr("On your own labels"))
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setHeaderLabels([tr("Class"), tr("Objects"), tr("Teacher"), tr("Student"), tr("Change (95 %)")])
        table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.header().setStretchLastSection(False)
        return table

    def _fill(self) -> None:
        verdict = self.verdict
        self.save.setEnabled(verdict is not None)
        self.lead.setText(self._origin(verdict) if verdict is not None else "")
        self._told.setText("")
        self.sentence.setText(
            verdict_words(verdict) if verdict else tr("The verdict comes when the run is over.")
        )
        for widget in self._details:
            widget.setVisible(verdict is not None)
        fit = self._parts.session.budget(self.folder) if self.folder is not None else None
        self.budget.setText(fit_words(fit) if fit is not None else "")
        self.budget.setVisible(fit is not None)
        if verdict is None:
            self.advice.clear()
            self.changed.emit()
            return
        reasons = "\n".join(reason_words(reason) for reason in verdict.reasons)
        self.advice.show_state(*ADVICE_LOOKS[verdict.advice], advice_words(verdict), reasons)
        self._show_models(verdict.before, verdict.after)
        self._show_labels(verdict)
        self._show_worst(verdict)
        self.changed.emit()

    def _origin(self, verdict: Verdict) -> str:
        """What was made of what, and for which project: another one may be open by now."""
        project = self._parts.session.made_for(self.folder) if self.folder is not None else ""
        words = tr("{student}, made from {teacher} for the project {project}")
        return (words if project else tr("{student}, made from {teacher}")).format(
            student=verdict.after.name, teacher=verdict.before.name, project=project
        )

    def _show_models(self, before: ModelFacts, after: ModelFacts) -> None:
        numbers = {}
        for key, old, new, show in (
            ("encode", before.encode_ms, after.encode_ms, milliseconds),
            ("decode", before.decode_ms, after.decode_ms, milliseconds),
            ("file", before.file_bytes, after.file_bytes, file_size),
            ("parameters", before.parameters, after.parameters, rough_count),
            ("memory", before.memory_bytes, after.memory_bytes, file_size),
        ):
            if old and new:
                note = tr("was {value}").format(value=show(old))
                numbers[key] = Number(show(new), f"{note}, {change(old, new)}")
        self.cards.show_numbers(numbers)

    def _show_labels(self, verdict: Verdict) -> None:
        labels = verdict.labels
        self.table.clear()
        for widget in (self._table_title, self.table):
            widget.setVisible(labels is not None)
        if labels is None:
            return
        self._row(tr("All, IoU"), labels.objects, labels.iou, bold=True)
        self._row(tr("All, clicks to IoU 0.85"), labels.objects, labels.clicks)
        for item in labels.classes:
            self._row(item.name, item.objects, item.iou)
        shown = min(TABLE_ROWS, self.table.topLevelItemCount())
        row_height = max(24, self.table.sizeHintForRow(0))
        self.table.setFixedHeight(self.table.header().sizeHint().height() + shown * row_height + 4)

    def _row(self, name: str, objects: int, found: PairedChange, *, bold: bool = False) -> None:
        shown = decimal(found.difference, 3, signed=True)
        if found.low < found.high:  # one picture alone tells nothing about how others vary
            low, high = decimal(found.low, 3, signed=True), decimal(found.high, 3, signed=True)
            shown = f"{shown} ({low} … {high})"
        before, after = decimal(found.before, 3), decimal(found.after, 3)
        item = QTreeWidgetItem(self.table, [one_line(name), count(objects), before, after, shown])
        for section in range(1, 5):
            item.setTextAlignment(section, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if bold:
            font = item.font(0)
            font.setBold(True)
            for section in range(5):
                item.setFont(section, font)

    def _show_worst(self, verdict: Verdict) -> None:
        for token in self._reading:
            token.cancel()
        objects = verdict.labels.worst if verdict.labels is not None else ()
        pictures = verdict.agreement.worst if verdict.agreement is not None else ()
        self._reading = [
            *self._fill_strip(self._strip_title, self.strip, objects),
            *self._fill_strip(self._held_title, self.held, pictures),
        ]
        self._legend.setVisible(bool(self._reading))

    def _fill_strip(
        self, title: QLabel, strip: PictureStrip, items: tuple[Compared, ...]
    ) -> list[CancelToken]:
        title.setVisible(bool(items))
        strip.setVisible(bool(items))
        strip.set_examples(())
        if not items:
            return []
        return [self._parts.session.pages.tiles(items, lambda found: strip.set_examples(_examples(found)))]

    def _ask_report(self) -> None:
        folder = self.folder
        if folder is None:
            return
        suggested = Path.home() / f"{folder.name}.html"
        dialog = save_dialog(self, tr("Save the report"), suggested, tr("Web page") + " (*.html)", ".html")
        dialog.setObjectName("compressReportDialog")
        dialog.fileSelected.connect(lambda path: self._parts.adoption.save_report(folder, Path(path)))
        dialog.open()


def _examples(found: list[tuple[Compared, Tiles]]) -> list[Example]:
    """The columns of the strip."""
    shown = []
    for item, tiles in found:
        name = Path(item.picture).name
        if isinstance(item, ComparedObject):
            text = f"{item.category} {iou(item.iou_before)} → {iou(item.iou_after)}".strip()
            tip = f"{name}: {text}"
        else:
            text, tip = iou(item.iou), f"{name}: {iou(item.iou)}"
        shown.append(Example((tiles.teacher, tiles.student, tiles.difference), text, tip))
    return shown
