"""A few of many come from all over them, the same ones each time."""

from __future__ import annotations

from itertools import pairwise

import pytest

from slimsam_core.labelling.sampling import evenly, fairly, from_all_over


@pytest.mark.parametrize(
    ("many", "few"), [(199, 100), (101, 100), (19, 10), (60, 60), (5, 9), (1000, 3), (7, 0)]
)
def test_they_are_equally_far_apart_up_to_the_end(many: int, few: int) -> None:
    found = evenly(range(many), few)
    assert found == evenly(range(many), few)
    assert len(set(found)) == len(found) == min(many, few)
    assert found == sorted(found)
    gap = many / max(1, few)
    if few and many > few:
        assert found[0] < gap
        assert found[-1] >= many - gap - 1
        assert all(gap - 1 < after - before < gap + 1 for before, after in pairwise(found))


def test_each_kind_has_its_share_and_a_rare_one_all() -> None:
    values = ["car"] * 90 + ["person"] * 9 + ["dog"]
    found = fairly(values, str, 30)
    assert [found.count(kind) for kind in ("car", "person", "dog")] == [20, 9, 1]
    assert found == sorted(found, key=["car", "person", "dog"].index)
    assert fairly(values, str, 200) == values
    assert fairly(values, str, 2) == ["person", "dog"]
    assert fairly([], str, 3) == []


def test_the_first_ones_lie_far_apart() -> None:
    found = from_all_over(range(100))
    assert sorted(found) == list(range(100))
    for count in (2, 4, 8):
        first = sorted(found[:count])
        assert max(b - a for a, b in zip([0, *first], [*first, 99], strict=True)) < 200 / count
