"""What the classes of a project look like, learnt from its objects one by one, and what a new one looks like.

Linear discriminant analysis (Fisher 1936) that is updated object by object: the mean of each class, and the
inverse of the scatter within classes, to which every object adds a matrix of rank one (Sherman and Morrison
1950).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from slimsam_core.suggesting.description import Description

__all__ = ["ClassMemory", "Guess", "TrackRecord"]

Values = NDArray[np.float64]

RIDGE = 0.02
"""Scatter that every direction has before anything is learnt; tried from 0.01 to 30 on four labelled sets."""
KEPT_OBJECTS = 4000
"""4 kB each; beyond them the class with the most gives one up, so that a rare one loses none, and those of a
class that stay are from all over its past. Means of classes hardly move after some hundred."""
LEAST_OF_CLASS = 3
"""Objects that a class needs before it is suggested: of fewer the mean says little. By eye: three are the
least that have something like a middle."""
LEAST_MARGIN = 0.1
"""No suggestion below, whatever the past outcomes: the next class is as near. By eye: a tenth nearer is
hardly nearer."""
WANTED_PRECISION = 0.85
"""Suggestions are made above the margin at which so many of the past ones were right; on four labelled sets
82 to 94 % of what was suggested was right then (docs/BENCHMARKS.md)."""
JUDGED_OUTCOMES = 60
"""As far back as the bar looks: it must follow a memory that learns. By eye: some ten of each of
a handful of classes."""
COUNTED_BEFORE = (1.0, 2.0)
"""Right and wrong answers that are counted before there are any: eleven right ones in a row begin it. By
eye: a coin falls so once in two thousand times."""


@dataclass(frozen=True)
class Guess:
    """The class that an object looks like."""

    category_id: int
    margin: float
    """0..1: how much nearer it is than the next class; 0 = both are as near."""


@dataclass(frozen=True)
class TrackRecord:
    """How the last objects were guessed, each before it was learnt."""

    objects: int
    offered: int
    """Of them with a suggestion; the others were abstained from."""
    right: int
    """Of the suggested ones those that have the suggested class now."""


@dataclass(frozen=True)
class _Outcome:
    """What was guessed of an object before it was learnt."""

    guess: Guess
    offered: bool


@dataclass
class _Class:
    """Mean of the objects of a class, and the mean times the inverse scatter."""

    count: int
    mean: Values
    weighed: Values


class ClassMemory:
    """Learns objects by their ids; knows one model's descriptions only. For one thread at a time."""

    def __init__(self, encoder_of: str) -> None:
        self.encoder_of = encoder_of
        self._objects: dict[int, tuple[int, Values]] = {}
        self._classes: dict[int, _Class] = {}
        self._inverse: Values = np.zeros((0, 0))
        self._outcomes: dict[int, _Outcome | None] = {}
        """By object, in the order of learning, also of some that were given up; None = there was nothing to
        guess."""
        self._named: dict[int, int] = {}
        """Their classes, and those of all objects that are kept."""
        self._heirs: dict[int, int] = {}
        """A class whose last object became one of another class -> that one: what a merge of two leaves."""
        self._bar: float | None = None

    def __len__(self) -> int:
        return len(self._objects)

    def __contains__(self, object_id: int) -> bool:
        """Whether it was learnt, be it kept or given up."""
        return object_id in self._named

    @property
    def ids(self) -> frozenset[int]:
        """Of the objects that are kept."""
        return frozenset(self._objects)

    def category_of(self, object_id: int) -> int:
        """The class that an object was learnt with, 0 when it was not."""
        return self._named.get(object_id, 0)

    def learn(self, object_id: int, category_id: int, description: Description) -> None:
        """Take an object in place of one with its id. Raises ValueError for another model's description."""
        vector = self._checked(description)
        self.forget(object_id)
        if not self._inverse.size:
            self._inverse = np.eye(len(vector)) / RIDGE
        guess = self._nearest(self._distances(vector))
        self._outcomes[object_id] = _Outcome(guess, self._is_sure(guess)) if guess else None
        self._bar = None
        self._add(category_id, vector)
        self._objects[object_id] = (category_id, vector)
        self._named[object_id] = category_id
        while len(self._objects) > KEPT_OBJECTS:
            self._give_up()
        while len(self._outcomes) > KEPT_OBJECTS:
            oldest = next(iter(self._outcomes))
            del self._outcomes[oldest]
            if oldest not in self._objects:
                del self._named[oldest]

    def relabel(self, object_id: int, category_id: int) -> None:
        """An object has another class now; one that was not learnt is no error."""
        if self._named.get(object_id, category_id) == category_id:
            return
        self._named[object_id] = category_id
        self._bar = None
        if object_id in self._objects:
            before, vector = self._objects[object_id]
            self._take_away(before, vector)
            self._add(category_id, vector)
            self._objects[object_id] = (category_id, vector)
            if before not in self._classes:
                self._heirs[before] = category_id

    def forget(self, object_id: int) -> None:
        """An object is gone; one that was not learnt is no error."""
        known = self._objects.pop(object_id, None)
        if known is not None:
            self._take_away(*known)
        if self._named.pop(object_id, None) is not None:
            self._outcomes.pop(object_id, None)
            self._bar = None

    def _give_up(self) -> None:
        """Of the class with the most objects one goes: those with the least ranks are a fair sample of it."""
        most = min(self._classes, key=lambda number: (-self._classes[number].count, number))
        gone = max((i for i, (category_id, _) in self._objects.items() if category_id == most), key=_rank)
        self._take_away(*self._objects.pop(gone))
        if gone not in self._outcomes:
            del self._named[gone]

    @property
    def bar(self) -> float:
        """The least margin of a suggestion, 0..1: above it ``WANTED_PRECISION`` of the past ones were right.

        1 when there is no such margin.
        """
        if self._bar is None:
            self._bar = _bar_of(
                (found.guess.margin, self._was_right(i, found.guess))
                for i, found in self._last(JUDGED_OUTCOMES)
                if found is not None
            )
        return self._bar

    @property
    def is_sure_at_times(self) -> bool:
        """Whether anything can be above the bar."""
        return self.bar < 1.0

    def record(self, last: int) -> TrackRecord:
        """How the ``last`` objects were guessed; what the user changed since counts as it is now."""
        found = self._last(last)
        offered = [(i, one) for i, one in found if one is not None and one.offered]
        right = sum(self._was_right(i, one.guess) for i, one in offered)
        return TrackRecord(len(found), len(offered), right)

    def guess(self, description: Description) -> Guess | None:
        """The class that an object looks like, however near the others are; None when there are not two.

        Raises ValueError for another model's description.
        """
        return self._nearest(self._distances(self._checked(description)))

    def suggest(self, description: Description) -> Guess | None:
        """The same, None also when the margin is under the bar or the class is hardly known."""
        guess = self.guess(description)
        return guess if guess is not None and self._is_sure(guess) else None

    def looks_like(self, object_id: int) -> Guess | None:
        """What a learnt object looks like to one that learnt all objects but this; as ``suggest``."""
        if object_id not in self._objects:
            return None
        category_id, vector = self._objects[object_id]
        guess = self._nearest(self._distances_without(category_id, vector))
        return guess if guess is not None and self._is_sure(guess) else None

    def copy(self) -> ClassMemory:
        """Another one that knows the same, for another thread."""
        other = ClassMemory(self.encoder_of)
        other._objects = dict(self._objects)
        other._classes = {i: _Class(c.count, c.mean, c.weighed) for i, c in self._classes.items()}
        other._inverse = self._inverse.copy()
        other._outcomes = dict(self._outcomes)
        other._named = dict(self._named)
        other._heirs = dict(self._heirs)
        return other

    def _is_sure(self, guess: Guess) -> bool:
        return guess.margin >= self.bar and self._classes[guess.category_id].count >= LEAST_OF_CLASS

    def _was_right(self, object_id: int, guess: Guess) -> bool:
        """Whether an object has the class that was guessed, or what took over from it."""
        guessed = guess.category_id
        for _ in self._heirs:
            if guessed in self._classes or guessed not in self._heirs:  # it may be back, by undo
                break
            guessed = self._heirs[guessed]
        return guessed == self.category_of(object_id)

    def _last(self, count: int) -> list[tuple[int, _Outcome | None]]:
        """The outcomes of the last objects, the newest first."""
        return list(islice(reversed(self._outcomes.items()), count))

    def _checked(self, description: Description) -> Values:
        if description.encoder_of != self.encoder_of:
            raise ValueError("a description by another model cannot be compared")
        return description.vector.astype(np.float64)

    def _distances(self, vector: Values) -> Mapping[int, float]:
        """Squared Mahalanobis distance to the mean of each class."""
        if not self._classes:
            return {}
        own = float(vector @ self._inverse @ vector)
        return {
            i: own - 2.0 * float(c.weighed @ vector) + float(c.weighed @ c.mean)
            for i, c in self._classes.items()
        }

    def _distances_without(self, category_id: int, vector: Values) -> Mapping[int, float]:
        """The same as if this object of the class had not been learnt."""
        found = self._classes[category_id]
        if found.count < 2:
            return {i: d for i, d in self._distances(vector).items() if i != category_id}
        mean = (found.count * found.mean - vector) / (found.count - 1)
        step = vector - mean
        share = (found.count - 1) / found.count
        weighed = self._inverse @ step
        left = max(1.0 - share * float(step @ weighed), 1e-9)

        def distance(z: Values) -> float:
            return float(z @ self._inverse @ z) + share * float(z @ weighed) ** 2 / left

        return {
            i: distance(vector - (mean if i == category_id else c.mean)) for i, c in self._classes.items()
        }

    @staticmethod
    def _nearest(distances: Mapping[int, float]) -> Guess | None:
        if len(distances) < 2:
            return None
        (first, nearest), (_, next_one) = sorted(distances.items(), key=lambda item: item[1])[:2]
        return Guess(first, min(1.0, max(0.0, (next_one - nearest) / max(next_one, 1e-9))))

    def _add(self, category_id: int, vector: Values) -> None:
        found = self._classes.get(category_id)
        if found is None:
            self._classes[category_id] = _Class(1, vector, self._inverse @ vector)
            return
        self._turn(vector - found.mean, found.count / (found.count + 1))
        mean = found.mean + (vector - found.mean) / (found.count + 1)
        self._classes[category_id] = _Class(found.count + 1, mean, self._inverse @ mean)

    def _take_away(self, category_id: int, vector: Values) -> None:
        found = self._classes[category_id]
        if found.count == 1:
            del self._classes[category_id]
            return
        mean = (found.count * found.mean - vector) / (found.count - 1)
        self._turn(vector - mean, -(found.count - 1) / found.count)
        self._classes[category_id] = _Class(found.count - 1, mean, self._inverse @ mean)

    def _turn(self, step: Values, share: float) -> None:
        """The inverse after ``share`` times the outer product of ``step`` was added to the scatter."""
        weighed = self._inverse @ step
        factor = share / (1.0 + share * float(step @ weighed))
        self._inverse -= np.outer(factor * weighed, weighed)
        for found in self._classes.values():
            found.weighed = found.weighed - factor * float(weighed @ found.mean) * weighed


def _rank(object_id: int) -> int:
    """Numbers in an order that has nothing to do with theirs, the same in every copy."""
    return zlib.crc32(object_id.to_bytes(8, "little"))


def _bar_of(outcomes: Iterable[tuple[float, bool]]) -> float:
    """The least margin above which the outcomes were right often enough."""
    right, wrong = COUNTED_BEFORE
    bar = 1.0
    for margin, was_right in sorted(outcomes, reverse=True):
        right, wrong = right + was_right, wrong + (not was_right)
        if right / (right + wrong) >= WANTED_PRECISION:
            bar = margin
    return max(bar, LEAST_MARGIN)
