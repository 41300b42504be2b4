"""The prompts of the object that is being made: what was clicked, what the model offers, what is chosen."""

from __future__ import annotations

import time
from dataclasses import replace

from slimsam_app.i18n import tr
from slimsam_app.sessions.open_object import PREVIEW as PREVIEW
from slimsam_app.sessions.open_object import REFINE, OpenObject
from slimsam_app.sessions.prompt_steps import (
    Accepting,
    FinishedMask,
    MaskQuestion,
    OpenedObject,
    Preview,
    PromptStep,
    finishing,
    preparing,
)
from slimsam_core.annotation import Annotation
from slimsam_core.inference.zoom import extent, whole_of
from slimsam_core.labelling.drafts import PromptDraft
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet, Size
from slimsam_core.pixels.image_io import RgbImage

SURFACED_S = 2.0
"""A hand at work clicks again within half a second; who has seen a mask open needs longer to judge it."""
REACH = 0.25
"""Of the longer side of a mask: what it misses lies that near to it, by eye; the next thing lies farther."""


class PromptSession(OpenObject):
    """What a person does with prompts for one object of the shown picture."""

    def set_image(self, image_id: int | None, rgb: RgbImage | None = None) -> None:
        """Show another picture (uint8 HxWx3, read-only); keep what was open for the former one before."""
        self.clear()
        self.image_id, self.rgb = image_id, rgb
        self._hover.image_id = image_id
        self._focus.set_image(image_id, rgb)
        self._client.set_image(image_id, rgb)
        if self._finishing:
            self.changed.emit()

    def forget(self) -> None:
        """The project was closed: what is still being accepted belongs to no picture any more."""
        self._finishing.clear()
        self.clear()

    def add_point(self, point: PointPrompt, hold: bool = False) -> None:
        """One more click; with ``hold`` it waits for ``release``.

        A click that only takes away needs a mask: alone the model would answer with something elsewhere.
        """
        if not point.positive and not self.active:
            words = tr("Nothing is open: click on an object first. A right click takes away from it.")
            refines = tr("Press E first: then clicks refine the selected object.")
            self.noted.emit(refines if self.one_selected() else words)
            return
        aside = self._set_aside(point.x, point.y) if point.positive else None
        self._push(self.prompts.with_point(point), hold)
        self._wait_again(aside)

    def set_box(self, box: BoxXYXY, hold: bool = False) -> None:
        """The box of the object; replaces the former one."""
        aside = self._set_aside((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
        self._push(self.prompts.with_box(box), hold)
        self._wait_again(aside)

    def move_point(self, index: int, point: PointPrompt) -> None:
        """A prompt was dragged to another place."""
        points = (*self.prompts.points[:index], point, *self.prompts.points[index + 1 :])
        self._replace(replace(self.prompts, points=points))

    def remove_point(self, index: int) -> None:
        """A prompt was clicked away; the model is asked anew without it.

        With the last one that says where the object is, the others go too.
        """
        rest = self.prompts.without_point(index)
        says_where = rest.box is not None or any(point.positive for point in rest.points)
        self._replace(rest if says_where or self._refined is not None else PromptSet())

    def remove_last(self) -> None:
        """Back to how it was before the last prompt; with none, to the class that what is refined has."""
        if not self._steps:
            if self.begun:
                self.give_class(0)
            else:
                self.clear()
            return
        points = self.prompts.points
        if len(self._steps) == 1 and points and (len(points) > 1 or self.prompts.box is not None):
            self.remove_point(len(points) - 1)  # one was dragged: the steps before that are gone
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
            self._surfaced = 0.0
            self._steps[-1] = replace(self._steps[-1], chosen=index)
            self.changed.emit()

    def give_class(self, category_id: int) -> None:
        """The open object alone gets this class when it is accepted."""
        self._own_class, self._surfaced = category_id, 0.0
        self.changed.emit()

    def suggest(self, category_id: int) -> None:
        """The open object looks like this class (0 = like none): it gets it, unless one was chosen for it."""
        if category_id != self._suggested:
            self._suggested = category_id
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
        self._hover.rest(point if self.hover_enabled else None, not self.active)

    def refine(self, annotation: Annotation) -> None:
        """Open an accepted or imported object: further clicks correct its mask."""
        if self.image_id is None or annotation.image_id != self.image_id:
            return
        self.clear()
        self._refined = annotation
        self._started = time.monotonic()
        self._client.ask(self.image_id, preparing(annotation), REFINE)
        self.changed.emit()

    def restore(self, draft: PromptDraft, refined: Annotation | None = None) -> None:
        """Open what was kept; the model answers its clicks again, one after another.

        ``refined``: the object that the draft refines, as it is now; None = it becomes a new one, which takes
        clicks.
        """
        steps = tuple(PromptStep(prompts=prompts, chosen=chosen) for prompts, chosen in draft.steps)
        if self.image_id is None or not (steps or refined is not None):
            return
        self._reopen(
            OpenedObject(
                steps=steps,
                refined=refined,
                category_id=draft.category_id,
                seconds=draft.seconds,
                looked_at=draft.looked_at,
            )
        )
        if draft.looked_at is not None:
            self._focus.choose(draft.looked_at)
        self._replays = bool(steps)
        self._ask()

    def focus(self, box: BoxXYXY | None) -> None:
        """Let the model look at this part of the picture alone, for small things; None = at all of it again.

        The part is encoded first; clicks meanwhile are answered then. Prompts outside it still ask the whole
        picture.
        """
        if self.image_id is not None and self.rgb is not None:
            self._look_at(box)

    def accept(self) -> None:
        """Make an object of what is chosen; ``accepted`` follows. The session is free for the next one."""
        words = self.waits_for() if self.active else ""
        if words:
            self.noted.emit(words)
            return
        self.accepting.emit()
        image_id, refined = self.image_id, self._refined
        if image_id is None or self.prompts.empty:
            category_id, draft = self._own_class, self._opened().draft
            self.clear()
            if image_id is not None and refined is not None and category_id:  # another class, the same mask
                same = FinishedMask(
                    image_id=image_id,
                    mask=refined.mask,
                    provenance=refined.provenance,
                    replaces_id=refined.id,
                    category_id=category_id,
                    draft=draft,
                )
                self.accepted.emit(same)
            return
        opened = self._opened()
        slot = ("finish", next(self._finish_numbers))
        self._finishing[slot] = Accepting(
            image_id=image_id,
            opened=opened,
            told=self.doubt is MaskQuestion.LOSES,
            at=time.monotonic(),
            painted=self.shown,
        )
        self._client.ask(image_id, finishing(image_id, opened, self._focus.found), slot)
        self.clear()

    def take_back(self) -> int | None:
        """Open again what was accepted last and is no object yet; its picture, None = there is none."""
        if not self._finishing:
            return None
        slot = next(reversed(self._finishing))
        found = self._finishing.pop(slot)
        self._client.withdraw(found.image_id, slot)
        self._put_back(found.image_id, found.opened)
        self.changed.emit()
        return found.image_id

    @property
    def accepted_at(self) -> float:
        """When the newest that is no object yet was accepted, by ``time.monotonic``; 0 = there is none."""
        return max((accepting.at for accepting in self._finishing.values()), default=0.0)

    @property
    def just_surfaced(self) -> bool:
        """It came by itself a moment ago: what the hand does now is for the next object."""
        fresh = bool(self._surfaced) and time.monotonic() - self._surfaced <= SURFACED_S
        return fresh and self._refined is None

    def cancel(self) -> None:
        """The user gives up what is open."""
        given_up = self._opened().draft if self.begun else None
        self.clear()
        if given_up is not None:
            self.dropped.emit(given_up)

    def _set_aside(self, x: float, y: float) -> PromptDraft | None:
        """What opened by itself, unless this click corrects it: a hand that works fast means a new object.

        Who refines an object has said so: each click is for that one.
        """
        if not self._surfaced or self._refined is not None:
            return None
        if not self.just_surfaced and self._is_near(x, y):
            return None
        draft = self._opened().draft
        self.clear()
        return draft

    def _is_near(self, x: float, y: float) -> bool:
        if self.shown is None or self.rgb is None:
            return False
        logits, window, fit = self.shown
        box = extent(logits, window or whole_of(Size.of(self.rgb)), fit)
        if box is None:
            return False
        reach = REACH * max(box.x1 - box.x0, box.y1 - box.y0)
        return box.x0 - reach <= x <= box.x1 + reach and box.y0 - reach <= y <= box.y1 + reach

    def _wait_again(self, draft: PromptDraft | None) -> None:
        if draft is not None and self.image_id is not None:
            self.put_back.emit(self.image_id, draft)
            self.noted.emit(tr("This began a new object. The mask that had opened again waits."))

    def _push(self, prompts: PromptSet, hold: bool) -> None:
        if self.image_id is None:
            return
        first = not self.active
        if first:
            self._started = time.monotonic()
        previous = next((s.answer for s in reversed(self._steps) if s.answer is not None), self._base)
        self._steps.append(PromptStep(prompts=prompts, previous=previous))
        self._hover.drop()
        self._held, self._replays, self._surfaced = hold, False, 0.0
        if not hold:
            self._ask()
        self.changed.emit()

    def _replace(self, prompts: PromptSet) -> None:
        """Prompts in the middle changed: the answers before them count no more."""
        if prompts.empty and self._refined is None:
            self.clear()
            return
        self._steps = [] if prompts.empty else [PromptStep(prompts=prompts, previous=self._base)]
        self._replays, self._surfaced = False, 0.0
        self._ask()
        self.changed.emit()

    def _ask_again(self) -> None:
        if self._steps and self._steps[-1].prediction is None:
            self._ask()
