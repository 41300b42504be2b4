"""What a job is said to take covers everything up to the verdict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from slimsam_core.compression.forecast import Amounts, forecast
from slimsam_core.compression.plan import stage_work
from slimsam_core.compression.stages import Ratios
from slimsam_core.compression.workload import PROCESSES_S, Forecast
from slimsam_core.judging.judge_step import MOST_OBJECTS, JudgeStep
from slimsam_core.models.cost import encoder_cost
from tests.compression.models import model
from tests.compression_jobs.jobs import tiny_recipe

RATIOS = Ratios(0.5, 0.5)


def told(labelled: int, objects: int) -> Forecast:
    arch, recipe = model("lite").arch, tiny_recipe(Path("teacher"), Path("pictures"))
    amounts = Amounts(train=40, validation=10, labelled=labelled, objects=objects)
    return forecast(recipe, arch, RATIOS, amounts)


def test_learning_is_what_the_plan_says_and_judging_comes_on_top() -> None:
    found = told(30, 90)
    recipe = tiny_recipe(Path("teacher"), Path("pictures"))
    assert found.stages == stage_work(recipe, model("lite").arch, RATIOS, 40, 10)
    assert list(found.judging) == list(JudgeStep)
    assert found.encodings == pytest.approx(sum(found.stages) + sum(found.judging.values()))
    assert found.seconds(0.1) == pytest.approx(0.1 * found.encodings + PROCESSES_S)
    assert found.judging[JudgeStep.TEACHER] > 90, "a light model looks closer at every object"


def test_a_run_that_looks_at_smaller_pictures_is_judged_against_the_teacher_at_its_own_size() -> None:
    arch, recipe = model("lite").arch, tiny_recipe(Path("teacher"), Path("pictures"))
    amounts = Amounts(train=40, validation=10, labelled=30, objects=90)
    small = replace(recipe, image_size=arch.image_size // 2)
    whole, half = (forecast(one, arch, RATIOS, amounts) for one in (recipe, small))
    assert half.stages == pytest.approx(whole.stages, rel=0.05), "in encodings at the size of the run"
    share = encoder_cost(arch).macs / encoder_cost(replace(arch, image_size=arch.image_size // 2)).macs
    assert share > 3
    assert half.judging[JudgeStep.TEACHER] == pytest.approx(share * whole.judging[JudgeStep.TEACHER])
    assert half.judging[JudgeStep.STUDENT] == whole.judging[JudgeStep.STUDENT]


def test_labels_take_time_up_to_the_number_that_is_asked_for() -> None:
    assert told(0, 0).judging[JudgeStep.STUDENT] == 0
    assert told(30, 90).encodings > told(10, 30).encodings
    most = told(30, MOST_OBJECTS).encodings
    assert told(30, 10 * MOST_OBJECTS).encodings == most


def test_a_place_counts_everything_before_it() -> None:
    found = Forecast(stages=(3.0, 1.0), judging={JudgeStep.TEACHER: 4.0})
    assert [found.place(part, 0.5) for part in range(3)] == [1.5 / 8, 3.5 / 8, 6.0 / 8]
    assert found.place(2, 1.0) == 1.0
