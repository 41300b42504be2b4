"""The object that is being made: its steps, the questions about them to the worker, and the answers."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from slimsam_app.sessions.focusing import FOCUS, Focusing
from slimsam_app.sessions.hovering import HOVER, Hovering
from slimsam_app.sessions.prompt_steps import (
    Accepting,
    Base,
    FinishedMask,
    Glimpse,
    Hovered,
    MaskQuestion,
    OpenedObject,
    Preview,
    PromptStep,
    Replayed,
    answered,
    first_sight,
    preparing,
    replaying,
)
from slimsam_app.workers.inference import InferenceClient
from slimsam_core.annotation import Annotation
from slimsam_core.errors import SlimSamError
from slimsam_core.inference.prediction import Candidate
from slimsam_core.inference.zoom import PlacedLogits
from slimsam_core.labelling.drafts import PromptDraft
from slimsam_core.pixels.geometry import BoxXYXY, PromptSet
from slimsam_core.pixels.image_io import RgbImage

if TYPE_CHECKING:
    from slimsam_core.inference.focus import Focus
    from slimsam_core.inference.prediction import ImageEmbedding
    from slimsam_core.inference.predictor import Predictor
    from slimsam_core.inference.zoom import Window

PREVIEW, REFINE = "preview", "refine"


class OpenObject(QObject):
    """Holds the steps of one object of the shown picture, asks the worker and hears it."""

    changed = Signal()
    """Prompts, candidates or the chosen one."""
    active_changed = Signal(bool)
    """Whether an object is being made."""
    accepting = Signal()
    """What is chosen is about to be accepted; ``substitute`` may still change it."""
    accepted = Signal(object)
    """FinishedMask; arrives later than ``accept`` and may belong to a picture that is no longer shown."""
    doubted = Signal(object)
    """FinishedMask that was not accepted, see ``MaskQuestion``: it is open again."""
    settled = Signal(int, object)
    """Image id, PromptDraft: it is being accepted at this moment, and no more to be kept."""
    put_back = Signal(int, object)
    """Image id, PromptDraft: what could not be accepted, and cannot be opened again here now."""
    dropped = Signal(object)
    """PromptDraft that the user gave up."""
    noted = Signal(str)
    """Why something that was asked for cannot be done now, in words."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(self, client: InferenceClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self.image_id: int | None = None
        self.rgb: RgbImage | None = None
        self.class_of_new: Callable[[], int] = lambda: 0
        """The class that new objects get; asked at the moment of acceptance."""
        self.hover_enabled = True
        self.one_selected: Callable[[], bool] = lambda: False
        """Whether one object alone is selected, which could be refined."""
        self.waits_for: Callable[[], str] = lambda: ""
        """Why what is open cannot be accepted yet, in words; empty = it can."""
        self._steps: list[PromptStep] = []
        self._base: PlacedLogits | None = None
        self._refined: Annotation | None = None
        self._own_class = self._suggested = 0
        self._doubted: tuple[PromptSet, MaskQuestion] | None = None
        self._focus = Focusing(client)
        self._held = self._replays = False
        self._started = 0.0
        self._surfaced = 0.0
        """When it opened by itself, by ``time.monotonic``; 0 = a person opened it, or worked on it since."""
        self._finish_numbers = itertools.count(1)
        self._finishing: dict[object, Accepting] = {}
        self._told_active = False
        self.changed.connect(self._tell_active)
        self._hover = Hovering(client, self)
        self._hover.changed.connect(self.changed)
        client.answered.connect(self._take_answer)
        client.refused.connect(self._take_refusal)
        client.model_ready.connect(self._model_changed)

    # --- what is open

    @property
    def prompts(self) -> PromptSet:
        """The prompts as they stand."""
        return self._steps[-1].prompts if self._steps else PromptSet()

    @property
    def active(self) -> bool:
        """Whether an object is being made or refined."""
        return bool(self._steps) or self._refined is not None

    @property
    def refined(self) -> Annotation | None:
        """The object that is refined, None while a new one is made."""
        return self._refined

    @property
    def doubt(self) -> MaskQuestion | None:
        """What the user was told about this result when it was to be accepted; Enter then keeps it."""
        prompts, doubt = self._doubted or (None, None)
        return doubt if prompts == self.prompts else None

    @property
    def category_id(self) -> int:
        """The class that the open object will get; 0 when there is no class yet."""
        refined = self._refined.category_id if self._refined else 0
        return self._own_class or refined or self._suggested or self.class_of_new()

    @property
    def suggested(self) -> int:
        """The class that it looks like and gets unless the user chooses another; 0 = none is suggested."""
        return 0 if self.has_own_class else self._suggested

    @property
    def has_own_class(self) -> bool:
        """Whether the class of new objects is not its class: it is refined, or was begun some time ago."""
        return bool(self._own_class) or self._refined is not None

    @property
    def begun(self) -> bool:
        """Whether something would be lost now: prompts, or another class for what is refined."""
        refined = self._refined
        return bool(self._steps) or (refined is not None and self._own_class not in (0, refined.category_id))

    @property
    def drafts(self) -> tuple[PromptDraft, ...]:
        """What would be lost now: what is open on the picture, and what is still being accepted there."""
        waiting = [accepting.opened.draft for accepting in self.waiting]
        return (*waiting, self._opened().draft) if self.begun else tuple(waiting)

    @property
    def waiting(self) -> tuple[Accepting, ...]:
        """What was accepted on the shown picture and is not an object yet, oldest first."""
        return tuple(a for a in self._finishing.values() if a.image_id == self.image_id)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """What the model offers for the prompts; empty until it answered."""
        step = self._steps[-1] if self._steps else None
        return step.prediction.candidates if step and step.prediction else ()

    @property
    def chosen(self) -> int:
        """Index of the candidate that is shown and would be accepted."""
        return self._steps[-1].chosen if self._steps else 0

    @property
    def shown(self) -> PlacedLogits | None:
        """What to paint: the logits of the chosen candidate, of what is refined, or under the pointer."""
        answer = self._painted
        if answer is None:
            return self._base if self.active else self._hover.found
        return answer.finest if isinstance(answer, Candidate) else answer

    @property
    def provisional(self) -> bool:
        """Whether ``shown`` is a first look at the newest prompts: the answer may be another mask."""
        step = self._steps[-1] if self._steps else None
        return step is not None and step.prediction is None and step.glimpse is not None

    @property
    def _painted(self) -> PlacedLogits | Candidate | None:
        if self._steps and self._steps[-1].prediction is None and self._steps[-1].glimpse is not None:
            return self._steps[-1].glimpse
        return next((s.answer for s in reversed(self._steps) if s.answer is not None), None)

    @property
    def focused(self) -> Window | None:
        """The part of the picture that the model looks at alone; None = all of it."""
        return self._focus.window

    @property
    def hovering(self) -> bool:
        """Whether ``shown`` are only those under the pointer."""
        return not self.active and self._hover.found is not None

    def surfaced(self) -> None:
        """What is open came by itself: a click that was on its way to a new object is not for it."""
        self._surfaced = time.monotonic() if self.active else 0.0

    def clear(self) -> None:
        """Drop what is open."""
        self._steps, self._base, self._refined, self._held = [], None, None, False
        self._own_class, self._doubted, self._replays = 0, None, False
        self._suggested, self._surfaced = 0, 0.0
        if self.image_id is not None:
            for slot in (PREVIEW, REFINE):
                self._client.withdraw(self.image_id, slot)
        self._hover.drop()
        self.changed.emit()

    # --- asking and hearing

    def _opened(self) -> OpenedObject:
        painted = self._painted
        if isinstance(painted, PlacedLogits):
            logits, _, fit = painted
            painted = Candidate(low_res_logits=logits, fit=fit, predicted_iou=0.0, stability_score=0.0)
        return OpenedObject(
            steps=tuple(self._steps),
            refined=self._refined,
            category_id=self._own_class or (0 if self._refined else self._suggested or self.class_of_new()),
            seconds=time.monotonic() - self._started,
            looked_at=self._focus.box,
            seen=None if self.candidates else painted,
            replays=self._replays,
        )

    def _tell_active(self) -> None:
        """In one place, so that no way of opening or dropping something can forget to tell."""
        if self.active != self._told_active:
            self._told_active = self.active
            self.active_changed.emit(self._told_active)

    def _reopen(self, opened: OpenedObject) -> None:
        """Nothing is lost: the prompts are open again."""
        self.clear()
        self._steps, self._refined = list(opened.steps), opened.refined
        self._own_class, self._started = opened.category_id, time.monotonic() - opened.seconds
        if self._refined is not None and self.image_id is not None:
            self._client.ask(self.image_id, preparing(self._refined), REFINE)
        self.changed.emit()

    def _look_at(self, box: BoxXYXY | None) -> None:
        """Ask anew, about this part of the picture alone or about all of it."""
        self._focus.choose(box)
        if self._steps:
            self._steps = [PromptStep(prompts=self.prompts, previous=self._base)]
            self._ask()
        self.changed.emit()

    def _model_changed(self) -> None:
        """The same prompts, answered by the model that is there now."""
        self._focus.look()
        if not self.active:
            return
        seen = self._opened().seen if not self.candidates else self.candidates[self.chosen]
        self._steps = [PromptStep(prompts=step.prompts, chosen=step.chosen) for step in self._steps]
        if self._steps:  # what was seen stays until the other model has answered
            self._steps[-1] = replace(self._steps[-1], glimpse=seen)
        if self._refined is not None and self.image_id is not None:
            self._base = None
            self._client.ask(self.image_id, preparing(self._refined), REFINE)
        self._replays = True
        self._ask()
        self.changed.emit()

    def _ask(self, seen: bool = False) -> None:
        """Ask for the newest step: what can be painted at once or, when that was ``seen``, the answer."""
        if self.image_id is None or not self._steps or self._focus.awaited:
            return
        if self._replays:
            self._client.ask(self.image_id, replaying(self._opened(), self._focus.found), PREVIEW)
            return
        if self._refined is not None and self._base is None:
            return  # the mask to refine is still being prepared; asked when it is there
        prompts, previous, focus = self._steps[-1].prompts, self._steps[-1].previous, self._focus.found
        refined = self._refined

        def preview(predictor: Predictor, embedding: ImageEmbedding) -> Preview | Glimpse:
            glimpse = (
                None
                if seen
                else first_sight(predictor, embedding, focus, prompts, previous=previous, refined=refined)
            )
            if glimpse is not None:
                return glimpse
            prediction = answered(predictor, embedding, focus, prompts, previous=previous, refined=refined)
            return Preview(prompts, prediction, (predictor.name, predictor.model_hash))

        self._client.ask(self.image_id, preview, PREVIEW)

    def _take_answer(self, image_id: int, slot: str, revision: int, result: object) -> None:
        if isinstance(result, FinishedMask):
            self._take_finished(slot, result)
            return
        if image_id != self.image_id or not self._client.is_newest(image_id, revision, slot):
            return
        step = self._steps[-1] if self._steps else None
        if isinstance(result, Preview) and step and step.prompts == result.prompts:
            self._steps[-1] = replace(
                step, prediction=result.prediction, chosen=result.prediction.best, made_by=result.made_by
            )
        elif isinstance(result, Glimpse) and step and step.prompts == result.prompts:
            self._steps[-1] = replace(step, glimpse=result.candidate)
            self._ask(seen=True)
        elif isinstance(result, Replayed) and step and step.prompts == result.steps[-1].prompts:
            self._steps, self._replays = list(result.steps), False
            self._base = self._base if result.base is None else result.base
        elif isinstance(result, Hovered) and not self.active:
            self._hover.take(result)
            return
        elif slot == FOCUS:
            self._focus.found = cast("Focus", result)
            if not self._held:
                self._ask()
        elif isinstance(result, Base) and self._refined is not None:
            self._base = result.found
            if step and not self._replays and step.prediction is None:
                self._steps[-1] = replace(step, previous=self._base)
                self._ask()
        else:
            return
        self.changed.emit()

    def _take_finished(self, slot: object, result: FinishedMask) -> None:
        found = self._finishing.pop(slot, None)
        if found is None:  # of a project that was closed meanwhile
            return
        loses = result.doubtful and not (found.told and result.mask.area)
        lost = MaskQuestion.LOSES if result.mask.area else MaskQuestion.EMPTY
        if not loses and not result.another:
            self.settled.emit(found.image_id, found.opened.draft)
            self.accepted.emit(replace(result, draft=found.opened.draft))
            self.changed.emit()
            return
        steps = (*found.opened.steps[:-1], result.last or found.opened.steps[-1])
        self._put_back(found.image_id, replace(found.opened, steps=steps))
        if found.image_id == self.image_id and self.prompts == steps[-1].prompts:
            self._doubted = (self.prompts, lost if loses else MaskQuestion.ANOTHER)
            self.surfaced()
        self.doubted.emit(result)
        self.changed.emit()

    def _put_back(self, image_id: int, opened: OpenedObject) -> None:
        """What could not be accepted is open again, or given to who keeps it."""
        if image_id == self.image_id and not self.active:
            self._reopen(opened)
            self._replays = opened.replays and not self.candidates
            if self._steps and not self.candidates:
                self._ask()
        else:
            self.put_back.emit(image_id, opened.draft)

    def _take_refusal(self, image_id: int, slot: object, error: SlimSamError) -> None:
        if slot == HOVER:
            return
        self.failed.emit(error)
        if slot == FOCUS:
            self._look_at(None)
        lost = [key for key, a in self._finishing.items() if slot in (key, None) and a.image_id == image_id]
        for key in lost:
            self._put_back(image_id, self._finishing.pop(key).opened)
        if lost:
            self.changed.emit()
        if slot == PREVIEW and image_id == self.image_id and self._steps:
            self._steps.pop()
            if not self.active:
                self.clear()
            self.changed.emit()
