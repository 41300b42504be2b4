"""The classes at the pointer: type a few letters of one, or the name of a new one, and press Enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum

from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from slimsam_app.i18n import tr
from slimsam_app.swatch import SWATCH_PX, swatch_icon
from slimsam_app.theme import Theme
from slimsam_app.windows.dialogs.search_popup import MARGIN_PX, ROW_PX, SearchPopup
from slimsam_core.annotation import Category
from slimsam_core.project import class_keys

_LEAST_ROWS, _MOST_ROWS = 3, 10
"""Room for a new name and what is like it; as many as have a key."""


class Fit(IntEnum):
    """How well a class fits what was typed; lower is better."""

    NAME = 0
    BEGINNING = 1
    WORD = 2
    INSIDE = 3
    """Somewhere inside a word: shown, but Enter does not take it for what was meant."""


def fit(wanted: str, name: str) -> Fit | None:
    """How ``name`` fits; capitals do not matter; None when what was typed is not in it."""
    wanted, name = wanted.casefold(), name.casefold()
    if wanted == name:
        return Fit.NAME
    if name.startswith(wanted):
        return Fit.BEGINNING
    if any(word.startswith(wanted) for word in name.replace("-", " ").replace("_", " ").split()):
        return Fit.WORD
    return Fit.INSIDE if wanted in name else None


class ClassChooser(SearchPopup):
    """Calls ``give`` with the id of the class that was taken, or ``make`` with the name of a new one."""

    def __init__(
        self,
        categories: Iterable[Category],
        recent: Sequence[int],
        give: Callable[[int], object],
        make: Callable[[str], object],
        theme: Theme,
        *,
        parent: QWidget,
        title: str,
    ) -> None:
        """``recent``: ids of classes, the last one used first. ``title``: what the class is for."""
        super().__init__(theme, title, tr("Find a class, or name a new one"), "classChooser", parent)
        self.setObjectName("classChooser")
        self._give, self._make = give, make
        listed = tuple(categories)
        self._keys = {category_id: key for key, category_id in class_keys(listed).items()}
        places = {category_id: place for place, category_id in enumerate(recent)}
        self._categories = sorted(listed, key=lambda c: places.get(c.id, len(places)))
        self._refill("")
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """As high as its classes, so that it hides no more of the picture than it must."""
        rows = max(_LEAST_ROWS, min(_MOST_ROWS, len(self._categories)))
        row = max(ROW_PX, self.list.sizeHintForRow(0))
        frame, layout = 2 * self.list.frameWidth() + 2 * MARGIN_PX, self.layout()
        between = layout.spacing() if layout is not None else 0
        return QSize(320, self.line.sizeHint().height() + between + rows * row + frame)

    def show_at(self, place: QPoint) -> None:
        """Open beside this point of the screen, wholly on it."""
        room = self.screen().availableGeometry()
        left = max(room.left(), min(place.x() + 12, room.right() - self.width()))
        top = max(room.top(), min(place.y() + 12, room.bottom() - self.height()))
        self.move(left, top)
        self.show()
        self.line.setFocus()

    def fill(self, wanted: str) -> None:
        typed = " ".join(wanted.split())
        if not typed:
            for category in self._categories:
                self._add_class(category)
            return
        found = [(fit(typed, c.name), c) for c in self._categories]
        fitting = sorted(((how, c) for how, c in found if how is not None), key=lambda pair: pair[0])
        meant = bool(fitting) and fitting[0][0] < Fit.INSIDE
        if not meant:
            self._add_new(typed)
        for _, category in fitting:
            self._add_class(category)
        if meant and fitting[0][0] is not Fit.NAME:
            self._add_new(typed)

    def _add_class(self, category: Category) -> None:
        item = self.add_row(category.name, self._keys.get(category.id, ""), category.id)
        item.setIcon(0, swatch_icon(QColor(category.display_color), SWATCH_PX, SWATCH_PX))

    def _add_new(self, name: str) -> None:
        item = self.add_row(tr("New class “{name}”").format(name=name), "", name)
        item.setIcon(0, self._theme.icon("plus"))

    def take(self, value: object) -> None:
        if isinstance(value, int):
            self._give(value)
        else:
            self._make(str(value))
