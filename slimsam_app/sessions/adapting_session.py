"""Adapts the model to the open project in spare time, and offers what came of it when it saves clicks."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from slimsam_app import figures
from slimsam_app.document import Document
from slimsam_app.i18n import tr
from slimsam_app.sessions.by_project import ByProject
from slimsam_app.sessions.model_session import ModelSession
from slimsam_app.signals import tie
from slimsam_app.workers.inference import InferenceClient
from slimsam_app.workers.io_pool import IoPool, Urgency
from slimsam_app.workers.model_status import ModelStatus
from slimsam_app.workers.task import Lane, Task
from slimsam_core.errors import SlimSamError
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.progress import CancelToken
from slimsam_core.torch_part import torch_present

if TYPE_CHECKING:
    from slimsam_app.sessions.adoption_session import Adopted, AdoptionSession
    from slimsam_core.adapting.outcome import AdaptingOutcome

FIRST_OBJECTS = 20
"""When it is tried for the first time: ``adapting.choice.LEAST_OBJECTS`` (a test compares them)."""
LOOK_MS = 2000
"""Between two looks at whether it can begin: it takes minutes."""
QUIET_S = 3.0
"""After a step of the person the machine is the person's: as long as a look at the next thing takes."""


@dataclass(frozen=True, kw_only=True)
class AdaptedOffer:
    """A model that needs fewer clicks, not installed yet."""

    project_uid: str
    path: Path
    base: str
    """Name of the model that was adapted."""
    project: str
    outcome: AdaptingOutcome

    @property
    def words(self) -> str:
        """The one line that tells of it."""
        clicks = self.outcome.clicks
        assert clicks is not None
        return tr(
            "Adapted to this project: on your last {objects} objects {after} instead of {before} clicks."
        ).format(
            objects=figures.count(self.outcome.held_objects),
            after=figures.decimal(clicks.after, 1),
            before=figures.decimal(clicks.before, 1),
        )


