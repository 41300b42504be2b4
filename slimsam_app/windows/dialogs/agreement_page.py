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
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_app.sessions.parts_session import PartsSession
from slimsam_app.windows.dialogs.person_tiles import PersonTiles, class_or_nothing
from slimsam_core.progress import CancelToken
from slimsam_core.teamwork import TeamComparison
from slimsam_core.teamwork.compare import Disagreement, PairAgreement
from slimsam_core.visible_text import one_line

PLACE = Qt.ItemDataRole.UserRole
DIGITS = 3
"""As kappa and alpha are usually given."""


class AgreementPage(QDialog):
    """``go`` shows a picture by its path; ``save`` asks where the page with pictures is written.

    The chosen disagreement is shown below as each person sees it, side by side.
    """

    def __init__(
        self,
        found: TeamComparison,
        session: PartsSession,
        go: Callable[[str], object],
        save: Callable[[], object],
        *,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("agreementPage")
        self.setWindowTitle(tr("Agreement"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._found, self._session, self._go = found, session, go
        self._looking = CancelToken()
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
        self.tiles = PersonTiles(self)
        self.worst.currentItemChanged.connect(self._look)
        self.worst.itemActivated.connect(self._show)
        self.worst.itemClicked.connect(self._show)
        hint = PlainLabel(
            tr("The gravest disagreements: below what each made of the chosen one; a click shows its image."),
            self,
        )
        hint.setProperty("role", "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        page = buttons.addButton(tr("Save as a page…"), QDialogButtonBox.ButtonRole.ActionRole)
        page.setObjectName("agreementSave")
        page.setAutoDefault(False)
        page.clicked.connect(save)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(words)
        column.addWidget(self.pairs, 1)
        column.addWidget(hint)
        column.addWidget(self.worst, 1)
        column.addWidget(self.tiles)
        column.addWidget(buttons)
        self.resize(self.sizeHint())  # else its height is that of the words for this width
        self.tiles.setVisible(bool(found.worst))
        if (gravest := self.worst.topLevelItem(0)) is not None:
            self.worst.setCurrentItem(gravest)

    def sizeHint(self) -> QSize:
        return QSize(860, 700)

    def _tree(self, name: str, title: str, titles: Sequence[str]) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setObjectName(name)
        tree.setAccessibleName(title)
        tree.setColumnCount(len(titles))
        _fill(tree.headerItem(), titles)
        tree.setUniformRowHeights(True)
        tree.ensurePolished()  # else the height of all rows is that of the first before the theme was there
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
        words = ["" if who not in said else class_or_nothing(said[who]) for who in observers]
        iou = figures.iou(one.iou) if len(one.masks) > 1 else figures.DASH
        item = _fill(QTreeWidgetItem(self.worst), (one.picture, *words, iou))
        item.setToolTip(0, plain_tip(one.picture))
        item.setData(0, PLACE, one.picture)

    def done(self, result: int) -> None:
        """Closed, whichever way: nobody waits for tiles any more."""
        self._looking.cancel()
        super().done(result)

    def _look(self, item: QTreeWidgetItem | None) -> None:
        """Show the chosen disagreement as each person sees it."""
        self._looking.cancel()
        if item is not None:
            one = self._found.worst[self.worst.indexOfTopLevelItem(item)]
            self._looking = self._session.look_closer(one, self._found.observers, self.tiles.show_tiles)

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
    if found.decided:
        words += " " + tr(
            "Objects that were decided and are left out: {count}. Compare before differences are decided."
        ).format(count=figures.count(found.decided))
    more = tr(
        "A mask is the same object from IoU 0.5 on. Kappa and alpha: 1 = always, 0 = as by chance; an object"
        " that was not made counts as said “nothing”."
    )
    return f"{words} {more}"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _number(value: float | None) -> str:
    return figures.DASH if value is None else figures.decimal(value, DIGITS)
