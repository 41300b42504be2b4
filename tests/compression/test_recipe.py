"""Recipes: what is accepted, and the way an error shows to the culprit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slimsam_core.compression.presets import PRESETS, preset
from slimsam_core.compression.recipe import (
    RECIPE_VERSION,
    Recipe,
    load_recipe,
    recipe_from_json,
    save_recipe,
    with_ratio,
)
from slimsam_core.errors import RecipeError


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_presets_survive_the_way_through_a_file(name: str, tmp_path: Path) -> None:
    save_recipe(preset(name), tmp_path / "recipe.json")
    assert load_recipe(tmp_path / "recipe.json") == preset(name)


def test_absent_keys_take_their_defaults() -> None:
    assert recipe_from_json({}) == Recipe()


@given(st.floats(0.01, 0.99), st.integers(1, 5), st.integers(0, 2**31))
def test_any_valid_recipe_is_read_back_equal(ratio: float, rounds: int, seed: int) -> None:
    recipe = recipe_from_json(
        {"target": {"residual": ratio, "bottleneck": ratio}, "rounds": rounds, "seed": seed}
    )
    assert recipe_from_json(json.loads(json.dumps(recipe.to_json()))) == recipe


@pytest.mark.parametrize("ratio", [0, 1, 1.2, -0.1])
def test_a_ratio_outside_0_to_1_is_refused(ratio: float) -> None:
    with pytest.raises(RecipeError) as caught:
        with_ratio(Recipe(), ratio)
    assert caught.value.where == "target.residual"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ({"sedd": 1}, "sedd"),
        ({"data": {"images": "photos"}}, "data.images"),
        ({"data": {"images": ["a", 3]}}, "data.images[1]"),
        ({"target": {"residual": "half"}}, "target.residual"),
        ({"target": {"bottleneck": 1.2}}, "target.bottleneck"),
        ({"target": {"parameters": 1e6, "macs": 1e9}}, "target"),
        ({"target": {"milliseconds": -1}}, "target.milliseconds"),
        ({"criterion": {"name": "taste"}}, "criterion.name"),
        ({"criterion": {"noise": 0}}, "criterion.noise"),
        ({"ranking": "cosmic"}, "ranking"),
        ({"embedding_stage": {"epochs": -1}}, "embedding_stage.epochs"),
        ({"bottleneck_stage": {"patience": 0}}, "bottleneck_stage.patience"),
        ({"embedding_stage": {"epochs": 1.5}}, "embedding_stage.epochs"),
        ({"optimiser": {"batch": 0}}, "optimiser.batch"),
        ({"optimiser": {"batch": True}}, "optimiser.batch"),
        ({"optimiser": {"schedule": "sine"}}, "optimiser.schedule"),
        ({"optimiser": {"factor": 1}}, "optimiser.factor"),
        ({"optimiser": {"learning_rate": float("nan")}}, "optimiser.learning_rate"),
        ({"seed": -1}, "seed"),
        ({"seed": 1 << 63}, "seed"),
        ({"mends": {"recompute_scale": 1}}, "mends.recompute_scale"),
        ({"version": RECIPE_VERSION + 1}, "version"),
        ({"version": 0}, "version"),
        ([], "recipe"),
    ],
)
def test_a_wrong_value_is_named(data: Any, where: str) -> None:
    with pytest.raises(RecipeError) as caught:
        recipe_from_json(data)
    assert caught.value.where == where


def test_a_newer_recipe_says_to_update_even_when_it_holds_unknown_keys() -> None:
    with pytest.raises(RecipeError, match="Update the program"):
        recipe_from_json({"version": RECIPE_VERSION + 1, "colour": "blue"})


def test_a_file_that_is_not_json_says_the_line(tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_text('{\n  "seed": }', encoding="utf-8")
    with pytest.raises(RecipeError, match="line 2"):
        load_recipe(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"nowhere\.json"):
        load_recipe(tmp_path / "nowhere.json")
