"""Mappings as the JSON texts that columns of a project hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from slimsam_core.annotation import NO_EXTRA
from slimsam_core.files.foreign import has_too_many_values


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be stored in a project")


dump_json = json.JSONEncoder(separators=(",", ":"), default=_plain).encode
"""Compact JSON in ASCII (so that any text survives); mappings of any type are objects."""
_DECODER = json.JSONDecoder()


def load_json(text: str) -> Any:
    """As ``json.loads``; a text as ``dump_json`` writes it has nothing around the value to look for."""
    if has_too_many_values(text):
        raise ValueError("more than four million objects and lists")
    try:
        value, end = _DECODER.raw_decode(text)
        if end == len(text):
            return value
    except json.JSONDecodeError:
        pass
    return _DECODER.decode(text)


def dump_mapping(value: Mapping[str, Any]) -> str | None:
    """JSON, None for an empty mapping."""
    return dump_json(value) if value else None


def load_mapping(text: str | None) -> Mapping[str, Any]:
    """The inverse of ``dump_mapping``. Raises ValueError."""
    if text is None:
        return NO_EXTRA
    loaded = load_json(text)
    if type(loaded) is dict:
        return loaded
    raise ValueError("a text that is no JSON object")
