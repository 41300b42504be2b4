"""The proposals of a search for everything: how good they must be, which there are, what becomes of them."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.item_models.index import Index
from slimsam_app.item_models.proposals_model import ProposalRole, ProposalsModel
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.sessions.everything_session import EverythingSession
from slimsam_app.theme import Theme
from slimsam_app.windows.action_set import ActionSet
from slimsam_app.windows.delegates import RowDelegate
from slimsam_app.windows.docks.panel import RIGHT_WIDTH, Panel
from slimsam_core.labelling.measured_finds import LEAST_FINDS, MeasuredFinds
from slimsam_core.visible_text import one_line

BUTTONS = ("prompt.accept", "proposal.reject", "proposal.merge")
STEPS = 100
MOST_CLASSES = 4
"""Of which is said how often their finds are right: more lines leave the list no room."""
GOOD_PRECISION = 0.8
"""Where the slider begins if there is such a bar: four of five finds are right."""


class ProposalsDock(Panel):
    """Follows the session; there while the shown picture has proposals."""

    menu_wanted = Signal(QPoint)

    def __init__(self, session: EverythingSession, actions: ActionSet, theme: Theme, parent: QWidget) -> None:
        super().__init__("proposalsDock", tr("Proposals"), parent)
        self._session = session
        self._syncing = False
        self.add_button(actions["proposal.discard"])
        rows = QVBoxLayout()
        rows.setContentsMargins(12, 0, 12, 0)
        rows.setSpacing(0)
        self._words = PlainLabel("", self)
        self._words.setProperty("role", "muted")
        self._words.setWordWrap(True)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setObjectName("proposalThreshold")
        self.slider.setAccessibleName(tr("Least predicted IoU"))
        self.slider.setToolTip(tr("Least predicted IoU"))
        self.slider.setRange(0, STEPS)
        self.slider.valueChanged.connect(lambda value: session.set_threshold(value / STEPS))
        self._measured = PlainLabel("", self)
        self._measured.setObjectName("proposalMeasured")
        self._measured.setProperty("role", "muted")
        self._measured.setWordWrap(True)
        rows.addWidget(self._words)
        rows.addWidget(self._measured)
        rows.addWidget(self.slider)
        self.column.addLayout(rows)
        self.model = ProposalsModel(session, self)
        self.view = QListView(self)
        self.view.setObjectName("proposalList")
        self.view.setAccessibleName(tr("Proposals"))
        self.view.setModel(self.model)
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setItemDelegate(ProposalDelegate(theme, self.view))
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(
            lambda place: self.menu_wanted.emit(self.view.viewport().mapToGlobal(place))
        )
        self.add_list(
            self.view, self.model, tr("No further proposal is this good. Move the slider to the left.")
        )
        self.column.addLayout(self._make_buttons(actions))
        self.view.selectionModel().selectionChanged.connect(self._chosen)
        self.model.modelReset.connect(self._show_selection)
        session.selection_changed.connect(self._show_selection)
        session.changed.connect(self._show_threshold)
        self._show_threshold()

    def sizeHint(self) -> QSize:
        return QSize(RIGHT_WIDTH, 300)

    def _make_buttons(self, actions: ActionSet) -> QVBoxLayout:
        """Two rows: in a narrow panel the count is read whole."""
        row = QHBoxLayout()
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(2)
        for action_id in BUTTONS:
            button = QToolButton(self)
            button.setDefaultAction(actions[action_id])
            button.setAccessibleName(actions[action_id].text())
            row.addWidget(button)
        row.addStretch(1)
        rows = QVBoxLayout()
        rows.setSpacing(0)
        self.accept_shown = QToolButton(self)
        self.accept_shown.setObjectName("acceptShown")
        self.accept_shown.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        action = self._accept_action = actions["proposal.accept_shown"]
        action.changed.connect(self._show_able)
        self.accept_shown.clicked.connect(action.trigger)
        self.accept_shown.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        below = QHBoxLayout()
        below.setContentsMargins(10, 0, 10, 4)
        below.addWidget(self.accept_shown)
        rows.addLayout(row)
        rows.addLayout(below)
        self._show_able()
        return rows

    def _show_able(self) -> None:
        """The button has the words of a count, and else is the action."""
        self.accept_shown.setEnabled(self._accept_action.isEnabled())
        self.accept_shown.setToolTip(plain_tip(self._accept_action.toolTip()))

    def _show_threshold(self) -> None:
        session = self._session
        self.slider.blockSignals(True)
        self.slider.setValue(round(session.threshold * STEPS))
        self.slider.blockSignals(False)
        words = tr("Certainty from {value}: {shown} of {all}")
        shown, everything = figures.count(len(session.shown)), figures.count(len(session.proposals))
        value = figures.iou(session.threshold)
        self._words.setText(words.format(value=value, shown=shown, all=everything))
        self._show_measured()
        count = sum(p.id not in session.left_by_all for p in session.shown)
        self.accept_shown.setText(tr("Accept all {count}").format(count=figures.count(count)))

    def _show_measured(self) -> None:
        found = self._session.measured
        self._measured.setVisible(bool(found))
        if len(found) == 1:
            self._measured.setText(self._words_of(found[0]))
        elif found:
            lines = [tr("Right finds from here on, in labelled images that were held back:")]
            lines += map(self._line_of, found[:MOST_CLASSES])
            if len(found) > MOST_CLASSES:
                lines.append(tr("and {count} more").format(count=figures.count(len(found) - MOST_CLASSES)))
            self._measured.setText("\n".join(lines))

    def _words_of(self, measured: MeasuredFinds) -> str:
        """What can be said of the only class, or of all together."""
        finds, right = measured.at(self._session.threshold)
        if not finds:
            said = tr("Nothing was found from here on in labelled images that were held back.")
        elif finds < LEAST_FINDS:
            said = tr("Of {count} finds from here on in labelled images nothing can be said: label more.")
        else:
            said = tr("From here on {percent} of {count} finds in labelled images were right.")
        share = figures.percent_interval(right, finds) if finds else ""
        said = said.format(percent=share, count=figures.count(finds))
        if measured.best < GOOD_PRECISION:
            none = tr("From nowhere on more than {percent} were: label more, or look at each.")
            said = f"{said} {none.format(percent=figures.percent(measured.best))}"
        return said

    def _line_of(self, measured: MeasuredFinds) -> str:
        """The same of one class of several."""
        finds, right = measured.at(self._session.threshold)
        name = self._session.class_name(measured.category_id)
        few, words = tr("{name}: too few to say ({count})"), tr("{name}: {percent} of {count}")
        share = figures.percent_interval(right, finds) if finds else ""
        said = few if finds < LEAST_FINDS else words
        return said.format(name=one_line(name), percent=share, count=figures.count(finds))

    def _chosen(self) -> None:
        if not self._syncing:
            rows = self.view.selectionModel().selectedIndexes()
            self._session.select(index.data(ProposalRole.ID) for index in rows)

    def _show_selection(self) -> None:
        self._syncing = True
        chosen = QItemSelection()
        for row in self.model.rows_of(self._session.selection):
            chosen.select(self.model.index(row), self.model.index(row))
        self.view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if chosen.count():
            self.view.scrollTo(chosen.indexes()[0])
        self._syncing = False


class ProposalDelegate(RowDelegate):
    """Swatch, pixels, predicted IoU."""

    def fill(self, painter: QPainter, rect: QRect, index: Index) -> None:
        swatch = QRect(rect.left(), rect.top(), 14, rect.height())
        self.swatch(painter, swatch, index.data(Qt.ItemDataRole.DecorationRole))
        over, score = index.data(ProposalRole.OVER), index.data(ProposalRole.SCORE)
        right = QRect(rect.right() - 48, rect.top(), 48, rect.height())
        token = "warn" if score < 0.7 else "muted"
        used = self.text(painter, right, figures.iou(score), token, Qt.AlignmentFlag.AlignRight)
        if over:
            used += 18
            self.icon(
                painter, QRect(rect.right() - used, rect.top(), 16, rect.height()), "copy-simple", "warn"
            )
        room = rect.adjusted(22, 0, -used - 4, 0)
        token = "faint" if over else "text"
        self.text(painter, room, index.data(), token, elide=Qt.TextElideMode.ElideRight)
