"""Figures as the shell and its reports say them: sizes, durations, shares, IoU, numbers of things.

As in the window (``slimsam_app/figures.py``), with the signs of English.
"""

from __future__ import annotations

import math

from slimsam_core.sentences import counted

_SECONDS_UP_TO, _MINUTES_UP_TO = 90, 5400
"""A duration is told in seconds up to here, then in minutes, then in hours: two digits say enough."""


def file_size(size: float) -> str:
    """``18.3 MB`` of so many bytes; decimal units, as disks are sold."""
    if size < 1e6:
        return f"{size / 1e3:,.0f} kB"
    return f"{size / 1e6:,.1f} MB" if size < 1e9 else f"{size / 1e9:,.2f} GB"


def milliseconds(seconds: float) -> str:
    """``240 ms`` or ``1.3 s`` of so many seconds that were measured."""
    return f"{1000 * seconds:.0f} ms" if seconds < 0.9995 else f"{seconds:,.1f} s"


def duration(seconds: float) -> str:
    """A rough duration of so many seconds: ``36 s``, ``5 min``, ``1.5 h``."""
    if seconds < _SECONDS_UP_TO:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < _MINUTES_UP_TO else f"{seconds / 3600:,.1f} h"


def percent(share: float, digits: int = 0) -> str:
    """``48 %`` for 0.48."""
    return f"{100 * share:.{digits}f} %"


def iou(value: float, digits: int = 3) -> str:
    """``0.850``; rounded down, so that a whole 1 is only ever written for an exact result."""
    return f"{floored(value, digits):.{digits}f}"


def floored(value: float, digits: int) -> float:
    """Rounded down to so many digits; what a computer's number lacks of a decimal one (0.29) is forgiven."""
    scale = float(10**digits)
    return math.floor(value * scale + 1e-9) / scale


def things(one: str, many: str, number: int) -> str:
    """``1 picture``, ``1,234 pictures``: one of two templates with ``{count}``."""
    return counted(one, many, number)
