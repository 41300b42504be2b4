"""What is kept of each project beside the settings, by its uid."""

from __future__ import annotations

from slimsam_app.sessions.last_exports import LastExports
from slimsam_app.sessions.places import Places
from slimsam_app.settings import Settings


class ProjectMemory:
    """Where a person left each project, and how it was exported last."""

    def __init__(self, settings: Settings) -> None:
        self.places = Places(settings)
        self.exports = LastExports(settings)
