"""A process that loads one model, answers one click, and prints the most memory that it held, in bytes."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from slimsam_core.benchmarks.child import peak_memory_bytes
from slimsam_core.inference.predictor import Predictor
from slimsam_core.pixels.geometry import PointPrompt, PromptSet


def main(weights: Path) -> None:
    """Measure and print."""
    predictor = Predictor.load(weights, "cpu")
    embedding = predictor.embed(np.zeros((480, 640, 3), np.uint8))
    predictor.predict(embedding, PromptSet((PointPrompt(320.0, 240.0),)))
    print(peak_memory_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
