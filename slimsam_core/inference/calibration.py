"""What a light network says of its own masks, made honest: it knows neither closer look nor corrections.

Its masks of boxes are better than it says, since colours correct them after it; those of single clicks are
worse, since the most convincing of several answers is taken. Both are put right by a line through what it
says and how stable the mask is, fitted on 528 objects of training photographs by least squares.
On 248 objects of validation photographs the error of calibration fell from 0.086 to 0.035 after a click and
from 0.057 to 0.017 for a box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from slimsam_core.inference.prediction import Candidate, Prediction
from slimsam_core.pixels.geometry import PromptSet


@dataclass(frozen=True)
class Calibration:
    """IoU = ``base`` + ``said`` x predicted IoU + ``stable`` x stability score, kept in 0..1."""

    base: float
    said: float
    stable: float

    def of(self, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """The same candidates with an honest predicted IoU."""
        return tuple(
            replace(one, predicted_iou=min(1.0, max(0.0, self._iou(one)))) if one.stability_score else one
            for one in candidates
        )

    def _iou(self, candidate: Candidate) -> float:
        return self.base + self.said * candidate.predicted_iou + self.stable * candidate.stability_score


CLICK, BOX = Calibration(0.062, 0.527, 0.344), Calibration(0.364, 0.163, 0.462)


def honest(prediction: Prediction, prompts: PromptSet) -> Prediction:
    """A light network's answer to a single click or to a box alone, as good as it says; others as they are.

    Which candidate is best has been decided before: among the candidates of a click the stability score
    is no help (1 click 0.617 to 0.623 in validation).
    """
    if prompts.box is not None and not prompts.points:
        return replace(prediction, candidates=BOX.of(prediction.candidates))
    if prompts.box is None and len(prompts.points) == 1:
        return replace(prediction, candidates=CLICK.of(prediction.candidates))
    return prediction
