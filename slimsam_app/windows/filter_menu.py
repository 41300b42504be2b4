"""The menu of the image filter: what is ticked in it is asked for together."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from slimsam_app.i18n import tr
from slimsam_app.intents.images import REVIEW_TEXT, STATE_TEXT
from slimsam_core.annotation import ImageState, ReviewState
from slimsam_core.project import ImageFilter
from slimsam_core.visible_text import one_line

UNSURE_BELOW = 0.7
"""Predicted IoU from which on the lists no longer paint an object as doubtful."""
TINY_PIXELS = 100
"""Ten by ten: smaller objects are more often slips than things."""


class StayingMenu(QMenu):
    """Stays open while lines are ticked, so that several can be chosen at a time."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)


MOST_CLASSES = 2000
"""Classes that the menu offers: nobody scrolls through more, and Qt lays 100,000 lines out for minutes."""


class FilterMenu(StayingMenu):
    """States and classes: any of the ticked ones; everything else that is ticked must hold too."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._everything = self.addAction(tr("Show all images"))
        self._everything.triggered.connect(self._untick)
        self.addSeparator()
        self._states = {state: self._line(self, tr(STATE_TEXT[state])) for state in ImageState}
        self.addSeparator()
        self._without = self._line(self, tr("Without objects"))
        self._with = self._line(self, tr("With objects"))
        for one, other in ((self._with, self._without), (self._without, self._with)):
            one.toggled.connect(lambda on, other=other: other.setChecked(False) if on else None)
        self._begun = self._line(self, tr("With something left open"))
        self._unsure = self._line(self, tr("Objects that the model is unsure of"))
        self._tiny = self._line(self, tr("Tiny objects (below 100 pixels)"))
        self.addSeparator()
        self._class_menu = StayingMenu(tr("With the class"), self)
        self.addMenu(self._class_menu)
        self._classes: dict[int, QAction] = {}
        self._offered: list[tuple[int, str]] = []
        self._class_menu.setEnabled(False)
        self._people_menu = StayingMenu(tr("With objects by"), self)
        self.addMenu(self._people_menu)
        self._people: dict[str, QAction] = {}
        self._people_menu.setEnabled(False)
        self._review_menu = StayingMenu(tr("What a second person said"), self)
        self.addMenu(self._review_menu)
        self._reviews = {
            state: self._line(self._review_menu, tr(REVIEW_TEXT[state])) for state in ReviewState
        }
        self._everything.setEnabled(False)

    def _line(self, menu: QMenu, text: str) -> QAction:
        action = menu.addAction(one_line(text))
        action.setCheckable(True)
        action.triggered.connect(self._tell)
        return action

    def _tell(self) -> None:
        self._everything.setEnabled(self.wanted() != ImageFilter())
        self.changed.emit()

    def set_classes(self, classes: Iterable[tuple[int, str]]) -> None:
        """Offer these classes, ``(id, name)``, or the first of very many; what was ticked stays so, as far as
        it is there."""
        found = list(classes)
        offered, more = found[:MOST_CLASSES], len(found) > MOST_CLASSES
        if offered == self._offered:
            return
        before = self.wanted()
        self._class_menu.clear()
        self._classes, self._offered = {}, offered
        for category_id, name in offered:
            action = self._classes[category_id] = self._line(self._class_menu, name.replace("&", "&&"))
            action.setChecked(category_id in before.category_ids)
        if more:
            self._class_menu.addAction("…").setEnabled(False)
        self._class_menu.setEnabled(bool(self._classes))
        if self.wanted() != before:
            self._tell()

    def set_people(self, names: Iterable[str]) -> None:
        """Offer these annotators; who was ticked stays so, as far as they are there."""
        offered = list(names)
        if offered == list(self._people):
            return
        before = self.wanted()
        self._people_menu.clear()
        self._people = {name: self._line(self._people_menu, name.replace("&", "&&")) for name in offered}
        for name in before.authors & self._people.keys():
            self._people[name].setChecked(True)
        self._people_menu.setEnabled(bool(self._people))
        if self.wanted() != before:
            self._tell()

    def tick_review(self, state: ReviewState) -> None:
        """Ask for pictures of which this was said, and for nothing else."""
        self.reset()
        self._reviews[state].setChecked(True)
        self._tell()

    def tick_class(self, category_id: int) -> None:
        """Ask for pictures with objects of this class, and for nothing else."""
        self.reset()
        if category_id in self._classes:
            self._classes[category_id].setChecked(True)
        self._tell()

    def wanted(self) -> ImageFilter:
        """What is ticked."""
        return ImageFilter(
            states=frozenset(state for state, action in self._states.items() if action.isChecked()),
            unlabelled=True if self._without.isChecked() else False if self._with.isChecked() else None,
            category_ids=frozenset(i for i, action in self._classes.items() if action.isChecked()),
            begun=self._begun.isChecked(),
            score_max=UNSURE_BELOW if self._unsure.isChecked() else None,
            area_max=TINY_PIXELS if self._tiny.isChecked() else None,
            authors=frozenset(name for name, action in self._people.items() if action.isChecked()),
            reviews=frozenset(state for state, action in self._reviews.items() if action.isChecked()),
        )

    def words(self) -> str:
        """What is ticked, for people; empty when nothing is."""
        ticked = [action for action in self._lines if action.isChecked()]
        return " · ".join(action.text().replace("&&", "&") for action in ticked)

    @property
    def _lines(self) -> list[QAction]:
        menus = (self, self._class_menu, self._people_menu, self._review_menu)
        return [action for menu in menus for action in menu.actions()]

    def reset(self) -> None:
        """Untick everything, without a signal."""
        for action in self._lines:
            action.setChecked(False)
        self._everything.setEnabled(False)

    def _untick(self) -> None:
        self.reset()
        self.changed.emit()
