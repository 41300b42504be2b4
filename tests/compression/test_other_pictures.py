"""A run goes on with the pictures that it began with, and with no others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from slimsam_core.compression.recipe import Recipe
from slimsam_core.compression.run import run
from slimsam_core.compression.supply.data import list_images
from slimsam_core.errors import RecipeError
from tests.compression.test_run import Killed, killing_at, recipe_for


@pytest.fixture
def begun(tmp_path: Path) -> tuple[Recipe, Path]:
    """A recipe whose run was killed, and the folder of its pictures."""
    recipe = recipe_for("vit", tmp_path)
    with pytest.raises(Killed):
        run(recipe, tmp_path / "out", killing_at(12))
    return recipe, Path(recipe.data.images[0])


def test_another_picture_in_the_place_of_one_is_told(begun: tuple[Recipe, Path], tmp_path: Path) -> None:
    """As many as before: the order was another one, and the run went on with it."""
    _, folder = begun
    first = min(folder.glob("*.png"))
    first.rename(folder / "another.png")
    with pytest.raises(RecipeError, match="not those that the run began with"):
        run(None, tmp_path / "out", resume=True)
    (folder / "another.png").rename(first)
    assert run(None, tmp_path / "out", resume=True).is_file()


def test_the_same_pictures_elsewhere_are_the_same(begun: tuple[Recipe, Path], tmp_path: Path) -> None:
    _, folder = begun
    moved = shutil.copytree(folder, tmp_path / "elsewhere")
    assert list_images([moved]).digest() == list_images([folder]).digest()
    (moved / "one more.png").write_bytes(min(folder.glob("*.png")).read_bytes())
    assert list_images([moved]).digest() != list_images([folder]).digest()
