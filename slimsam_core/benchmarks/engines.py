"""What is measured: each engine encodes a picture and answers clicks with full-size masks."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
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


@dataclass(frozen=True)
class EngineKind:
    """An engine that can be measured. ``needs``: modules that must be importable."""

    name: str
    load: Callable[[WeightsFile], MeasuredEngine]
    needs: tuple[str, ...] = ()
    ours: bool = False

    @property
    def available(self) -> bool:
        """Whether everything that it needs is installed."""
        return all(importlib.util.find_spec(module) is not None for module in self.needs)


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


def _own(runtime: str) -> Callable[[WeightsFile], MeasuredEngine]:
    def load(weights: WeightsFile) -> MeasuredEngine:
        return OwnEngine(Predictor.load(weights, "auto", runtime))

    return load


def _peer(name: str) -> Callable[[WeightsFile], MeasuredEngine]:
    def load(weights: WeightsFile) -> MeasuredEngine:
        from slimsam_core.benchmarks import peers  # torch: a process that measures ours must not hold it

        return peers.LOADERS[name](weights.path)

    return load


ENGINES: dict[str, EngineKind] = {
    kind.name: kind
    for kind in (
        EngineKind("openvino", _own("openvino"), ("openvino",), ours=True),
        EngineKind("torch", _own("torch"), ours=True),
        EngineKind("transformers", _peer("transformers"), ("transformers",)),
        EngineKind("segment-anything", _peer("segment-anything"), ("segment_anything",)),
        EngineKind("onnxruntime", _peer("onnxruntime"), ("onnxruntime", "onnx", "onnxscript")),
    )
}
"""Engines by name, ours first, the fastest of ours before the others."""
