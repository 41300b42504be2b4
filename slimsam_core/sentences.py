"""Sentences that remember how they were made, so that a window can say them in another language.

A ``Sentence`` is its English text, to print, log and compare; a translator takes ``template`` as the key and
fills the blanks of the translation with ``values``, which may be sentences again.
``packaging/translations.py`` finds the templates where the source calls ``sentence`` or ``counted``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Self


class Sentence(str):
    """English text with the template and the values that it was made of."""

    template: str
    values: Mapping[str, object]
    """By the names of the template's blanks; none: the template is the text, braces and all."""

    def __new__(cls, text: str, template: str = "", values: Mapping[str, object] | None = None) -> Self:
        """``text`` is what ``template`` gives with ``values``."""
        made = super().__new__(cls, text)
        made.template, made.values = template or text, values or {}
        return made

    def said(self, fill: Callable[[str, Mapping[str, object]], str]) -> str:
        """The sentence as ``fill`` makes it of its template and its values."""
        return fill(self.template, self.values)


class Joined(Sentence):
    """Several sentences in a row; the template is what stands between them."""

    parts: tuple[str, ...]

    def __new__(cls, text: str, template: str = "", values: Mapping[str, object] | None = None) -> Self:
        """See ``joined``."""
        made = super().__new__(cls, text, template, values)
        made.parts = (text,)
        return made

    def said(self, fill: Callable[[str, Mapping[str, object]], str]) -> str:
        return self.template.join(
            part.said(fill) if isinstance(part, Sentence) else part for part in self.parts
        )


def sentence(template: str, /, **values: object) -> Sentence:
    """``template`` with its blanks ``{name}`` filled; without values it is taken as it stands."""
    if isinstance(template, Sentence):
        return template
    return Sentence(template.format(**values) if values else template, template, values)


def counted(one: str, many: str, count: int, /, **values: object) -> Sentence:
    """``one`` or ``many``, with ``{count}`` (thousands grouped) and other blanks filled."""
    template = one if count == 1 else many
    return Sentence(template.format(count=f"{count:,}", **values), template, {"count": count, **values})


def joined(between: str, parts: Iterable[str]) -> Sentence:
    """The parts with ``between`` (signs, no words) between them."""
    told = tuple(parts)
    made = Joined(between.join(told), between)
    made.parts = told
    return made


def mark(text: str) -> str:
    """``text`` unchanged: marks a template that is kept in a table for the translators."""
    return text
