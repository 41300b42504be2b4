"""One row of a YOLO label file: its class, by number or name, and the numbers behind it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from slimsam_core.errors import FormatError
from slimsam_core.formats.context import clean_text
from slimsam_core.progress import check_cancelled
from slimsam_core.sentences import sentence

NUMBERS = 100_000
"""That are read between two looks at whether the job was cancelled: some milliseconds."""
PIXELS = 2.0
"""A coordinate from here on is no share of a side, not even of an object that reaches far out."""
_NUMBERS = re.compile(r"\s*-?\d+(\.0*(e[-+]?0+)?)?([ \t]+[-+.\deE]+)+\s*$")
"""The number of a class and what can be coordinates."""
_DECIMAL_COMMA = re.compile(r"-?\d*,\d+|-?\d+")


@dataclass(frozen=True, kw_only=True)
class YoloRow:
    """``number`` of the class, or its ``name`` where the row has one instead; ``values`` are finite."""

    number: int
    name: str
    values: list[float]
    commas: bool
    """Whether it has commas or semicolons, which other readers stop at."""


def looks_like_row(line: str) -> bool:
    """Whether a line can be a row: a class and numbers, which behind a name must be shares of a side."""
    fields, _ = _fields(line)
    if _NUMBERS.match(" ".join(fields)):
        return True
    name, values = _name_and_numbers(fields)
    shares = len(values) >= 4 and all(re.fullmatch(r"[01](\.\d*)?|\.\d+", value) for value in values)
    return bool(name) and shares and any("." in value for value in values)


def has_box(line: str) -> bool:
    """Whether a row has the numbers of a box, with or without a score."""
    fields, _ = _fields(line)
    name, values = _name_and_numbers(fields)
    return len(values if name else fields[1:]) in (4, 5)


def read_row(line: str, where: str) -> YoloRow:
    """Take a row apart. Raises FormatError."""
    fields, commas = _fields(line)
    name, rest = _name_and_numbers(fields)
    number = -1
    try:
        if not fields:
            raise ValueError(line)
        if not name:
            number, rest = _class_number(fields[0]), fields[1:]
        values = _values(rest)
    except ValueError as error:
        message = sentence(
            "is no row of labels: it needs the number of a class and shares of width and height"
        )
        raise FormatError(message, where=where) from error
    if not values or (number < 0 and not name):
        raise FormatError("has no class, or nothing behind it", where=where)
    if not all(math.isfinite(value) and abs(value) < 1000 for value in values):
        raise FormatError("has a number that is no share of the picture", where=where)
    return YoloRow(number=number, name=clean_text(name), values=values, commas=commas)


def _values(fields: Sequence[str]) -> list[float]:
    values: list[float] = []
    for start in range(0, len(fields), NUMBERS):
        check_cancelled()
        values += map(float, fields[start : start + NUMBERS])
    return values


def _fields(line: str) -> tuple[list[str], bool]:
    """The fields of a row. Commas part them, or stand for the decimal points of fields parted by spaces."""
    fields = line.split()
    if ";" in line:
        fields = line.replace(";", " ").split()
    elif "," not in line:
        return fields, False
    if len(fields) > 4 and all(map(_DECIMAL_COMMA.fullmatch, fields[1:])):
        return [field.replace(",", ".") for field in fields], True
    return [field for part in fields for field in part.split(",") if field], True


def _name_and_numbers(fields: Sequence[str]) -> tuple[str, list[str]]:
    """The words that a row begins with, none where it begins with a number, and the fields behind them."""
    words = 0
    while words < len(fields) and not _is_number(fields[words]):
        words += 1
    return " ".join(fields[:words]).strip("\"'"), list(fields[words:])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return any(c.isdigit() for c in text)


def _class_number(text: str) -> int:
    """The number of a class, which may stand with decimals, as numpy writes it. Raises ValueError."""
    if text.lstrip("-").isdecimal():
        return int(text)
    value = float(text)
    if not value.is_integer():
        raise ValueError(value)
    return int(value)


def keypoint_values(values: list[float]) -> int:
    """Values of keypoints behind the box of a row that can be no outline: triples that end in 0, 1 or 2."""
    triples = values[4:]
    seen = triples[2::3]
    if len(triples) % 3 or not triples or max(seen) != PIXELS or not set(seen) <= {0.0, 1.0, PIXELS}:
        return 0
    return len(triples)


def track(values: list[float]) -> int | None:
    """The number of a track behind a box, with or without a score between; None when there is none."""
    number = values[-1] if len(values) in (5, 6) else 0.0
    return int(number) if number > 1 and number.is_integer() else None
