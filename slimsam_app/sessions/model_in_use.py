"""Which model answers: the one of the settings or of the open project, loaded anew when that changes."""

from __future__ import annotations

from PySide6.QtCore import QObject

from slimsam_app.document import Document
from slimsam_app.sessions.faster_engine import FasterEngine
from slimsam_app.sessions.model_session import ModelSession
from slimsam_app.sessions.prompt_session import PromptSession
from slimsam_app.workers.inference import InferenceClient
from slimsam_app.workers.io_pool import IoPool

SETTINGS = ("model.name", "model.by_project", "model.device", "model.runtime")


class ModelInUse(QObject):
    """Nothing is loaded before ``start_when_needed``, which the window calls once it is painted."""

    def __init__(
        self,
        models: ModelSession,
        document: Document,
        inference: InferenceClient,
        prompts: PromptSession,
        pool: IoPool,
        *,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._models, self._document, self._inference = models, document, inference
        self._asked: tuple[str | None, str, str] | None = None
        self.faster = FasterEngine(prompts, pool, self)
        inference.model_ready.connect(self.faster.consider)
        self.faster.ready.connect(self._restart)
        for key in SETTINGS:
            models.settings.when(key, self, lambda _: self._restart_if_other())
        document.opened.connect(self._restart_if_other)
        document.closed.connect(self._restart_if_other)

    def start_when_needed(self) -> None:
        """Load it once something is open: a window without pictures needs no engine, which takes 170 MB."""
        if self._document.is_open:
            self.start()
        else:
            self._document.opened.connect(self._start_once)

    def start(self) -> None:
        """Load the model that the settings name."""
        self._asked = self._wanted()
        self._inference.set_model(*self._asked, strict=False)

    @property
    def name(self) -> str:
        """Name of the model that was loaded or chosen; empty when the default was not loaded yet."""
        chosen, status = self._wanted()[0], self._inference.status
        return chosen or (status.name if status else "")

    def use(self, name: str) -> None:
        """Use this model from now on, in the open project too: one that it has of its own is forgotten."""
        self._models.choose(name)  # first: two models would be loaded one after the other
        if self._document.is_open:
            self._models.choose_for(self._document.project.uid, "")

    def close(self) -> None:
        """Drop the engine that is being prepared and wait for its end."""
        self.faster.close()

    def _wanted(self) -> tuple[str | None, str, str]:
        """Model (None = the default), device and runtime; a project may have a model of its own."""
        get, document = self._models.settings.get, self._document
        name = self._models.in_use(document.project.uid if document.is_open else "")
        return name or None, get("model.device"), get("model.runtime")

    def _start_once(self) -> None:
        if self._asked is None:
            self.start()

    def _restart_if_other(self) -> None:
        if self._wanted() != self._asked:
            self._restart()

    def _restart(self) -> None:
        if self._inference.running:
            self.start()
