"""The order of classes: kept, changed as one command, the same for every reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from slimsam_core.annotation import Category
from slimsam_core.project import Edit, Project, order_classes


def names(project: Project) -> list[str]:
    return [category.name for category in project.categories()]


def test_classes_are_put_in_order_and_back(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.slimsam") as project:
        project.apply("Add", [Edit(None, Category(id=n, name=name)) for n, name in enumerate("abcd", 1)])
        project.apply("Order", order_classes(project.categories(), [3, 1]))
        assert names(project) == ["c", "a", "b", "d"]
        assert list(project.objects_by_class()) == [3, 1, 2, 4]
        project.apply("Add", [Edit(None, Category(id=5, name="new"))])
        assert names(project)[-1] == "new", "a class without a place is the last"
        assert not list(order_classes(project.categories()[:4], [3, 1, 2, 4])), "nothing to change"
        project.undo()
        project.undo()
        assert names(project) == ["a", "b", "c", "d"]
    with Project.open(tmp_path / "p.slimsam") as project:
        project.redo()
        assert names(project) == ["c", "a", "b", "d"]


@pytest.mark.parametrize("ids", [[1, 1], [7]])
def test_an_order_names_each_class_once(ids: list[int]) -> None:
    with pytest.raises(ValueError):
        list(order_classes([Category(id=1, name="a"), Category(id=2, name="b")], ids))


def test_a_class_that_an_older_version_removed_comes_back(tmp_path: Path) -> None:
    """Its journal knows no places."""
    from tests.project.test_versions import VERSIONS, unpack

    unpack(VERSIONS / "version_2.sql", tmp_path / "p.slimsam")
    with Project.open(tmp_path / "p.slimsam") as project:
        change = project.redo()
        assert change is not None
        assert change.edits[0].after == Category(id=3, name="undone")
