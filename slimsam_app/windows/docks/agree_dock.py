"""What people differ on, beside the picture: the list, the sides of the question, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import counted, tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.sessions.agree_session import AgreeSession
from slimsam_app.sessions.questions import AGREED_COLOR, Question, letter
from slimsam_app.signals import tie
from slimsam_app.swatch import SWATCH_PX
from slimsam_app.theme import Theme
from slimsam_app.windows.docks.panel import RIGHT_WIDTH
from slimsam_app.windows.docks.queue_panel import SIDE_PX, QueueEntry, QueuePanel
from slimsam_core.class_colors import SIDES
from slimsam_core.visible_text import one_line

_LEAST_PX = 84
"""Of the answers: three lines of buttons are seen in the lowest window."""


class AgreeDock(QueuePanel):
    """Choosing a question shows its picture with the masks of all sides; buttons, or their keys, decide."""

    def __init__(self, session: AgreeSession, theme: Theme, parent: QWidget) -> None:
        super().__init__(
            "agreeDock", tr("Differences"), parent, tree_name="agreeTree", told_as=tr("What people differ on")
        )
        self._session, self._theme = session, theme
        self._make_answers()
        self.settle = QPushButton("", self)
        self.settle.setObjectName("agreeSettle")
        self.settle.clicked.connect(session.settle)
        self.again = QPushButton(tr("Look for differences"), self)
        self.again.setObjectName("agreeLook")
        self.again.clicked.connect(self.check)
        for button in (self.settle, self.again):
            self.column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        session.queue_changed.connect(self._fill)
        session.current_changed.connect(self._show_current)
        theme.changed.connect(self._fill)
        self._fill()

    def sizeHint(self) -> QSize:
        return QSize(RIGHT_WIDTH, 300)

    def check(self) -> None:
        """Look through the project again."""
        self._session.look(tr("Looking for differences"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Buttons whose words do not fit beside each other stand below each other."""
        super().resizeEvent(event)
        widest = max(button.sizeHint().width() for button in (self.union, self.redraw))
        self.set_beside(2 * widest + self.row.spacing())

    def _make_answers(self) -> None:
        self._answers = QWidget(self)
        column = QVBoxLayout(self._answers)
        column.setContentsMargins(SIDE_PX, 0, SIDE_PX, 4)
        column.setSpacing(2)
        self.sides: list[QToolButton] = []
        for number, color in enumerate(SIDES):
            button = self._button(f"agreeSide{letter(number)}", "")
            button.setIcon(QIcon(_swatch(color)))
            tie(button.clicked, self, lambda number=number: self._session.take(number))
            column.addWidget(button)
            self.sides.append(button)
        self.shared = QWidget(self)
        legend = QHBoxLayout(self.shared)
        legend.setContentsMargins(SIDE_PX, 0, 0, 0)
        square = PlainLabel("", self.shared)
        square.setPixmap(_swatch(AGREED_COLOR))
        legend.addWidget(square)
        legend.addWidget(PlainLabel(tr("Where all agree"), self.shared), 1)
        column.addWidget(self.shared)
        self.union = self._button("agreeUnion", tr("U  Union"))
        self.both = self._button("agreeBoth", tr("K  Keep both"))
        self.redraw = self._button("agreeRedraw", tr("R  Redraw"))
        self.union.clicked.connect(self._session.unite)
        self.both.clicked.connect(self._session.keep_both)
        self.redraw.clicked.connect(self._session.draw)
        self.row.addWidget(self.union)
        self.row.addWidget(self.redraw)
        column.addLayout(self.row)
        column.addWidget(self.both)
        self.hint = PlainLabel("", self._answers)
        self.hint.setObjectName("agreeHint")
        self.hint.setProperty("role", "muted")
        self.hint.setWordWrap(True)
        column.addWidget(self.hint)
        self._room = _Room(self._answers, self)
        self.column.addWidget(self._room)

    def _button(self, name: str, text: str) -> QToolButton:
        button = QToolButton(self._answers)
        button.setObjectName(name)
        button.setText(one_line(text))
        button.setAccessibleName(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        return button

    def _fill(self) -> None:
        session = self._session
        self.set_entries(
            [QueueEntry(picture=q.place, words=_line(q), tip=_line(q), value=q) for q in session.queue]
        )
        self.words.setText(self._outlook())
        self.again.setVisible(not session.queue)
        self.settle.setVisible(bool(session.agreeing))
        words = counted(
            tr("Keep {count} object once"), tr("Keep {count} objects once"), len(session.agreeing)
        )
        self.settle.setText(one_line(words))
        self._show_current()

    def _outlook(self) -> str:
        """What is said where no question waits."""
        session = self._session
        if not session.looked:
            return tr("Finds what merges left open, and objects on which people differ, the worst first.")
        if session.agreeing:
            return counted(
                tr("Nobody differs, but {count} object is there once for each person. Keep it once."),
                tr("Nobody differs, but {count} objects are there once for each person. Keep each once."),
                len(session.agreeing),
            )
        return tr("Nothing waits for a decision.")

    def _show_current(self) -> None:
        """Show the sides of the question, and mark it without going there again."""
        question = self._session.current
        self._room.setVisible(question is not None)
        if question is None:
            return
        for number, button in enumerate(self.sides):
            button.setVisible(number < len(question.sides))
            if number < len(question.sides):
                side = question.sides[number]
                words = tr("{letter}  {who}: {what}").format(
                    letter=letter(number), who=side.who, what=side.what
                )
                button.setText(one_line(words))
                button.setToolTip(plain_tip(words))
                button.setAccessibleName(words)
        self.shared.setVisible(question.overlaps)
        self.union.setVisible(question.can_unite)
        self.redraw.setVisible(question.drawn is not None)
        self.both.setVisible(question.both is not None)
        for button in (*self.sides, self.union, self.both, self.redraw):
            button.setEnabled(not self._session.drawing)
        drawing = tr("Draw it with any tool, or click on it: the new mask is the answer. Esc: back.")
        self.hint.setText(drawing if self._session.drawing else _agreement(question))
        self.hint.setVisible(bool(self.hint.text()))
        self._room.updateGeometry()
        self.mark(lambda other: other.key == question.key)

    def went_to(self, value: Question) -> None:
        self._session.go(value)


class _Room(QScrollArea):
    """As high as what it holds; in a low window it is lower and scrolls, so that the window need not grow."""

    def __init__(self, page: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setWidgetResizable(True)
        self.setWidget(page)
        self._page = page
        self.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        page, layout = self._page, self._page.layout()
        if layout is None:
            return page.sizeHint()
        height = layout.totalHeightForWidth(self.width()) if layout.hasHeightForWidth() else -1
        return QSize(page.sizeHint().width(), max(height, layout.totalMinimumSize().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._page.minimumSizeHint().width(), min(_LEAST_PX, self.sizeHint().height()))


def _swatch(color: str) -> QPixmap:
    """A square of a colour; with an edge, as one of them is as light as a panel."""
    swatch = QPixmap(SWATCH_PX, SWATCH_PX)
    swatch.fill(QColor(color))
    painter = QPainter(swatch)
    painter.setPen(QColor(Qt.GlobalColor.gray))
    painter.drawRect(0, 0, SWATCH_PX - 1, SWATCH_PX - 1)
    painter.end()
    return swatch


def _line(question: Question) -> str:
    return "\n".join(f"{side.who}: {side.what}" for side in question.sides)


def _agreement(question: Question) -> str:
    """How far two masks of one class lie over each other."""
    if not question.can_unite or question.gravity >= 1.0:
        return ""
    return tr("Agreement: IoU {iou}").format(iou=figures.iou(1.0 - question.gravity))
