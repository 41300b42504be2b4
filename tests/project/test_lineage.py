"""Which of two values is the later one, told by counts of sessions and by no clock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slimsam_core.annotation import Category
from slimsam_core.project import Edit, Project
from slimsam_core.project.lineage import (
    Stamp,
    changed_by,
    format_writes,
    joined_writes,
    parse_writes,
    rests_on,
)

WRITES = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 4))


@given(WRITES, WRITES)
def test_a_value_rests_on_what_it_was_joined_from(first: dict[str, int], second: dict[str, int]) -> None:
    both = joined_writes(first, second)
    assert both == joined_writes(second, first)
    assert rests_on(both, first) or both == first
    assert not (rests_on(first, second) and rests_on(second, first))
    assert parse_writes(format_writes(both)) == both


@given(WRITES, st.integers(5, 9))
def test_a_changed_value_rests_on_the_one_before(before: dict[str, int], count: int) -> None:
    text = format_writes(before)
    after = parse_writes(changed_by(Stamp("a", count, ""), text))
    assert rests_on(after, before)


@pytest.mark.parametrize(
    "text", ["x", "a:-1", "a:1 a:2", "a:1  b:2", "a:99999999999999999999", "ä:1", "a:1\n", "a:١"]
)
def test_a_text_that_is_none_is_refused_and_written_anew(text: str) -> None:
    with pytest.raises(ValueError):
        parse_writes(text)
    assert changed_by(Stamp("t", 3, ""), text) == "t:3"


def test_undo_brings_back_what_a_value_rested_on(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.slimsam") as project:
        project.apply("Add class", [Edit(None, Category(id=1, name="cat"))])
        first = project.categories()[0]
        project.apply("Rename", [Edit(first, replace(first, name="dog"))])
        second = project.categories()[0]
        assert rests_on(parse_writes(second.writes), parse_writes(first.writes))
        project.undo()
        assert project.categories()[0].writes == first.writes
        project.redo()
        assert project.categories()[0].writes == second.writes
        assert project.categories()[0].uid == first.uid != ""


def test_each_opening_counts_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "p.slimsam"
    with Project.create(path) as project:
        project.apply("Add class", [Edit(None, Category(id=1, name="cat"))])
    tokens = set()
    for name in ("a", "b"):
        with Project.open(path) as project:
            before = project.categories()[0]
            project.apply("Rename", [Edit(before, replace(before, name=name))])
            tokens |= parse_writes(project.categories()[0].writes).keys()
    assert len(tokens) == 3


def test_a_value_of_a_view_that_is_behind_does_not_take_the_order_back(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.slimsam") as project:
        project.apply("Add class", [Edit(None, Category(id=1, name="cat"))])
        stale = project.categories()[0]
        project.apply("Colour", [Edit(stale, replace(stale, color="#112233"))])
        newer = project.categories()[0]
        project.apply("Rename", [Edit(stale, replace(stale, name="dog"))])
        found = project.categories()[0]
        assert (found.color, found.name) == ("#112233", "dog")
        assert rests_on(parse_writes(found.writes), parse_writes(newer.writes))
