"""How long a model lets its user wait, on this machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from slimsam_core.inference.prediction import ImageEmbedding
from slimsam_core.inference.runtimes.clock import seconds_in_turn
from slimsam_core.judging.segmenter import Segmenter
from slimsam_core.pixels.geometry import PointPrompt, PromptSet
from slimsam_core.pixels.image_io import RgbImage


@dataclass(frozen=True)
class Latency:
    """Milliseconds, medians of several runs after a warm-up."""

    encode_ms: float
    decode_ms: float
    """The first click on an encoded picture, closer looks of a light model included, upsampling not."""


def measure_latency(
    segmenter: Segmenter, runs: int = 5, begin: Callable[[int], None] = lambda _: None
) -> Latency:
    """Encode and decode times for a noise picture of 640x480; the content does not matter.

    ``begin`` is called with the number of each run, 0 to ``runs``, and may raise to end it.
    """
    return measure_latencies((segmenter,), runs, begin)[0]


def measure_latencies(
    segmenters: Sequence[Segmenter], runs: int = 5, begin: Callable[[int], None] = lambda _: None
) -> tuple[Latency, ...]:
    """The same for several models in turn, so that what else the machine does slows all of them alike."""
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    click = PromptSet((PointPrompt(320.5, 240.5),))
    pictures: list[RgbImage] = []
    embeddings: dict[int, ImageEmbedding] = {}

    def fresh(turn: int) -> None:
        begin(turn)
        pictures[:] = [noise.copy() for _ in segmenters]  # others, so that no closer look is remembered

    def encode(number: int) -> None:
        embeddings[number] = segmenters[number].embed(pictures[number])

    def decode(number: int) -> None:
        segmenters[number].predict_many(embeddings[number], (click,))

    works = [partial(work, number) for number in range(len(segmenters)) for work in (encode, decode)]
    found = [1000 * seconds for seconds in seconds_in_turn(works, runs, begin=fresh)]
    return tuple(Latency(*pair) for pair in zip(found[::2], found[1::2], strict=True))
