"""The review queue beside the picture: an entry an object, with every reason, below its picture."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QPushButton,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QToolTip,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import mark, tr
from slimsam_app.plain_text import PlainLabel, one_line, plain_tip, visible
from slimsam_app.sentences import in_words
from slimsam_app.sessions.review_session import ReviewSession, key_of
from slimsam_app.theme import Theme
from slimsam_app.windows.action_set import ActionSet
from slimsam_app.windows.docks.panel import RIGHT_WIDTH, Panel
from slimsam_core.labelling.quality import UNLABELLED, Doubt, Finding

RULE_TEXT = {  # of other rules the finding itself is short enough
    "tiny": mark("very small"),
    "outside": mark("reaches outside the image"),
    "duplicate": mark("twice the same"),
    "overlapping": mark("overlaps another one"),
    UNLABELLED: mark("no objects"),
    "low_iou": mark("the model is unsure"),
    "unstable": mark("edge unsure"),
    "disagreement": mark("two masks fit equally well"),
}
SHORT = {"review.right": mark("Right"), "review.wrong": mark("Wrong")}
"""What stands on the buttons: the menu has more room."""
_SIDE_PX = 4
"""Left and right of the buttons."""
_WORDS_PX = 4
"""Around the words of a row; the style leaves less."""
_ANY_HEIGHT = 10_000
_WRAPPED = int(Qt.TextFlag.TextWordWrap.value) | int(Qt.AlignmentFlag.AlignLeft.value)
DOUBT = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class ReviewDock(Panel):
    """Choosing an entry shows its picture and zooms to the object; two buttons, or their keys, judge it."""

    def __init__(self, session: ReviewSession, actions: ActionSet, theme: Theme, parent: QWidget) -> None:
        super().__init__("reviewDock", tr("Review"), parent)
        self._session, self._theme = session, theme
        self._begins = False
        place = QWidget(self)
        self._stack = QStackedLayout(place)
        self.tree = QTreeWidget(self)
        self.tree.setObjectName("reviewTree")
        self.tree.setAccessibleName(tr("Review queue"))
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(12)
        self.tree.currentItemChanged.connect(lambda *_: self._go())
        self.tree.itemClicked.connect(lambda *_: self._go())  # also the one that is chosen already
        self._words = PlainLabel("", self)
        self._words.setProperty("role", "faint")
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._words.setContentsMargins(20, 18, 20, 8)
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self._words)
        self.column.addWidget(place, 1)
        self.tree.setItemDelegate(WrappedRows(self.tree))
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setContentsMargins(_SIDE_PX, 0, _SIDE_PX, 4)
        self._row.setSpacing(2)
        self._through = PlainLabel("", self)
        self._through.setObjectName("reviewThrough")
        self._through.setProperty("role", "muted")
        self._through.setWordWrap(True)
        self._through.setContentsMargins(12, 0, 12, 4)
        self.column.addWidget(self._through)
        self.buttons = [self._button(actions, i) for i in ("review.right", "review.wrong")]
        self.column.addLayout(self._row)
        self.again = QPushButton(tr("Check all images"), self)
        self.again.setObjectName("reviewCheck")
        self.again.clicked.connect(self.check)
        self.column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignHCenter)
        session.queue_changed.connect(self._fill)
        session.queue_changed.connect(self._begin)
        session.current_changed.connect(self._show_current)
        theme.changed.connect(self._paint)
        self._paint()

    def sizeHint(self) -> QSize:
        return QSize(RIGHT_WIDTH, 260)

    def check(self) -> None:
        """Look at every picture of the project again, and begin with the first entry."""
        self._begins = True
        self._session.check(tr("Checking images"))

    def _begin(self) -> None:
        """The queue was filled: its first entry is looked at, as long as nobody has put it away."""
        if self._begins and self._session.checked:
            self._begins = False
            if self.isVisible():
                self._session.begin()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Buttons whose words do not fit beside each other stand below each other."""
        super().resizeEvent(event)
        needed = sum(button.sizeHint().width() for button in self.buttons) + self._row.spacing()
        fits = needed <= self.width() - 2 * _SIDE_PX
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(beside if fits else below)

    def _button(self, actions: ActionSet, action_id: str) -> QToolButton:
        actions[action_id].setIconText(tr(SHORT[action_id]))
        button = QToolButton(self)
        button.setDefaultAction(actions[action_id])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setObjectName(f"button_{action_id}")
        button.setAccessibleName(actions[action_id].text())
        self._row.addWidget(button)
        return button

    def _paint(self) -> None:
        self.again.setIcon(self._theme.icon("list-bullets"))
        self._fill()

    def _fill(self) -> None:
        if self.isVisible():
            QToolTip.hideText()  # of an entry that lies elsewhere now
        self.tree.blockSignals(True)
        self.tree.clear()
        picture: QTreeWidgetItem | None = None
        for doubt in self._session.doubts:
            if picture is None or picture.data(0, DOUBT).image.id != doubt.image.id:
                picture = QTreeWidgetItem(self.tree, [one_line(doubt.image.path)])
                picture.setToolTip(0, plain_tip(doubt.image.path))
                picture.setData(0, DOUBT, doubt)
                picture.setExpanded(True)
            self._add(picture, doubt)
        self.tree.blockSignals(False)
        count = len(self._session.doubts)
        self.count.setText(figures.count(count) if count else "")
        self._words.setText(
            self._session.through or tr("Nothing is doubtful. Well done.")
            if self._session.checked
            else tr("Finds masks that are tiny, doubled, overlapping or uncertain, the most doubtful first.")
        )
        self._stack.setCurrentIndex(0 if count else 1)
        self.again.setVisible(not count)
        for button in self.buttons:
            button.setVisible(bool(count))
        self._show_current()

    def _add(self, picture: QTreeWidgetItem, doubt: Doubt) -> None:
        """A line a reason: every one is read, however narrow the panel."""
        words = "\n".join(dict.fromkeys(_reason(finding) for finding in doubt.findings))
        text = words if doubt.owner is None else f"#{doubt.owner}  {words}"
        row = QTreeWidgetItem(picture, [visible(text)])
        row.setToolTip(
            0, plain_tip("\n".join([text, *(in_words(finding.message) for finding in doubt.findings)]))
        )
        row.setData(0, DOUBT, doubt)
        if key_of(doubt) in self._session.wrong:
            row.setIcon(0, self._theme.icon("flag", "warn"))
            row.setToolTip(0, plain_tip(f"{tr('Needs work')}\n{row.toolTip(0)}"))

    def _show_current(self) -> None:
        """Mark the entry that is looked at, without going there again."""
        self._through.setText(self._session.through if self._session.doubts else "")
        self._through.setVisible(bool(self._through.text()))
        current = self._session.current
        if current is None:
            self.tree.blockSignals(True)
            self.tree.setCurrentIndex(QModelIndex())
            self.tree.blockSignals(False)
            return
        for number in range(self.tree.topLevelItemCount()):
            picture = self.tree.topLevelItem(number)
            if picture is None or picture.data(0, DOUBT).image.id != current.image.id:
                continue
            for row in (picture.child(i) for i in range(picture.childCount())):
                if row is not None and key_of(row.data(0, DOUBT)) == key_of(current):
                    self.tree.blockSignals(True)
                    self.tree.setCurrentItem(row)
                    self.tree.blockSignals(False)
                    self.tree.scrollToItem(row)
                    return

    def _go(self) -> None:
        item = self.tree.currentItem()
        doubt = item.data(0, DOUBT) if item is not None else None
        if isinstance(doubt, Doubt):
            self._session.go(doubt)


