"""Prepares a faster engine for the model in use, in the background, and changes to it between two objects."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from slimsam_app.i18n import tr
from slimsam_app.sentences import in_words
from slimsam_app.sessions.prompt_session import PromptSession
from slimsam_app.workers.io_pool import IoPool, Urgency, tell_or_raise
from slimsam_app.workers.model_status import ModelStatus
from slimsam_app.workers.task import Lane, Task
from slimsam_core.errors import SlimSamError
from slimsam_core.progress import CancelToken

DELAY_MS = 10_000
"""The first clicks have the machine to themselves."""


class FasterEngine(Lane):
    """Hears of each model; ``ready`` asks to load it again, now on the faster engine."""

    ready = Signal()
    failed = Signal(str)
    """Why the faster engine cannot be used."""

    def __init__(self, prompts: PromptSession, pool: IoPool, parent: QObject) -> None:
        super().__init__(parent, stop=lambda: self._token.cancel())
        self._prompts, self._pool = prompts, pool
        self._token = CancelToken()
        self._model: ModelStatus | None = None
        self._waiting = False
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._prepare)
        prompts.active_changed.connect(self._offer)

    def consider(self, status: ModelStatus) -> None:
        """A model was loaded: prepare its faster engine after a while, if there is one to prepare."""
        self.drop()
        if status.preparable:
            self._model = status
            self._timer.start()

    def drop(self) -> None:
        """Prepare nothing any more."""
        self._timer.stop()
        self._waiting = False
        self._model = None
        self.cancel()

    def close(self) -> None:
        """Drop what is being prepared and wait for its end."""
        self.drop()
        self._pool.close()

    def _prepare(self) -> None:
        status = self._model
        if status is None:
            return
        path, model_hash = status.path, status.model_hash
        task = Task(tr("preparing a faster engine"), self._done, tell_or_raise(self._fail))

        def work(token: CancelToken) -> None:
            from slimsam_core.inference.runtimes.background import prepare_in_child

            prepare_in_child(path, model_hash, progress=lambda step: self.report(task, step), cancel=token)

        self.begin(task)  # first: what is told before it is not passed on
        self._token = self._pool.submit(
            work,
            lambda _: self.finish(task),
            lambda error: self.fail(task, error),
            priority=Urgency.RECORDING,
        )

    def _done(self, _: object) -> None:
        self._waiting = True
        self._offer()

    def _offer(self) -> None:
        """Change engines when no object is being made: its clicks stay with the engine that answered them."""
        if self._waiting and not self._prompts.active:
            self._waiting = False
            self.ready.emit()

    def _fail(self, error: SlimSamError) -> None:
        self.failed.emit(in_words(error.message))
