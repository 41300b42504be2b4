"""How long work takes on this machine: one clock for models, prepared files and networks that are drawn."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from statistics import median

__all__ = ["seconds_in_turn"]


def seconds_in_turn(
    works: Sequence[Callable[[], object]],
    runs: int,
    *,
    least_seconds: float = 0.0,
    begin: Callable[[int], None] = lambda _: None,
) -> list[float]:
    """The median time of each of ``works`` in seconds, of ``runs`` after a warm-up that is not counted.

    They take turns, so that what else the machine does slows all of them alike; on and on until all turns
    took ``least_seconds``. ``begin`` is called before each turn with its number, 0 for the warm-up, untimed.
    """
    turns: list[list[float]] = []
    while len(turns) <= runs or sum(map(sum, turns)) < least_seconds:
        begin(len(turns))
        turns.append([_seconds(work) for work in works])
    return [median(times) for times in zip(*turns[1:], strict=True)]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
