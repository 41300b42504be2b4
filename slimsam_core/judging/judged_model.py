"""A model that is judged, by what its user calls it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from slimsam_core.export.onnx_runtime import is_onnx_pair
from slimsam_core.export.pair_trial import tried_predictor
from slimsam_core.inference.predictor import Predictor
from slimsam_core.library.model_library import ModelLibrary

__all__ = ["JudgedModel"]


@dataclass(frozen=True, kw_only=True)
class JudgedModel:
    """Which model, and how it is run; a value that can be sent to another machine."""

    wanted: str
    """An installed model, a file of weights, or the folder of an exported ONNX pair."""
    device: str
    runtime: str
    whole_picture: bool = False
    """The network alone: light models neither look closer nor at the colours."""

    def load(self) -> tuple[Predictor, int]:
        """The model and the bytes of its file. Raises as ``Predictor.load`` and ``tried_predictor``."""
        predictor, size_bytes = self._found()
        predictor.assisted = predictor.assisted and not self.whole_picture
        return predictor, size_bytes

    def absolute(self) -> JudgedModel:
        """The same with a file or folder by its whole path: nodes work in folders of their own."""
        path = Path(self.wanted)
        by_path = is_onnx_pair(path) or path.is_file()  # as ``load`` looks for it
        wanted = str(path.absolute()) if by_path else ModelLibrary().absolute(self.wanted)
        return replace(self, wanted=wanted)

    def _found(self) -> tuple[Predictor, int]:
        path = Path(self.wanted)
        if is_onnx_pair(path):
            return tried_predictor(path)
        if path.is_file():
            return Predictor.load(path, self.device, self.runtime), path.stat().st_size
        info = ModelLibrary().resolve(self.wanted)
        return Predictor.load(info, self.device, self.runtime), info.size_bytes
