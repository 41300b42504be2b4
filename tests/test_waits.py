"""Tests wait for what happens; a fixed wait shows that nothing does, and says why it is long enough."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parent
FIXED = re.compile(r"\b(?:qtbot\.wait|QTest\.qWait)\((\w+)\)(.*)")
SLEEP = re.compile(r"^\s*time\.sleep\(([\d.]+)\)(.*)")
POLL_S = 0.1
"""Between two looks at a condition; a longer sleep waits for something by itself."""
LONGEST_MS = 500
"""Nothing that runs in a test takes so long to begin; longer waits only make the suite slow."""
TIMEOUT = re.compile(r"\btimeout=([\d_]+)\b")
LIFE_MS = 300_000
"""As long as a test may live (pyproject.toml): a longer wait would be cut off without its own message."""
MEASURED = TESTS / "benchmarks"


def _lines() -> list[tuple[str, str]]:
    return [
        (f"{path.relative_to(TESTS)}:{number}", line)
        for path in sorted(TESTS.rglob("*.py"))
        if not path.is_relative_to(MEASURED) and path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
    ]


def test_fixed_waits_are_short_and_say_why() -> None:
    found = [(place, match) for place, line in _lines() if (match := FIXED.search(line))]
    assert [place for place, match in found if "#" not in match[2]] == []
    assert [place for place, match in found if match[1].isdigit() and int(match[1]) > LONGEST_MS] == []


def test_sleeps_are_between_two_looks_or_say_why() -> None:
    found = [(place, match) for place, line in _lines() if (match := SLEEP.search(line))]
    assert len(found) > 3
    assert [place for place, match in found if float(match[1]) > POLL_S and "#" not in match[2]] == []


def test_no_wait_is_longer_than_its_test_may_live() -> None:
    found = [(place, match) for place, line in _lines() if (match := TIMEOUT.search(line))]
    assert len(found) > 100
    assert [place for place, match in found if int(match[1]) > LIFE_MS] == []
