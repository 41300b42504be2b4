"""The project in numbers: progress, objects by class and size, time spent."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.intents.images import REVIEW_TEXT, STATE_TEXT
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.theme import Theme
from slimsam_app.windows.bar_chart import Bar, BarChart
from slimsam_app.windows.dialogs.close_box import close_box
from slimsam_core.annotation import Category, ImageState, ReviewState
from slimsam_core.progress import CancelToken
from slimsam_core.project import Statistics

STATE_TOKEN = {
    ImageState.NEW: "faint",
    ImageState.IN_PROGRESS: "accent",
    ImageState.DONE: "good",
    ImageState.EMPTY_CHECKED: "good",
    ImageState.NEEDS_REVIEW: "warn",
}

REVIEW_TOKEN = {ReviewState.APPROVED: "good", ReviewState.REJECTED: "bad", ReviewState.FIXED: "warn"}


class StatisticsPage(QDialog):
    """Counted in the pool when it opens, and again when the project changes."""

    def __init__(self, workbench: Workbench, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("statisticsPage")
        self.setWindowTitle(tr("Statistics"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workbench, self._theme = workbench, theme
        self._counting = CancelToken()
        outer = QVBoxLayout(self)
        area = QScrollArea(self)
        area.setAccessibleName(tr("Statistics"))
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        page = QWidget(area)
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 4, 16, 8)
        column.setSpacing(6)
        area.setWidget(page)
        outer.addWidget(area, 1)
        self._facts = QHBoxLayout()
        self._facts.setSpacing(12)
        column.addLayout(self._facts)
        self._numbers: dict[str, QLabel] = {}
        for key, text in (
            ("images", tr("images")),
            ("objects", tr("objects")),
            ("progress", tr("finished")),
            ("time", tr("time an object")),
        ):
            self._facts.addWidget(self._fact(key, text, page))
        self.states = self._chart(column, tr("Images by state"), page)
        self.classes = self._chart(column, tr("Objects by class"), page)
        self.sizes = self._chart(column, tr("Objects by size"), page)
        self.people = self._chart(column, tr("Objects by annotator"), page)
        self.reviews = self._chart(column, tr("Images by what a second person said"), page)
        column.addStretch(1)
        buttons = close_box(self)
        outer.addWidget(buttons)
        workbench.document.changed.connect(self._count)
        workbench.document.closed.connect(self.close)
        self._count()

    def sizeHint(self) -> QSize:
        return QSize(620, 640)

    def _fact(self, key: str, text: str, parent: QWidget) -> QFrame:
        card = QFrame(parent)
        card.setProperty("card", True)
        inner = QVBoxLayout(card)
        number = PlainLabel("–", card)
        number.setObjectName(f"statistics_{key}")
        number.setProperty("role", "title")
        words = PlainLabel(text, card)
        words.setProperty("role", "muted")
        inner.addWidget(number)
        inner.addWidget(words)
        self._numbers[key] = number
        return card

    def _chart(self, column: QVBoxLayout, title: str, parent: QWidget) -> BarChart:
        heading = PlainLabel(title, parent)
        heading.setProperty("role", "heading")
        heading.setContentsMargins(0, 14, 0, 2)
        chart = BarChart(self._theme, parent)
        chart.setAccessibleName(title)
        column.addWidget(heading)
        column.addWidget(chart)
        return chart

    def _count(self) -> None:
        document = self._workbench.document
        if document.is_open:
            self._counting.cancel()
            self._counting = self._workbench.transfer.look(lambda project: project.statistics(), self._show)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._counting.cancel()
        super().closeEvent(event)

    def _show(self, found: Statistics) -> None:
        categories = {c.id: c for c in self._workbench.document.categories()}
        self._numbers["images"].setText(figures.count(found.images))
        self._numbers["objects"].setText(figures.count(found.objects))
        self._numbers["progress"].setText(figures.percent(found.progress))
        seconds = found.time_per_object_s
        self._numbers["time"].setText("–" if not seconds else figures.seconds(seconds))
        self.states.set_bars(
            tuple(
                Bar(
                    tr(STATE_TEXT[state]),
                    count,
                    getattr(self._theme.tokens, STATE_TOKEN[state]),
                    figures.count(count),
                )
                for state, count in found.images_by_state.items()
            ),
            whole=found.images,
        )
        most = sorted(found.classes, key=lambda entry: -entry.objects)
        self.classes.set_bars(
            tuple(
                Bar(
                    _name(categories, entry.category_id),
                    entry.objects,
                    _color(categories, entry.category_id),
                    tr("{objects} · images: {images}").format(
                        objects=figures.count(entry.objects), images=figures.count(entry.images)
                    ),
                )
                for entry in most
            )
        )
        accent = self._theme.tokens.accent
        sizes = (
            (tr("Small, below 32×32"), sum(entry.small for entry in found.classes)),
            (tr("Medium"), sum(entry.medium for entry in found.classes)),
            (tr("Large, from 96×96"), sum(entry.large for entry in found.classes)),
        )
        self.sizes.set_bars(tuple(Bar(name, count, accent, figures.count(count)) for name, count in sizes))
        self._show_people(found)

    def _show_people(self, found: Statistics) -> None:
        accent = self._theme.tokens.accent
        self.people.set_bars(
            tuple(
                Bar(
                    entry.name or tr("not known"),
                    entry.objects,
                    accent,
                    tr("{objects} · {time}").format(
                        objects=figures.count(entry.objects),
                        time=figures.duration(entry.time_spent_s or None) or "–",
                    ),
                )
                for entry in found.annotators
            )
        )
        self.reviews.set_bars(
            tuple(
                Bar(
                    tr(REVIEW_TEXT[state]),
                    count,
                    getattr(self._theme.tokens, REVIEW_TOKEN[state]),
                    figures.count(count),
                )
                for state, count in found.images_by_review.items()
            ),
            whole=found.images,
        )


def _name(categories: dict[int, Category], category_id: int) -> str:
    return categories[category_id].name if category_id in categories else f"#{category_id}"


def _color(categories: dict[int, Category], category_id: int) -> str:
    return categories[category_id].display_color if category_id in categories else "#808080"
