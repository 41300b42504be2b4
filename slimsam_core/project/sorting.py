"""The order in which people expect file names: numbers by value, folders together."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"[0-9]+")


def natural_key(path: str) -> str:
    """A text that sorts (by code point) as ``path`` (POSIX, relative) should be listed: a2 before a10.

    Case does not matter, a number counts by its value, and a folder's files stay together.
    """
    return _NUMBER.sub(_by_value, path.casefold().replace("/", "\x01"))


def _by_value(match: re.Match[str]) -> str:
    digits = match.group().lstrip("0")
    return f"0{len(digits):04d}{digits}"
