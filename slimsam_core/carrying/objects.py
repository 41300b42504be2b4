"""Objects carried from picture to picture: moved along the motion, then refined by the model.

Each object is moved from several former pictures, not from the last one alone, so that one bad motion does
not decide; masks keep shares of pixels on their way, so that rounding does not eat their edges. What the
model sees is taken only of objects that it understands: at the beginning it is asked for each object where
the right answer is known. And what an object looks like in the end is held against what it looked like then:
one that drifted onto something else is in doubt, however well its last step went, and so are two of a class
that met and could be exchanged (``meetings``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from slimsam_core.annotation import Annotation
from slimsam_core.carrying.meetings import Meetings
from slimsam_core.carrying.motion import (
    Look,
    Motion,
    NoMotion,
    at_full_size,
    at_working_size,
    look_at,
    motion_of,
)
from slimsam_core.inference.prediction import Candidate, ImageEmbedding, candidate_mask
from slimsam_core.inference.transforms import FloatArray, downsample_mask
from slimsam_core.labelling.drafts import BAR
from slimsam_core.pixels.geometry import BoxXYXY, PointPrompt, PromptSet
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask, Rle, encode, iou
from slimsam_core.progress import Progress
from slimsam_core.suggesting.description import Describer

if TYPE_CHECKING:
    from slimsam_core.inference.predictor import Predictor

__all__ = ["CarriedMask", "CarriedObjects", "NextPicture", "Trail", "carry_objects"]

BACK = (1, 2, 4)
"""Pictures before the next one that objects are moved from; by eye: a thing that is hidden once is found
again."""
LEAST_AREA = 16
"""Pixels; less is what is left of an object that leaves the picture. By eye: four by four have no form."""
UNDERSTOOD, KNOWN = 0.8, 0.65
"""IoU, of what the model sees of an object in the first picture with its mask: from the first on it
understands the object, below the second it does not and is not asked any more. By eye, around what is usual
for a mask that a person would mend."""
AGREES_IF_UNDERSTOOD, AGREES_IF_KNOWN = 0.6, 0.8
"""Least IoU with the moved mask of what the model sees later on: below it is another thing. By eye: more
than COCO's AP50, and the more the less the model understood."""
MODEL_SHARE = 0.6
"""Weight of the model's mask against the moved one, when it is taken; by eye."""
LEAST_LIKENESS, LEAST_LIKENESS_ALONE = 0.5, 0.8
"""Of an object to how it looked at first, where 0 is as like as its surroundings were: below the first it has
drifted; the second where there is nothing but likeness, since the model does not understand the object. By
eye: half of the way to its surroundings, and a fifth of it."""
_TOO_ALIKE = 1e-4
"""From the likeness of an object with its surroundings to 1: where it is less they cannot be told apart; by
eye, only so that nothing is divided by noise."""
_NEXT_TO_NOTHING = 1e-3
"""Weight of the last picture's motion where none can be believed; by eye: only so that something is divided
by."""


@dataclass(frozen=True, kw_only=True)
class CarriedMask:
    """An object in the next picture."""

    mask: Rle
    prompts: PromptSet
    """Box and inner point of the moved mask, which the model was asked with."""
    sure: float
    """Share of the moved mask whose motion is sure, 0..1."""
    agreement: float
    """IoU of what the model sees there with the moved mask, 0..1."""
    predicted_iou: float
    stability_score: float
    likeness: float = 1.0
    """With how the object looked at first: 1 = the same, 0 = no more than its surroundings did."""
    understood: bool = True
    """Whether the model saw the object in the first picture; of others its opinion says nothing."""
    told: bool = True
    """Whether it can still be told from all things of its class that it met."""

    @property
    def confidence(self) -> float:
        """How far this can be believed to be the same object, 0..1; ``BAR`` is the least that is offered."""
        if not self.told:
            return 0.0
        if not self.understood:
            return self.likeness * BAR / LEAST_LIKENESS_ALONE
        return min(self.agreement * min(1.0, max(0.0, self.predicted_iou)), self.likeness)

    @property
    def drifted(self) -> bool:
        """Whether it does not look any more as it did at first."""
        return self.likeness < (LEAST_LIKENESS if self.understood else LEAST_LIKENESS_ALONE)


@dataclass(frozen=True)
class CarriedObjects:
    """What became of the objects of a picture in the next one."""

    carried: tuple[tuple[Annotation, CarriedMask], ...]
    """Those that are there, the most certain first."""
    gone: tuple[Annotation, ...]
    """Those that left the picture."""


