"""How far people agree: two by two, by class, and the gravest disagreements, one click from their picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from slimsam_app import figures
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel, one_line, plain_tip
from slimsam_core.teamwork import TeamComparison
from slimsam_core.teamwork.compare import NOTHING, Disagreement, PairAgreement

PLACE = Qt.ItemDataRole.UserRole
DIGITS = 3
"""As kappa and alpha are usually given."""


class AgreementPage(QDialog):
    """``go`` shows a picture by its path; ``save`` asks where the page with pictures is written."""

    def __init__(
        self,
        found: TeamComparison,
        go: Callable[[str], object],
        save: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("agreementPage")
        self.setWindowTitle(tr("Agreement"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._go = go
        words = PlainLabel(_summary(found), self)
        words.setObjectName("agreementWords")
        words.setWordWrap(True)
        self.pairs = self._tree("agreementPairs", tr("Two by two, and by class"), _pair_titles())
        for pair in found.pairs:
            self._add_pair(pair)
        self.worst = self._tree(
            "agreementWorst",
            tr("The gravest disagreements"),
            [tr("Image"), *found.observers, tr("IoU")],
        )
        self.worst.setRootIsDecorated(False)
        for one in found.worst:
            self._add_worst(one, found.observers)
        self.worst.itemActivated.connect(self._show)
        self.worst.itemClicked.connect(self._show)
        hint = PlainLabel(tr("The gravest disagreements; a click shows the image."), self)
        hint.setProperty("role", "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        page = buttons.addButton(tr("Save as a page…"), QDialogButtonBox.ButtonRole.ActionRole)
        page.setObjectName("agreementSave")
        page.setAutoDefault(False)
        page.clicked.connect(save)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        for widget in (words, self.pairs, hint, self.worst, buttons):
            column.addWidget(widget)

    def sizeHint(self) -> QSize:
        return QSize(820, 560)

    def _tree(self, name: str, title: str, titles: Sequence[str]) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setObjectName(name)
        tree.setAccessibleName(title)
        tree.setColumnCount(len(titles))
        _fill(tree.headerItem(), titles)
        tree.setUniformRowHeights(True)
        tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        return tree

    def _add_pair(self, pair: PairAgreement) -> None:
        row = _fill(QTreeWidgetItem(self.pairs), _pair_row(pair))
        row.setExpanded(True)
        for name, entry in sorted(pair.classes.items()):
            cells = [
                name,
                "",
                figures.count(entry.both),
                figures.count(entry.only_first),
                figures.count(entry.only_second),
                _number(entry.iou),
                "",
                "",
                _number(entry.agreement),
            ]
            _fill(QTreeWidgetItem(row), cells)

    def _add_worst(self, one: Disagreement, observers: Sequence[str]) -> None:
        said = dict(one.said)
        words = ["" if who not in said else _class(said[who]) for who in observers]
        iou = figures.iou(one.iou) if len(one.masks) > 1 else figures.DASH
        item = _fill(QTreeWidgetItem(self.worst), (one.picture, *words, iou))
        item.setToolTip(0, plain_tip(one.picture))
        item.setData(0, PLACE, one.picture)

    def _show(self, item: QTreeWidgetItem) -> None:
        self._go(item.data(0, PLACE))


def _fill(item: QTreeWidgetItem, texts: Sequence[str]) -> QTreeWidgetItem:
    for column, text in enumerate(texts):
        item.setText(column, one_line(text))
    return item


def _pair_titles() -> list[str]:
    return [
        tr("People and classes"),
        tr("Images"),
        tr("Both"),
        tr("Missed"),
        tr("Extra"),
        tr("IoU"),
        tr("Precision"),
        tr("Recall"),
        tr("Kappa, or agreement of a class"),
    ]


def _pair_row(pair: PairAgreement) -> list[str]:
    found, missed, extra = pair.matched, pair.missed, pair.extra
    return [
        f"{pair.first} / {pair.second}",
        figures.count(pair.pictures),
        figures.count(found),
        figures.count(missed),
        figures.count(extra),
        _number(pair.iou),
        _number(_share(pair.agreed, found + extra)),
        _number(_share(pair.agreed, found + missed)),
        _number(pair.kappa),
    ]


def _summary(found: TeamComparison) -> str:
    words = tr("Images that several people labelled: {count}. Krippendorff's alpha: {alpha}.").format(
        count=figures.count(found.pictures), alpha=_number(found.alpha)
    )
    if found.gold:
        words += " " + tr("Measured by {name}.").format(name=found.gold)
    more = tr(
        "A mask is the same object from IoU 0.5 on. Kappa and alpha: 1 = always, 0 = as by chance; an object"
        " that was not made counts as said “nothing”."
    )
    return f"{words} {more}"


def _class(name: str) -> str:
    return tr("nothing") if name == NOTHING else name


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _number(value: float | None) -> str:
    return figures.DASH if value is None else figures.decimal(value, DIGITS)
