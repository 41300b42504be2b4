"""The folder that ``transformers.SamModel.from_pretrained`` loads."""

from __future__ import annotations

from pathlib import Path

import torch

from slimsam_core.checkpoints.loading import load_model, model_from
from slimsam_core.checkpoints.transformers_tensors import to_transformers
from slimsam_core.checkpoints.writing import model_state
from slimsam_core.errors import OutputError
from slimsam_core.export.graphs import TOLERANCE, lean_attention
from slimsam_core.export.job import ExportJob
from slimsam_core.export.transformers_check import checked_by_transformers
from slimsam_core.export.transformers_config import transformers_config, write_configuration
from slimsam_core.files.safetensors_writing import write_tensors
from slimsam_core.inference.runtimes.agreement import model_inputs
from slimsam_core.models import Sam

TITLE = "Hugging Face transformers folder"
USAGE = """```python
from transformers import SamModel, SamProcessor
model = SamModel.from_pretrained(FOLDER)
processor = SamProcessor.from_pretrained(FOLDER)
```"""


def write(job: ExportJob) -> dict[str, str]:
    """Write the folder, read it back and compare, by transformers too where it is installed.

    Raises CheckpointError for free widths, OutputError.
    """
    model, folder = model_from(job.source), job.folder
    transformers_config(model.arch)
    tensors = {name: tensor.contiguous() for name, tensor in to_transformers(model_state(model)).items()}
    write_tensors(folder / "model.safetensors", tensors, {"format": "pt"})
    write_configuration(model.arch, folder)
    deviation = _deviation(model, folder)
    return {
        "largest deviation of the embedding after reading the folder back": f"{deviation:.1e}",
        **checked_by_transformers(model, folder),
    }


@torch.inference_mode()
def _deviation(model: Sam, folder: Path) -> float:
    pixels = torch.from_numpy(model_inputs(model.arch)[0][0])
    embeddings = []
    for one in (model, load_model(folder)):
        with lean_attention(one):
            embeddings.append(one.image_encoder(pixels))
    deviation = float((embeddings[0] - embeddings[1]).abs().max())
    if not deviation <= TOLERANCE:
        raise OutputError(
            "The folder does not hold the same model: its embedding deviates by {deviation:.2g}.",
            deviation=deviation,
        )
    return deviation
