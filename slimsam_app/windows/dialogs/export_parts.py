"""Parts of the export dialog: the classes and the people to tick, and the shares of a split."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from slimsam_app.figures import SPACE
from slimsam_app.i18n import tr
from slimsam_app.plain_text import PlainLabel
from slimsam_app.sessions.last_exports import WHOLE
from slimsam_app.theme import give_room
from slimsam_app.windows.tick_list import is_ticked, rows_of
from slimsam_core.annotation import Category
from slimsam_core.files.export_manifest import SPLITS
from slimsam_core.formats.subset import Split
from slimsam_core.visible_text import one_line

_BESIDE_THE_BAR_PX = 6
"""To the right of what is scrolled."""


_ROW_PX = 21
"""As high as a line of a list, nearly."""
_MOST_ROWS = 6
"""That a list asks for at first: with more, what stands below it would have to be scrolled to."""


class TickedRows(QListWidget):
    """Asks for the height of its rows; Qt's own asks for 192 pixels, however few they are."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), min(_MOST_ROWS, self.count()) * _ROW_PX)


class Ticks(QWidget):
    """A list of names to tick, with two buttons for all and none of them."""

    changed = Signal()

    def __init__(self, name: str, title: str, texts: Iterable[str], rows: int, parent: QWidget) -> None:
        """``rows`` are seen at the least: more are scrolled to."""
        super().__init__(parent)
        self.list = TickedRows(self)
        self.list.setObjectName(name)
        self.list.setAccessibleName(title)
        self.list.setMinimumHeight(rows * _ROW_PX)
        for text in texts:
            item = QListWidgetItem(one_line(text), self.list)
            item.setCheckState(Qt.CheckState.Checked)
        self.list.itemChanged.connect(lambda _: self.changed.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.list, 1)
        buttons = QVBoxLayout()
        buttons.setSpacing(6)
        for kind, words, state in (
            ("All", tr("All of them"), Qt.CheckState.Checked),
            ("None", tr("None of them"), Qt.CheckState.Unchecked),
        ):
            button = QPushButton(words, self)
            button.setObjectName(f"{name}{kind}")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, state=state: self._tick(state))
            buttons.addWidget(button)
        buttons.addStretch(1)
        row.addLayout(buttons)

    @property
    def ticked(self) -> tuple[int, ...]:
        """Rows of the ticked names."""
        return tuple(row for row, item in enumerate(rows_of(self.list)) if is_ticked(item))

    @property
    def left_out(self) -> tuple[str, ...]:
        """Names of the others."""
        return tuple(item.text() for item in rows_of(self.list) if not is_ticked(item))

    def leave_out(self, names: Iterable[str]) -> None:
        """Tick all but these, as far as that leaves one."""
        without = set(names)
        if any(item.text() not in without for item in rows_of(self.list)):
            for item in rows_of(self.list):
                ticked = item.text() not in without
                item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)

    def _tick(self, state: Qt.CheckState) -> None:
        for item in rows_of(self.list):
            item.setCheckState(state)


class ClassTicks(Ticks):
    """The classes of a project."""

    def __init__(self, categories: Sequence[Category], parent: QWidget) -> None:
        super().__init__("exportClasses", tr("Classes"), [c.name for c in categories], 4, parent)
        self._ids = [category.id for category in categories]

    @property
    def chosen(self) -> frozenset[int]:
        """Ids of the ticked classes."""
        return frozenset(self._ids[row] for row in self.ticked)


class PeopleTicks(Ticks):
    """Whose objects; an empty name is nobody that is known."""

    def __init__(self, people: Sequence[str], parent: QWidget) -> None:
        super().__init__(
            "exportPeople", tr("Objects by"), [name or tr("not known") for name in people], 2, parent
        )
        self._names = tuple(people)

    @property
    def chosen(self) -> frozenset[str]:
        """The ticked names."""
        return frozenset(self._names[row] for row in self.ticked)


class SplitShares(QWidget):
    """The shares of train, val and test, used while ``on`` is ticked."""

    changed = Signal()
    FIRST = (80, 20, 0)
    """What most people take, in percent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.on = QCheckBox(tr("Split"), parent)
        self.on.setObjectName("exportSplit")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._boxes: list[QSpinBox] = []
        for name, share in zip((tr("train"), tr("val"), tr("test")), self.FIRST, strict=True):
            box = QSpinBox(self)
            give_room(box)
            box.setRange(0, WHOLE)
            box.setValue(share)
            box.setSuffix(f"{SPACE}%")
            box.setAccessibleName(name)
            box.valueChanged.connect(self.changed)
            row.addWidget(PlainLabel(name, self))
            row.addWidget(box)
            self._boxes.append(box)
        row.addStretch(1)
        self.setEnabled(False)
        self.on.toggled.connect(self.setEnabled)
        self.on.toggled.connect(self.changed)

    @property
    def values(self) -> tuple[int, ...]:
        """Percent of train, val and test."""
        return tuple(box.value() for box in self._boxes)

    @property
    def split(self) -> Split | None:
        """What is wanted; None for one whole."""
        train, val, test = map(float, self.values)
        return Split(train, val, test) if self.on.isChecked() and train + val + test > 0 else None

    @property
    def names(self) -> tuple[str, ...]:
        """The parts that get something; none for one whole."""
        if self.split is None:
            return ()
        return tuple(name for name, share in zip(SPLITS, self.values, strict=True) if share)

    def take(self, on: bool, shares: Sequence[int]) -> None:
        """Show what was chosen once."""
        self.on.setChecked(on)
        if len(shares) == len(self._boxes):
            for box, share in zip(self._boxes, shares, strict=True):
                box.setValue(share)


def note(name: str, parent: QWidget, text: str = "") -> PlainLabel:
    """What a choice means, or is in the way: wrapped and quiet."""
    words = PlainLabel(text, parent)
    words.setObjectName(name)
    words.setProperty("role", "muted")
    words.setWordWrap(True)
    return words


def above(choice: QComboBox, words: QWidget) -> QVBoxLayout:
    """A choice with its words below it."""
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(choice)
    column.addWidget(words)
    return column


def giving_way(form: QLayout, parent: QWidget) -> QScrollArea:
    """The choices of a dialog, scrolled where what is told below them needs more lines.

    The dialog need not grow then, and its buttons stay where they are.
    """
    page, area = QWidget(parent), QScrollArea(parent)
    page.setLayout(form)
    area.setAccessibleName(parent.windowTitle())
    form.setContentsMargins(0, 0, _BESIDE_THE_BAR_PX, 0)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidgetResizable(True)
    for child in page.findChildren(QListWidget):
        child.ensurePolished()  # rows that are laid out now are as high as those of the style
    area.setWidget(page)
    return area
