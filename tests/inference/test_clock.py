"""One clock: what takes turns is timed alike, and the warm-up does not count."""

from __future__ import annotations

import time

from slimsam_core.inference.runtimes.clock import seconds_in_turn


def test_the_warm_up_does_not_count_and_all_take_turns() -> None:
    done: list[str] = []

    def slow_at_first() -> None:
        if not done:
            time.sleep(0.2)  # long enough to be seen by a clock
        done.append("a")

    first, second = seconds_in_turn(
        [slow_at_first, lambda: done.append("b")], 3, begin=lambda turn: done.extend(str(turn) * bool(turn))
    )
    assert "".join(done) == "ab1ab2ab3ab"
    assert first < 0.1
    assert second < 0.1


def test_quick_work_is_timed_until_it_took_long_enough() -> None:
    turns: list[int] = []
    seconds_in_turn([lambda: time.sleep(0.01)], 1, least_seconds=0.05, begin=turns.append)
    assert 3 <= len(turns) <= 6
