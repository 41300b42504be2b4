"""The README of an exported model: what it is, where it comes from, what was measured."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from slimsam_core import __version__
from slimsam_core.checkpoints import Checkpoint, content_hash
from slimsam_core.export.local_paths import shareable, shareable_metadata
from slimsam_core.families.weight_shapes import count_parameters
from slimsam_core.files.foreign import parse_json, read_bytes
from slimsam_core.files.runs import METRICS_FILE, RECIPE_FILE
from slimsam_core.pixels.square_fit import SquareFit

_FITS = {
    SquareFit.LETTERBOX: "longest side scaled, padded right and below",
    SquareFit.STRETCHED: "stretched to the square, whatever the proportions",
}
RECORDS = {RECIPE_FILE: "Recipe", METRICS_FILE: "Metrics"}
"""Files of the run that made a model, looked for beside its weights."""


def model_card(
    checkpoint: Checkpoint, source: Path, name: str, writer: Any, checks: Mapping[str, str]
) -> str:
    """Markdown. ``writer`` is the format's module; recipe, data hash and metrics come from
    the weights' header and from the run folder that the weights lie in; no path of this machine is told."""
    arch, metadata = checkpoint.arch, shareable_metadata(checkpoint.metadata)
    encoder, rest = count_parameters(arch)
    licence = metadata.get("licence", "")
    front = ["---", "tags: [image-segmentation, mask-generation, slimsam]"]
    front += [f"license: {licence.lower()}"] if licence else []
    facts = {
        "family": arch.family,
        "architecture": arch.name,
        "input": f"{arch.image_size} x {arch.image_size} px, {_FITS[arch.fit]}",
        "parameters": f"{encoder:,} image encoder, {rest:,} prompt encoder and mask decoder",
        "content hash": f"`{content_hash(arch, checkpoint.state_dict)}`",
        "licence": licence or "not stated by its source",
        "source": metadata.get("source", "") or f"`{source.name}` ({checkpoint.form})",
        "data hash": metadata.get("data_hash", ""),
        "exported by": f"SlimSAM desktop {__version__}",
    }
    parts = [
        "\n".join([*front, "---"]),
        f"# {name}",
        f"A promptable segmentation model. Format: {writer.TITLE}.",
        _table(("what", ""), facts.items()),
        "## Use",
        writer.USAGE,
        "## Checked when it was exported",
        _table(("check", "result"), checks.items()),
    ]
    for title, text in _records(source, metadata):
        parts += [f"## {title}", f"```json\n{text}\n```"]
    return "\n\n".join(parts) + "\n"


def _table(heads: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"| {heads[0]} | {heads[1]} |", "|---|---|"]
    escaped = ((key, value.replace("|", "\\|")) for key, value in rows if value)
    return "\n".join([*lines, *(f"| {key} | {value} |" for key, value in escaped)])


def _records(source: Path, metadata: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for file_name, title in RECORDS.items():
        text = metadata.get(title.lower(), "")
        path = source.parent / file_name
        if not text and path.is_file():
            text = read_bytes(path).decode("utf-8")
        if text:
            try:
                record = shareable(parse_json(text), paths=file_name == RECIPE_FILE)
                text = json.dumps(record, ensure_ascii=False, indent=1)
            except ValueError:
                continue
            yield title, text
