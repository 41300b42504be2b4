"""Prompts as people give them: a click inside, a click in the middle, a box drawn by a shaky hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slimsam_core.judging.clicks import centre_of, next_click, random_pixel
from slimsam_core.pixels.mask import BoolMask


@dataclass(frozen=True)
class PromptPolicy:
    """Shares of the kinds of first prompts (the rest is a point alone), and how they are drawn."""

    box_share: float = 0.4
    both_share: float = 0.1
    central_share: float = 0.5
    """Share of points at the object's deepest pixel; the others are uniform in the object."""
    box_noise: float = 0.08
    """Standard deviation of a box edge as a share of the box's side; at most 20 px and 3 deviations."""


@dataclass(frozen=True)
class FirstPrompt:
    """A point ``(x, y)``, a box ``(x0, y0, x1, y1)``, or both, in pixel indices of the crop."""

    point: tuple[float, float] | None
    box: tuple[float, float, float, float] | None


def first_prompt(
    mask: BoolMask, inside: tuple[int, int], policy: PromptPolicy, rng: np.random.Generator
) -> FirstPrompt:
    """A random first prompt for an object with at least one pixel; boxes stay in the picture's part."""
    kind = rng.random()
    box = (
        _noisy_box(mask, inside, policy.box_noise, rng)
        if kind < policy.box_share + policy.both_share
        else None
    )
    if kind < policy.box_share:
        return FirstPrompt(None, box)
    if rng.random() < policy.central_share:
        x, y, _ = centre_of(mask)
    else:
        drawn = random_pixel(mask, rng)
        if drawn is None:
            raise ValueError("an object without pixels has no prompt")
        x, y = drawn
    return FirstPrompt((float(x), float(y)), box)


def corrective_click(
    target: BoolMask, predicted: BoolMask, scored: BoolMask, central: bool, rng: np.random.Generator
) -> tuple[float, float, bool]:
    """``(x, y, positive)``: at the centre of the largest error, or at a random wrong pixel.

    When nothing is wrong: at a random pixel of the object.
    """
    found = next_click(target, predicted, scored) if central else None
    if found is None:
        wrong = random_pixel((target ^ predicted) & scored, rng)
        x, y = wrong or random_pixel(target, rng) or (0, 0)
        return float(x), float(y), bool(target[y, x])
    return float(found[0]), float(found[1]), found[2]


def _noisy_box(
    mask: BoolMask, inside: tuple[int, int], noise: float, rng: np.random.Generator
) -> tuple[float, float, float, float]:
    """The mask's box with each edge moved; edges as in ``geometry``, minus 0.5 for the model's frame."""
    ys, xs = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    x0, y0, x1, y1 = xs[0], ys[0], xs[-1] + 1, ys[-1] + 1
    shift = np.clip(rng.normal(0.0, noise, 4), -3 * noise, 3 * noise) * (rng.random() < 0.8)
    width, height = x1 - x0, y1 - y0
    dx0, dy0, dx1, dy1 = np.clip(shift * [width, height, width, height], -20, 20)
    left, right = np.clip([x0 + dx0, x1 + dx1], 0, inside[1])
    top, bottom = np.clip([y0 + dy0, y1 + dy1], 0, inside[0])
    return float(left) - 0.5, float(top) - 0.5, float(right) - 0.5, float(bottom) - 0.5
