"""JSON as this program writes it: UTF-8, readable, refused when another reader would choke on it."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping

from slimsam_core.errors import OutputError


def json_text(value: object, indent: int | None = None) -> str:
    """``value`` as JSON text. Raises OutputError for NaN, lone surrogates and values that JSON cannot say."""
    return json_bytes(value, indent).decode()


def json_bytes(value: object, indent: int | None = None) -> bytes:
    """``json_text`` as UTF-8. Raises OutputError like it."""
    try:
        return _encoder(indent).encode(value).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise OutputError(
            "The export was refused: a value cannot be written as JSON ({error}): {value}.",
            "Correct it in the project, then export again.",
            error=error,
            value=str(value)[:200],
        ) from error


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is not a JSON value")


@functools.lru_cache(4)
def _encoder(indent: int | None) -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain, indent=indent)
