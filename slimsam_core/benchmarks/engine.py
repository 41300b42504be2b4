"""What is measured: an engine encodes a picture and answers clicks with full-size masks; ours does so too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from slimsam_core.inference.prediction import candidate_mask
from slimsam_core.inference.predictor import Predictor
from slimsam_core.pixels.geometry import PointPrompt, PromptSet
from slimsam_core.pixels.image_io import RgbImage
from slimsam_core.pixels.mask import BoolMask

if TYPE_CHECKING:
    from slimsam_core.inference.prediction import ImageEmbedding

Click = tuple[float, float]


class MeasuredEngine(Protocol):
    """A loaded model with room for one encoded picture."""

    def encode(self, rgb: RgbImage) -> None:
        """From pixels, uint8 HxWx3, to an embedding that is kept."""

    def decode(self, click: Click) -> BoolMask:
        """From a positive click in image pixels to the best mask at the picture's size, bool HxW."""


@dataclass(frozen=True)
class WeightsFile:
    """What is measured. The hash is known before, as in the window: a prepared model runs without torch."""

    path: Path
    model_hash: str

    @property
    def name(self) -> str:
        """The name shown to people."""
        return self.path.stem


class OwnEngine:
    """This program's predictor on one runtime."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._embedding: ImageEmbedding | None = None

    def encode(self, rgb: RgbImage) -> None:
        """See ``MeasuredEngine.encode``."""
        self._embedding = self._predictor.embed(rgb)

    def decode(self, click: Click) -> BoolMask:
        """See ``MeasuredEngine.decode``."""
        if self._embedding is None:
            raise ValueError("encode a picture first")
        prediction = self._predictor.predict(self._embedding, PromptSet((PointPrompt(*click),)))
        return candidate_mask(self._embedding, prediction.preferred)
