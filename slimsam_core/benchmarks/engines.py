"""The engines that can be measured, ours and other programs, by name."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

from slimsam_core.benchmarks.engine import MeasuredEngine, OwnEngine, WeightsFile
from slimsam_core.inference.predictor import Predictor


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
