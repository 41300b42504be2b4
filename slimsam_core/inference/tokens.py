"""From prompts to the tokens that a runtime decodes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slimsam_core.errors import PromptError
from slimsam_core.inference import transforms
from slimsam_core.inference.runtimes.protocol import Label, TokenBatch
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.pixels.geometry import PromptSet, Size


def check_prompts(prompts: PromptSet, size: Size) -> PromptSet:
    """The prompts with the box clipped to the picture. Raises PromptError as ``Predictor.predict`` says."""
    if prompts.empty:
        raise PromptError("There is no point and no box.", "Give at least one of them.")
    for point in prompts.points:
        if not (0 <= point.x <= size.width and 0 <= point.y <= size.height):
            raise PromptError(
                "The point ({x:g}, {y:g}) lies outside the picture of {size}.",
                "Coordinates are pixels from the upper left corner.",
                x=point.x,
                y=point.y,
                size=size,
            )
    if prompts.box is None:
        return prompts
    clipped = prompts.box.clipped(size)
    if clipped is None:
        raise PromptError(
            "The box {box} lies outside the picture of {size}.",
            "Coordinates are pixels from the upper left corner.",
            box=prompts.box.as_tuple(),
            size=size,
        )
    return prompts.with_box(clipped)


def token_batch(
    original: Size,
    resized: Size,
    prompts: Sequence[PromptSet],
    previous: Sequence[FloatArray],
    *,
    padded_boxes: bool = False,
) -> TokenBatch:
    """Prompt sets of equal form for a picture of size ``original``, ``resized`` inside the model's square;
    ``previous``: low-resolution logits of each, or nothing; ``padded_boxes``: boxes are followed by a padding
    token, as in SAM 2. Raises PromptError as ``check_prompts``.
    """
    coords: list[FloatArray] = []
    labels: list[list[int]] = []
    for one in prompts:
        checked = check_prompts(one, original)
        xy = np.array([(p.x, p.y) for p in checked.points], np.float64).reshape(-1, 2)
        kinds = [int(Label.POSITIVE if p.positive else Label.NEGATIVE) for p in checked.points]
        if checked.box is None:
            tail, tail_kinds = np.zeros((1, 2), np.float32), [int(Label.PADDING)]
        else:
            tail = transforms.to_model_box(checked.box, original, resized)
            tail_kinds = [int(Label.BOX_TOP_LEFT), int(Label.BOX_BOTTOM_RIGHT)]
            if padded_boxes:
                tail = np.concatenate([tail, np.zeros((1, 2), np.float32)])
                tail_kinds.append(int(Label.PADDING))
        coords.append(np.concatenate([transforms.to_model_points(xy, original, resized), tail]))
        labels.append(kinds + tail_kinds)
    masks = np.stack(previous)[:, None].astype(np.float32) if previous else None
    return TokenBatch(np.stack(coords), np.array(labels, np.int64), masks)
