"""Which panels stand beside the picture, and which of them are folded to their heading; remembered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QMainWindow

from slimsam_app.settings import Settings
from slimsam_app.signals import tie
from slimsam_app.windows.docks.candidates_dock import CandidatesDock
from slimsam_app.windows.docks.panel import Panel
from slimsam_app.windows.panel_border import PanelBorder
from slimsam_core.files.foreign import parse_json

_LAYOUT, _FOLDED = "state.panels", "state.folded"
_LEAST_PICTURE_PX = 340
"""Of the width for the picture and the tools: with less, panels give way, those on the left first."""


class PanelChoice(StrEnum):
    """What one key goes through."""

    ALL = "all"
    RIGHT = "right"
    """Classes and objects, without the list of pictures."""
    NONE = "none"


class PanelLayout(QObject):
    """Shows and hides the panels of both sides; in a narrow window they give way to the picture.

    Who asks for them there by the key gets them, until the room changes.
    """

    def __init__(
        self,
        settings: Settings,
        left: Sequence[Panel],
        right: Sequence[Panel],
        masks: CandidatesDock,
        *,
        border: PanelBorder,
        window: QMainWindow,
    ) -> None:
        """``masks`` comes and goes by itself, where the layout lets it."""
        super().__init__(window)
        self._window, self._border = window, border
        self._room = PanelChoice.ALL
        self._asked = False
        """Whether a person asked for panels where there is no room for them."""
        self._settings, self._left, self._right, self._masks = (
            settings,
            tuple(left),
            tuple(right),
            masks,
        )
        self._open = False
        folded = self._folded()
        for panel in (*self._left, *self._right, self._masks):
            panel.set_folded(panel.objectName() in folded)
            tie(panel.folded_changed, self, self._remember)
        window.installEventFilter(self)

    @property
    def choice(self) -> PanelChoice:
        """The layout in force."""
        known = set(PanelChoice)
        chosen = self._settings.get(_LAYOUT)
        return PanelChoice(chosen) if chosen in known else PanelChoice.ALL

    def show(self, is_open: bool) -> None:
        """Show the panels of the layout while a project is open, else none."""
        self._open = is_open
        shown = self._in_room()
        for panel in self._left:
            panel.setVisible(is_open and shown is PanelChoice.ALL)
        for panel in self._right:
            panel.setVisible(is_open and shown is not PanelChoice.NONE)
        self._masks.offer(is_open and shown is not PanelChoice.NONE)

    def _in_room(self) -> PanelChoice:
        """What of the layout in force finds room, or was asked for in spite of it."""
        order = list(PanelChoice)
        least = self.choice if self._asked else self._room
        return order[max(order.index(self.choice), order.index(least))]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self._fit(self._window.width())
        return False

    def _fit(self, width: int) -> None:
        left, right = self._border.widths
        room = width - _LEAST_PICTURE_PX
        fits = (
            PanelChoice.ALL
            if room >= left + right
            else PanelChoice.RIGHT
            if room >= right
            else PanelChoice.NONE
        )
        if fits is not self._room:
            self._room, self._asked = fits, False
            self.show(self._open)

    def go_on(self) -> None:
        """The next layout: all panels, those on the right, none."""
        order = list(PanelChoice)
        chosen = order[(order.index(self._in_room()) + 1) % len(order)]
        self._settings.set(_LAYOUT, str(chosen))
        self._asked = True
        self.show(self._open)

    def reset(self) -> None:
        """All panels, none of them folded."""
        self._settings.set(_LAYOUT, str(PanelChoice.ALL))
        for panel in (*self._left, *self._right, self._masks):
            panel.set_folded(False)
        self.show(self._open)

    def _folded(self) -> frozenset[str]:
        try:
            found = parse_json(self._settings.get(_FOLDED))
        except ValueError:
            return frozenset()
        return (
            frozenset(name for name in found if isinstance(name, str))
            if isinstance(found, list)
            else frozenset()
        )

    def _remember(self, *_: object) -> None:
        names = [panel.objectName() for panel in (*self._left, *self._right, self._masks) if panel.folded]
        self._settings.set(_FOLDED, json.dumps(names))
