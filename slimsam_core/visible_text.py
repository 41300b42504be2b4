"""Text of files as a person may see it: what would act on a terminal or a window is shown as its code."""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Sequence

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories that act instead of being seen: controls, formats, lone surrogates, separators."""
_JOINERS = "\u200c\u200d"
"""Needed inside words of Persian and Indic scripts and inside emoji."""


def one_line(text: object, limit: int = 0) -> str:
    """``text`` on one line: control characters, line ends, bidi overrides and lone surrogates as ``\\x1b``,
    ``\\n``, ``\\u202e``; beyond ``limit`` letters (0: no limit) the end is left out and said."""
    return _visible(str(text), "", limit)


def visible(text: object, limit: int = 0) -> str:
    """The same with line ends and tabs left in place, for texts that have several lines."""
    return _visible(str(text), "\n\t", limit)


def visible_json(text: str) -> str:
    """JSON that ``json.dumps`` wrote, its hidden characters in JSON's own codes: the value stays the same."""
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(
        c if _harmless(c, "\n\t") else json.dumps(c)[1:-1] for c in text.replace("\x7f", "\\u007f")
    )


def some_of(reasons: Sequence[object], most: int = 5) -> str:
    """The first reasons on one line, and how many more there are: a bad file can have a million."""
    more = f"; and {len(reasons) - most:,} more" if len(reasons) > most else ""
    return "; ".join(one_line(reason) for reason in reasons[:most]) + more


def in_html(text: object) -> str:
    """``text`` as letters in an HTML page: markup and control characters as their codes."""
    return html.escape(visible(text))


def _visible(text: str, kept: str, limit: int) -> str:
    if limit and len(text) > limit:
        text = text[:limit] + "…"
    bare = text
    for sign in kept:
        bare = bare.replace(sign, "")
    if bare.isprintable():  # no control characters at all, which is nearly every text
        return text
    return "".join(c if _harmless(c, kept) else c.encode("unicode_escape").decode() for c in text)


def _harmless(character: str, kept: str) -> bool:
    return character in kept or character in _JOINERS or unicodedata.category(character) not in _HIDDEN
