"""The ONNX pair that Transformers.js loads as SAM: encoder, and prompt encoder with mask decoder."""

from __future__ import annotations

import importlib
from pathlib import Path

import torch

from slimsam_core.checkpoints.loading import model_from
from slimsam_core.errors import CheckpointError, DeviceUnavailable
from slimsam_core.export.graphs import (
    SIZE_STEP,
    GraphPlan,
    check_any_size,
    check_graphs,
    lean_attention,
    plans,
)
from slimsam_core.export.job import ExportJob
from slimsam_core.export.onnx_runtime import OnnxSessions, import_onnxruntime
from slimsam_core.export.quantise import quantise
from slimsam_core.export.quiet import quiet_exporters
from slimsam_core.export.transformers_config import write_configuration
from slimsam_core.installation import EXTRAS, how_to_add

TITLE = "ONNX pair for Transformers.js and ONNX Runtime"
USAGE = """```js
import { SamModel, AutoProcessor, RawImage } from "@huggingface/transformers";
const model = await SamModel.from_pretrained(FOLDER, { dtype: "fp32" });
const processor = await AutoProcessor.from_pretrained(FOLDER);
const inputs = await processor(await RawImage.read(PICTURE), { input_points: [[[X, Y]]] });
const { pred_masks, iou_scores } = await model(inputs);
```

`onnx/vision_encoder.onnx`: `pixel_values` -> `image_embeddings`, `image_positional_embeddings`.
`onnx/prompt_encoder_mask_decoder.onnx`: these two, `input_points` (pictures, prompts, points, 2) and
`input_labels` (1 inside, 0 outside, -10 ignored, 2 and 3 corners of a box) -> `iou_scores`, `pred_masks`."""
MAX_BYTES = 1_900_000_000
"""A little below the 2 GB where one protobuf ends."""
OPSET = 18


def write(job: ExportJob) -> dict[str, str]:
    """Write and check the pair. Raises DeviceUnavailable, CheckpointError (too large), OutputError."""
    _require_libraries()
    model, folder = model_from(job.source), job.folder
    size = sum(p.numel() * p.element_size() for p in model.image_encoder.parameters())
    if size > MAX_BYTES:
        raise CheckpointError(
            "{name} is too large for one ONNX file.",
            "Export it as openvino or safetensors, or slim it first.",
            expected=f"an encoder of at most {MAX_BYTES / 1e9:.1f} GB",
            found=f"{size / 1e9:.1f} GB",
            name=model.arch.name,
        )
    if job.any_size and not model.arch.encoder.graph_of_any_size:
        raise CheckpointError(
            "{name} takes squares of {size} pixels only, as an ONNX pair.",
            "Export it with the size that it has.",
            name=model.arch.name,
            size=model.arch.image_size,
        )
    (folder / "onnx").mkdir()
    with lean_attention(model):
        for plan in plans(model, job.any_size):
            _export(plan, folder / "onnx" / f"{plan.name}.onnx")
    write_configuration(model.arch, folder)
    sessions = OnnxSessions(folder)
    compare = check_any_size if job.any_size else check_graphs
    checks = compare(model, sessions.run, f"ONNX Runtime {import_onnxruntime().__version__}")
    if job.any_size:
        checks["input"] = f"squares of any multiple of {SIZE_STEP} pixels"
    if job.int8:
        checks |= quantise(model, folder)
    return checks


def _require_libraries() -> None:
    import_onnxruntime()
    try:
        for name in ("onnx", "onnxscript"):
            importlib.import_module(name)
    except ImportError as e:
        raise DeviceUnavailable(
            "ONNX export needs the package {name}.",
            how_to_add(*EXTRAS["export"]),
            name=e.name,
        ) from e


def _export(plan: GraphPlan, path: Path) -> None:
    with torch.no_grad(), quiet_exporters():
        torch.onnx.export(
            plan.module,
            plan.example,
            path,
            dynamo=True,
            dynamic_shapes=plan.dynamic,
            input_names=list(plan.inputs),
            output_names=list(plan.outputs),
            opset_version=OPSET,
            external_data=False,
            verbose=False,
        )
