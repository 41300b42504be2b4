"""How long a model lets its user wait, on this machine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median

import numpy as np

from slimsam_core.evaluation.measure import Segmenter
from slimsam_core.geometry import PointPrompt, PromptSet


@dataclass(frozen=True)
class Latency:
    """Milliseconds, medians of several runs after a warm-up."""

    encode_ms: float
    decode_ms: float
    """The first click on an encoded picture, closer looks of a light model included, upsampling not."""


def measure_latency(segmenter: Segmenter, runs: int = 5) -> Latency:
    """Encode and decode times for a noise picture of 640x480; the content does not matter."""
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    click = PromptSet((PointPrompt(320.5, 240.5),))
    encode, decode = [], []
    for _ in range(runs + 1):
        rgb = noise.copy()  # another picture, so that no closer look is remembered
        start = time.perf_counter()
        embedding = segmenter.embed(rgb)
        encode.append(time.perf_counter() - start)
        start = time.perf_counter()
        segmenter.predict_many(embedding, (click,))
        decode.append(time.perf_counter() - start)
    return Latency(1000 * median(encode[1:]), 1000 * median(decode[1:]))
