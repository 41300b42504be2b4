"""All settings of a former run come back when they are taken, or it is said which do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_app.sessions.compression.choices import (
    Choices,
    NotTaken,
    preset_in_force,
    recipe_of,
    with_preset,
    with_settings_of,
)
from slimsam_app.sessions.compression.words import aim_words, fit_words, taken_words
from slimsam_core.compression.budget import BudgetFit, BudgetUnit
from slimsam_core.compression.job_folder import JobFolder
from slimsam_core.compression.presets import PRESETS, preset
from slimsam_core.compression.recipe import (
    CriterionSettings,
    DataSettings,
    DecoderSettings,
    OptimiserSettings,
    Performance,
    Precision,
    PromptSettings,
    Ranking,
    Recipe,
    Schedule,
    StageSettings,
    Switch,
    Target,
)

FORMER = Recipe(
    name="macs2G-hessian-s7",
    teacher="big",
    data=DataSettings(("/its/pictures",), 77, 9, "/its/masks"),
    target=Target(macs=2e9),
    image_size=384,
    criterion=CriterionSettings("hessian", 12, 0.02),
    ranking=Ranking.COST,
    rounds=3,
    embedding_stage=StageSettings(7, 3, 2),
    bottleneck_stage=StageSettings(9, 4, 5),
    prompt_stage=PromptSettings(2, 5, 2, 0.5),
    decoder_stage=DecoderSettings(3, 0.4),
    optimiser=OptimiserSettings(
        learning_rate=2e-4, batch=6, schedule=Schedule.COSINE, patience=5, factor=0.3, gradient_clip=1.0
    ),
    performance=Performance(
        device="cpu", precision=Precision.FP32, micro_batch=1, loader_threads=1, prefetch=2,
        cache_gigabytes=1.0, activation_checkpointing=True, compile=Switch.ON, checkpoint_seconds=5.0,
    ),
    mends=preset("published-50").mends,
    seed=2**40,
)  # fmt: skip
"""No field is what it is by default."""
INSTALLED = {name: Path(f"/models/{name}.safetensors") for name in ("tiny", "big")}
MINE = Choices(teacher="tiny", folders=(Path("/mine"),), name="my name", ratio=0.3)


def taken(recipe: Recipe, masks_there: bool = True) -> Choices:
    return with_settings_of(MINE, recipe, INSTALLED, masks_there=masks_there)


def test_no_setting_is_dropped() -> None:
    plain = Recipe()
    assert all(getattr(FORMER, name) != getattr(plain, name) for name in vars(plain) if name != "version")
    found = taken(FORMER)
    assert found.teacher == "big"
    data = replace(FORMER.data, images=("/mine",))
    assert recipe_of(found, "big") == replace(FORMER, name="my name", data=data)
    assert found.not_taken == (NotTaken.PICTURES,)


@pytest.mark.parametrize("name", PRESETS)
def test_also_of_the_presets_that_no_button_has(name: str) -> None:
    recipe = replace(preset(name), performance=replace(preset(name).performance, device="cpu", micro_batch=1))
    found = recipe_of(taken(recipe), "")
    assert replace(found, name=recipe.name, data=recipe.data) == recipe
    assert found.data.train_images == recipe.data.train_images


def test_what_cannot_be_taken_is_said_and_stays_as_it_was() -> None:
    foreign = replace(FORMER, teacher="gone", performance=replace(FORMER.performance, device="cuda:31"))
    found = taken(foreign, masks_there=False)
    assert set(found.not_taken) == set(NotTaken)
    assert found.teacher == "tiny"
    assert found.advanced.device == MINE.advanced.device
    assert recipe_of(found, "tiny").data.masks is None
    words = taken_words(found)
    for part in ("its model gone", "its pictures", "the masks", "its device"):
        assert part in words
    assert "Not taken" not in taken_words(
        taken(replace(FORMER, data=replace(FORMER.data, images=("/mine",))))
    )


def test_a_model_that_is_named_by_its_file_is_found() -> None:
    assert taken(replace(FORMER, teacher="/models/big.safetensors")).teacher == "big"
    assert taken(replace(FORMER, teacher="")).teacher == "", "the default"


def test_what_no_field_of_the_page_shows_is_told() -> None:
    words = taken_words(taken(FORMER))
    for part in ("at most 2.00", "384", "3 rounds", "7 and 9 epochs", "2 epochs of prompts",
                 "3 epochs of the decoder", "judged by masks"):  # fmt: skip
        assert part in words, part
    assert taken_words(MINE) == ""


def test_a_chosen_ratio_takes_the_place_of_the_budget_and_the_rest_stays() -> None:
    found = replace(taken(FORMER), ratio=0.4, target=None)
    assert recipe_of(found, "big").target == Target(residual=0.4, bottleneck=0.4)
    assert recipe_of(found, "big").image_size == 384
    more = replace(found, advanced=replace(found.advanced, epochs=14))
    assert recipe_of(more, "big").embedding_stage == StageSettings(14, 6, 2)


def test_a_preset_begins_anew() -> None:
    found = with_preset(taken(FORMER), "slimsam-77")
    assert (found.taken, found.target, found.not_taken) == (None, None, ())
    assert recipe_of(found, "big").optimiser == preset("slimsam-77").optimiser
    assert preset_in_force(taken(FORMER)) == ""


def test_the_name_says_what_was_aimed_at() -> None:
    unnamed = replace(taken(FORMER), name="")
    assert unnamed.title("big") == "big-macs2G"
    assert replace(unnamed, target=None).title("big") == "big-slim30"


def test_aims_and_budgets_in_words() -> None:
    assert "of the residual channels" in aim_words(Target(residual=0.5, bottleneck=0.7))
    assert aim_words(Target(parameters=5e6)).endswith("parameters")
    assert "misses its budget" in fit_words(BudgetFit(BudgetUnit.MILLISECONDS, 80.0, 96.0))
    assert "+20" in fit_words(BudgetFit(BudgetUnit.MILLISECONDS, 80.0, 96.0))
    assert "needs" in fit_words(BudgetFit(BudgetUnit.MACS, 2e9, 1.9e9))


def test_the_budget_of_a_finished_job_is_read_from_what_its_run_wrote_down(tmp_path: Path) -> None:
    folder = JobFolder(tmp_path)
    assert folder.budget() is None
    folder.slim_dir.mkdir()
    metrics = folder.slim_dir / "metrics.json"
    for odd in ("[]", "{", '{"budget": null}', '{"budget": 3}', '{"budget": {"unit": "metres"}}'):
        metrics.write_text(odd)
        assert folder.budget() is None, odd
    metrics.write_text('{"budget": {"unit": "macs", "budget": 2e9, "needed": 2.2e9, "off": 0.1}}')
    fit = folder.budget()
    assert fit == BudgetFit(BudgetUnit.MACS, 2e9, 2.2e9)
    assert "misses its budget" in fit_words(fit)
