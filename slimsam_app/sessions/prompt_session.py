"""The prompts of the object that is being made: what was clicked, what the model offers, what is chosen."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from slimsam_app.sessions.prompt_steps import (
    Base,
    FinishedMask,
    Glimpse,
    Hovered,
    Logits,
    Preview,
    Step,
    answered,
    finishing,
    first_sight,
)
from slimsam_app.workers.inference import InferenceClient
from slimsam_core.annotation import Annotation
from slimsam_core.errors import SlimSamError
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size
from slimsam_core.pixels.image_io import RgbImage

if TYPE_CHECKING:
    from slimsam_core.inference.focus import Focus
    from slimsam_core.inference.prediction import Candidate, ImageEmbedding
    from slimsam_core.inference.predictor import Predictor
    from slimsam_core.inference.zoom import Window

PREVIEW, HOVER, REFINE, FOCUS = "preview", "hover", "refine", "focus"
HOVER_MS = 40
"""The pointer asks at most this often what is under it."""


class PromptSession(QObject):
    """Holds prompts for one object of the shown picture; asks the worker; offers candidates."""

    changed = Signal()
    """Prompts, candidates or the chosen one."""
    active_changed = Signal(bool)
    """Whether an object is being made."""
    accepting = Signal()
    """What is chosen is about to be accepted; ``substitute`` may still change it."""
    accepted = Signal(object)
    """FinishedMask; arrives later than ``accept`` and may belong to a picture that is no longer shown."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(self, client: InferenceClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self.image_id: int | None = None
        self.rgb: RgbImage | None = None
        self.hover_enabled = True
        self._steps: list[Step] = []
        self._base: Logits | None = None
        self._refined: Annotation | None = None
        self._focus_window: Window | None = None
        self._focus: Focus | None = None
        self._held = False
        self._started = 0.0
        self._finish_numbers = itertools.count(1)
        self._finishing: dict[object, tuple[list[Step], Annotation | None]] = {}
        self._hover_point: PointPrompt | None = None
        self._hover_logits: Logits | None = None
        self._hover_timer = QTimer(self, singleShot=True, interval=HOVER_MS)
        self._hover_timer.timeout.connect(self._ask_hover)
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
    def candidates(self) -> tuple[Candidate, ...]:
        """What the model offers for the prompts; empty until it answered."""
        step = self._steps[-1] if self._steps else None
        return step.prediction.candidates if step and step.prediction else ()

    @property
    def chosen(self) -> int:
        """Index of the candidate that is shown and would be accepted."""
        return self._steps[-1].chosen if self._steps else 0

    @property
    def shown(self) -> tuple[Logits | None, Window | None]:
        """What to paint: logits, float32 (hm, wm), of the chosen candidate or under the pointer, and the part
        of the picture that they cover (None = all of it)."""
        if self._steps and self._steps[-1].prediction is None and self._steps[-1].glimpse is not None:
            return self._steps[-1].glimpse, None
        answer = next((s.answer for s in reversed(self._steps) if s.answer is not None), None)
        if answer is None:
            return (self._base if self.active else self._hover_logits), None
        return (answer, None) if isinstance(answer, np.ndarray) else answer.finest

    @property
    def focused(self) -> Window | None:
        """The part of the picture that the model looks at alone; None = all of it."""
        return self._focus_window

    @property
    def hovering(self) -> bool:
        """Whether ``shown`` are only those under the pointer."""
        return not self.active and self._hover_logits is not None

    # --- what the user does

    def set_image(self, image_id: int | None, rgb: RgbImage | None = None) -> None:
        """Show another picture (uint8 HxWx3, read-only); what was open for the former one is dropped."""
        self.clear()
        self._focus_window = self._focus = None
        self.image_id, self.rgb = image_id, rgb
        self._client.set_image(image_id, rgb)

    def add_point(self, point: PointPrompt, hold: bool = False) -> None:
        """One more click; with ``hold`` it waits for ``release``."""
        self._push(self.prompts.with_point(point), hold)

    def set_box(self, box: BoxXYXY, hold: bool = False) -> None:
        """The box of the object; replaces the former one."""
        self._push(self.prompts.with_box(box), hold)

    def move_point(self, index: int, point: PointPrompt) -> None:
        """A prompt was dragged to another place."""
        points = (*self.prompts.points[:index], point, *self.prompts.points[index + 1 :])
        self._replace(replace(self.prompts, points=points))

    def remove_point(self, index: int) -> None:
        """A prompt was clicked away; the model is asked anew without it."""
        self._replace(self.prompts.without_point(index))

    def remove_last(self) -> None:
        """Back to how it was before the last prompt."""
        if not self._steps:
            self.clear()
            return
        self._steps.pop()
        if not self.active:
            self.clear()
            return
        self._ask_again()
        self.changed.emit()

    def release(self) -> None:
        """Ask now for what was held back."""
        if self._held:
            self._held = False
            self._ask()

    def cycle(self, step: int) -> None:
        """Choose the next (+1) or previous (-1) candidate."""
        if self.candidates:
            self.choose((self.chosen + step) % len(self.candidates))

    def choose(self, index: int) -> None:
        """Choose a candidate by its index."""
        if 0 <= index < len(self.candidates):
            self._steps[-1] = replace(self._steps[-1], chosen=index)
            self.changed.emit()

    def substitute(self, answer: Preview, chosen: int) -> None:
        """Put the answer of another model to the same prompts in the place of this one's."""
        step = self._steps[-1] if self._steps else None
        if step is not None and step.prompts == answer.prompts:
            self._steps[-1] = replace(
                step, prediction=answer.prediction, chosen=chosen, made_by=answer.made_by
            )

    def hover(self, point: PointPrompt | None) -> None:
        """The pointer rests at this point of the picture (None = it left)."""
        self._hover_point = point if self.hover_enabled else None
        if self._hover_point is None:
            self._drop_hover()
        elif not self.active and not self._hover_timer.isActive():
            self._hover_timer.start()

    def refine(self, annotation: Annotation) -> None:
        """Open an accepted or imported object: further clicks correct its mask."""
        image_id = self.image_id
        if image_id is None or annotation.image_id != image_id:
            return
        self.clear()
        self._refined = annotation
        self._started = time.monotonic()
        mask = annotation.mask

        def prepare(predictor: Predictor, _: ImageEmbedding) -> Base:
            from slimsam_core.inference.transforms import downsample_mask

            return Base(downsample_mask(mask.decode(), predictor.arch.mask_size))

        self._client.ask(image_id, prepare, REFINE)
        self.active_changed.emit(True)
        self.changed.emit()

    def focus(self, box: BoxXYXY | None) -> None:
        """Let the model look at this part of the picture alone, for small things; None = at all of it again.

        The part is encoded first; clicks meanwhile are answered then. Prompts outside it still ask the whole
        picture.
        """
        from slimsam_core.inference.focus import window_around

        if self.image_id is None or self.rgb is None:
            return
        size = Size(self.rgb.shape[0], self.rgb.shape[1])
        self._focus_window = window_around(box, size) if box is not None else None
        self._look()
        if self._steps:
            self._steps = [Step(self.prompts, self._base)]
            self._ask()
        self.changed.emit()

    def accept(self) -> None:
        """Make an object of what is chosen; ``accepted`` follows. The session is free for the next one."""
        self.accepting.emit()
        image_id, step = self.image_id, self._steps[-1] if self._steps else None
        if image_id is None or step is None or step.prompts.empty:
            self.clear()
            return
        finish = finishing(image_id, step, self._refined, time.monotonic() - self._started, self._focus)
        slot = ("finish", next(self._finish_numbers))
        self._finishing[slot] = (self._steps, self._refined)
        self._client.ask(image_id, finish, slot)
        self.clear()

    def clear(self) -> None:
        """Drop what is open."""
        was_active = self.active
        self._steps, self._base, self._refined, self._held = [], None, None, False
        if self.image_id is not None:
            for slot in (PREVIEW, REFINE):
                self._client.withdraw(self.image_id, slot)
        self._drop_hover()
        if was_active:
            self.active_changed.emit(False)
        self.changed.emit()

    # --- asking and hearing

    def _push(self, prompts: PromptSet, hold: bool) -> None:
        if self.image_id is None:
            return
        first = not self.active
        if first:
            self._started = time.monotonic()
        previous = next((s.answer for s in reversed(self._steps) if s.answer is not None), self._base)
        self._steps.append(Step(prompts, previous))
        self._drop_hover()
        if first:
            self.active_changed.emit(True)
        self._held = hold
        if not hold:
            self._ask()
        self.changed.emit()

    def _replace(self, prompts: PromptSet) -> None:
        """Prompts in the middle changed: the answers before them count no more."""
        if prompts.empty and self._refined is None:
            self.clear()
            return
        self._steps = [] if prompts.empty else [Step(prompts, self._base)]
        self._ask()
        self.changed.emit()

    def _look(self) -> None:
        """Encode the part of the picture that is focused on."""
        self._focus = None
        image_id, rgb, window = self.image_id, self.rgb, self._focus_window
        if image_id is None or rgb is None:
            return
        if window is None:
            self._client.withdraw(image_id, FOCUS)
            return

        def look(predictor: Predictor, _: ImageEmbedding) -> Focus:
            from slimsam_core.inference.focus import look_at

            return look_at(predictor, rgb, window)

        self._client.ask(image_id, look, FOCUS)

    def _ask_again(self) -> None:
        if self._steps and self._steps[-1].prediction is None:
            self._ask()

    def _model_changed(self) -> None:
        """The same prompts, answered by the model that is there now."""
        self._look()
        if self._refined is not None:
            self.refine(self._refined)
        elif self._steps:
            self._steps = [Step(self.prompts)]
            self._ask()
            self.changed.emit()

    def _ask(self, seen: bool = False) -> None:
        """Ask for the newest step: what can be painted at once or, when that was ``seen``, the answer."""
        if self.image_id is None or not self._steps:
            return
        if self._refined is not None and self._base is None:
            return  # the mask to refine is still being prepared; asked when it is there
        if self._focus_window is not None and self._focus is None:
            return  # the same holds for the part of the picture that is being encoded
        prompts, previous, focus = self._steps[-1].prompts, self._steps[-1].previous, self._focus

        def preview(predictor: Predictor, embedding: ImageEmbedding) -> Preview | Glimpse:
            glimpse = None if seen else first_sight(predictor, embedding, focus, prompts, previous)
            if glimpse is not None:
                return glimpse
            prediction = answered(predictor, embedding, focus, prompts, previous)
            return Preview(prompts, prediction, (predictor.name, predictor.model_hash))

        self._client.ask(self.image_id, preview, PREVIEW)

    def _ask_hover(self) -> None:
        point, image_id = self._hover_point, self.image_id
        if point is None or image_id is None or self.active:
            return
        prompts = PromptSet((point,))

        def hover(predictor: Predictor, embedding: ImageEmbedding) -> Hovered:
            answer = predictor.predict(embedding, prompts, closer=False)
            return Hovered(answer.preferred.low_res_logits)

        self._client.ask(image_id, hover, HOVER)

    def _drop_hover(self) -> None:
        self._hover_timer.stop()
        if self.image_id is not None:
            self._client.withdraw(self.image_id, HOVER)
        if self._hover_logits is not None:
            self._hover_logits = None
            self.changed.emit()

    def _take_answer(self, image_id: int, slot: str, revision: int, result: object) -> None:
        if isinstance(result, FinishedMask):
            self._finishing.pop(slot, None)
            self.accepted.emit(result)
            return
        if image_id != self.image_id or not self._client.is_newest(image_id, revision, slot):
            return
        step = self._steps[-1] if self._steps else None
        if isinstance(result, Preview) and step and step.prompts == result.prompts:
            self._steps[-1] = replace(
                step, prediction=result.prediction, chosen=result.prediction.best, made_by=result.made_by
            )
        elif isinstance(result, Glimpse) and step and step.prompts == result.prompts:
            self._steps[-1] = replace(step, glimpse=result.logits)
            self._ask(seen=True)
        elif isinstance(result, Hovered) and not self.active:
            self._hover_logits = result.logits
        elif slot == FOCUS:
            self._focus = cast("Focus", result)
            if not self._held:
                self._ask()
        elif isinstance(result, Base) and self._refined is not None:
            self._base = result.logits
            if step:
                self._steps[-1] = replace(step, previous=self._base)
                self._ask()
        else:
            return
        self.changed.emit()

    def _take_refusal(self, image_id: int, slot: object, error: SlimSamError) -> None:
        if slot == HOVER:
            return
        self.failed.emit(error)
        if slot == FOCUS:
            self.focus(None)
        unfinished = self._finishing.pop(slot, None)
        if unfinished and image_id == self.image_id and not self.active:
            self._steps, self._refined = unfinished  # nothing is lost: the prompts are open again
            self.active_changed.emit(True)
            self.changed.emit()
        if slot == PREVIEW and image_id == self.image_id and self._steps:
            self._steps.pop()
            if not self.active:
                self.clear()
            self.changed.emit()
