"""Summaries: means and intervals that agree with direct computation, pairing, calibration."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from slimsam_core.judging.form import Form
from slimsam_core.judging.intervals import mean_interval, mean_intervals
from slimsam_core.judging.measure import ObjectScore
from slimsam_core.judging.summary import calibration, compare, markdown_table, summarise, worst
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import empty

NOTHING = empty(Size(4, 4))


def score(image: int, number: int, value: float, area: int = 5000, predicted: float = 0.5) -> ObjectScore:
    return ObjectScore(
        dataset="set",
        image=f"set/{image}",
        number=number,
        category="cat",
        area=area,
        iou_1click=value,
        iou_1click_oracle=value,
        predicted_iou=predicted,
        iou_box=value,
        predicted_iou_box=predicted,
        boundary_f_1click=value,
        boundary_f_box=value,
        form_1click=Form(1.0, 1.0),
        form_box=Form(2.0 * value, 1.5),
        ious=(value,),
        mask_1click=NOTHING,
        mask_box=NOTHING,
        iou_replayed=value,
        mask_replayed=NOTHING,
        replayed=False,
        made_by="",
    )


SCORES = [score(i // 3, i % 3, v) for i, v in enumerate(np.random.default_rng(0).random(60))]


def test_the_means_are_those_of_the_objects() -> None:
    summary = summarise(SCORES)
    values = [s.iou_1click for s in SCORES]
    assert summary["n_objects"] == 60
    assert summary["n_images"] == 20
    assert summary["miou_1click"] == pytest.approx(np.mean(values))
    low, high = summary["intervals"]["miou_1click"]
    assert low < np.mean(values) < high
    assert high - low == pytest.approx(2 * 1.96 * np.std(values) / 60**0.5, rel=0.4)
    assert summary["parts_box"] == pytest.approx(2 * np.mean(values))
    assert summary["outline_box"] == 1.5
    assert summarise(SCORES) == summary


def test_objects_of_one_picture_are_not_independent() -> None:
    same = [score(i, n, v) for i, v in enumerate([0.0, 1.0] * 5) for n in range(20)]
    apart = [score(i * 20 + n, 0, v) for i, v in enumerate([0.0, 1.0] * 5) for n in range(20)]
    width = [np.diff(summarise(s)["intervals"]["miou_1click"])[0] for s in (same, apart)]
    assert width[0] > 3 * width[1]


def test_one_picture_says_nothing_about_others_and_two_say_little() -> None:
    one = [score(0, n, v) for n, v in enumerate([0.6, 0.9, 0.7, 0.8])]
    summary = summarise(one)
    assert summary["intervals"]["miou_1click"] is None
    assert compare(one, one)["miou_1click"] == {"difference": 0.0, "interval": None}
    assert "0.750 |" in markdown_table({"a": summary})
    two = [score(n, 0, v) for n, v in enumerate([0.7, 0.8])]
    assert summarise(two)["intervals"]["miou_1click"] == pytest.approx([0.75 - 12.706 * 0.05, 1.0])
    five = [score(n // 4, n % 4, v) for n, v in enumerate(np.random.default_rng(1).random(20))]
    means = np.reshape([s.iou_1click for s in five], (5, 4)).mean(1)
    half = 2.776 * means.std(ddof=1) / 5**0.5
    assert summarise(five)["intervals"]["miou_1click"] == pytest.approx(
        [means.mean() - half, means.mean() + half]
    )


def test_intervals_of_few_pictures_hold_what_they_say() -> None:
    random, hits = np.random.default_rng(2), 0
    for _ in range(400):
        values = np.repeat(random.normal(0, 1, 5), 3) + random.normal(0, 0.2, 15)
        low, high = mean_interval(values, np.repeat(range(5), 3).tolist(), (-9.0, 9.0))
        hits += low <= 0 <= high
    assert 0.92 <= hits / 400 <= 0.98


def test_many_pictures_take_little_memory_and_give_the_same_numbers() -> None:
    values = np.random.default_rng(3).random((40, 2))
    drawn = np.random.default_rng(7).integers(40, size=(1000, 40))
    expected = np.percentile(values[drawn].mean(1), [2.5, 97.5], axis=0)
    assert mean_intervals(values, list(range(40)), 7) == pytest.approx(expected)
    many = np.random.default_rng(4).random((20_000, 13))
    tracemalloc.start()
    found = mean_intervals(many, list(range(20_000)))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found is not None
    assert np.all(np.abs(found - 0.5) < 0.02)
    assert most < 100e6


def test_groups_by_size_follow_the_area() -> None:
    sizes = summarise([score(0, 0, 0.1, 10), score(0, 1, 0.2, 1024), score(0, 2, 0.3, 9216)])["by_size"]
    assert {name: group["miou_1click"] for name, group in sizes.items()} == pytest.approx(
        {"small": 0.1, "medium": 0.2, "large": 0.3}
    )


def test_a_paired_comparison_sees_a_small_but_constant_gain() -> None:
    better = [replace(s, iou_1click=s.iou_1click + 0.01) for s in SCORES][5:]
    result = compare(better, SCORES)
    assert result["objects"]["n_objects"] == 55
    assert result["miou_1click"]["difference"] == pytest.approx(0.01)
    assert result["miou_1click"]["interval"] == pytest.approx([0.01, 0.01])
    assert result["miou_box"]["interval"] == [0.0, 0.0]


def test_overconfidence_is_seen() -> None:
    found = calibration([(0.9, 0.5), (0.9, 0.3), (0.1, 0.1)])
    assert found["bias"] == pytest.approx(1.9 / 3 - 0.3)
    assert found["error"] == pytest.approx(2 / 3 * 0.5)
    assert [b[1] for b in found["bins"]] == [1, 2]
    assert calibration([])["bias"] is None


def test_the_worst_come_first_and_the_table_has_a_row_a_model() -> None:
    assert [s.iou_1click for s in worst(SCORES, 3)] == sorted(s.iou_1click for s in SCORES)[:3]
    table = markdown_table({"a": summarise(SCORES), "b": summarise(SCORES)})
    assert len(table.splitlines()) == 4
    assert table.splitlines()[2].startswith("| a | 60 | 0.")
