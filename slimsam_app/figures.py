"""Figures as a person reads them, in the language of the program: counts, shares, sizes, times, dates.

A unit never stands alone in a line of its own: a space that does not break ties it to its number.
"""

from __future__ import annotations

import functools
from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale

from slimsam_app.i18n import tr
from slimsam_core.figures import (
    Amount,
    amount_of_bytes,
    amount_of_patience,
    amount_of_time,
    floored,
    share_interval,
)

SPACE = "\N{NO-BREAK SPACE}"
DASH = "–"
"""Stands where nothing was measured."""
_STEPS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


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
    return decimal(floored(min(1.0, max(0.0, value)), digits), digits)


def percent(share: float, *, signed: bool = False) -> str:
    """``48 %`` for 0.48."""
    return f"{decimal(100 * share, 0, signed=signed)}{SPACE}%"


def percent_interval(right: int, count: int) -> str:
    """``93 % (87 to 96)`` for 112 of 120: the share, and where the true one lies with 95 %."""
    low, high = (decimal(100 * bound, 0) for bound in share_interval(right, count))
    return tr("{percent} ({low} to {high})").format(percent=percent(right / count), low=low, high=high)


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
    """``18.3 MB`` of so many bytes."""
    return _words(amount_of_bytes(size))


def milliseconds(time_ms: float | None) -> str:
    """``240 ms``, ``1.3 s``, or a dash for what was not measured."""
    return DASH if time_ms is None else _words(amount_of_time(time_ms / 1000))


def seconds(time: float) -> str:
    """``12.4 s``."""
    return f"{decimal(time, 1)}{SPACE}s"


def duration(seconds: float | None) -> str:
    """A rough duration of so many seconds, ``36 s``, ``5 min``, ``1.5 h``; empty when it is not known."""
    return "" if seconds is None else _words(amount_of_patience(seconds))


def _words(amount: Amount) -> str:
    return f"{decimal(amount.value, amount.digits)}{SPACE}{amount.unit}"


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
