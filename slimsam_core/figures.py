"""Figures as the shell and its reports say them: sizes, durations, shares, IoU, numbers of things.

As in the window (``slimsam_app/figures.py``), with the signs of English.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from slimsam_core.sentences import counted

_SECONDS_UP_TO, _MINUTES_UP_TO = 90, 5400
"""A duration is told in seconds up to here, then in minutes, then in hours: two digits say enough."""
_MS_UP_TO_S = 0.9995
"""From here on a time rounds to a whole second: ``1,000 ms`` is never said."""
_NORMAL_95 = 1.959964
"""Between minus and plus this lie 95 % of a normal distribution."""


class Amount(NamedTuple):
    """A number with its unit and the digits after its point, before a language writes it."""

    value: float
    digits: int
    unit: str

    def __str__(self) -> str:
        return f"{self.value:,.{self.digits}f} {self.unit}"


def amount_of_bytes(size: float) -> Amount:
    """Decimal units, as disks are sold."""
    if size < 1e6:
        return Amount(size / 1e3, 0, "kB")
    return Amount(size / 1e6, 1, "MB") if size < 1e9 else Amount(size / 1e9, 2, "GB")


def amount_of_time(seconds: float) -> Amount:
    """Milliseconds below a second, else seconds: what was measured."""
    return Amount(1000 * seconds, 0, "ms") if seconds < _MS_UP_TO_S else Amount(seconds, 1, "s")


def amount_of_patience(seconds: float) -> Amount:
    """Seconds (at least one), minutes or hours: what is guessed."""
    if seconds < _SECONDS_UP_TO:
        return Amount(max(1, round(seconds)), 0, "s")
    return Amount(seconds / 60, 0, "min") if seconds < _MINUTES_UP_TO else Amount(seconds / 3600, 1, "h")


def file_size(size: float) -> str:
    """``18.3 MB`` of so many bytes."""
    return str(amount_of_bytes(size))


def measured_time(seconds: float) -> str:
    """``240 ms`` or ``1.3 s`` of so many seconds that were measured."""
    return str(amount_of_time(seconds))


def duration(seconds: float) -> str:
    """A rough duration of so many seconds: ``36 s``, ``5 min``, ``1.5 h``."""
    return str(amount_of_patience(seconds))


def percent(share: float, digits: int = 0) -> str:
    """``48 %`` for 0.48."""
    return f"{100 * share:.{digits}f} %"


def share_interval(right: int, count: int) -> tuple[float, float]:
    """Between which shares, 0..1, the true one lies with 95 %, where ``right`` of ``count`` were right.

    By Wilson (1927): never beyond 0 and 1, and of use for few and for all. 0 to 1 where nothing was counted.
    """
    if not count:
        return 0.0, 1.0
    share, spread = right / count, _NORMAL_95**2 / count
    middle = (share + spread / 2) / (1 + spread)
    half = math.sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def share_with_interval(right: int, count: int) -> str:
    """``93 % (87 to 96)`` for 112 of 120."""
    low, high = share_interval(right, count)
    return f"{percent(right / count)} ({100 * low:.0f} to {100 * high:.0f})"


def iou(value: float, digits: int = 3) -> str:
    """``0.850``; rounded down, so that a whole 1 is only ever written for an exact result."""
    return f"{floored(value, digits):.{digits}f}"


def floored(value: float, digits: int) -> float:
    """Rounded down to so many digits; what a computer's number lacks of a decimal one (0.29) is forgiven."""
    scale = float(10**digits)
    return math.floor(value * scale + 1e-9) / scale


def pictures(number: int) -> str:
    """``1 picture``, ``1,234 pictures``."""
    return things("{count} picture", "{count} pictures", number)


def objects(number: int) -> str:
    """``1 object``, ``1,234 objects``."""
    return things("{count} object", "{count} objects", number)


def images(number: int) -> str:
    """``1 image``, ``1,234 images``: of a file that another program wrote."""
    return things("{count} image", "{count} images", number)


def classes(number: int) -> str:
    """``1 class``, ``1,234 classes``."""
    return things("{count} class", "{count} classes", number)


def proposals(number: int) -> str:
    """``1 proposal``, ``1,234 proposals``."""
    return things("{count} proposal", "{count} proposals", number)


def things(one: str, many: str, number: int) -> str:
    """``1 picture``, ``1,234 pictures``: one of two templates with ``{count}``."""
    return counted(one, many, number)
