"""The engines that can be measured, ours and other programs, by name."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

from slimsam_core.benchmarks.engine import MeasuredEngine, OwnEngine, WeightsFile
from slimsam_core.inference.predictor import Predictor
from slimsam_core.torch_part import torch_present


@dataclass(frozen=True, kw_only=True)
class EngineKind:
    """An engine that can be measured. ``needs``: modules that must be importable beside torch."""

    name: str
    load: Callable[[WeightsFile], MeasuredEngine]
    needs: tuple[str, ...] = ()
    ours: bool = False
    with_torch: bool = True

    @property
    def available(self) -> bool:
        """Whether everything that it needs is installed."""
        if self.with_torch and not torch_present():
            return False
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
        EngineKind(name="openvino", load=_own("openvino"), needs=("openvino",), ours=True, with_torch=False),
        EngineKind(name="torch", load=_own("torch"), ours=True),
        EngineKind(name="transformers", load=_peer("transformers"), needs=("transformers",)),
        EngineKind(name="segment-anything", load=_peer("segment-anything"), needs=("segment_anything",)),
        EngineKind(
            name="onnxruntime", load=_peer("onnxruntime"), needs=("onnxruntime", "onnx", "onnxscript")
        ),
    )
}
"""Engines by name, ours first, the fastest of ours before the others."""
