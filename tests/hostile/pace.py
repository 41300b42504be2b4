"""How slow this machine is now: limits of processor time were set on one that counts quickly."""

from __future__ import annotations

import time

_ADDITIONS = 500_000
_SECONDS = 0.025
"""What these took where the limits were set (an AMD EPYC of 2023, alone)."""
_MOST = 6.0
"""A machine that is slower still is one on which nobody labels."""


def slowness() -> float:
    """Times a limit may be taken, 2 to ``_MOST``.

    Twice what is measured: two processes on the halves of one core count half as fast each, in processor time
    too, and the other half may be idle now and busy later.
    """
    began, total = time.thread_time(), 0
    for number in range(_ADDITIONS):
        total += number
    return min(_MOST, 2.0 * max(1.0, (time.thread_time() - began) / _SECONDS))
