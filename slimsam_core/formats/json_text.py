"""JSON as this program writes it: UTF-8, readable, refused when another reader would choke on it."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping

from slimsam_core.errors import OutputError
from slimsam_core.progress import check_cancelled

PIECES = 10_000
"""Numbers, names and brackets that are written in some milliseconds."""


def json_text(value: object, indent: int | None = None) -> str:
    """``value`` as JSON text. Raises OutputError for NaN, lone surrogates and values that JSON cannot say."""
    return json_bytes(value, indent).decode()


def json_bytes(value: object, indent: int | None = None) -> bytes:
    """``json_text`` as UTF-8. Raises OutputError like it."""
    try:
        return "".join(_pieces(value, indent)).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise OutputError(
            "The export was refused: a value cannot be written as JSON ({error}): {value}.",
            "Correct it in the project, then export again.",
            error=error,
            value=str(value)[:200],
        ) from error


def _pieces(value: object, indent: int | None) -> Iterator[str]:
    """The text; between pieces of it a cancelled job ends."""
    if indent is None:
        yield _encoder(None).encode(value)  # in one go, ten times faster
        return
    for number, piece in enumerate(_encoder(indent).iterencode(value)):
        if number % PIECES == 0:
            check_cancelled()
        yield piece


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


@functools.lru_cache(4)
def _encoder(indent: int | None) -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain, indent=indent)
