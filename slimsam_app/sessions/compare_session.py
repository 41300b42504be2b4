"""Two models on the same clicks: the second answers after the first, and a key shows one or the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QDeadlineTimer, QObject, Signal

from slimsam_app.i18n import tr
from slimsam_app.sessions.open_object import PREVIEW
from slimsam_app.sessions.prompt_session import PromptSession
from slimsam_app.sessions.prompt_steps import Preview, answered
from slimsam_app.signals import tie
from slimsam_app.workers.inference import InferenceClient
from slimsam_app.workers.model_status import ModelStatus
from slimsam_core.errors import SlimSamError
from slimsam_core.inference.prediction import candidate_pixels
from slimsam_core.pixels.geometry import PromptSet, Size

if TYPE_CHECKING:
    from slimsam_core.inference.prediction import Candidate, ImageEmbedding
    from slimsam_core.inference.predictor import Predictor

COMPARE = "compare"
COMPARED_SIDE = 1024
"""Masks are compared on the picture, made smaller to at most so many pixels a side."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two models: what it is, how long it took, what it answered to the open prompts."""

    name: str = ""
    runtime: str = ""
    encode_ms: float | None = None
    """None = not yet, or ``from_cache``."""
    from_cache: bool = False
    decode_ms: float | None = None
    candidate: Candidate | None = None


@dataclass(frozen=True, eq=False)
class Difference:
    """Where the two masks differ, bool (h, w) over the picture, and their IoU, 0..1."""

    pixels: NDArray[np.bool_]
    iou: float


