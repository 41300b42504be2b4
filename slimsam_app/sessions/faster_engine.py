"""Prepares a faster engine for the model in use, in the background, and changes to it between two objects."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from slimsam_app.sessions.prompt_session import PromptSession
from slimsam_app.workers.inference import ModelStatus
from slimsam_app.workers.io_pool import IoPool
from slimsam_core.errors import SlimSamError
from slimsam_core.inference.runtimes.background import prepare_in_child
from slimsam_core.progress import CancelToken, Progress, ProgressSink

DELAY_MS = 10_000
"""The first clicks have the machine to themselves."""


class FasterEngine(QObject):
    """Hears of each model; ``ready`` asks to load it again, now on the faster engine."""

    ready = Signal()
    progressed = Signal(float)
    """Share prepared, 0..1; emitted from a thread of the pool."""
    failed = Signal(str)
    """Why the faster engine cannot be used."""

    def __init__(self, prompts: PromptSession, parent: QObject) -> None:
        super().__init__(parent)
        self._prompts = prompts
        self._pool = IoPool(self, threads=1)
        self._token: CancelToken | None = None
        self._model: ModelStatus | None = None
        self._waiting = False
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._prepare)
        prompts.active_changed.connect(self._offer)

    def consider(self, status: ModelStatus) -> None:
        """A model was loaded: prepare its faster engine after a while, if there is one to prepare."""
        self.stop()
        if status.preparable:
            self._model = status
            self._timer.start()

    def stop(self) -> None:
        """Drop what is being prepared."""
        self._timer.stop()
        self._waiting = False
        self._model = None
        if self._token is not None:
            self._token.cancel()
            self._token = None

    def close(self) -> None:
        """Drop what is being prepared and wait for its end."""
        self.stop()
        self._pool.close()

    def _prepare(self) -> None:
        status = self._model
        if status is None:
            return
        path, model_hash = status.path, status.model_hash
        self._token = self._pool.submit(
            lambda token: _prepare(path, model_hash, self._progress, token), self._done, self._fail
        )

    def _progress(self, step: Progress) -> None:
        self.progressed.emit(step.fraction or 0.0)

    def _done(self, _: object) -> None:
        self._token = None
        self._waiting = True
        self._offer()

    def _offer(self) -> None:
        """Change engines when no object is being made: its clicks stay with the engine that answered them."""
        if self._waiting and not self._prompts.active:
            self._waiting = False
            self.ready.emit()

    def _fail(self, error: Exception) -> None:
        self._token = None
        if not isinstance(error, SlimSamError):
            raise error
        self.failed.emit(error.message)


def _prepare(path: Path, model_hash: str, progress: ProgressSink, cancel: CancelToken) -> None:
    prepare_in_child(path, model_hash, progress=progress, cancel=cancel)
