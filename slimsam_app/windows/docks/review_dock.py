"""The review queue beside the picture: an entry an object, with every reason, below its picture."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QPushButton,
    QToolButton,
    QWidget,
)

from slimsam_app.i18n import mark, tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sentences import in_words
from slimsam_app.sessions.review_session import ReviewSession, key_of
from slimsam_app.theme import Theme
from slimsam_app.windows.action_set import ActionSet
from slimsam_app.windows.docks.panel import RIGHT_WIDTH
from slimsam_app.windows.docks.queue_panel import SIDE_PX, QueueEntry, QueuePanel
from slimsam_core.labelling.quality import Doubt, Finding, RuleName

RULE_TEXT = {  # of other rules the finding itself is short enough
    RuleName.TINY: mark("very small"),
    RuleName.OUTSIDE: mark("reaches outside the image"),
    RuleName.DUPLICATE: mark("twice the same"),
    RuleName.OVERLAPPING: mark("overlaps another one"),
    RuleName.UNLABELLED: mark("no objects"),
    RuleName.LOW_IOU: mark("the model is unsure"),
    RuleName.UNSTABLE: mark("edge unsure"),
    RuleName.DISAGREEMENT: mark("two masks fit equally well"),
}
SHORT = {"review.right": mark("Right"), "review.wrong": mark("Wrong")}
"""What stands on the buttons: the menu has more room."""


class ReviewDock(QueuePanel):
    """Choosing an entry shows its picture and zooms to the object; two buttons, or their keys, judge it."""

    def __init__(self, session: ReviewSession, actions: ActionSet, theme: Theme, parent: QWidget) -> None:
        super().__init__(
            "reviewDock", tr("Review"), parent, tree_name="reviewTree", told_as=tr("Review queue")
        )
        self._session, self._theme = session, theme
        self._begins = False
        self.row.setContentsMargins(SIDE_PX, 0, SIDE_PX, 4)
        self._through = PlainLabel("", self)
        self._through.setObjectName("reviewThrough")
        self._through.setProperty("role", "muted")
        self._through.setWordWrap(True)
        self._through.setContentsMargins(12, 0, 12, 4)
        self.column.addWidget(self._through)
        self.buttons = [self._button(actions, i) for i in ("review.right", "review.wrong")]
        self.column.addLayout(self.row)
        self.again = QPushButton(tr("Check all images"), self)
        self.again.setObjectName("reviewCheck")
        self.again.clicked.connect(self.check)
        self.column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignHCenter)
        self.toggleViewAction().toggled.connect(session.set_open)
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
        self.set_beside(sum(button.sizeHint().width() for button in self.buttons) + self.row.spacing())

    def _button(self, actions: ActionSet, action_id: str) -> QToolButton:
        actions[action_id].setIconText(tr(SHORT[action_id]))
        button = QToolButton(self)
        button.setDefaultAction(actions[action_id])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setObjectName(f"button_{action_id}")
        button.setAccessibleName(actions[action_id].text())
        self.row.addWidget(button)
        return button

    def _paint(self) -> None:
        self.again.setIcon(self._theme.icon("list-bullets"))
        self._fill()

    def _fill(self) -> None:
        doubts = self._session.doubts
        self.set_entries([self._entry(doubt) for doubt in doubts])
        self.words.setText(
            self._session.nothing
            if self._session.checked
            else tr("Finds masks that are tiny, doubled, overlapping or uncertain, the most doubtful first.")
        )
        self.again.setVisible(not doubts)
        for button in self.buttons:
            button.setVisible(bool(doubts))
        self._show_current()

    def _entry(self, doubt: Doubt) -> QueueEntry:
        """The object, then a line a reason: every one is read, however narrow the panel."""
        reasons = tuple(dict.fromkeys(_reason(finding) for finding in doubt.findings))
        whose = () if doubt.owner is None else (f"#{doubt.owner}  {self._session.class_of(doubt)}".rstrip(),)
        several = bool(whose) or len(reasons) > 1
        text = "\n".join([*whose, *(f"· {reason}" if several else reason for reason in reasons)])
        tip = "\n".join([text, *(in_words(finding.message) for finding in doubt.findings)])
        wrong = key_of(doubt) in self._session.wrong
        return QueueEntry(
            picture=doubt.image.path,
            words=text,
            tip=f"{tr('Needs work')}\n{tip}" if wrong else tip,
            value=doubt,
            icon=self._theme.icon("flag", "warn") if wrong else None,
        )

    def _show_current(self) -> None:
        """Mark the entry that is looked at, without going there again."""
        self._through.setText(self._session.through if self._session.doubts else "")
        self._through.setVisible(bool(self._through.text()))
        current = self._session.current
        self.mark(None if current is None else lambda doubt: key_of(doubt) == key_of(current))

    def went_to(self, value: Doubt) -> None:
        self._session.go(value)


def _reason(finding: Finding) -> str:
    if finding.rule is RuleName.UNLABELLED and finding.annotation_ids:
        return tr("marked as empty, but has objects")
    known = RULE_TEXT.get(finding.rule)
    return tr(known) if known else in_words(finding.message)
