"""How long a model lets its user wait, on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from slimsam_core.judging.segmenter import Segmenter
from slimsam_core.pixels.geometry import PointPrompt, PromptSet


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
    encode: list[list[float]] = [[] for _ in segmenters]
    decode: list[list[float]] = [[] for _ in segmenters]
    for run in range(runs + 1):
        begin(run)
        for number, segmenter in enumerate(segmenters):
            rgb = noise.copy()  # another picture, so that no closer look is remembered
            start = time.perf_counter()
            embedding = segmenter.embed(rgb)
            encode[number].append(time.perf_counter() - start)
            start = time.perf_counter()
            segmenter.predict_many(embedding, (click,))
            decode[number].append(time.perf_counter() - start)
    return tuple(
        Latency(1000 * median(a[1:]), 1000 * median(b[1:])) for a, b in zip(encode, decode, strict=True)
    )
