"""What is given away does not tell the folders of this machine: of a path its last name stays."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from slimsam_core.files.foreign import parse_json

_ROOT = r"(?:file:/|[A-Za-z]:[\\/]|\\\\|~[\w.-]*[\\/]|\.{1,2}[\\/]|/)"
"""How a path of this machine begins: POSIX, Windows, a share, the home folder, here and above."""
_WHOLE = re.compile(rf"{_ROOT}.*", re.DOTALL)
_INSIDE = re.compile(rf"(?<![\w:/\\.~<-]){_ROOT}[^\s\"'`(),;<>|]+")
"""A path in a sentence: not the rest of an address, of a fraction or of a closing tag."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def without_folders(text: str) -> str:
    """``text`` with each path of this machine replaced by its last name; web addresses stay."""
    if _WHOLE.fullmatch(text) and "\n" not in text:
        return _last(text)
    return _INSIDE.sub(lambda found: _last(found[0]), text)


def shareable(value: Any, *, paths: bool = False) -> Any:
    """Decoded JSON with every text, keys too, ``without_folders``; with ``paths`` any text that has a slash
    counts as a path, as in recipes, which also hold relative ones."""
    if isinstance(value, str):
        relative = paths and not _ADDRESS.match(value) and re.search(r"[\\/]", value)
        return _last(value) if relative else without_folders(value)
    if isinstance(value, Mapping):
        return {without_folders(str(key)): shareable(item, paths=paths) for key, item in value.items()}
    return [shareable(item, paths=paths) for item in value] if isinstance(value, list) else value


def shareable_metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """The header of a weights file; values that are JSON stay JSON."""
    return {key: _shareable_text(key, text) for key, text in metadata.items()}


def _shareable_text(key: str, text: str) -> str:
    try:
        value = parse_json(text) if text.lstrip()[:1] in ("{", "[") else None
    except ValueError:
        value = None
    if value is None:
        return without_folders(text)
    return json.dumps(shareable(value, paths=key == "recipe"), ensure_ascii=False)


def _last(path: str) -> str:
    """The last name of a path, empty for a root."""
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1]
