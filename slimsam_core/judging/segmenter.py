"""What can be judged: anything that answers prompts on a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from slimsam_core.inference.prediction import ImageEmbedding, Prediction, Previous
from slimsam_core.pixels.geometry import PromptSet
from slimsam_core.pixels.image_io import RgbImage


class Segmenter(Protocol):
    """What is judged: anything that embeds a picture once and answers prompts, as ``Predictor`` does."""

    name: str

    def embed(self, rgb: RgbImage) -> ImageEmbedding:
        """Encode a picture, uint8 HxWx3."""

    def predict_many(
        self,
        embedding: ImageEmbedding,
        prompts: Sequence[PromptSet],
        previous: Sequence[Previous | None] | None = None,
    ) -> tuple[Prediction, ...]:
        """Masks for several prompt sets of one picture."""
