"""The digits of classes stay where they are, whatever becomes of the other classes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from slimsam_core.annotation import Category
from slimsam_core.project import (
    Edit,
    Project,
    class_keys,
    order_classes,
    remove_category,
    take_classes,
    with_key,
    with_own_keys,
)


def digits(categories: list[Category] | tuple[Category, ...]) -> dict[str, str]:
    """Name -> digit."""
    names = {c.id: c.name for c in categories}
    return {names[number]: digit for digit, number in class_keys(categories).items()}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Twelve classes a...l; nobody gave any of them a key, but ``c`` has 9."""
    project = Project.create(tmp_path / "p.slimsam")
    classes = [
        Category(id=n, name=name, hotkey="9" if name == "c" else "")
        for n, name in enumerate("abcdefghijkl", 1)
    ]
    project.apply("Add", [Edit(None, category) for category in classes])
    return project


def test_own_keys_come_first_and_the_others_take_the_free_ones_in_order(project: Project) -> None:
    with project:
        expected = dict(zip("abcdefghij", "1293456780", strict=True))
        assert digits(project.categories()) == expected


def test_deleting_a_class_moves_no_key_and_a_new_class_takes_the_free_one(project: Project) -> None:
    with project:
        before = digits(project.categories())
        project.apply("Delete", remove_category(project, 2))
        del before["b"]
        # the free key goes to the first class that had none
        assert digits(project.categories()) == {**before, "k": "2"}
        project.apply("Delete", remove_category(project, 11))
        assert digits(project.categories()) == {**before, "l": "2"}
        project.undo()
        project.undo()
        assert digits(project.categories()) == {**before, "b": "2"}


def test_another_order_moves_no_key(project: Project) -> None:
    with project:
        before = digits(project.categories())
        project.apply("Order", order_classes(project.categories(), [12, 5, 3, 11, 1]))
        assert [c.name for c in project.categories()] == list("lecka") + list("bdfghij")
        assert digits(project.categories()) == before


def test_a_taken_key_is_exchanged(project: Project) -> None:
    with project:
        before = digits(project.categories())
        after = with_key(project.categories(), 1, "9")
        assert digits(tuple(after)) == {**before, "a": "9", "c": "1"}
        without = with_key(project.categories(), 12, "1")
        assert digits(tuple(without)) == {**{k: v for k, v in before.items() if k != "a"}, "l": "1"}


def test_a_key_that_two_classes_claim_belongs_to_the_first() -> None:
    claimed = (
        Category(id=1, name="a", hotkey="1"),
        Category(id=2, name="b", hotkey="1"),
        Category(id=3, name="c", hotkey="no digit"),
    )
    assert digits(claimed) == {"a": "1", "b": "2", "c": "3"}
    assert [c.hotkey for c in with_own_keys(claimed)] == ["1", "2", "3"]


def test_a_list_of_ten_thousand_classes_with_keys_is_taken_at_once() -> None:
    """Each new class once compared its colour with all others, and each key went through all classes."""
    listed = [Category(id=n, name=f"c{n}", hotkey=str(n % 10)) for n in range(1, 10_001)]
    numbers = iter(range(100, 20_000))
    start = time.process_time()
    edits = take_classes([Category(id=1, name="mine", hotkey="7")], listed, lambda: next(numbers))
    assert time.process_time() - start < 10, "a second or less where each class is looked at once"
    made = [edit.after for edit in edits if isinstance(edit.after, Category)]
    assert {c.hotkey: c.name for c in made if c.hotkey} == {
        **{str(n): f"c{n}" for n in range(1, 10)},
        "0": "c10",
    }
