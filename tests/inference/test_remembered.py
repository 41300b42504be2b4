"""What was made from the last pictures is not made again."""

from __future__ import annotations

import numpy as np

from slimsam_core.inference.remembered import Remembered


def test_values_of_the_last_pictures_are_kept_by_array_and_key() -> None:
    made: list[str] = []
    remembered: Remembered[int] = Remembered(kept=2)
    a, b = np.zeros((2, 2, 3), np.uint8), np.zeros((2, 2, 3), np.uint8)

    def make(name: str) -> int:
        made.append(name)
        return len(made)

    assert remembered.of(a, lambda: make("a")) == 1
    assert remembered.of(a, lambda: make("a")) == 1
    assert remembered.of(b, lambda: make("b")) == 2, "equal pixels, another array"
    assert remembered.holds(a)
    assert not remembered.holds(a, "part")
    remembered.of(a, lambda: make("a"))
    assert remembered.of(a, lambda: make("a part"), "part") == 3
    assert not remembered.holds(b), "the one that was used longest ago goes"
    assert remembered.holds(a)
    assert made == ["a", "b", "a part"]
