"""Prompts in the loop and the decoder's own stage: what learns, what stays, and going on later."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from slimsam_core.checkpoints.loading import load_model
from slimsam_core.compression import stage_runner
from slimsam_core.compression.cutting.decoder import with_narrower_mlps
from slimsam_core.compression.events import BEFORE_LEARNING, Validated
from slimsam_core.compression.learning.prompting import PromptLoss, deepest, mask_agreement, mask_distance
from slimsam_core.compression.learning.validation import nearness
from slimsam_core.compression.recipe import DecoderSettings, PromptSettings, Recipe, StageSettings
from slimsam_core.compression.run import dry_run, run
from slimsam_core.errors import RecipeError
from slimsam_core.files.runs import RunFolder
from slimsam_core.pixels.geometry import Size
from tests.compression.models import model
from tests.compression.test_run import Killed, equal, killing_at, recipe_for


def recipe_with(folder: Path, prompts: int, decoder: int, removed: float = 0.5) -> Recipe:
    base = recipe_for("vit", folder)
    return replace(
        base,
        optimiser=replace(base.optimiser, learning_rate=3e-3),  # large enough that masks come nearer
        embedding_stage=StageSettings(1, 1),
        bottleneck_stage=StageSettings(1, 1),
        prompt_stage=PromptSettings(prompts, points=2),
        decoder_stage=DecoderSettings(decoder, removed),
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prompts")
    return run(recipe_with(folder, 2, 2), folder / "out")


def judged_as(monkeypatch: pytest.MonkeyPatch, *scores: float) -> None:
    """What the masks of each epoch are said to agree to; random models hardly learn in so few steps."""
    waiting = iter(scores)

    def told(*given: Any, by_masks: bool, **more: Any) -> tuple[float, float | None]:
        return nearness(*given, by_masks=False, **more)[0], next(waiting) if by_masks else None

    monkeypatch.setattr(stage_runner, "nearness", told)


def test_each_stage_changes_its_own_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged_as(monkeypatch, 0.1, 0.2, 0.3, 0.1, 0.2, 0.3)
    slim_file = run(recipe_with(tmp_path, 2, 2), tmp_path / "out")
    folder = slim_file.parent
    teacher, slim = load_model(folder.parent / "vit.safetensors"), load_model(slim_file)
    prompted = load_model(folder / "checkpoints" / "stage-2.safetensors")
    cut = load_model(folder / "checkpoints" / "stage-1.safetensors")
    assert (teacher.arch.decoder.mlp_dim, prompted.arch.decoder.mlp_dim) == (16, 16)
    assert slim.arch.decoder.mlp_dim == 8

    def differing(a: torch.nn.Module, b: torch.nn.Module) -> set[str]:
        one, two = a.state_dict(), b.state_dict()
        names = {n for n in one if one[n].shape != two[n].shape or not torch.equal(one[n], two[n])}
        return {name.split(".")[0] for name in names}

    assert differing(cut, prompted) == {"image_encoder"}
    assert differing(prompted, slim) == {"mask_decoder"}
    assert differing(teacher.prompt_encoder, slim.prompt_encoder) == set()
    events = list(RunFolder(folder).events())
    titles = [e["title"] for e in events if e["event"] == "StageStarted"]
    assert titles[2:] == ["Prompts in the loop", "The mask decoder"]
    judged = [e for e in events if e["event"] == "Validated"]
    assert [e["agreement"] is None for e in judged] == [True, True] + 6 * [False]
    assert all(0 <= e["agreement"] <= 1 for e in judged[2:])
    terms = [set(e["terms"]) for e in events if e["event"] == "TrainStep"]
    assert terms[8] == {"masks", "ratings", "embedding"}
    assert terms[-1] == {"masks", "ratings"}


@pytest.mark.parametrize("at", [44, 62])
def test_a_killed_run_goes_on_to_the_same_bits(whole: Path, tmp_path: Path, at: int) -> None:
    recipe = replace(recipe_with(tmp_path, 2, 2), teacher=str(whole.parent.parent / "vit.safetensors"))
    events = list(RunFolder(whole.parent).events())
    stage = [e for e in events[:at] if e["event"] == "StageStarted"][-1]["stage"]
    assert stage >= 2
    with pytest.raises(Killed):
        run(recipe, tmp_path / "out", killing_at(at))
    assert equal(run(None, tmp_path / "out", resume=True), whole)


def test_masks_come_nearer(tmp_path: Path) -> None:
    heard: list[Validated] = []
    losses: list[float] = []

    def hear(event: object) -> None:
        if isinstance(event, Validated):
            heard.append(event)

    run(recipe_with(tmp_path, 12, 0), tmp_path / "out", hear)
    losses = [
        e["terms"]["masks"]
        for e in RunFolder(tmp_path / "out").events()
        if e["event"] == "TrainStep" and "masks" in e["terms"]
    ]
    assert np.mean(losses[-8:]) < np.mean(losses[:8])


def test_what_got_no_better_is_given_back_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The best of the bad epochs was delivered before."""
    judged_as(monkeypatch, 0.5, 0.4, 0.3)
    folder = run(recipe_with(tmp_path, 2, 0), tmp_path / "out").parent
    events = [e for e in RunFolder(folder).events() if e["event"] == "Validated" and e["stage"] == 2]
    assert [(e["epoch"], e["best"]) for e in events] == [(BEFORE_LEARNING, True), (0, False), (1, False)]
    cut, prompted = (load_model(folder / f"checkpoints/stage-{n}.safetensors") for n in (1, 2))
    for name, value in cut.state_dict().items():
        assert torch.equal(value, prompted.state_dict()[name]), name
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["alignment_error"] == events[0]["alignment_error"]
    assert "<td>Prompts in the loop</td><td></td><td>2</td>" in (folder / "report.html").read_text()