class AdaptingSession(Lane):
    """Silent until there is something to offer. Tried anew after as many objects again."""

    offered = Signal(object)
    """AdaptedOffer; ``use`` takes it."""
    over = Signal(object)
    """AdaptedOffer that does not stand any more."""
    noted = Signal(str, object)
    """What was done, and a call that takes it back (None = there is none)."""
    failed = Signal(object)
    """SlimSamError of what a person asked for."""

    def __init__(
        self,
        document: Document,
        models: ModelSession,
        inference: InferenceClient,
        pool: IoPool,
        adoption: Callable[[], AdoptionSession],
        *,
        parent: QObject,
    ) -> None:
        """``adoption`` installs models and takes them into use."""
        super().__init__(parent, stop=self._stop_child)
        self._document, self._models, self._inference = document, models, inference
        self._pool, self._adoption = pool, adoption
        self._tried = ByProject(models.settings, "state.adapted")
        self._token = CancelToken()
        self._last_step = time.monotonic()
        self._model: ModelStatus | None = None
        self._folder = ExitStack()
        self._asked = ""
        """Name of the model that is being installed, or was the last."""
        self._listens = False
        self.offer: AdaptedOffer | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        for step in (document.opened, document.changed, inference.answered):
            tie(step, self, lambda *_: self.step_taken())
        document.closing.connect(self.drop)
        inference.model_ready.connect(self._take_model)
        models.settings.when("model.adapt", self, lambda _: self._switch())

    @property
    def on(self) -> bool:
        """Whether it is wanted and possible."""
        return bool(self._models.settings.get("model.adapt")) and torch_present()

    def step_taken(self) -> None:
        """The person did something: the machine is theirs for a moment."""
        self._last_step = time.monotonic()
        if self.on and not self._timer.isActive():
            self._timer.start()

    def drop(self) -> None:
        """Stop, and forget what would be offered."""
        self._timer.stop()
        self.cancel()
        self._withdraw()

    def close(self) -> None:
        """The window ends: so does the child."""
        self.drop()
        self._pool.close()

    def use(self) -> None:
        """Install the adapted model as one of its own and use it in the project."""
        offer, self.offer = self.offer, None
        if offer is None:
            return
        adoption = self._adoption()
        if not self._listens:
            self._listens = True
            adoption.adopted.connect(self._adopted)
            adoption.undone.connect(self._undone)
        self._asked = adoption.free_name(_name(offer))
        adoption.adopt_file(offer.path, self._asked, tell=lambda error: self._not_adopted(offer, error))

    def _switch(self) -> None:
        if self.on:
            self._timer.start()
        else:
            self.drop()

    def _take_model(self, status: ModelStatus) -> None:
        if self._model is None or status.model_hash != self._model.model_hash:
            self.cancel()
            self._withdraw()
        self._model = status
        self._last_step = time.monotonic()
        if self.on:
            self._timer.start()

    def _someone_works(self) -> bool:
        """From any thread."""
        busy = self._inference.answering or self._inference.spare.busy or self._models.jobs.busy
        return busy or time.monotonic() - self._last_step < QUIET_S

    def _look(self) -> None:
        """Begin, where there is enough that is new, and nobody at work."""
        if self._model is None or not self._may_begin():
            self._timer.stop()
        elif not self._someone_works():
            self._timer.stop()
            self._begin(self._model)

    def _may_begin(self) -> bool:
        document = self._document
        if self.busy or not (self.on and document.is_open) or document.project.read_only:
            return False
        try:
            return document.project.count_annotations() >= self._next(document.project.uid)
        except SlimSamError:  # out of reach just now: it will be told where somebody wants to see it
            return False

    def _next(self, uid: str) -> int:
        """With how many objects of a project it is tried again."""
        known = self._tried.of(uid)
        wanted = known.get("next") if isinstance(known, dict) else None
        return max(FIRST_OBJECTS, wanted) if isinstance(wanted, int) else FIRST_OBJECTS

    def _begin(self, model: ModelStatus) -> None:
        project = self._document.project
        self._withdraw()  # there are twice as many objects: that one was not wanted
        path, uid, count = project.path, project.uid, project.count_annotations()
        try:
            folder = self._folder.enter_context(temporary_folder())
        except OSError:  # no room for a model: nothing is lost but an offer
            return
        out = folder / "adapted.safetensors"

        def done(outcome: AdaptingOutcome) -> None:
            self._tried.keep(uid, {"next": _next_try(count, outcome)})
            if outcome.better:
                offer = AdaptedOffer(
                    project_uid=uid, path=out, base=model.name, project=path.stem, outcome=outcome
                )
                self.offer = offer
                self.offered.emit(offer)
            else:
                self._folder.close()

        def failed(_: Exception) -> None:
            """Logged by the child's words alone: nobody asked for it."""
            self._tried.keep(uid, {"next": 2 * count})
            self._folder.close()

        task = Task(tr("adapting to this project"), done, failed, self._folder.close)

        def work(token: CancelToken) -> AdaptingOutcome:
            from slimsam_core.adapting.in_child import adapt_in_child

            return adapt_in_child(
                path,
                model.path,
                out,
                someone_works=self._someone_works,
                progress=lambda step: self.report(task, step),
                cancel=token,
            )

        def broke(error: Exception) -> None:
            if not isinstance(error, SlimSamError):
                raise error
            self.fail(task, error)

        self.begin(task)  # first: what is told before it is not passed on
        self._token = self._pool.submit(
            work, lambda outcome: self.finish(task, outcome), broke, priority=Urgency.RECORDING
        )

    def _stop_child(self) -> None:
        self._token.cancel()

    def _withdraw(self) -> None:
        offer, self.offer = self.offer, None
        if offer is not None:
            self.over.emit(offer)
            self._folder.close()

    def _adopted(self, adopted: Adopted) -> None:
        if adopted.name == self._asked:  # not one of a compression
            self._folder.close()
            words = tr("{name} answers in this project now.").format(name=adopted.name)
            self.noted.emit(words, self._adoption().undo)

    def _not_adopted(self, offer: AdaptedOffer, error: SlimSamError) -> None:
        """Another job runs, or there is no room: the offer stands as long as its project is open."""
        self._asked = ""
        self.failed.emit(error)
        if self._document.is_open and self._document.project.uid == offer.project_uid:
            self.offer = offer
            # the line that was clicked goes first
            QTimer.singleShot(0, self, lambda: self.offered.emit(offer) if self.offer is offer else None)
        else:
            self._folder.close()

    def _undone(self, adopted: Adopted) -> None:
        if adopted.name == self._asked:
            words = tr("{name} is no longer used, but stays installed.").format(name=adopted.name)
            self.noted.emit(words, None)


def _next_try(count: int, outcome: AdaptingOutcome) -> int:
    """After as many objects again; where those of a person were too few, after as many as are missing."""
    if outcome.too_few and outcome.objects < FIRST_OBJECTS:
        return count + FIRST_OBJECTS - outcome.objects
    return 2 * count


def _name(offer: AdaptedOffer) -> str:
    """Of the model: that of the one before, and the project's, in letters that a model's name may have."""
    project = re.sub(r"[^\w.-]+", "-", offer.project)[:40].strip("-.") or "project"
    return offer.base if offer.base.endswith(f"-{project}") else f"{offer.base[:30]}-{project}"
