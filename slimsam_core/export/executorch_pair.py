"""The two graphs of the ONNX pair as ExecuTorch programs, for phones and other small computers."""

from __future__ import annotations

import importlib
import importlib.metadata
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.export import Dim

from slimsam_core.checkpoints.loading import model_from
from slimsam_core.errors import DeviceUnavailable
from slimsam_core.export.graphs import GraphPlan, check_graphs, lean_attention, plans
from slimsam_core.export.job import ExportJob
from slimsam_core.export.quiet import quiet_exporters
from slimsam_core.export.transformers_config import write_configuration
from slimsam_core.installation import how_to_add

TITLE = "ExecuTorch programs with XNNPACK"
MOST_POINTS = 16
"""Memory is planned ahead for so many: a box and fourteen clicks."""
USAGE = f"""```python
from executorch.runtime import Runtime
encoder = Runtime.get().load_program("FOLDER/vision_encoder.pte").load_method("forward")
decoder = Runtime.get().load_program("FOLDER/prompt_encoder_mask_decoder.pte").load_method("forward")
embeddings, positions = encoder.execute([pixels])  # 1, 3, side, side
iou_scores, pred_masks = decoder.execute([points, labels, embeddings, positions])
```

One picture and one prompt a call, of 1 to {MOST_POINTS} points: `points` (1, 1, points, 2) in pixels of the
input, `labels` (1, 1, points), int64: 1 inside, 0 outside, 2 and 3 corners of a box. Java, Swift and C++ load
the same files. `preprocessor_config.json` says how pictures go in."""


def write(job: ExportJob) -> dict[str, str]:
    """Write both programs and compare them with torch. Raises DeviceUnavailable, OutputError."""
    library = _executorch()
    model, folder = model_from(job.source), job.folder
    with lean_attention(model):
        for plan in plans(model):
            (folder / f"{plan.name}.pte").write_bytes(_program(library, plan))
    write_configuration(model.arch, folder)
    run = _Programs(library, folder, plans(model))
    return check_graphs(model, run, f"ExecuTorch {importlib.metadata.version('executorch')}")


class _Programs:
    """Runs what was written, prompt by prompt."""

    def __init__(self, library: dict[str, Any], folder: Path, graphs: tuple[GraphPlan, GraphPlan]) -> None:
        runtime = library["executorch.runtime"].Runtime.get()
        self._plans = {plan.name: plan for plan in graphs}
        self._programs = {name: runtime.load_program(folder / f"{name}.pte") for name in self._plans}

    def __call__(self, graph: str, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        plan, method = self._plans[graph], self._programs[graph].load_method("forward")
        values = [torch.from_numpy(np.ascontiguousarray(inputs[name])) for name in plan.inputs]
        if len(values) == 1:
            found = method.execute(values)
        else:
            points, labels, *picture = values
            parts = [
                [part.clone() for part in method.execute([points[:, [p]], labels[:, [p]], *picture])]
                for p in range(points.shape[1])
            ]
            found = [torch.cat(of_prompts, dim=1) for of_prompts in zip(*parts, strict=True)]
        return {name: value.numpy().copy() for name, value in zip(plan.outputs, found, strict=True)}


def _executorch() -> dict[str, Any]:
    """Its modules by name. Raises DeviceUnavailable."""
    names = ("executorch.exir", "executorch.backends.xnnpack.partition.xnnpack_partitioner")
    try:
        with quiet_exporters():
            return {name: importlib.import_module(name) for name in (*names, "executorch.runtime")}
    except ImportError as e:
        raise DeviceUnavailable(
            "ExecuTorch export needs the package {name}.",
            how_to_add("executorch"),
            name=e.name,
        ) from e


def _program(library: dict[str, Any], plan: GraphPlan) -> bytes:
    """One picture and one prompt; how many points it has stays open."""
    sizes = [(1, *value.shape[1:]) for value in plan.example]
    shapes: tuple[dict[int, Any], ...] = ({},) * len(sizes)
    if len(sizes) > 1:
        sizes = [(1, 1, *size[2:]) for size in sizes[:2]] + sizes[2:]
        points = Dim("points", min=1, max=MOST_POINTS)
        shapes = ({2: points}, {2: points}, {}, {})
    # not slices: their strides would set how much memory is planned
    example = tuple(torch.zeros(s, dtype=v.dtype) for s, v in zip(sizes, plan.example, strict=True))
    partitioner = library["executorch.backends.xnnpack.partition.xnnpack_partitioner"].XnnpackPartitioner()
    with torch.no_grad(), quiet_exporters():
        exported = torch.export.export(plan.module, example, dynamic_shapes=shapes, strict=False)
        edge = library["executorch.exir"].to_edge_transform_and_lower(exported, partitioner=[partitioner])
        return bytes(edge.to_executorch().buffer)
