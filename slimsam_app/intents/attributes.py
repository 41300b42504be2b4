"""Attributes of a class as the lines that a person writes, and as the schema that is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slimsam_app.i18n import tr
from slimsam_core.annotation import AttributeKind
from slimsam_core.errors import FormatError

WORDS: Mapping[str, str] = {
    AttributeKind.TEXT: "text", AttributeKind.NUMBER: "number", AttributeKind.YES_NO: "yes/no",
}  # fmt: skip
KINDS: dict[str, str] = {word: kind for kind, word in WORDS.items()} | {
    AttributeKind.YES_NO: AttributeKind.YES_NO
}


def format_schema(schema: Mapping[str, Any]) -> str:
    """One line an attribute: ``name: small, large`` or ``name: yes/no``."""
    lines = []
    for name, kind in schema.items():
        values = WORDS.get(kind, kind) if isinstance(kind, str) else ", ".join(str(value) for value in kind)
        lines.append(f"{name}: {values}")
    return "\n".join(lines)


def parse_schema(text: str) -> dict[str, str | list[str]]:
    """The schema of such lines. Raises FormatError naming the line that cannot be read."""
    schema: dict[str, str | list[str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, colon, right = line.partition(":")
        name, right = " ".join(name.split()), right.strip()
        values = list(dict.fromkeys(part.strip() for part in right.split(",") if part.strip()))
        where = tr("line {n}").format(n=number)
        if not colon or not name or not values:
            raise FormatError(tr("an attribute is written as “name: value, value”"), where=where)
        if name in schema:
            raise FormatError(tr("there is an attribute “{name}” already").format(name=name), where=where)
        schema[name] = KINDS.get(right, values)
    return schema
