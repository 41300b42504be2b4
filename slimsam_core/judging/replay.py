"""A person's own prompts asked again of a model, click by click, as they were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slimsam_core.inference.prediction import Candidate, ImageEmbedding, candidate_mask
from slimsam_core.judging.segmenter import Segmenter
from slimsam_core.pixels.geometry import PromptSet
from slimsam_core.pixels.mask import BoolMask


def steps_of(prompts: PromptSet) -> tuple[PromptSet, ...]:
    """The prompts as they grew: the box first where there is one, then the points one after another."""
    first = 0 if prompts.box is not None else 1
    return tuple(replace(prompts, points=prompts.points[:n]) for n in range(first, len(prompts.points) + 1))


def replay(
    segmenter: Segmenter, embedding: ImageEmbedding, prompts: Sequence[PromptSet]
) -> tuple[BoolMask, ...]:
    """The mask that each prompt set leads to, bool HxW, in order.

    Each answer is fed back with the next click, as in the program; of the three answers to a single click the
    one with the highest predicted IoU counts, whatever the person chose then.
    """
    dialogues = [steps_of(asked) for asked in prompts]
    answers: list[Candidate | None] = [None] * len(prompts)
    for number in range(max((len(steps) for steps in dialogues), default=0)):
        active = [i for i, steps in enumerate(dialogues) if number < len(steps)]
        found = segmenter.predict_many(
            embedding, [dialogues[i][number] for i in active], [answers[i] for i in active]
        )
        for i, prediction in zip(active, found, strict=True):
            answers[i] = prediction.preferred
    return tuple(candidate_mask(embedding, answer) for answer in answers if answer is not None)
