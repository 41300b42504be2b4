"""Several boxes at once: each becomes an object of its own, all are accepted together."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from slimsam_app.sessions.prompt_steps import FinishedMask, OpenedObject, PromptStep, finishing
from slimsam_app.workers.inference import InferenceClient
from slimsam_core.errors import SlimSamError
from slimsam_core.labelling.drafts import BoxesDraft
from slimsam_core.pixels.geometry import BoxXYXY, PromptSet

if TYPE_CHECKING:
    from slimsam_core.inference.prediction import ImageEmbedding, Prediction
    from slimsam_core.inference.predictor import Predictor

BOXES = "boxes"


@dataclass(frozen=True, eq=False)
class BoxAnswer:
    """What the model made of a box, and its name and hash."""

    prediction: Prediction
    made_by: tuple[str, str]


@dataclass(frozen=True, eq=False)
class _Previews:
    answers: tuple[tuple[BoxXYXY, BoxAnswer], ...]


@dataclass(frozen=True)
class FinishedMasks:
    """Accepted objects of one picture, one a box."""

    image_id: int
    masks: tuple[FinishedMask, ...]
    draft: BoxesDraft
    """What they were made of: open again when they cannot be taken."""


class BoxesSession(QObject):
    """Holds boxes on the shown picture, asks the worker for the new ones, offers the mask of each."""

    changed = Signal()
    accepted = Signal(object)
    """FinishedMasks; arrives later than ``accept`` and may belong to a picture that is no longer shown."""
    settled = Signal(int, object)
    """Image id, BoxesDraft: they are being accepted at this moment, and no more to be kept."""
    put_back = Signal(int, object)
    """Image id, BoxesDraft: what could not be accepted, and cannot be opened again here now."""
    dropped = Signal(object)
    """BoxesDraft that the user gave up."""
    failed = Signal(object)
    """SlimSamError."""

    def __init__(self, client: InferenceClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self.image_id: int | None = None
        self.boxes: tuple[BoxXYXY, ...] = ()
        self.class_of_new: Callable[[], int] = lambda: 0
        """The class that new objects get; asked at the moment of acceptance."""
        self._own_class = 0
        """The class that they came back with; 0 = they get that of new objects."""
        self._answers: dict[BoxXYXY, BoxAnswer] = {}
        self._started = 0.0
        self._numbers = itertools.count(1)
        self._finishing: dict[object, tuple[int, BoxesDraft, tuple[BoxAnswer, ...]]] = {}
        self._accepted_at = 0.0
        client.answered.connect(self._take_answer)
        client.refused.connect(self._take_refusal)
        client.model_ready.connect(self._model_changed)

    @property
    def active(self) -> bool:
        """Whether there is a box."""
        return bool(self.boxes)

    @property
    def category_id(self) -> int:
        """The class that they will get; 0 when there is no class yet."""
        return self._own_class or self.class_of_new()

    @property
    def has_own_class(self) -> bool:
        """Whether the class of new objects is not theirs: they were begun some time ago."""
        return self._own_class != 0

    def give_class(self, category_id: int) -> None:
        """The boxes alone get this class when they are accepted."""
        self._own_class = category_id
        self.changed.emit()

    @property
    def answers(self) -> tuple[BoxAnswer | None, ...]:
        """The model's answer to each box, None while it is still to come."""
        return tuple(self._answers.get(box) for box in self.boxes)

    @property
    def drafts(self) -> tuple[BoxesDraft, ...]:
        """What would be lost now: the boxes on the picture, and those that are still being accepted there."""
        waiting = [draft for image_id, draft, _ in self._finishing.values() if image_id == self.image_id]
        return (*waiting, self._draft()) if self.boxes else tuple(waiting)

    @property
    def waiting(self) -> tuple[tuple[BoxAnswer, int], ...]:
        """What was accepted on the shown picture and is not made yet: answers and the class they get."""
        return tuple(
            (answer, draft.category_id)
            for image_id, draft, answers in self._finishing.values()
            if image_id == self.image_id
            for answer in answers
        )

    def set_image(self, image_id: int | None) -> None:
        """Another picture is shown; keep the boxes of the former one before."""
        self.clear()
        self.image_id = image_id
        if self._finishing:
            self.changed.emit()

    def forget(self) -> None:
        """The project was closed: what is still being accepted belongs to no picture any more."""
        self._finishing.clear()
        self.clear()

    def restore(self, draft: BoxesDraft) -> None:
        """Open what was kept, with its class; beside boxes that are open it gets theirs."""
        if not self.boxes:
            self._own_class = draft.category_id
        for box in draft.boxes:
            self.add(box)

    def add(self, box: BoxXYXY) -> None:
        """One more box; a second one at the very same place counts once."""
        if self.image_id is None or box in self.boxes:
            return
        if not self.boxes:
            self._started = time.monotonic()
        self.boxes = (*self.boxes, box)
        self._ask()
        self.changed.emit()

    def remove(self, index: int) -> None:
        """Drop a box and its mask."""
        self.boxes = self.boxes[:index] + self.boxes[index + 1 :]
        if not self.boxes:
            self._own_class = 0
        self.changed.emit()

    def remove_last(self) -> None:
        """Drop the newest box."""
        if self.boxes:
            self.remove(len(self.boxes) - 1)

    def accept(self) -> None:
        """Make an object of every box; ``accepted`` follows. The session is free for the next ones."""
        image_id, boxes = self.image_id, self.boxes
        if image_id is None or not boxes:
            return
        known, seconds = dict(self._answers), (time.monotonic() - self._started) / len(boxes)
        draft = self._draft()

        def finish(predictor: Predictor, embedding: ImageEmbedding) -> FinishedMasks:
            known.update(_answered(predictor, embedding, [b for b in boxes if b not in known]))
            made = []
            for box in boxes:
                answer = known[box]
                prediction = answer.prediction
                step = PromptStep(
                    prompts=PromptSet(box=box),
                    previous=None,
                    prediction=prediction,
                    chosen=prediction.best,
                    made_by=answer.made_by,
                )
                one = OpenedObject(
                    steps=(step,),
                    refined=None,
                    category_id=draft.category_id,
                    seconds=seconds,
                    looked_at=None,
                )
                made.append(finishing(image_id, one)(predictor, embedding))
            return FinishedMasks(image_id, tuple(made), draft)

        self._accepted_at = time.monotonic()
        slot = ("finish boxes", next(self._numbers))
        self._finishing[slot] = (image_id, draft, tuple(known[box] for box in boxes if box in known))
        self._client.ask(image_id, finish, slot)
        self.clear()

    def take_back(self) -> int | None:
        """Open the boxes again that wait since the last Enter; their picture, None = there are none."""
        if not self._finishing:
            return None
        slot = next(reversed(self._finishing))
        image_id, draft, _ = self._finishing.pop(slot)
        self._client.withdraw(image_id, slot)
        self._put_back(image_id, draft)
        self.changed.emit()
        return image_id

    @property
    def accepted_at(self) -> float:
        """When those that are no objects yet were accepted, by ``time.monotonic``; 0 = there are none."""
        return self._accepted_at if self._finishing else 0.0

    def cancel(self) -> None:
        """The user gives up the boxes."""
        given_up = self._draft() if self.boxes else None
        self.clear()
        if given_up is not None:
            self.dropped.emit(given_up)

    def clear(self) -> None:
        """Drop all boxes."""
        if self.image_id is not None:
            self._client.withdraw(self.image_id, BOXES)
        self._answers, self._own_class = {}, 0
        if self.boxes:
            self.boxes = ()
            self.changed.emit()

    def _put_back(self, image_id: int, draft: BoxesDraft) -> None:
        """Nothing is lost: the boxes are open again, or given to who keeps them."""
        if image_id == self.image_id and not self.boxes:
            self.boxes, self._own_class = draft.boxes, draft.category_id
            self._ask()
        else:
            self.put_back.emit(image_id, draft)

    def _draft(self) -> BoxesDraft:
        return BoxesDraft(self.boxes, self.category_id)

    def _ask(self) -> None:
        waiting = [box for box in self.boxes if box not in self._answers]
        if self.image_id is None or not waiting:
            return

        def preview(predictor: Predictor, embedding: ImageEmbedding) -> _Previews:
            return _Previews(tuple(_answered(predictor, embedding, waiting).items()))

        self._client.ask(self.image_id, preview, BOXES)

    def _model_changed(self) -> None:
        self._answers = {}
        self._ask()

    def _take_answer(self, image_id: int, slot: object, revision: int, result: object) -> None:
        if isinstance(result, FinishedMasks):
            found = self._finishing.pop(slot, None)
            if found is not None:  # None: the project was closed meanwhile
                self.settled.emit(*found[:2])
                self.accepted.emit(result)
                self.changed.emit()
        elif isinstance(result, _Previews) and image_id == self.image_id and self.boxes:
            # an answer that a newer box made stale is still right for its own boxes
            status = self._client.status
            self._answers |= {
                box: answer
                for box, answer in result.answers
                if status is not None and answer.made_by[1] == status.model_hash
            }
            self.changed.emit()

    def _take_refusal(self, image_id: int, slot: object, error: SlimSamError) -> None:
        lost = [
            key for key, (image, *_) in self._finishing.items() if slot in (key, None) and image == image_id
        ]
        if slot == BOXES or slot in lost:
            self.failed.emit(error)
        for key in lost:
            self._put_back(image_id, self._finishing.pop(key)[1])
        if lost:
            self.changed.emit()


def _answered(
    predictor: Predictor, embedding: ImageEmbedding, boxes: list[BoxXYXY]
) -> dict[BoxXYXY, BoxAnswer]:
    """All boxes in one batch."""
    predictions = predictor.predict_many(embedding, [PromptSet(box=box) for box in boxes])
    made_by = (predictor.name, predictor.model_hash)
    return {box: BoxAnswer(prediction, made_by) for box, prediction in zip(boxes, predictions, strict=True)}