class WrappedRows(QStyledItemDelegate):
    """Rows as high as their words need in the width that there is."""

    def __init__(self, tree: QTreeWidget) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        self.initStyleOption(option, index)
        depth = 2 if index.parent().isValid() else 1
        room = QRect(0, 0, self._tree.viewport().width() - depth * self._tree.indentation(), _ANY_HEIGHT)
        needed = option.fontMetrics.boundingRect(self._room(option, room), _WRAPPED, self.words(index))
        return QSize(room.width(), needed.height() + 2 * _WORDS_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        self._tree.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, self._tree)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        words = self.words(index)
        painter.drawText(self._room(option, option.rect), _WRAPPED, visible(words))

    @staticmethod
    def words(index: Index) -> str:
        """What is painted, line ends included: ``option.text`` has Qt's own sign in their place."""
        return visible(index.data())

    @staticmethod
    def _room(option: QStyleOptionViewItem, row: QRect) -> QRect:
        """Where in a row its words are: behind the icon, if there is one."""
        icon = 0 if option.icon.isNull() else option.decorationSize.width() + _WORDS_PX
        return row.adjusted(_WORDS_PX + icon, _WORDS_PX, -_WORDS_PX, -_WORDS_PX)


def _reason(finding: Finding) -> str:
    if finding.rule == UNLABELLED and finding.annotation_ids:
        return tr("marked as empty, but has objects")
    known = RULE_TEXT.get(finding.rule)
    return tr(known) if known else in_words(finding.message)
