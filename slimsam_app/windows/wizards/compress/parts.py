"""What every page of the wizard is given."""

from __future__ import annotations

from dataclasses import dataclass

from slimsam_app.sessions.adoption_session import AdoptionSession
from slimsam_app.sessions.compression.problems import Chosen
from slimsam_app.sessions.compression_session import CompressionSession
from slimsam_app.sessions.model_session import ModelSession
from slimsam_app.sessions.workbench import Workbench
from slimsam_app.theme import Theme
from slimsam_app.windows.wizards.compress.notice import StateCard
from slimsam_app.workers.compression import CompressionClient


@dataclass(frozen=True)
class WizardParts:
    """The use cases behind the pages, and the look."""

    workbench: Workbench
    theme: Theme

    @property
    def session(self) -> CompressionSession:
        """Decisions and jobs."""
        return self.workbench.compression

    @property
    def client(self) -> CompressionClient:
        """The worker that carries jobs out."""
        return self.workbench.compression_client

    @property
    def adoption(self) -> AdoptionSession:
        """Taking a model into use."""
        return self.workbench.adoption

    @property
    def models(self) -> ModelSession:
        """Installed models and their speeds."""
        return self.workbench.models

    def show_problems(self, notice: StateCard, about: Chosen) -> None:
        """The most pressing problem of a page in its notice, or none."""
        found = sorted(self.session.problems(about), key=lambda problem: not problem.blocking)
        if not found:
            notice.clear()
            return
        problem = found[0]
        icon, token = ("warning-circle", "bad") if problem.blocking else ("warning", "warn")
        notice.show_state(icon, token, problem.text, problem.hint)
