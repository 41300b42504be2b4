"""Frozen dataclasses from and to JSON, with errors that say the way inside the document."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from slimsam_core.errors import RecipeError
from slimsam_core.files.foreign import read_json

T = TypeVar("T")


def read(path: Path | str) -> Any:
    """The decoded JSON of a file that this program or a person wrote. Raises RecipeError."""
    try:
        return read_json(path)
    except (OSError, ValueError) as error:
        raise RecipeError("{path} cannot be read: {error}.", path=path, error=error) from error


def from_json(cls: type[T], data: object, where: str = "") -> T:
    """Build dataclass ``cls`` from a decoded JSON object; absent keys take their defaults.

    Fields may be ``bool``, ``int``, ``float``, ``str``, ``Literal``, ``StrEnum``, another dataclass,
    ``X | None``, ``tuple[X, ...]``, ``dict[str, X]`` and ``Mapping[str, X]``. Raises RecipeError with
    the dotted way to the culprit: unknown or missing keys and values of the wrong type, NaN and infinity
    included.
    """
    if not isinstance(data, Mapping):
        raise RecipeError("an object is needed, not {data}.", "", where or "recipe", data=_shown(data))
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    hints = typing.get_type_hints(cls)
    for key in data:
        if key not in fields:
            raise RecipeError(
                "this key is not known.", "Known here: {fields}.", _join(where, key), fields=", ".join(fields)
            )
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in data:
            values[name] = _value(hints[name], data[name], _join(where, name))
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise RecipeError("this key is missing.", "", _join(where, name))
    return cls(**values)


def to_json(value: object) -> Any:
    """The decoded JSON form of a dataclass that ``from_json`` reads back equal."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    return value.value if isinstance(value, StrEnum) else value


def _value(hint: Any, data: object, where: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        if data is None and type(None) in arguments:
            return None
        (inner,) = (argument for argument in arguments if argument is not type(None))
        return _value(inner, data, where)
    if origin is tuple:
        if not isinstance(data, (list, tuple)):
            raise RecipeError("a list is needed, not {data}.", "", where, data=_shown(data))
        return tuple(_value(arguments[0], item, f"{where}[{index}]") for index, item in enumerate(data))
    if origin in (dict, Mapping):
        if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
            raise RecipeError("an object is needed, not {data}.", "", where, data=_shown(data))
        return {key: _value(arguments[1], item, _join(where, key)) for key, item in data.items()}
    if origin is typing.Literal:
        return _choice(arguments, data, where)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(_choice(tuple(hint), data, where))
    if dataclasses.is_dataclass(hint):
        return from_json(typing.cast(type[Any], hint), data, where)
    return _scalar(hint, data, where)


def _choice(choices: Sequence[Any], data: object, where: str) -> Any:
    if isinstance(data, (str, int)) and data in choices:
        return data
    raise RecipeError(
        "{data} is not a choice.",
        "Choose one of: {choices}.",
        where,
        data=_shown(data),
        choices=", ".join(str(choice) for choice in choices),
    )


def _scalar(hint: type, data: object, where: str) -> Any:
    if hint is float and isinstance(data, (int, float)) and not isinstance(data, bool):
        if not math.isfinite(data):
            raise RecipeError("{data} is not a usable number.", "", where, data=data)
        return float(data)
    if hint in (int, str, bool) and type(data) is hint:
        return data
    names = {float: "a number", int: "a whole number", str: "text", bool: "true or false"}
    raise RecipeError("{names} is needed, not {data}.", "", where, names=names[hint], data=_shown(data))


def _join(where: str, key: object) -> str:
    return f"{where}.{key}" if where else str(key)


def _shown(data: object) -> str:
    text = repr(data)
    return text if len(text) <= 60 else text[:57] + "..."
