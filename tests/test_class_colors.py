"""Classes have colours that are told apart, and the same ones again after they were taken back."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

import pytest

from slimsam_core.annotation import Category, color_for_new, colors_of, default_color
from slimsam_core.class_colors import COUNT, PALETTE, ColorsInUse, _lab, color_of
from slimsam_core.formats.registry import get_format
from slimsam_core.formats.transfer import import_into
from slimsam_core.project import Edit, Project, take_classes


@pytest.mark.parametrize(("count", "least"), [(18, 0.06), (40, 0.06), (COUNT, 0.04)])
def test_no_two_colours_are_near(count: int, least: float) -> None:
    """0.02 in OKLab is about what is just seen side by side."""
    labs = [_lab(color_of(number)) for number in range(1, count + 1)]
    assert min(math.dist(a, b) for a, b in itertools.combinations(labs, 2)) > least


def test_the_first_colours_are_the_palette_and_the_last_are_followed_by_the_first() -> None:
    assert tuple(color_of(number) for number in range(1, 19)) == PALETTE
    assert color_of(COUNT + 1) == PALETTE[0]
    assert color_of(COUNT) not in PALETTE


def test_a_free_colour_is_not_that_of_another_class_nor_nearly_so() -> None:
    assert ColorsInUse().free() == PALETTE[0]
    assert ColorsInUse(["#e5184a", "#123456"]).free() == PALETTE[1]
    everything = [color_of(number) for number in range(1, COUNT + 1)]
    assert ColorsInUse(everything).free() in everything


def test_a_colour_that_goes_is_free_again() -> None:
    used = ColorsInUse([PALETTE[0], PALETTE[0], PALETTE[1]])
    used.remove(PALETTE[0])
    assert used.free() == PALETTE[2]
    used.remove(PALETTE[0])
    assert used.free() == PALETTE[0]


def test_a_new_class_stores_a_colour_only_where_its_id_gives_another() -> None:
    first = Category(id=1, name="cat")
    assert color_for_new(2, colors_of([first])) == ""
    assert color_for_new(9, colors_of([first])) == default_color(2)
    chosen = Category(id=1, name="cat", color=default_color(2))
    assert color_for_new(2, colors_of([chosen])) == default_color(1)


def test_what_is_imported_again_after_undo_has_its_colours_again(tmp_path: Path) -> None:
    names = ("acorn", "date", "fig")
    (tmp_path / "pictures").mkdir()
    image = {"id": 1, "file_name": "1.jpg", "width": 20, "height": 10}
    ring = [1, 1, 8, 1, 8, 8]
    objects = [
        {"id": n, "image_id": 1, "category_id": n, "segmentation": [ring], "iscrowd": 0} for n in (1, 2, 3)
    ]
    data = {
        "images": [image],
        "annotations": objects,
        "categories": [{"id": n, "name": name} for n, name in enumerate(names, 1)],
    }
    (tmp_path / "labels.json").write_text(json.dumps(data))
    with Project.create(tmp_path / "p.slimsam", [tmp_path / "pictures"]) as project:
        found = []
        for _ in range(3):
            import_into(project, get_format("coco"), tmp_path / "labels.json")
            found.append([(c.name, c.display_color) for c in project.categories()])
            project.undo()
        assert found[0] == found[1] == found[2]
        assert [color for _, color in found[0]] == list(PALETTE[:3])


def test_classes_of_a_list_that_has_no_colours_differ_from_those_that_are_there(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.slimsam") as project:
        project.apply("Add", [Edit(None, Category(id=1, name="cat", color=PALETTE[1]))])
        listed = [Category(id=1, name="dog"), Category(id=2, name="cow")]
        edits = take_classes(project.categories(), listed, lambda: project.next_id(Category))
        project.apply("Load", edits)
        assert len({category.display_color for category in project.categories()}) == 3
