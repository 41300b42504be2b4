"""Our own form in a folder with a model card: one safetensors file with the architecture in its header."""

from __future__ import annotations

from slimsam_core.checkpoints import content_hash, fitting_weights, model_hash, save_weights
from slimsam_core.errors import OutputError
from slimsam_core.export.job import ExportJob
from slimsam_core.export.local_paths import shareable_metadata

TITLE = "SlimSAM safetensors"
USAGE = """```
slimsam models import FOLDER/model.safetensors --name NAME
```"""


def write(job: ExportJob) -> dict[str, str]:
    """Write the file and hash what can be read from it. Raises CheckpointError, OutputError, OutOfMemory."""
    arch, weights = job.source.arch, fitting_weights(job.source)
    path = job.folder / "model.safetensors"
    save_weights(
        arch,
        weights,
        path,
        dtype=job.source.written_as,
        metadata=shareable_metadata(job.source.metadata),
    )
    written = model_hash(path)
    expected = content_hash(arch, job.source.state_dict)
    if job.source.precision == job.source.written_as and written != expected:
        raise OutputError(
            "{name} does not hold the weights that were to be written.", "Check the disk.", name=path.name
        )
    return {"content hash, read back": f"`{written}`"}
