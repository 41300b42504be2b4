"""Figures as a person reads them, in the language of the program: counts, shares, sizes, times, dates.

A unit never stands alone in a line of its own: a space that does not break ties it to its number.
"""

from __future__ import annotations

import functools
import math
from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale

from slimsam_app.i18n import tr

SPACE = "\N{NO-BREAK SPACE}"
DASH = "–"
"""Stands where nothing was measured."""
_STEPS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_SECONDS_UP_TO, _MINUTES_UP_TO = 90, 5400
"""From where the next unit is as exact as one needs: 1.5 minutes, 1.5 hours."""


def count(number: int) -> str:
    """``1,234``."""
    return locale().toString(number)


def count_of(number: int, total: int) -> str:
    """``1,234 / 5,678``; without a total the number alone."""
    return f"{count(number)} / {count(total)}" if total else count(number)


def decimal(number: float, digits: int, *, signed: bool = False) -> str:
    """``0.85`` with so many digits after the point; ``signed``: a plus before what is more."""
    text, zero = locale().toString(abs(float(number)), "f", digits), not float(f"{number:.{digits}f}")
    sign = "" if zero else "-" if number < 0 else "+" if signed else ""
    return f"{sign}{text}"


def short(number: float, digits: int = 4) -> str:
    """``0.02345``, ``1e-05``: the first digits that say something, as a curve's value."""
    return locale().toString(float(number), "g", digits)


def pixel_value(value: float) -> str:
    """``65535``, ``0.25``: as it stands in the picture; a comma would look like one of the coordinates'."""
    words = QLocale(locale())
    words.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return words.toString(float(value), "g", 6)


def iou(value: float, digits: int = 2) -> str:
    """``0.85``; rounded down, so that a whole 1 is only ever written for an exact result.

    Estimates of a model may lie a little outside 0..1, which no IoU does.
    """
    scale = 10**digits
    return decimal(math.floor(min(1.0, max(0.0, value)) * scale + 1e-9) / scale, digits)


def percent(share: float, *, signed: bool = False) -> str:
    """``48 %`` for 0.48."""
    return f"{decimal(100 * share, 0, signed=signed)}{SPACE}%"


def change(before: float, after: float) -> str:
    """``-48 %`` of what it was; empty when there was nothing."""
    return percent(after / before - 1, signed=True) if before else ""


def rough_count(number: float) -> str:
    """``26.0 M`` for 26,000,000."""
    for size, letter in _STEPS:
        if number >= size:
            value = number / size
            return f"{decimal(value, 2 if value < 10 else 1 if value < 100 else 0)}{SPACE}{letter}"
    return decimal(number, 0)


def file_size(size: float) -> str:
    """``18.3 MB`` of so many bytes; decimal units, as disks are sold."""
    if size < 1e6:
        return f"{decimal(size / 1e3, 0)}{SPACE}kB"
    return f"{decimal(size / 1e6, 1)}{SPACE}MB" if size < 1e9 else f"{decimal(size / 1e9, 2)}{SPACE}GB"


def milliseconds(time: float | None) -> str:
    """``240 ms``, ``1.3 s``, or a dash for what was not measured."""
    if time is None:
        return DASH
    return f"{decimal(time, 0)}{SPACE}ms" if time < 1000 else f"{decimal(time / 1000, 1)}{SPACE}s"


def seconds(time: float) -> str:
    """``12.4 s``."""
    return f"{decimal(time, 1)}{SPACE}s"


def duration(time: float | None) -> str:
    """A rough duration of so many seconds, ``36 s``, ``5 min``, ``1.5 h``; empty when it is not known."""
    if time is None:
        return ""
    if time < _SECONDS_UP_TO:
        return f"{count(max(1, round(time)))}{SPACE}s"
    if time < _MINUTES_UP_TO:
        return f"{count(round(time / 60))}{SPACE}min"
    return f"{decimal(time / 3600, 1)}{SPACE}h"


def pixels(number: int) -> str:
    """``1,234 px``."""
    return f"{count(number)}{SPACE}px"


def moment(time: datetime) -> str:
    """``28 Nov 2026, 08:36`` where the person is."""
    there = QDateTime.fromSecsSinceEpoch(round(time.timestamp()))
    return locale().toString(there, tr("d MMM yyyy, HH:mm"))


def of_language(text: str) -> str:
    """A number that was written in English, ``1,234.5``, with the signs of the program's language."""
    signs_of = locale()
    signs = {",": signs_of.groupSeparator(), ".": signs_of.decimalPoint()}
    return "".join(signs.get(letter, letter) for letter in text)


def locale() -> QLocale:
    """The signs of the program's language."""
    return _locale_of(tr("en"))  # its translation is the language's code: figures follow the words


@functools.cache
def _locale_of(code: str) -> QLocale:
    return QLocale(code)