class CompareSession(QObject):
    """``start`` with a model, ``toggle`` what is shown, ``stop``; follows the prompt session by itself.

    The first model alone is fed its own answers between clicks, and so is the second. What is accepted is the
    mask that is shown.
    """

    changed = Signal()
    failed = Signal(object)
    """SlimSamError."""

    def __init__(
        self,
        prompts: PromptSession,
        first: InferenceClient,
        make_client: Callable[[], InferenceClient],
        parent: QObject | None = None,
    ) -> None:
        """``make_client`` makes the client of the second model, which this session owns."""
        super().__init__(parent)
        self._prompts, self._first_client, self._make_client = prompts, first, make_client
        self._client: InferenceClient | None = None
        self.shows_second = False
        self._sides = [Side(), Side()]
        self._encoded_by_first: int | None = None
        self._shown: int | None = None
        self._timed: int | None = None
        self._asked: tuple[int, PromptSet] | None = None
        self._answer: Preview | None = None
        self._difference: tuple[Candidate, Candidate, Difference] | None = None
        prompts.changed.connect(self._follow)
        prompts.accepting.connect(self._accept_shown)
        prompts.waits_for = self._why_to_wait
        tie(first.encoded, self, lambda image, ms, cached: self._encoded(0, image, ms, cached))
        tie(first.decoded, self, lambda slot, ms: self._decoded(0, slot, ms))

    @property
    def active(self) -> bool:
        """Whether a second model is there, or on its way."""
        return self._client is not None

    @property
    def first(self) -> Side:
        """The model in use, with the candidate that is chosen."""
        status, prompts = self._first_client.status, self._prompts
        chosen = prompts.candidates[prompts.chosen] if prompts.candidates else None
        return _side(self._sides[0], status, chosen)

    @property
    def second(self) -> Side:
        """The other model, with its candidate of the same index (or its best, where there is none)."""
        status = self._client.status if self._client is not None else None
        return _side(self._sides[1], status, self._second_candidate())

    @property
    def waits(self) -> bool:
        """Whether the second model's mask is to be seen and it has not answered the open prompts yet."""
        return self.shows_second and not self._prompts.prompts.empty and self._second_candidate() is None

    @property
    def shown(self) -> tuple[tuple[Candidate, ...], int]:
        """The candidates of the model that is seen, and which of them is; without any while it looks."""
        prompts, answer, candidate = self._prompts, self._answer, self._second_candidate()
        if not self.shows_second:
            return prompts.candidates, prompts.chosen
        if answer is None or candidate is None:
            return (), 0
        found = answer.prediction.candidates
        return found, next(i for i, known in enumerate(found) if known is candidate)

    @property
    def difference(self) -> Difference | None:
        """Where the two candidates differ; None until both are there."""
        first, second, rgb = self.first.candidate, self.second.candidate, self._prompts.rgb
        if first is None or second is None or rgb is None:
            return None
        known = self._difference
        if known is None or known[0] is not first or known[1] is not second:
            known = (first, second, difference(first, second, Size.of(rgb)))
            self._difference = known
        return known[2]

    def start(self, model: str | Path | None, device: str = "auto", runtime: str = "auto") -> None:
        """Compare with this model: a name of the library, a file, or None for the default."""
        self.stop()
        client = self._client = self._make_client()
        client.model_ready.connect(lambda _: self._follow())
        client.model_failed.connect(self._fail)
        client.encoded.connect(lambda image, ms, cached: self._encoded(1, image, ms, cached))
        client.decoded.connect(lambda slot, ms: self._decoded(1, slot, ms))
        client.answered.connect(self._take)
        client.refused.connect(lambda *refusal: self.failed.emit(refusal[2]))
        client.set_model(model, device, runtime)
        self._encoded_by_first = self._prompts.image_id
        self._follow()

    def stop(self, deadline: QDeadlineTimer | None = None) -> None:
        """End the comparison and its thread; the first model's mask is shown again."""
        client, self._client = self._client, None
        if client is None:
            return
        client.close(deadline)
        client.deleteLater()
        self.shows_second, self._shown = False, None
        self._asked = self._answer = self._difference = None
        self._sides[1] = Side()
        self.changed.emit()

    def toggle(self) -> None:
        """Show the mask of the other model."""
        self.show_second(not self.shows_second)

    def show_second(self, on: bool) -> None:
        """Show the second model's mask, or the first one's."""
        if self.active and on != self.shows_second:
            self.shows_second = on
            self.changed.emit()

    def _second_candidate(self) -> Candidate | None:
        answer, prompts = self._answer, self._prompts
        if answer is None or self._asked is None or answer.prompts != prompts.prompts:
            return None
        found = answer.prediction.candidates
        same = len(found) == len(prompts.candidates)
        return found[prompts.chosen] if same else answer.prediction.preferred

    def _follow(self) -> None:
        """Ask the second model what the first was asked, once that one has answered."""
        client, prompts = self._client, self._prompts
        image_id = prompts.image_id
        if image_id != self._timed:
            self._timed = image_id
            self._sides = [Side(), Side()]
        if client is None:
            return
        ready = image_id in (None, self._encoded_by_first) or bool(prompts.candidates)
        if ready and image_id != self._shown:
            self._shown = image_id  # not before: two encodings at once would spoil both times
            client.set_image(image_id, prompts.rgb)
        if image_id is None or not prompts.active:
            self._asked = self._answer = None
        elif prompts.candidates and (image_id, prompts.prompts) != self._asked:
            self._ask(client, image_id, prompts.prompts)
        self.changed.emit()

    def _ask(self, client: InferenceClient, image_id: int, wanted: PromptSet) -> None:
        self._asked = (image_id, wanted)
        before, candidate, refined = self._answer, self._second_of(wanted), self._prompts.refined

        def work(predictor: Predictor, embedding: ImageEmbedding) -> Preview:
            prediction = answered(predictor, embedding, None, wanted, previous=candidate, refined=refined)
            return Preview(wanted, prediction, (predictor.name, predictor.model_hash))

        self._answer = before if candidate is not None else None
        client.ask(image_id, work, COMPARE)

    def _second_of(self, wanted: PromptSet) -> Candidate | None:
        """The second model's own answer to the clicks before, when ``wanted`` only adds to them."""
        answer = self._answer
        if answer is None or answer.prompts.box != wanted.box:
            return None
        before = answer.prompts.points
        grown = len(before) < len(wanted.points) and wanted.points[: len(before)] == before
        return answer.prediction.preferred if grown else None

    def _take(self, image_id: int, slot: object, revision: int, result: object) -> None:
        if slot == COMPARE and isinstance(result, Preview) and self._asked == (image_id, result.prompts):
            self._answer = result
            self.changed.emit()

    def _encoded(self, side: int, image_id: int, ms: float, cached: bool) -> None:
        if image_id == self._prompts.image_id:
            spent = None if cached else ms
            self._sides[side] = replace(self._sides[side], encode_ms=spent, from_cache=cached)
            if side == 0:
                self._encoded_by_first = image_id
            self._follow()

    def _decoded(self, side: int, slot: object, ms: float) -> None:
        if slot == (PREVIEW, COMPARE)[side]:
            self._sides[side] = replace(self._sides[side], decode_ms=ms)

    def _accept_shown(self) -> None:
        """The mask of the second model is accepted when it is what is seen."""
        answer, shown = self._answer, self._second_candidate()
        if self.shows_second and answer is not None and shown is not None:
            chosen = next(i for i, c in enumerate(answer.prediction.candidates) if c is shown)
            self._prompts.substitute(answer, chosen)

    def _why_to_wait(self) -> str:
        """Nobody has seen the mask that would be accepted."""
        return (
            tr("The second model is still looking: Enter takes its mask once it is there.")
            if self.waits
            else ""
        )

    def _fail(self, error: SlimSamError) -> None:
        self.stop()
        self.failed.emit(error)


def difference(first: Candidate, second: Candidate, picture: Size) -> Difference:
    """Where two candidates of a picture differ, on at most ``COMPARED_SIDE`` pixels a side."""
    scale = min(1.0, COMPARED_SIDE / max(picture.hw))
    size = Size(max(1, round(picture.height * scale)), max(1, round(picture.width * scale)))
    a, b = candidate_pixels(first, picture, size), candidate_pixels(second, picture, size)
    either = int(np.count_nonzero(a | b))
    return Difference(a ^ b, int(np.count_nonzero(a & b)) / either if either else 1.0)


def _side(times: Side, status: ModelStatus | None, candidate: Candidate | None) -> Side:
    if status is None:
        return replace(times, candidate=candidate)
    return replace(times, name=status.name, runtime=status.runtime, candidate=candidate)
