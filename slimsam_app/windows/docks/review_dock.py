"""The review queue beside the picture: a line a picture, below it what is doubtful there."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QStackedLayout, QTreeWidget, QTreeWidgetItem, QWidget

from slimsam_app.i18n import mark, tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.sessions.review_session import ReviewSession
from slimsam_app.windows.docks.panel import Panel
from slimsam_core.labelling.quality import Finding

RULE_TEXT = {
    "tiny": mark("Very small"),
    "outside": mark("Reaches outside"),
    "duplicate": mark("Twice the same"),
    "overlapping": mark("Overlaps"),
    "unlabelled": mark("No objects"),
    "low_iou": mark("The model is unsure"),
    "unstable": mark("Edge unsure"),
    "disagreement": mark("Several masks fit equally well"),
}


class ReviewDock(Panel):
    """Choosing a finding shows its picture with the objects selected."""

    def __init__(self, session: ReviewSession, check: QAction, parent: QWidget) -> None:
        super().__init__("reviewDock", tr("Review"), parent)
        self._session = session
        self.add_button(check)
        place = QWidget(self)
        self._stack = QStackedLayout(place)
        self.tree = QTreeWidget(self)
        self.tree.setObjectName("reviewTree")
        self.tree.setAccessibleName(tr("Review queue"))
        self.tree.setHeaderHidden(True)
        self.tree.setColumnCount(2)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, self.tree.header().ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, self.tree.header().ResizeMode.ResizeToContents)
        self.tree.setUniformRowHeights(True)
        self.tree.currentItemChanged.connect(lambda *_: self._go())
        self._words = PlainLabel("", self)
        self._words.setProperty("role", "faint")
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._words.setContentsMargins(20, 18, 20, 8)
        self._stack.addWidget(self.tree)
        self._stack.addWidget(self._words)
        self.column.addWidget(place, 1)
        self.again = QPushButton(check.icon(), tr("Check all images"), self)
        self.again.setObjectName("reviewCheck")
        self.again.clicked.connect(check.trigger)
        self.column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignHCenter)
        session.queue_changed.connect(self._fill)
        self._fill()

    def sizeHint(self) -> QSize:
        return QSize(260, 260)

    def _fill(self) -> None:
        self.tree.blockSignals(True)
        self.tree.clear()
        for review in self._session.queue:
            row = QTreeWidgetItem(self.tree, [review.image.path, f"{review.doubt:.2f}"])
            row.setToolTip(0, plain_tip(review.image.path))
            row.setForeground(1, self.palette().placeholderText())
            row.setData(0, Qt.ItemDataRole.UserRole, review.findings[0])
            for finding in review.findings:
                text = tr(RULE_TEXT.get(finding.rule, finding.rule))
                child = QTreeWidgetItem(row, [text, f"{finding.doubt:.2f}"])
                child.setToolTip(0, plain_tip(finding.message))
                child.setForeground(1, self.palette().placeholderText())
                child.setData(0, Qt.ItemDataRole.UserRole, finding)
        self.tree.blockSignals(False)
        queue = self._session.queue
        self.count.setText(f"{len(queue):,}" if queue else "")
        self._words.setText(
            tr("Nothing is doubtful. Well done.")
            if self._session.checked
            else tr("Finds masks that are tiny, doubled, overlapping or uncertain, the most doubtful first.")
        )
        self._stack.setCurrentIndex(0 if queue else 1)
        self.again.setVisible(not queue)
        if (first := self.tree.topLevelItem(0)) is not None:
            first.setExpanded(True)

    def _go(self) -> None:
        item = self.tree.currentItem()
        finding = item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None
        if isinstance(finding, Finding):
            self._session.go(finding)
