"""OpenVINO's intermediate representation of the same two graphs as the ONNX pair."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from slimsam_core.checkpoints.loading import model_from
from slimsam_core.errors import DeviceUnavailable, OutputError
from slimsam_core.export.graphs import GraphPlan, check_graphs, lean_attention, plans
from slimsam_core.export.job import ExportJob
from slimsam_core.export.quiet import quiet_exporters
from slimsam_core.export.transformers_config import write_configuration
from slimsam_core.inference.runtimes.quiet_openvino import import_openvino

TITLE = "OpenVINO IR"
USAGE = """```python
import openvino
encoder = openvino.Core().compile_model("FOLDER/vision_encoder.xml", "CPU")
decoder = openvino.Core().compile_model("FOLDER/prompt_encoder_mask_decoder.xml", "CPU")
```

Inputs and outputs are those of SAM in Transformers.js; `preprocessor_config.json` says how pictures go in."""


def write(job: ExportJob) -> dict[str, str]:
    """Write both graphs in float32 and compare them with torch. Raises DeviceUnavailable, OutputError."""
    model, folder = model_from(job.source), job.folder
    ov = import_openvino()
    try:
        convert = ov.convert_model
    except (AttributeError, ImportError) as e:
        raise DeviceUnavailable(
            "The OpenVINO of this program cannot convert models.",
            "Export as safetensors, or with a SlimSAM that is installed as a Python package.",
        ) from e
    with lean_attention(model):
        for plan in plans(model):
            _export(ov, convert, plan, folder)
    write_configuration(model.arch, folder)
    core = ov.Core()

    def run(graph: str, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        compiled = core.compile_model(
            str(folder / f"{graph}.xml"), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
        )
        results = compiled(inputs)
        return {output.get_any_name(): np.array(results[output]) for output in compiled.outputs}

    return check_graphs(model, run, f"OpenVINO {ov.__version__.split('-')[0]}")


def _export(ov: Any, convert: Callable[..., Any], plan: GraphPlan, folder: Path) -> None:
    with torch.no_grad(), quiet_exporters():
        program = torch.export.export(plan.module, plan.example, dynamic_shapes=plan.dynamic, strict=False)
        try:
            graph = convert(program)
        except RuntimeError as e:
            raise OutputError("OpenVINO cannot convert {name}: {e}", name=plan.name, e=e) from e
    for ports, names in ((graph.inputs, plan.inputs), (graph.outputs, plan.outputs)):
        for port, name in zip(ports, names, strict=True):
            port.get_tensor().set_names({name})
    ov.save_model(graph, str(folder / f"{plan.name}.xml"), compress_to_fp16=False)
