"""What becomes of the classes of parts that the project does not have: a choice for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QComboBox, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from slimsam_app import figures
from slimsam_app.i18n import counted, tr
from slimsam_app.plain_text import PlainLabel, plain_tip
from slimsam_core.teamwork import UnknownClass
from slimsam_core.visible_text import one_line

NAME, OBJECTS, PARTS, BECOMES = range(4)
ADDED, LEFT_OUT = range(2)
"""Rows of a choice; the classes of the project follow."""
LEAST_LETTERS = 14
"""Room for the words of a choice, also where the theme's arrow takes some."""
MOST_ROWS = 200
"""Choices that are offered: further classes are added, which is said."""


class UnknownClasses(QWidget):
    """Hidden while there are none. What was chosen for a name stays while other parts are ticked."""

    def __init__(self, ours: Sequence[str], before: Mapping[str, str | None], parent: QWidget) -> None:
        """``ours``: the classes of the project; ``before``: what was chosen in former merges."""
        super().__init__(parent)
        self._before = before
        self._ours = tuple(ours)
        offered = [tr("a new class"), tr("left out"), *map(one_line, ours)]
        self._offered = QStringListModel(offered, self)
        self._chosen: dict[str, int] = {}
        """Name of a class there -> row of the choice, also of parts that are not ticked any more."""
        self._listed: list[str] = []
        self.words = PlainLabel("", self)
        self.words.setObjectName("mergeClassWords")
        self.words.setWordWrap(True)
        self.table = QTreeWidget(self)
        self.table.setObjectName("mergeClasses")
        self.table.setAccessibleName(tr("Classes that this project does not have"))
        self.table.setRootIsDecorated(False)
        self.table.setHeaderLabels([tr("Class there"), tr("Objects"), tr("In"), tr("Becomes")])
        header = self.table.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(PARTS, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.words)
        column.addWidget(self.table)
        self.hide()

    def show_classes(self, found: Sequence[UnknownClass]) -> None:
        """List these; a class of ours that is written nearly alike is proposed."""
        self.table.clear()
        self._listed = [one.name for one in found[:MOST_ROWS]]
        for one in found[:MOST_ROWS]:
            self._add(one)
        words = counted(
            tr("{count} class of what comes in is not in this project. What it becomes:"),
            tr("{count} classes of what comes in are not in this project. What they become:"),
            len(found),
        )
        if len(found) > MOST_ROWS:
            more = figures.count(len(found) - MOST_ROWS)
            words += " " + tr("{count} more become new classes.").format(count=more)
        self.words.setText(words)
        self.setVisible(bool(found))

    @property
    def mapping(self) -> dict[str, str | None]:
        """The names of classes there that become one of ours, or None: left out."""
        places = {name: self._chosen[name] for name in self._listed}
        return {
            name: None if place == LEFT_OUT else self._ours[place - LEFT_OUT - 1]
            for name, place in places.items()
            if place != ADDED
        }

    def _add(self, one: UnknownClass) -> None:
        parts = ", ".join(one.parts)
        item = QTreeWidgetItem(
            self.table, [one_line(one.name), figures.count(one.objects), one_line(parts), ""]
        )
        item.setToolTip(NAME, plain_tip(one.name))
        item.setToolTip(PARTS, plain_tip(parts))
        choice = QComboBox(self.table)
        choice.setModel(self._offered)
        choice.setMinimumContentsLength(LEAST_LETTERS)
        choice.setAccessibleName(tr("What {name} becomes").format(name=one_line(one.name)))
        self._chosen.setdefault(one.name, self._proposed(one))
        choice.setCurrentIndex(self._chosen[one.name])
        choice.activated.connect(lambda place, name=one.name: self._choose(name, place))
        self.table.setItemWidget(item, BECOMES, choice)

    def _proposed(self, one: UnknownClass) -> int:
        """What was chosen the last time, else a class of ours that is written nearly alike."""
        wanted = self._before.get(one.name, one.alike)
        if wanted is None:
            return LEFT_OUT
        return self._ours.index(wanted) + LEFT_OUT + 1 if wanted in self._ours else ADDED

    def _choose(self, name: str, place: int) -> None:
        self._chosen[name] = place
