"""The class that an open mask looks like, learnt from the objects of the project as they come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from slimsam_app.document import Document
from slimsam_app.sessions.object_session import ObjectSession
from slimsam_app.sessions.prompt_session import PromptSession
from slimsam_app.sessions.stored_objects import DescribedObject, StoredObjects, describe_objects
from slimsam_app.workers.inference import InferenceClient
from slimsam_app.workers.io_pool import IoPool
from slimsam_app.workers.model_status import ModelStatus
from slimsam_core.annotation import Annotation
from slimsam_core.inference.remembered import Remembered
from slimsam_core.labelling.quality import Rule
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import Rle
from slimsam_core.project import Change
from slimsam_core.suggesting.class_doubts import class_doubts
from slimsam_core.suggesting.class_memory import ClassMemory, TrackRecord
from slimsam_core.suggesting.description import Describer, Description

if TYPE_CHECKING:
    from slimsam_core.inference.prediction import Candidate, ImageEmbedding
    from slimsam_core.inference.predictor import Predictor

SUGGEST, LEARN = "suggest class", "learn classes"
"""Slots of the inference client."""
AT_A_TIME = 10
"""Objects that are described in one go, some 20 ms: a click waits no longer."""
RECENT = 50
"""Objects that the track record tells of."""


@dataclass(frozen=True, eq=False)
class SeenCandidate:
    """What an offered mask looks like; None when it is empty."""

    candidate: Candidate
    description: Description | None


@dataclass(frozen=True, eq=False)
class SeenObjects:
    """What objects of the shown picture look like."""

    objects: tuple[DescribedObject, ...]


class SuggestionSession(QObject):
    """Gives the open mask a class before it is accepted, or none when it is not sure.

    A class that the user chose holds for the next object. What is suggested does not change while a mask
    stays as it is. Only the loaded model's descriptions are known: with another model it begins anew.
    """

    changed = Signal()
    """More or something else was learnt."""

    def __init__(
        self,
        document: Document,
        prompts: PromptSession,
        objects: ObjectSession,
        client: InferenceClient,
        *,
        pool: IoPool,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document, self._prompts, self._objects, self._client = document, prompts, objects, client
        self._enabled = True
        self._chosen = False
        """Whether the user chose the class of the next object."""
        self._memory: ClassMemory | None = None
        self._describers: Remembered[Describer] = Remembered(1)
        self._image_id: int | None = None
        self._encoded: set[int] = set()
        """Pictures that need not be encoded first: learning waits for that, and never brings it about."""
        self._asked: Candidate | None = None
        self._seen: dict[int, Rle] = {}
        """Objects of the shown picture that were looked at, and their masks then."""
        self._stored = StoredObjects(document, pool, self)
        self._stored.described.connect(self._learn)
        prompts.changed.connect(self._look)
        objects.category_chosen.connect(self._hold)
        objects.added.connect(self._release)
        client.answered.connect(self._hear)
        client.encoded.connect(self._note_encoded)
        client.model_ready.connect(self._begin)
        document.opened.connect(self._begin)
        document.changed.connect(self._follow)
        document.closed.connect(self._forget)

    @property
    def record(self) -> TrackRecord:
        """How the classes of the last objects were guessed."""
        return self._memory.record(RECENT) if self._memory is not None else TrackRecord(0, 0, 0)

    def enable(self, on: bool) -> None:
        """Suggest classes, or none; what is learnt meanwhile serves the review queue as well."""
        self._enabled = on
        self._look()

    def rules(self) -> tuple[Rule, ...]:
        """Doubts about classes, by what is known now; may be used in another thread."""
        if self._memory is None or not self._enabled:
            return ()
        names = {category.id: category.name for category in self._document.categories()}
        return (class_doubts(self._memory.copy(), names),)

    def _begin(self, _: ModelStatus | None = None) -> None:
        """Learn the open project as the loaded model sees it."""
        self._forget()
        status = self._client.status
        if status is not None and self._document.is_open:
            self._memory = ClassMemory(status.encoder_of)
            self._describers = Remembered(1)
            self._stored.start(status.encoder_of, status.fit)
            self._learn_shown()

    def _forget(self) -> None:
        self._memory, self._asked, self._chosen = None, None, False
        self._seen.clear()
        self._encoded.clear()
        self._stored.stop()
        self._prompts.suggest(0)
        self.changed.emit()

    def _hold(self) -> None:
        self._chosen = True
        self._prompts.suggest(0)

    def _release(self) -> None:
        self._chosen = False

    def _look(self) -> None:
        """Another mask is open, or none."""
        if self._prompts.image_id != self._image_id:
            self._leave(self._image_id)
            self._image_id = self._prompts.image_id
            self._learn_shown()
        candidate = self._candidate()
        if candidate is self._asked:
            return
        self._asked = candidate
        self._prompts.suggest(0)
        image_id, rgb = self._prompts.image_id, self._prompts.rgb
        if candidate is None or image_id is None or rgb is None:
            return

        def work(_: Predictor, embedding: ImageEmbedding) -> SeenCandidate:
            describer = self._describer(embedding, rgb)
            return SeenCandidate(candidate, describer.candidate(candidate) if describer else None)

        self._client.ask(image_id, work, SUGGEST)

    def _leave(self, image_id: int | None) -> None:
        self._seen.clear()
        if image_id is not None:
            for slot in (SUGGEST, LEARN):
                self._client.withdraw(image_id, slot)

    def _note_encoded(self, image_id: int) -> None:
        self._encoded.add(image_id)
        if image_id == self._image_id:
            self._learn_shown()

    def _candidate(self) -> Candidate | None:
        """The mask whose class is wanted."""
        prompts = self._prompts
        wanted = self._enabled and self._memory is not None and self._memory.is_sure_at_times
        if not wanted or prompts.has_own_class or not prompts.candidates:
            return None
        return prompts.candidates[prompts.chosen]

    def _describer(self, embedding: ImageEmbedding, rgb: RgbImage) -> Describer | None:
        """In the worker: of the picture, None when it was encoded before its file changed."""
        if rgb.shape[:2] != embedding.original_size.hw:
            return None
        return self._describers.of(rgb, lambda: Describer(embedding, rgb), embedding.encoder_of)

    def _hear(self, image_id: int, _slot: object, _revision: int, result: object) -> None:
        if isinstance(result, SeenObjects):
            if image_id == self._image_id:
                self._seen |= {one.annotation.id: one.annotation.mask for one in result.objects}
            self._learn(result.objects)
            self._learn_shown()
        elif isinstance(result, SeenCandidate) and result.candidate is self._asked:
            memory, found = self._memory, result.description
            if memory is None or found is None or self._chosen or found.encoder_of != memory.encoder_of:
                return
            guess = memory.suggest(found)
            if guess is not None and self._document.category(guess.category_id) is not None:
                self._prompts.suggest(guess.category_id)

    def _learn_shown(self) -> None:
        """Have some objects of the shown picture described that are not known yet."""
        memory, image_id, rgb = self._memory, self._prompts.image_id, self._prompts.rgb
        if memory is None or image_id is None or rgb is None or image_id not in self._encoded:
            return
        unknown = [a for a in self._objects.objects if a.image_id == image_id and a.id not in memory]
        new = tuple(a for a in unknown if self._seen.get(a.id) != a.mask)[:AT_A_TIME]
        if not new:
            return

        def work(_: Predictor, embedding: ImageEmbedding) -> SeenObjects:
            describer = self._describer(embedding, rgb)
            return SeenObjects(describe_objects(describer, new) if describer else ())

        self._client.ask(image_id, work, LEARN)

    def _learn(self, seen: tuple[DescribedObject, ...]) -> None:
        memory = self._memory
        if memory is None or not seen or not self._document.is_open:
            return
        now = {a.id: a for a in self._document.annotations(seen[0].annotation.image_id)}
        for one in seen:
            annotation = now.get(one.annotation.id)
            same = annotation is not None and annotation.mask == one.annotation.mask
            if annotation is None or not same or annotation.iscrowd or annotation.id in memory:
                continue
            if one.description is not None and one.description.encoder_of == memory.encoder_of:
                memory.learn(annotation.id, annotation.category_id, one.description)
        self.changed.emit()

    def _follow(self, change: Change) -> None:
        memory = self._memory
        if memory is None:
            return
        if change.bulk:  # what changed is not listed
            self._begin()
            return
        for edit in change.edits:
            if isinstance(edit.entity, Annotation):
                _follow_object(memory, edit.before, edit.after)
                if edit.entity.id not in memory:
                    self._seen.pop(edit.entity.id, None)
        if self._prompts.suggested and self._document.category(self._prompts.suggested) is None:
            self._prompts.suggest(0)
        self._learn_shown()
        self.changed.emit()


def _follow_object(memory: ClassMemory, before: object, after: object) -> None:
    """What was learnt of an object stays right: its class is the present one, its mask the one described."""
    if isinstance(after, Annotation):
        if isinstance(before, Annotation) and before.mask == after.mask:
            memory.relabel(after.id, after.category_id)
        else:
            memory.forget(after.id)
    elif isinstance(before, Annotation) and after is None:
        memory.forget(before.id)
