"""Making a model ready for OpenVINO on this machine, straight from its file; torch is not needed.

Where torch is installed its masks in float32 are the reference for every precision, else those of OpenVINO
in float32, whose graphs are proved equal to torch by the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from slimsam_core.arch import ArchSpec
from slimsam_core.checkpoints import Checkpoint, fitting_weights, read_checkpoint
from slimsam_core.errors import CheckpointError
from slimsam_core.families.graph_writer import Values
from slimsam_core.inference.runtimes.agreement import REQUIRED, AgreementCheck, model_inputs
from slimsam_core.inference.runtimes.compiled import Compiled
from slimsam_core.inference.runtimes.graphs import whole_encoder, write_graphs
from slimsam_core.inference.runtimes.openvino_runtime import (
    Engine,
    EnginePrecision,
    GraphPart,
    OpenVinoRuntime,
    part_precision,
)
from slimsam_core.inference.runtimes.protocol import Choice, Runtime
from slimsam_core.inference.runtimes.sam_graph import no_mask
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.sentences import sentence
from slimsam_core.torch_part import torch_present


def compile_model(
    path: Path, progress: ProgressSink = ignore_progress, cancel: CancelToken | None = None
) -> Compiled:
    """Write a model's graphs and choose their precision by measurement; see ``select.prepare_openvino``."""
    engine = Engine()
    total = len(GraphPart) + 1 + len(engine.precisions)
    done = 0

    def step(what: str) -> None:
        nonlocal done
        if cancel:
            cancel.raise_if_cancelled()
        progress(Progress("prepare", done, total, what))
        done += 1

    step("reading the model")
    checkpoint, weights = _read(path)
    cut = part_precision(GraphPart.ENCODER, engine.precisions[0]) is EnginePrecision.BF16
    graphs = write_graphs(checkpoint.arch, weights, lambda part: step(f"wrote the {part}"), cut)
    made = _Made(engine, checkpoint.arch, weights, graphs)
    check = AgreementCheck(_reference(checkpoint, made), model_inputs(checkpoint.arch))
    compiled = _best_precision(made, check, step)
    progress(Progress("prepare", total, total))
    return compiled


def uncompiled_choice(path: Path, note: str, preparable: bool) -> Choice:
    """The model run by OpenVINO in float32, compiled here and now and not kept. Raises CheckpointError,
    DeviceUnavailable."""
    engine = Engine()
    checkpoint, weights = _read(path)
    graphs = write_graphs(checkpoint.arch, weights, lambda _: None)
    runtime = OpenVinoRuntime(engine, graphs, EnginePrecision.F32, no_mask(checkpoint.arch, weights))
    return Choice(runtime, checkpoint.arch, note, preparable)


def _read(path: Path) -> tuple[Checkpoint, dict[str, Values]]:
    try:
        checkpoint = read_checkpoint(path)
        return checkpoint, fitting_weights(checkpoint)
    except CheckpointError as error:
        raise CheckpointError(
            sentence("{path}: {words}", path=path, words=error.message), error.hint
        ) from error


class _Made:
    """The compiled graphs of a model, each made once."""

    def __init__(
        self, engine: Engine, arch: ArchSpec, weights: Mapping[str, Values], graphs: dict[str, Any]
    ) -> None:
        self.engine, self.arch = engine, arch
        self.no_mask_C = no_mask(arch, weights)
        self._weights, self._graphs = weights, graphs
        self._made: dict[tuple[str, str], bytes] = {}

    def blobs(self, precision: str) -> dict[str, bytes | memoryview]:
        """Every graph for one of ``PRECISIONS``, by name. Raises DeviceUnavailable."""
        graphs = self._graphs
        if part_precision(GraphPart.ENCODER, precision) is EnginePrecision.F32:
            graphs = whole_encoder(self.arch, self._weights, graphs)
        for part, graph in graphs.items():
            key = part, part_precision(part, precision)
            if key not in self._made:
                self._made[key] = self.engine.compile(graph, key[1])
        return {part: self._made[part, part_precision(part, precision)] for part in graphs}

    def runtime(self, precision: str) -> OpenVinoRuntime:
        """Ready to run. Raises DeviceUnavailable."""
        return OpenVinoRuntime(self.engine, self.blobs(precision), precision, self.no_mask_C)


def _reference(checkpoint: Checkpoint, made: _Made) -> Runtime:
    if not torch_present():
        return made.runtime("f32")
    from slimsam_core.inference.runtimes import with_torch

    return with_torch.reference(checkpoint)


def _best_precision(made: _Made, check: AgreementCheck, step: Callable[[str], None]) -> Compiled:
    agreement = 0.0
    for precision in made.engine.precisions:
        step(f"measuring {precision}")
        agreement = check.measure(made.runtime(precision))
        if agreement >= REQUIRED:
            return Compiled(
                arch=made.arch,
                precision=precision,
                agreement=agreement,
                reason="",
                no_mask_C=made.no_mask_C,
                blobs=made.blobs(precision),
            )
    reason = sentence("OpenVINO's masks agree with PyTorch's only to IoU {iou:.3f}.", iou=agreement)
    return Compiled(
        arch=made.arch, precision="", agreement=agreement, reason=reason, no_mask_C=made.no_mask_C, blobs={}
    )
