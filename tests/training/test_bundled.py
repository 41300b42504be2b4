"""The one command that trains the bundled model again: a chain of recipes, each from the one before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.files.runs import RunFolder
from slimsam_core.training.recipe import Stage, TrainingRecipe
from tests.synthetic import write_sa1b
from tests.tiny_models import save_tiny

ROOT = Path(__file__).parents[2]
RECIPES = ROOT / "resources" / "models" / "training"


def repeat(*arguments: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(ROOT / "packaging" / "train_bundled.sh"), *map(str, arguments)],
        env={**os.environ, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("path", sorted(RECIPES.glob("[0-9]*.json")), ids=lambda path: path.stem)
def test_every_recipe_of_the_bundled_model_can_be_read(path: Path) -> None:
    assert TrainingRecipe.load(path).steps > 0


def test_recipes_follow_each_other_and_what_is_finished_is_kept(tmp_path: Path) -> None:
    recipe = TrainingRecipe(
        stages=(Stage(steps=2, size=128, crops=2, masks=1),),
        precision="fp32",
        checkpoint_every=1,
        log_every=1,
        warmup=1,
    )
    recipes, out = tmp_path / "recipes", tmp_path / "out"
    recipes.mkdir()
    for number, seed in ((1, 5), (2, 6)):
        text = json.dumps(replace(recipe, seed=seed).to_json())
        (recipes / f"{number}-part.json").write_text(text)
    data, first = write_sa1b(tmp_path / "shapes", 4), save_tiny(tmp_path / "first.safetensors")
    done = repeat(first, data, out, recipes)
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith(str(out / "2-part" / "model.safetensors"))
    one, two = (load_model(out / f"{n}-part" / "model.safetensors").state_dict() for n in (1, 2))
    assert any(not torch.equal(one[k], two[k]) for k in one)
    steps = [e["step"] for e in RunFolder.open(out / "2-part").events() if e["event"] == "step"]
    assert steps == [1, 2]
    (out / "2-part" / "model.safetensors").unlink()
    kept = (out / "1-part" / "model.safetensors").stat().st_mtime_ns
    again = repeat(first, data, out, recipes)
    assert again.returncode == 0, again.stderr
    assert (out / "1-part" / "model.safetensors").stat().st_mtime_ns == kept
    same = load_model(out / "2-part" / "model.safetensors").state_dict()
    assert all(torch.equal(two[k], same[k]) for k in two)


def test_usage_is_told(tmp_path: Path) -> None:
    done = repeat(tmp_path)
    assert done.returncode == 2
    assert "FIRST_MODEL PICTURES OUT" in done.stderr
