"""The review queue beside the picture: an entry an object, with every reason, below its picture."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedLayout,
    QToolButton,
    QToolTip,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from slimsam_app.i18n import mark, tr
from slimsam_app.plain_text import PlainLabel, one_line, plain_tip, visible
from slimsam_app.sentences import in_words
from slimsam_app.sessions.review_session import ReviewSession, key_of
from slimsam_app.theme import Theme
from slimsam_app.windows.action_set import ActionSet
from slimsam_app.windows.docks.panel import RIGHT_WIDTH, Panel
from slimsam_core.labelling.quality import Doubt, Finding

RULE_TEXT = {
    "tiny": mark("very small"),
    "outside": mark("reaches outside the image"),
    "duplicate": mark("twice the same"),
    "overlapping": mark("overlaps another one"),
    "unlabelled": mark("no objects"),
    "low_iou": mark("the model is unsure"),
    "unstable": mark("edge unsure"),
    "disagreement": mark("two masks fit equally well"),
}
SHORT = {"review.right": mark("Right"), "review.wrong": mark("Needs work")}
"""What stands on the buttons: the menu has more room."""
DOUBT = Qt.ItemDataRole.UserRole


class ReviewDock(Panel):
    """Choosing an entry shows its picture and zooms to the object; two buttons, or their keys, judge it."""

    def __init__(self, session: ReviewSession, actions: ActionSet, theme: Theme, parent: QWidget) -> None:
        super().__init__("reviewDock", tr("Review"), parent)
        self._session, self._theme = session, theme
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
        row = QHBoxLayout()
        row.setContentsMargins(10, 0, 10, 4)
        self.buttons = [self._button(actions, i, row) for i in ("review.right", "review.wrong")]
        self.column.addLayout(row)
        self.again = QPushButton(tr("Check all images"), self)
        self.again.setObjectName("reviewCheck")
        self.again.clicked.connect(self.check)
        self.column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignHCenter)
        session.queue_changed.connect(self._fill)
        session.current_changed.connect(self._show_current)
        theme.changed.connect(self._paint)
        self._paint()

    def sizeHint(self) -> QSize:
        return QSize(RIGHT_WIDTH, 260)

    def check(self) -> None:
        """Look at every picture of the project again."""
        self._session.check(tr("Checking images"))

    def _button(self, actions: ActionSet, action_id: str, row: QHBoxLayout) -> QToolButton:
        actions[action_id].setIconText(tr(SHORT[action_id]))
        button = QToolButton(self)
        button.setDefaultAction(actions[action_id])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setObjectName(f"button_{action_id}")
        button.setAccessibleName(actions[action_id].text())
        row.addWidget(button)
        return button

    def _paint(self) -> None:
        self.again.setIcon(self._theme.icon("list-bullets"))
        self._fill()

    def _fill(self) -> None:
        if self.tree.underMouse():
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
        self.count.setText(f"{count:,}" if count else "")
        self._words.setText(
            tr("Nothing is doubtful. Well done.")
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
        current = self._session.current
        if current is None:
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


def _reason(finding: Finding) -> str:
    if finding.rule == "unlabelled" and finding.annotation_ids:
        return tr("marked as empty, but has objects")
    return tr(RULE_TEXT.get(finding.rule, finding.rule))
