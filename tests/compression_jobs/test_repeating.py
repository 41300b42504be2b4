"""The commands that the window lets one copy do what the window did."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_app.sessions.compression.choices import shell_commands
from slimsam_core.checkpoints import save_model
from slimsam_core.cli import main
from slimsam_core.compression.job_folder import Adaptation, CompressionJob, JobFolder
from slimsam_core.compression.pause import PauseToken
from slimsam_core.compression.recipe import save_recipe
from slimsam_core.compression.steps import carry_out
from slimsam_core.files import json_dataclass
from slimsam_core.judging.verdict import Verdict
from slimsam_core.library.model_library import ModelLibrary, describe
from slimsam_core.progress import CancelToken
from slimsam_core.training.recipe import AdaptedParts
from tests.compression.models import model
from tests.compression_jobs.jobs import tiny_job


def parts(commands: str) -> list[list[str]]:
    """The words of each command."""
    return [shlex.split(part) for part in commands.replace("\\\n", "").split("&&")]


@pytest.mark.parametrize("adapted", [True, False])
def test_typed_they_end_with_the_same_model_and_the_same_verdict(
    adapted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "half.safetensors"
    save_model(model("lite"), weights, dtype="float16", metadata={"licence": "MIT"})
    ModelLibrary().import_file(weights, "half")
    plain = tiny_job(tmp_path, epochs=1)
    recipe = replace(plain.recipe, teacher="half", name="my slim", seed=3)
    order = CompressionJob(
        title="my slim",
        recipe=recipe,
        project=plain.project if adapted else "",  # without labels only the held-back pictures judge
        adaptation=Adaptation(AdaptedParts.ALL, 3, 0.4) if adapted else None,
    )
    folder = JobFolder.create(tmp_path / "job", order)
    wanted = carry_out(folder, lambda _: None, CancelToken(), PauseToken())
    save_recipe(recipe, tmp_path / "recipe.json")
    monkeypatch.chdir(tmp_path)
    for command in parts(shell_commands(order, tmp_path / "recipe.json", Path("my slim")).alone):
        assert command[0] == "slimsam"
        assert main(command[1:]) == 0
    made = tmp_path / "my slim"
    typed, clicked = describe(made / "slim/model.safetensors"), describe(folder.model_path)
    assert replace(typed, path=clicked.path) == clicked, "the same weights, name, licence and number format"
    found = json_dataclass.from_json(Verdict, json.loads((made / "verdict.json").read_text()))
    assert found.labels == wanted.labels
    assert found.agreement == wanted.agreement
    assert found.agreement is not None
    assert found.after.name == wanted.after.name == "my slim"
    if adapted:
        assert found.labels is not None
        assert found.labels.held_out


@pytest.mark.parametrize(("batch", "processes"), [(4, "2"), (9, "3"), (7, "7"), (1, "")])
def test_several_gpus_share_a_batch_evenly_or_are_not_offered(
    batch: int, processes: str, tmp_path: Path
) -> None:
    plain = tiny_job(tmp_path)
    recipe = replace(plain.recipe, optimiser=replace(plain.recipe.optimiser, batch=batch))
    found = shell_commands(replace(plain, recipe=recipe), Path("recipe.json"), Path("out")).torchrun
    if not processes:
        assert found == ""
        return
    compress, verdict = parts(found)
    start = ["python", "-m", "slimsam_core.torchrun", "--standalone", "--nproc_per_node", processes]
    assert compress[: len(start) + 1] == [*start, "compress"]
    assert verdict[0] == "slimsam", "one process judges, as in the window"


def test_a_name_that_looks_like_an_option_is_none(tmp_path: Path) -> None:
    found = shell_commands(replace(tiny_job(tmp_path), title="--strict"), Path("r.json"), Path("--strict"))
    compress, verdict = parts(found.alone)
    assert compress[-1] == "./--strict/slim"
    assert "--name=--strict" in verdict
