"""What the model sees at the places that may be a class: masks, and what each of them looks like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from slimsam_core.inference.framing import framed
from slimsam_core.inference.prediction import Candidate, candidate_pixels
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.inference.zoom import CUT, cut_share, whole_of
from slimsam_core.likeness.cells import CellModel, Peak, View
from slimsam_core.pixels.geometry import PointPrompt, PromptSet, Size
from slimsam_core.pixels.mask import BoolMask
from slimsam_core.pixels.square_fit import resized_size
from slimsam_core.suggesting.description import Describer

if TYPE_CHECKING:
    from slimsam_core.inference.predictor import Predictor

__all__ = ["Find", "finds_in", "overlaps", "without_doubles"]

WORKING_SIDE = 256
"""Longest side at which masks are compared and described: 1 ms each."""
LEAST_PIXELS = 12
"""Of a mask at the working side; less has no form. By eye: three by four."""
SAME = 0.85
"""IoU of two answers to different clicks that are one mask; by eye: they may differ along
a border."""
DOUBLE, INSIDE = 0.5, 0.75
"""Of a mask and a better one: IoU of one thing seen twice; share that lies inside of it: a part of it.
The first is COCO's AP50, the second by eye between it and 1."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Find:
    """A mask that may be an object of the class."""

    pixels: BoolMask
    """At the working side."""
    candidate: Candidate
    point: PointPrompt
    """In the picture's frame."""
    vector: FloatArray
    """What it looks like."""


def finds_in(
    predictor: Predictor, views: Sequence[View], model: CellModel, describer: Describer
) -> Iterator[Find | None]:
    """The masks at the peaks of all views, each once; None after every step. Raises OutOfMemory."""
    picture = views[0].embedding.original_size
    working = resized_size(picture, min(WORKING_SIDE, max(picture.hw)))
    likeness = cv2.resize(
        model.likeness(views[0]), (working.width, working.height), interpolation=cv2.INTER_LINEAR
    )
    seen: list[BoolMask] = []
    for view in views:
        peaks = model.peaks(view)
        if not peaks:
            continue
        prompts = [PromptSet((peak.point,)) for peak in peaks]
        answers = predictor.predict_many(view.embedding, prompts, closer=False)
        yield None
        for peak, answer in zip(peaks, answers, strict=True):
            if view.window != whole_of(picture):
                answer = framed(answer, view.window, picture)
            for candidate in answer.candidates:
                find = _described(candidate, peak, view, describer, likeness)
                if find is None or any(overlaps(find.pixels, other)[0] > SAME for other in seen):
                    continue
                seen.append(find.pixels)
                yield find
            yield None


def _described(
    candidate: Candidate, peak: Peak, view: View, describer: Describer, likeness: FloatArray
) -> Find | None:
    working = Size.of(likeness)
    picture = describer.size
    if candidate.close_up is not None and cut_share(candidate.close_up, picture) > CUT:
        return None  # it goes on beyond the window: another view sees all of it
    pixels = candidate_pixels(candidate, picture, working)
    if np.count_nonzero(pixels) < LEAST_PIXELS:
        return None
    description = describer.pixels(pixels)
    if description is None:
        return None
    inside = likeness[pixels]
    own = [
        candidate.predicted_iou, candidate.stability_score, peak.likeness / 4,
        float(inside.mean()) / 4, float(np.quantile(inside, 0.2)) / 4,
    ]  # fmt: skip
    return Find(
        pixels=pixels,
        candidate=candidate,
        point=PointPrompt(peak.point.x + view.window.x, peak.point.y + view.window.y),
        vector=np.concatenate([description.vector, np.asarray(own, np.float32)]),
    )


def overlaps(mask: BoolMask, other: BoolMask) -> tuple[float, float]:
    """IoU of two masks, and the share of the smaller one that they have in common."""
    both = int(np.count_nonzero(mask & other))
    areas = int(np.count_nonzero(mask)), int(np.count_nonzero(other))
    return both / max(1, sum(areas) - both), both / max(1, min(areas))


def without_doubles(finds: Sequence[Find], scores: NDArray[np.float64]) -> list[int]:
    """Places of the finds that stay, the best first: each thing once, and no part of a better one."""
    kept: list[int] = []
    for i in np.argsort(-scores, kind="stable"):
        shared = (overlaps(finds[i].pixels, finds[k].pixels) for k in kept)
        if all(iou <= DOUBLE and inside <= INSIDE for iou, inside in shared):
            kept.append(int(i))
    return kept