@dataclass(frozen=True, eq=False)
class _Seen:
    """A former picture, and where the objects are in it: coverage at the working size by id."""

    look: Look
    softs: dict[int, FloatArray]


def prompts_of(pixels: BoolMask) -> PromptSet:
    """The box of a mask, not empty, and its point that is farthest from its edge."""
    rows, columns = np.flatnonzero(pixels.any(1)), np.flatnonzero(pixels.any(0))
    x0, x1, y0, y1 = int(columns[0]), int(columns[-1]) + 1, int(rows[0]), int(rows[-1]) + 1
    inside = np.pad(pixels[y0:y1, x0:x1].astype(np.uint8), 1)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 3)[1:-1, 1:-1]
    y, x = np.unravel_index(int(np.argmax(depth)), depth.shape)
    point = PointPrompt(x0 + int(x) + 0.5, y0 + int(y) + 0.5)
    return PromptSet((point,), BoxXYXY(float(x0), float(y0), float(x1), float(y1)))


class Trail:
    """Objects on their way through a sequence, and the last pictures that they were seen in."""

    def __init__(
        self, predictor: Predictor, rgb: RgbImage, embedding: ImageEmbedding, objects: Sequence[Annotation]
    ) -> None:
        """``rgb``, ``embedding``: of the picture that the objects are labelled in. Raises OutOfMemory."""
        self._predictor = predictor
        look = look_at(rgb)
        fit = [one for one in objects if one.mask.size == look.original and one.mask.area]
        self.lost = tuple(one for one in objects if one not in fit)
        """Those without a mask in this picture."""
        self.objects = fit
        """Those that are still there."""
        self._seen: deque[_Seen] = deque(maxlen=max(BACK))
        self._seen.append(_Seen(look, {one.id: at_working_size(one.mask) for one in fit}))
        self._trust = {one.id: self._understanding(embedding, one.mask) for one in fit}
        describer = Describer(embedding, rgb)
        self._looked = {one.id: describer.inside_and_rim(one.mask) for one in fit}
        self._meetings = Meetings(fit, _insides(self._looked))

    def motions(self, rgb: RgbImage) -> NextPicture | NoMotion:
        """How the last pictures lead to the next one, uint8 HxWx3; or why nothing can be carried there."""
        look = look_at(rgb)
        found: list[tuple[Motion, dict[int, FloatArray]]] = []
        for back in BACK:
            if back > len(self._seen):
                break
            seen = self._seen[-back]
            motion = motion_of(seen.look, look)
            if isinstance(motion, Motion):
                found.append((motion, seen.softs))
            elif back == 1:
                return motion
        return NextPicture(rgb, look, tuple(found))

    def go_on(
        self, picture: NextPicture, embedding: ImageEmbedding
    ) -> Generator[Progress, None, CarriedObjects]:
        """Carry the objects into the next picture, one a step. Raises OutOfMemory."""
        carried: list[tuple[Annotation, CarriedMask]] = []
        gone, self.lost = list(self.lost), ()
        softs: dict[int, FloatArray] = {}
        looks: dict[int, tuple[FloatArray, FloatArray] | None] = {}
        describer = Describer(embedding, picture.rgb)
        for done, one in enumerate(self.objects):
            yield Progress("Carrying objects over", done, len(self.objects))
            moved, sure = picture.moved(one.id)
            mask = at_full_size(moved, picture.look.original)
            if mask.area < LEAST_AREA:
                gone.append(one)
                continue
            found, softs[one.id] = self._refined(embedding, one.id, moved, mask, sure)
            looks[one.id] = describer.inside_and_rim(found.mask)
            carried.append((one, replace(found, likeness=self._likeness(one.id, looks[one.id]))))
        self._seen.append(_Seen(picture.look, softs))
        self.objects = [one for one, _ in carried]
        untold = self._meetings.untold({one.id: found.mask for one, found in carried}, _insides(looks))
        carried = [(one, replace(found, told=one.id not in untold)) for one, found in carried]
        carried.sort(key=lambda pair: -pair[1].confidence)
        return CarriedObjects(tuple(carried), tuple(gone))

    def _refined(
        self, embedding: ImageEmbedding, object_id: int, moved: FloatArray, mask: Rle, sure: float
    ) -> tuple[CarriedMask, FloatArray]:
        """The object there, and how much of each pixel it covers."""
        prompts, candidates = self._asked(embedding, mask)
        trust = self._trust[object_id]
        worth = [iou(seen, mask) * trusted for (seen, _), trusted in zip(candidates, trust, strict=True)]
        best = int(np.argmax(worth))
        seen, candidate = candidates[best]
        agreement = iou(seen, mask)
        if agreement >= _least_agreement(trust[best]):
            moved = MODEL_SHARE * at_working_size(seen) + (1.0 - MODEL_SHARE) * moved
            mask = at_full_size(moved, mask.size)
        found = CarriedMask(
            mask=mask,
            prompts=prompts,
            sure=sure,
            agreement=agreement,
            predicted_iou=candidate.predicted_iou,
            stability_score=candidate.stability_score,
            understood=trust[best] >= KNOWN,
        )
        return found, moved

    def _likeness(self, object_id: int, now: tuple[FloatArray, FloatArray] | None) -> float:
        """0..1, see ``CarriedMask.likeness``; 1 where object and surroundings cannot be told apart.

        ``now``: what its mask looks like inside and around.
        """
        first = self._looked[object_id]
        if first is None or now is None:
            return 1.0
        inside, rim = first
        alike = float(inside @ rim)
        if 1.0 - alike < _TOO_ALIKE or not inside.any():
            return 1.0
        return float(np.clip((inside @ now[0] - alike) / (1.0 - alike), 0.0, 1.0))

    def _asked(self, embedding: ImageEmbedding, mask: Rle) -> tuple[PromptSet, list[tuple[Rle, Candidate]]]:
        """What the model is asked about a mask, and what it sees there."""
        pixels = mask.decode()
        prompts = prompts_of(pixels)
        arch = self._predictor.arch
        logits = downsample_mask(pixels, arch.mask_size, arch.fit)
        answer = self._predictor.predict(embedding, prompts, logits)
        return prompts, [(encode(candidate_mask(embedding, one)), one) for one in answer.candidates]

    def _understanding(self, embedding: ImageEmbedding, mask: Rle) -> tuple[float, ...]:
        """IoU of each of the model's answers with a mask that is right."""
        return tuple(iou(seen, mask) for seen, _ in self._asked(embedding, mask)[1])


