"""Exporting a model: one module a format, a folder that is whole or not there, a model card in it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from slimsam_core.checkpoints import read_checkpoint
from slimsam_core.errors import OutputError
from slimsam_core.export.job import ExportJob
from slimsam_core.export.model_card import model_card
from slimsam_core.files.atomic import output_error
from slimsam_core.files.temporary import temporary_folder
from slimsam_core.progress import CancelToken, Progress, ProgressSink, ignore_progress
from slimsam_core.torch_part import require_torch


class ModelFormat(StrEnum):
    """In which form a model can be exported."""

    TRANSFORMERS = "hf"
    ONNX = "onnx"
    OPENVINO = "openvino"
    EXECUTORCH = "executorch"
    SAFETENSORS = "safetensors"


FORMATS: Mapping[str, str] = {
    ModelFormat.TRANSFORMERS: "transformers_folder",
    ModelFormat.ONNX: "onnx_pair",
    ModelFormat.OPENVINO: "openvino_ir",
    ModelFormat.EXECUTORCH: "executorch_pair",
    ModelFormat.SAFETENSORS: "safetensors_file",
}
"""Name of a format -> module of this package with ``TITLE``, ``USAGE`` and ``write(ExportJob)``, which
returns what was measured about the result as rows of the model card."""
WITHOUT_TORCH = frozenset({ModelFormat.SAFETENSORS})
"""Formats that hold the weights as they are; those of the others torch writes or checks."""
QUANTISED = frozenset({ModelFormat.ONNX})
"""Those that can have a variant in 8 bits."""


@dataclass(frozen=True)
class ModelExportReport:
    """What was written: the folder, its files with their sizes, and the checks with their results."""

    folder: Path
    files: tuple[tuple[str, int], ...]
    checks: Mapping[str, str]


def export_model(
    source: Path | str,
    format_name: str,
    out: Path | str,
    *,
    name: str = "",
    int8: bool = False,
    any_size: bool = False,
    progress: ProgressSink = ignore_progress,
    cancel: CancelToken | None = None,
) -> ModelExportReport:
    """Write the model in ``source`` (any known form) as folder ``out``, which must be empty or not exist.

    ``int8`` adds a quantised variant where the format has one; ``any_size`` makes the graphs of an ONNX pair
    take squares of other sizes too. Every format compares its result with the
    model itself before the folder appears. Raises CheckpointError, OutputError, DeviceUnavailable (a library
    is missing; TorchMissing), Cancelled; ValueError for an unknown format.
    """
    if format_name not in FORMATS:
        raise ValueError(f"unknown format {format_name!r}; known: {', '.join(FORMATS)}")
    if format_name not in WITHOUT_TORCH:
        require_torch()
    writer: Any = importlib.import_module(f"{__package__}.{FORMATS[format_name]}")
    cancel, source, out = cancel or CancelToken(), Path(source), Path(out)
    _check_free(out)
    steps = ("reading", "writing and checking", "model card")

    def step(index: int) -> None:
        cancel.raise_if_cancelled()
        progress(Progress("export", index, len(steps), steps[min(index, len(steps) - 1)]))

    step(0)
    checkpoint = read_checkpoint(source)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with temporary_folder(beside=out) as work:
            step(1)
            checks: Mapping[str, str] = writer.write(ExportJob(checkpoint, work, int8, any_size))
            step(2)
            card = model_card(checkpoint, source, name or checkpoint.arch.name, writer, checks)
            (work / "README.md").write_text(card, "utf-8")
            cancel.raise_if_cancelled()
            if out.is_dir():
                out.rmdir()
            work.chmod(0o755)
            work.replace(out)
    except OSError as e:
        raise output_error(out, e) from e
    step(len(steps))
    files = tuple(
        (p.relative_to(out).as_posix(), p.stat().st_size) for p in sorted(out.rglob("*")) if p.is_file()
    )
    return ModelExportReport(out, files, checks)


def _check_free(out: Path) -> None:
    try:
        taken = out.exists() and (not out.is_dir() or any(out.iterdir()))
    except OSError as e:
        raise output_error(out, e) from e
    if taken:
        raise OutputError("{out} exists and is not an empty folder.", "Choose another folder.", out=out)
