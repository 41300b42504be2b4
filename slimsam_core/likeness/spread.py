"""A few of many pictures, from all over them."""

from __future__ import annotations

from collections.abc import Sequence


def evenly(ids: Sequence[int], count: int) -> list[int]:
    """``count`` of ``ids``, or all of them, in their order."""
    step = max(1.0, len(ids) / max(1, count))
    return [ids[int(i * step)] for i in range(min(len(ids), count))]
