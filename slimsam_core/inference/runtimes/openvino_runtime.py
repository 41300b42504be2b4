"""The runtime for CPUs: compiled OpenVINO graphs; neither torch nor the weights' file is needed to run it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from slimsam_core.errors import DeviceUnavailable, OutOfMemory
from slimsam_core.files.foreign import let_go
from slimsam_core.inference.runtimes.protocol import TokenBatch
from slimsam_core.inference.runtimes.quiet_openvino import import_openvino
from slimsam_core.inference.transforms import FloatArray
from slimsam_core.installation import EXTRAS, how_to_add

if TYPE_CHECKING:
    from slimsam_core.inference.runtimes.fused_attention import FusedAttention


class EnginePrecision(StrEnum):
    """What a model is computed in, the fastest first."""

    BF16 = "bf16"
    MIXED = "bf16+f32"
    """The encoder in bf16 with the decoder in f32."""
    F32 = "f32"


PRECISIONS = tuple(EnginePrecision)


class GraphPart(StrEnum):
    """The parts of a model, in the order in which they are made; a part of several graphs has ``.0``, ``.1``,
    ... at the end of their names."""

    ENCODER = "encoder"
    DENSE = "dense"
    PREPARE = "prepare"
    PROMPTS = "prompts"
    DECODE = "decode"


EARLY = "encoder.early"
"""The first part of an encoder that is cut in two, always in f32 (``families.early_late``)."""


class Engine:
    """OpenVINO on the CPU of this machine."""

    def __init__(self) -> None:
        """Raises DeviceUnavailable when OpenVINO is missing or finds no CPU."""
        ov = import_openvino()
        self.version = str(ov.__version__)
        try:
            self._core = ov.Core()
            self.cpu_name = str(self._core.get_property("CPU", "FULL_DEVICE_NAME"))
            capabilities = self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        except RuntimeError as error:
            raise DeviceUnavailable(
                "OpenVINO finds no usable CPU: {error}.", error=_first_line(error)
            ) from error
        self.precisions = tuple(p for p in PRECISIONS if p is EnginePrecision.F32 or "BF16" in capabilities)
        """What this CPU computes natively, fastest first."""

    def compile(self, graph: Any, precision: str) -> bytes:
        """A graph made ready for this machine, as bytes for ``load``; ``precision``: bf16 or f32.

        Raises DeviceUnavailable.
        """
        try:
            compiled = self._core.compile_model(graph, "CPU", _settings(precision))
            return bytes(compiled.export_model().getvalue())
        except RuntimeError as error:
            raise DeviceUnavailable(
                "OpenVINO cannot compile the model: {error}.", error=_first_line(error)
            ) from error

    def load(self, source: Any, precision: str) -> Any:
        """An inference request for what ``compile`` made, or for a graph, which is compiled and not kept.
        A view is not copied: it has to last as long as the request. Raises DeviceUnavailable."""
        make = self._core.compile_model
        if isinstance(source, bytes | memoryview):
            make = self._core.import_model
        if isinstance(source, memoryview):
            source = import_openvino().Tensor(np.frombuffer(source, np.uint8)[None], shared_memory=True)
        try:
            return make(source, "CPU", _settings(precision)).create_infer_request()
        except RuntimeError as error:
            raise DeviceUnavailable(
                "OpenVINO cannot load the compiled model: {error}.", error=_first_line(error)
            ) from error


_WORDS: Mapping[str, str] = {
    EnginePrecision.BF16: "bfloat16",
    EnginePrecision.MIXED: "bfloat16, decoder float32",
    EnginePrecision.F32: "float32",
}


class OpenVinoRuntime:
    """See ``Runtime``."""

    name = "openvino"
    device = "cpu"
    batch_size = 8

    def __init__(
        self, engine: Engine, blobs: Mapping[str, Any], precision: str, no_mask_C: FloatArray
    ) -> None:
        """``blobs``: compiled graphs, or graphs, by the names of ``graphs.write_graphs``; ``no_mask_C``: the
        dense prompt without a mask.

        Raises DeviceUnavailable when a blob cannot be loaded.
        """
        self._precision = precision
        self._requests = {
            name: engine.load(blob, part_precision(name, precision)) for name, blob in blobs.items()
        }
        self._views = [blob for blob in blobs.values() if isinstance(blob, memoryview)]
        let_go(self._views)  # what the processor computes with is laid out anew
        self._encoder = [name for name in blobs if part_of(name) is GraphPart.ENCODER and name != EARLY]
        pieces = [self._requests[name] for name in self._encoder[:-1]]
        self._attentions = _attentions(pieces)
        _share_outputs(pieces)
        self._no_mask_1C11 = no_mask_C.reshape(1, -1, 1, 1)
        self._prepared: tuple[FloatArray, tuple[FloatArray, ...]] | None = None

    @property
    def description(self) -> str:
        """Engine, device and precision in words."""
        fused = ", fused attention" if self._attentions else ""
        return f"OpenVINO, CPU, {_WORDS[self._precision]}{fused}"

    def encode(self, x_13SS: FloatArray) -> FloatArray:
        """See ``Runtime.encode``."""
        early = EARLY in self._requests
        inputs: tuple[FloatArray, ...] = self._run(EARLY, x_13SS, copy=False) if early else (x_13SS,)
        for name, attention in zip(self._encoder, self._attentions, strict=False):
            x_1hwE, *attended = self._run(name, *inputs, copy=False)
            try:
                inputs = x_1hwE, attention(*attended)
            except MemoryError as error:
                raise _out_of_memory() from error
        return self._run(self._encoder[-1], *inputs)[0]

    def decode(self, features_1Chw: FloatArray, tokens: TokenBatch) -> tuple[FloatArray, FloatArray]:
        """See ``Runtime.decode``."""
        sparse_BTC = self._run(GraphPart.PROMPTS, tokens.coords_BN2, tokens.labels_BN)[0]
        parts = []
        for i in range(len(sparse_BTC)):
            if tokens.mask_input_B1HW is None:
                image = self._image(features_1Chw)
            else:
                dense_1Chw = self._run(GraphPart.DENSE, tokens.mask_input_B1HW[i : i + 1])[0]
                image = self._run(GraphPart.PREPARE, features_1Chw + dense_1Chw)
            parts.append(self._run(GraphPart.DECODE, *image, sparse_BTC[i : i + 1]))
        if len(parts) == 1:
            return parts[0][0], parts[0][1]
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    def rest(self) -> None:
        """See ``Runtime.rest``."""
        for request in self._requests.values():
            request.get_compiled_model().release_memory()
        let_go(self._views)

    def _image(self, features_1Chw: FloatArray) -> tuple[FloatArray, ...]:
        if self._prepared is None or self._prepared[0] is not features_1Chw:
            prepared = self._run(GraphPart.PREPARE, features_1Chw + self._no_mask_1C11)
            self._prepared = (features_1Chw, prepared)
        return self._prepared[1]

    def _run(self, name: str, *inputs: np.ndarray, copy: bool = True) -> tuple[FloatArray, ...]:
        """The outputs of a graph; without ``copy`` they last until the graph runs again."""
        contiguous = [np.ascontiguousarray(x) for x in inputs]
        try:
            results = self._requests[name].infer(contiguous, share_inputs=True, share_outputs=not copy)
        except RuntimeError as error:
            if "alloc" not in str(error).lower() and "memory" not in str(error).lower():
                raise
            raise _out_of_memory() from error
        return tuple(results[i] for i in range(len(results)))


def _attentions(requests: list[Any]) -> list[FusedAttention]:
    """What comes after each of these graphs; one object for all that are alike. Raises DeviceUnavailable."""
    if not requests:
        return []
    try:
        from slimsam_core.inference.runtimes.fused_attention import FusedAttention, Grid

        made: dict[Grid, FusedAttention] = {}
        grids = []
        for request in requests:
            _, q, _, _, rel_h, rel_w = (tuple(output.shape) for output in request.model_outputs)
            grid = Grid(q[1] // rel_h[0], rel_h[0], (rel_h[1] + 1) // 2, (rel_w[1] + 1) // 2)
            made[grid] = made.get(grid) or FusedAttention(grid)
            grids.append(grid)
        return [made[grid] for grid in grids]
    except (ImportError, OSError, RuntimeError) as error:
        raise DeviceUnavailable(
            "The attention made for this CPU cannot be loaded: {error}.",
            how_to_add(*EXTRAS["fused"]),
            error=_first_line(error),
        ) from error


def _share_outputs(pieces: list[Any]) -> None:
    """Queries, keys and values of all pieces in the same memory: each is done with before the next."""
    for piece in pieces[1:]:
        for i in (1, 2, 3):
            tensor = pieces[0].get_output_tensor(i)
            if tensor.shape == piece.get_output_tensor(i).shape:
                piece.set_output_tensor(i, tensor)


def part_of(name: str) -> GraphPart:
    """The part that a graph belongs to, or is one of the graphs of."""
    return GraphPart(name.partition(".")[0])


def part_precision(name: str, precision: str) -> EnginePrecision:
    """What a graph computes in, BF16 or F32, under one of ``PRECISIONS``."""
    if name in (EARLY, GraphPart.PROMPTS):
        return EnginePrecision.F32
    encoder, _, decoder = precision.partition("+")
    return EnginePrecision(encoder if part_of(name) is GraphPart.ENCODER else decoder or encoder)


def _out_of_memory() -> OutOfMemory:
    return OutOfMemory("There is not enough memory to run the model.", "Close other programs.")


def _settings(precision: str) -> dict[str, str]:
    return {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"}


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[-1].strip()