def test_the_plan_knows_the_stages(tmp_path: Path) -> None:
    plan = dry_run(recipe_with(tmp_path, 2, 1))
    assert [stage.title for stage in plan.stages][2:] == ["Prompts in the loop", "The mask decoder"]
    assert plan.stages[2].seconds > 0
    with pytest.raises(RecipeError, match=r"decoder_stage\.removed"):
        recipe_with(tmp_path, 0, 1, removed=1.0)
    with pytest.raises(RecipeError, match=r"prompt_stage\.epochs"):
        recipe_with(tmp_path, -1, 1)


def test_equal_models_have_nothing_to_learn() -> None:
    teacher = model("vit")
    pixels = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    embedding = teacher.image_encoder(pixels).detach()
    loss = PromptLoss(teacher, teacher, PromptSettings(1, points=3, corrections=2), seed=0)
    terms = loss.terms(embedding, embedding, (4,), (Size(40, 64),), epoch=0)
    assert not terms["ratings"].any()
    again = loss.terms(embedding, embedding, (4,), (Size(40, 64),), epoch=0)
    assert torch.equal(terms["masks"], again["masks"])
    assert mask_agreement(teacher, teacher, (embedding, embedding), Size(40, 64)) == 1.0


def test_the_distance_of_masks() -> None:
    wanted = torch.zeros(1, 1, 8, 8, dtype=torch.bool)
    wanted[..., 2:5, 2:6] = True
    sure = torch.where(wanted, 20.0, -20.0)
    assert float(mask_distance(sure, wanted)) < 1e-3
    assert float(mask_distance(-sure, wanted)) > 10


def test_the_middle_of_the_longest_run() -> None:
    wrong = np.zeros((4, 9), np.bool_)
    assert deepest(wrong) is None
    wrong[1, 1:3] = True
    wrong[2, 3:8] = True
    assert deepest(wrong) == (2, 5)


def test_the_strongest_hidden_channels_stay() -> None:
    teacher = model("vit")
    mlp = teacher.mask_decoder.transformer.get_submodule("layers.1.mlp")
    with torch.no_grad():
        for channel in (3, 11):
            mlp.lin1.weight[channel] *= 100  # type: ignore[index,operator]
    slim = with_narrower_mlps(teacher, 2).mask_decoder.transformer.get_submodule("layers.1.mlp")
    assert torch.equal(slim.lin1.weight, mlp.lin1.weight[[3, 11]])  # type: ignore[index]
    assert torch.equal(slim.lin2.weight, mlp.lin2.weight[:, [3, 11]])  # type: ignore[index]
