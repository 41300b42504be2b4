"""The masks that the model offers for the open prompts, above the classes."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget

from slimsam_app.canvas.candidate_strip import CandidateStrip
from slimsam_app.i18n import tr
from slimsam_app.sessions.prompt_session import PromptSession
from slimsam_app.windows.docks.panel import Panel


class CandidatesDock(Panel):
    """Always there and always of one height, so that nothing jumps while somebody clicks."""

    def __init__(self, prompts: PromptSession, parent: QWidget) -> None:
        super().__init__("candidatesDock", tr("Masks"), parent)
        self.strip = CandidateStrip(prompts, self)
        self.column.addWidget(self.strip)
        body = self.widget()
        body.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
