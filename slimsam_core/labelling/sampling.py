"""A few of many, taken from all over them: the same ones each time, and no class forgotten."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

__all__ = ["evenly", "fairly", "from_all_over"]

Value = TypeVar("Value")

_BITS = 32
"""More values than that many bits can count are never sampled."""


def evenly(values: Sequence[Value], count: int) -> list[Value]:
    """As many, or all, equally far apart."""
    if len(values) <= count:
        return list(values)
    return [values[(2 * i + 1) * len(values) // (2 * count)] for i in range(count)]


def fairly(values: Sequence[Value], kind: Callable[[Value], Hashable], count: int) -> list[Value]:
    """As many, or all, in their order: of each kind the same number where it has so many, else all of it."""
    kinds: dict[Hashable, list[int]] = {}
    for place, value in enumerate(values):
        kinds.setdefault(kind(value), []).append(place)
    taken: list[int] = []
    rarest_first = sorted(kinds.values(), key=len)
    for number, places in enumerate(rarest_first):
        share = -(-(count - len(taken)) // (len(rarest_first) - number))  # where they are few: of the rarest
        taken += evenly(places, share)
    return [values[place] for place in sorted(taken)]


def from_all_over(values: Sequence[Value]) -> list[Value]:
    """All, in an order in which the first ones lie far apart already (van der Corput 1935)."""
    order = sorted(range(len(values)), key=lambda place: int(f"{place:0{_BITS}b}"[::-1], 2))
    return [values[place] for place in order]
