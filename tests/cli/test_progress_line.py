"""Where a job is has one wording in all commands; work in steps has one who drives it."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from slimsam_core.commands.console import step_words
from slimsam_core.errors import Cancelled
from slimsam_core.progress import CancelToken, Progress, counted, drive


def work(count: int) -> Generator[Progress, None, str]:
    for done in range(count):
        yield Progress("Reading", done + 1, count)
    return "all"


def test_a_step_has_one_wording() -> None:
    assert step_words(Progress("Reading", 3, 1200, "cat.jpg")) == "Reading: 3 of 1,200 cat.jpg"
    assert step_words(Progress("Reading", 3)) == "Reading: 3"
    assert step_words(Progress("download", 3, 9), lambda size: f"{size} B") == "download: 3 B of 9 B"


def test_work_in_steps_is_driven_to_its_end() -> None:
    told: list[int] = []
    assert drive(work(3), lambda step: told.append(step.done)) == "all"
    assert told == [1, 2, 3]
    token = CancelToken()
    with pytest.raises(Cancelled):
        drive(work(3), lambda _: token.cancel(), token)


def test_the_steps_of_a_part_are_counted_in_the_whole() -> None:
    told: list[int] = []
    steps = counted(work(2), lambda step: Progress(step.stage, 10 + step.done, 20))
    assert drive(steps, lambda step: told.append(step.done)) == "all"
    assert told == [11, 12]
