"""The example of compression as a library in docs/compression.md runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from slimsam_core.compression.recipe import save_recipe
from tests.compression_jobs.jobs import tiny_job, with_epochs

DOCUMENT = Path(__file__).parents[2] / "docs" / "compression.md"


def test_the_example_of_the_library_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    job = with_epochs(tiny_job(tmp_path, epochs=1), 1)
    shutil.copy(job.project, "cells.slimsam")
    save_recipe(job.recipe, "recipe.json")
    example = DOCUMENT.read_text("utf-8").split("## As a library")[1].split("```python\n")[1].split("```")[0]
    values: dict[str, object] = {}
    exec(example, values)
    assert Path("slim/model.safetensors").is_file()
    assert values["verdict"].labels.objects > 0  # type: ignore[attr-defined]
    assert values["events"]
