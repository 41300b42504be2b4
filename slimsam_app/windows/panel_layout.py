"""Which panels stand beside the picture, and which of them are folded to their heading; remembered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QObject

from slimsam_app.settings import Settings
from slimsam_app.signals import tie
from slimsam_app.windows.docks.candidates_dock import CandidatesDock
from slimsam_app.windows.docks.panel import Panel
from slimsam_core.files.foreign import parse_json

_LAYOUT, _FOLDED = "state.panels", "state.folded"


class PanelChoice(StrEnum):
    """What one key goes through."""

    ALL = "all"
    RIGHT = "right"
    """Classes and objects, without the list of pictures."""
    NONE = "none"


class PanelLayout(QObject):
    """Shows and hides the panels of both sides."""

    def __init__(
        self,
        settings: Settings,
        left: Sequence[Panel],
        right: Sequence[Panel],
        masks: CandidatesDock,
        parent: QObject,
    ) -> None:
        """``masks`` comes and goes by itself, where the layout lets it."""
        super().__init__(parent)
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

    @property
    def choice(self) -> PanelChoice:
        """The layout in force."""
        known = set(PanelChoice)
        chosen = self._settings.get(_LAYOUT)
        return PanelChoice(chosen) if chosen in known else PanelChoice.ALL

    def show(self, is_open: bool) -> None:
        """Show the panels of the layout while a project is open, else none."""
        self._open = is_open
        for panel in self._left:
            panel.setVisible(is_open and self.choice is PanelChoice.ALL)
        for panel in self._right:
            panel.setVisible(is_open and self.choice is not PanelChoice.NONE)
        self._masks.offer(is_open and self.choice is not PanelChoice.NONE)

    def go_on(self) -> None:
        """The next layout: all panels, those on the right, none."""
        order = list(PanelChoice)
        chosen = order[(order.index(self.choice) + 1) % len(order)]
        self._settings.set(_LAYOUT, str(chosen))
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