@dataclass(frozen=True, eq=False)
class NextPicture:
    """A picture that objects are carried into, and the motions that lead there."""

    rgb: RgbImage
    look: Look
    motions: tuple[tuple[Motion, dict[int, FloatArray]], ...]
    """Each with what it moves; the first is that of the picture just before."""

    def moved(self, object_id: int) -> tuple[FloatArray, float]:
        """How much of each pixel an object covers there, and the share of it whose motion is sure, 0..1."""
        last, softs = self.motions[0]
        if len(self.motions) == 1:
            soft = last.warped(softs[object_id])
        else:
            total = weights = np.zeros(softs[object_id].shape, np.float32)
            for motion, masks in self.motions:
                weight = cv2.GaussianBlur(motion.weight_HW, (5, 5), 0)
                weight = weight + (_NEXT_TO_NOTHING if motion is last else _NEXT_TO_NOTHING**2)
                total, weights = total + weight * motion.warped(masks[object_id]), weights + weight
            soft = np.asarray(total / weights, np.float32)
        inside = soft > 0.5
        return soft, float(last.sure[inside].mean()) if inside.any() else 0.0


def carry_objects(
    trail: Trail, rgb: RgbImage, embedding: ImageEmbedding
) -> Generator[Progress, None, CarriedObjects | NoMotion]:
    """``Trail.motions`` and ``Trail.go_on`` for a picture whose embedding is there. Raises OutOfMemory."""
    picture = trail.motions(rgb)
    if isinstance(picture, NoMotion):
        return picture
    return (yield from trail.go_on(picture, embedding))


def _insides(looked: Mapping[int, tuple[FloatArray, FloatArray] | None]) -> dict[int, FloatArray | None]:
    """What objects look like without their surroundings."""
    return {number: look[0] if look is not None else None for number, look in looked.items()}


def _least_agreement(trust: float) -> float:
    """Of the model's mask with the moved one; above 1 when it is never taken."""
    if trust >= UNDERSTOOD:
        return AGREES_IF_UNDERSTOOD
    return AGREES_IF_KNOWN if trust >= KNOWN else 2.0
