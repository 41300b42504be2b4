"""``slimsam compress`` as typed: options, the plan, and how errors show."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.cli import main
from slimsam_core.commands.command_line import build_parser
from slimsam_core.commands.compress import recipe_of
from slimsam_core.commands.compress_words import event_line, plan_text, widths_text
from slimsam_core.compression import events, job_events, precision
from slimsam_core.compression.recipe import (
    DecoderSettings,
    PromptSettings,
    Ranking,
    Recipe,
    StageSettings,
    Target,
    load_recipe,
    save_recipe,
)
from slimsam_core.compression.run import dry_run
from slimsam_core.files.machine_memory import total_memory
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
    lines = printed.err.splitlines()
    assert lines[0].startswith("compressing vit on ")
    assert sum(", step " in line and "loss " in line for line in lines) == 16
    assert any(line.startswith("epoch 1 of 2: alignment error ") for line in lines)
    assert lines[-1].startswith("finished after ")
    used = load_recipe(out / "recipe.json")
    assert (used.target.residual, used.target.bottleneck) == (0.25, 0.25)
    assert (used.criterion.name, used.seed, used.data) == ("magnitude", 7, recipe.data)
    assert load_model(out / "model.safetensors").arch.to_json()["encoder"]["width"] == 12


def test_every_option_changes_its_own_part_of_the_recipe() -> None:
    def made(*options: str) -> Recipe:
        return recipe_of(build_parser("compress").parse_args(["compress", "--dry-run", *options]))

    before = made()
    changes: dict[str, tuple[list[str], Recipe]] = {
        "parameters": (["5M"], replace(before, target=Target(parameters=5e6))),
        "macs": (["1.5G"], replace(before, target=Target(macs=1.5e9))),
        "milliseconds": (["80"], replace(before, target=Target(milliseconds=80.0))),
        "size": (["512"], replace(before, image_size=512)),
        "ranking": (["global"], replace(before, ranking="global")),
        "rounds": (["2"], replace(before, rounds=2)),
        "prompt-epochs": (["3"], replace(before, prompt_stage=PromptSettings(3))),
        "decoder-epochs": (["3"], replace(before, decoder_stage=DecoderSettings(3))),
        "decoder-ratio": (["0.5"], replace(before, decoder_stage=DecoderSettings(0, 0.5))),
        "batch": (["8"], replace(before, optimiser=replace(before.optimiser, batch=8))),
        "epochs": (
            ["4"],
            replace(before, embedding_stage=StageSettings(4, 2, 4), bottleneck_stage=StageSettings(4, 2, 5)),
        ),
    }  # fmt: skip
    for name, (value, expected) in changes.items():
        assert made(f"--{name}", *value) == expected, name
    assert made("--ranking", "cost").ranking is Ranking.COST


@pytest.mark.parametrize(
    ("options", "where"),
    [
        (["--epochs", "-1"], "embedding_stage.epochs"),
        (["--batch", "0"], "optimiser.batch"),
        (["--rounds", "0"], "rounds"),
        (["--macs", "0"], "target.macs"),
        (["--size", "0"], "image_size"),
        (["--parameters", "nan"], "target.parameters"),
    ],
)
def test_an_impossible_option_names_its_place(
    options: list[str], where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compress", *options, "--dry-run"]) == 1
    assert capsys.readouterr().err.startswith(f"slimsam: {where}: ")


def test_widths_are_told_in_runs() -> None:
    widths = {"residual": 8, "blocks.0.attn": 4, "blocks.0.mlp": 9, "blocks.1.attn": 4, "blocks.1.mlp": 7}
    assert widths_text(widths) == "residual 8, blocks.0-1.attn 4, blocks.0.mlp 9, blocks.1.mlp 7"
    assert widths_text({"stages.0": 1, "stages.0.0": 2, "stages.0.1": 2}) == "stages.0 1, stages.0.0-1 2"


def test_every_event_but_pictures_has_a_line_for_people() -> None:
    values: dict[str, object] = {
        "str": "words", "int": 2, "float": 0.5, "bool": True, "float | None": 0.25, "Phase": "judge",
        "BudgetUnit": "macs",
        "dict[str, int]": {"residual": 8}, "dict[str, float]": {"embedding": 0.5},
        "tuple[PreviewPicture, ...]": (),
    }  # fmt: skip
    kinds = [*vars(events).values(), *vars(job_events).values()]
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, events.Event) and kind is not events.Event:
            event = kind(**{field.name: values[str(field.type)] for field in fields(kind)})
            line = event_line(event)
            assert bool(line) == (kind is not job_events.PreviewMade), kind
            assert kind.__name__ not in line
            assert "{" not in line


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
    monkeypatch.setattr(precision, "total_memory", lambda: 1000)
    recipe = recipe_for("vit", tmp_path)
    options = ["--preset", "quick-look", "--teacher", recipe.teacher, "--images", recipe.data.images[0]]
    assert main(["compress", *options, "--device", "cpu", "--dry-run"]) == 0
    assert "warning: this machine has only 1 kB of memory" in capsys.readouterr().out
    save_recipe(recipe, tmp_path / "recipe.json")
    sweep = [str(tmp_path / "recipe.json"), "--sweep", "ratios=0.3,0.5"]
    assert main(["compress", *sweep, "--device", "cpu", "--dry-run"]) == 0
    warning = "warning: this machine has only 1 kB of memory, too little for r0.3-"
    assert warning in capsys.readouterr().out


def test_the_memory_of_a_gpu_is_compared_with_what_is_needed_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the machine's was looked at, and only where the CPU computes."""
    properties = SimpleNamespace(total_memory=1000)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: properties)
    assert precision.memory_of(torch.device("cuda:1")) == 1000
    plan = dry_run(recipe_for("vit", tmp_path))
    assert plan.device_bytes == total_memory()
    assert not plan.lacks_memory
    on_gpu = replace(plan, device="cuda:1", device_bytes=1000)
    assert "warning: cuda:1 has only 1 kB of memory" in plan_text(on_gpu)
    assert "warning" not in plan_text(replace(on_gpu, device_bytes=on_gpu.memory_bytes))


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
        ["--resume", "--out", "x", "--epochs", "3"],
        ["--ratio", "0.5", "--macs", "1G", "--dry-run"],
        ["--parameters", "1M", "--macs", "1G", "--dry-run"],
        ["--parameters", "many", "--dry-run"],
        ["--ranking", "cosmic", "--dry-run"],
        ["r", "--preset", "p"],
    ],
)
def test_contradicting_options_are_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["compress", *arguments])
    assert caught.value.code == 2
