"""The masks that the model offers for the open prompts, below the lists."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QSizePolicy, QWidget

from slimsam_app.canvas.candidate_strip import CandidateStrip
from slimsam_app.i18n import tr
from slimsam_app.sessions.compare_session import CompareSession
from slimsam_app.sessions.prompt_session import PromptSession
from slimsam_app.windows.docks.panel import Panel, height_with_tabs

_SEPARATOR_PX = 1
"""Between two panels, by the style sheet."""


class CandidatesDock(Panel):
    """There while something is open, always of one height, and at the bottom: nothing above it jumps."""

    def __init__(self, prompts: PromptSession, compare: CompareSession, parent: QWidget) -> None:
        super().__init__("candidatesDock", tr("Masks"), parent)
        self._prompts, self._wanted = prompts, False
        self.neighbours: tuple[QDockWidget, QDockWidget] = (self, self)
        """What keeps its height when this panel comes and goes, and what makes room for it."""
        self.strip = CandidateStrip(prompts, compare, self)
        self.column.addWidget(self.strip)
        body = self.widget()
        body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        prompts.active_changed.connect(self._show)

    def offer(self, wanted: bool) -> None:
        """Whether the panel may be there at all."""
        self._wanted = wanted
        self._show()

    def _show(self) -> None:
        wanted = self._wanted and self._prompts.active
        if wanted == self.isHidden():
            steady, yields = self.neighbours
            height, room = steady.height(), steady.height() + height_with_tabs(yields)
            own = self.minimumSizeHint().height() + _SEPARATOR_PX
            self.setVisible(wanted)
            window = self.parentWidget()
            if isinstance(window, QMainWindow) and steady.isVisible():
                rest = room - height + (-own if wanted else own)
                window.resizeDocks([steady, yields], [height, max(1, rest)], Qt.Orientation.Vertical)
