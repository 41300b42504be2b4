"""Coefficients of agreement for names (nominal data), corrected for chance.

Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960);
Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence


def cohens_kappa(pairs: Mapping[tuple[str, str], int]) -> float | None:
    """Agreement of two people beyond chance, at most 1, 0 = as by chance; ``pairs``: what both said -> how
    often. None without pairs, or when both said one and the same name always: there is no chance then.
    """
    total = sum(pairs.values())
    if not total:
        return None
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for (a, b), count in pairs.items():
        first[a] += count
        second[b] += count
    observed = sum(count for (a, b), count in pairs.items() if a == b) / total
    expected = sum(count * second[name] for name, count in first.items()) / total**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


class KrippendorffsAlpha:
    """Agreement of any number of people beyond chance; who did not see a unit does not count in it."""

    def __init__(self) -> None:
        self._coincidences: Counter[tuple[str, str]] = Counter()

    def add(self, said: Sequence[str]) -> None:
        """What those who saw a unit said of it. Fewer than two say nothing about agreement."""
        if len(said) < 2:
            return
        counts = Counter(said)
        for a, first in counts.items():
            for b, second in counts.items():
                pairs = first * (second - (a == b))
                if pairs:
                    self._coincidences[a, b] += pairs / (len(said) - 1)  # type: ignore[assignment]

    @property
    def value(self) -> float | None:
        """At most 1, 0 = as by chance; None without pairs, or when everybody said one and the same name."""
        totals: Counter[str] = Counter()
        for (a, _), count in self._coincidences.items():
            totals[a] += count
        total = sum(totals.values())
        differing = sum(count for (a, b), count in self._coincidences.items() if a != b)
        expected = total**2 - sum(count**2 for count in totals.values())
        if total <= 1 or not expected:
            return None
        return 1 - (total - 1) * differing / expected


def alpha_of(units: Iterable[Sequence[str]]) -> float | None:
    """Krippendorff's alpha of units, each with what was said of it."""
    alpha = KrippendorffsAlpha()
    for unit in units:
        alpha.add(unit)
    return alpha.value
