"""``slimsam compress`` as typed: options, the plan, and how errors show."""

from __future__ import annotations

from pathlib import Path

import pytest

from slimsam_core.checkpoints import load_model
from slimsam_core.cli import main
from slimsam_core.commands import compress
from slimsam_core.compression.recipe import load_recipe, save_recipe
from tests.compression.test_run import recipe_for


def test_options_win_over_the_recipe_and_the_run_ends_with_the_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = recipe_for("vit", tmp_path)
    save_recipe(recipe, tmp_path / "recipe.json")
    out = tmp_path / "out"
    arguments = [str(tmp_path / "recipe.json"), "--ratio", "0.25", "--criterion", "magnitude", "--seed", "7"]
    assert main(["compress", *arguments, "--out", str(out)]) == 0
    printed = capsys.readouterr()
    assert printed.out.strip() == str(out / "model.safetensors")
    assert "TrainStep" in printed.err
    used = load_recipe(out / "recipe.json")
    assert (used.target.residual, used.target.bottleneck) == (0.25, 0.25)
    assert (used.criterion.name, used.seed, used.data) == ("magnitude", 7, recipe.data)
    assert load_model(out / "model.safetensors").arch.to_json()["encoder"]["width"] == 12


def test_a_dry_run_prints_the_plan_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = recipe_for("vit", tmp_path)
    before = sorted(tmp_path.rglob("*"))
    options = ["--preset", "quick-look", "--teacher", recipe.teacher, "--images", recipe.data.images[0]]
    assert main(["compress", *options, "--dry-run"]) == 0
    text = capsys.readouterr().out
    for part in (
        "encoder parameters: 18,868 ->",
        "encoder MACs",
        "memory: about",
        "residual 12",
        "blocks.1.mlp",
    ):
        assert part in text
    assert "warning" not in text
    assert sorted(tmp_path.rglob("*")) == before


def test_a_dry_run_warns_of_more_memory_than_the_machine_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compress, "total_memory", lambda: 1000)
    recipe = recipe_for("vit", tmp_path)
    options = ["--preset", "quick-look", "--teacher", recipe.teacher, "--images", recipe.data.images[0]]
    assert main(["compress", *options, "--device", "cpu", "--dry-run"]) == 0
    assert "warning: this machine has only 0.0 GB of memory" in capsys.readouterr().out


@pytest.mark.parametrize("ratio", ["0", "1", "1.2", "-0.1"])
def test_an_impossible_ratio_is_one_line_and_exit_code_1(
    ratio: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compress", "--preset", "quick-look", f"--ratio={ratio}", "--out", str(tmp_path / "o")]) == 1
    error = capsys.readouterr().err
    assert error.startswith("slimsam: target.residual:")
    assert error.count("\n") == 1


@pytest.mark.parametrize("seed", ["-1", str(1 << 63)])
@pytest.mark.parametrize("rest", [["--out", "never-made"], ["--dry-run"]])
def test_an_impossible_seed_is_one_line_and_exit_code_1(
    seed: str, rest: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compress", "--preset", "quick-look", "--seed", seed, *rest]) == 1
    assert capsys.readouterr().err == (
        f"slimsam: seed: {seed} is no seed. Use a whole number from 0 to 2^63 - 1.\n"
    )
    assert not Path("never-made").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--resume", "--preset", "quick-look", "--out", "x"],
        ["--dry-run", "--resume"],
        ["r", "--preset", "p"],
    ],
)
def test_contradicting_options_are_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["compress", *arguments])
    assert caught.value.code == 2
