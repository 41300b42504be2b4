"""Which values of one thing are left when copies are joined: those that no other value rests on.

The values of an object (or of what is said of a picture or a class) in all copies are a set. A value that
another one rests on is the older of the two and goes; equal ones are one. What is left does not depend on the
order in which copies are joined, nor on how often.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from slimsam_core.errors import ProjectError
from slimsam_core.project.json_columns import dump_json
from slimsam_core.project.lineage import Writes, format_writes, parse_writes, rests_on

Row = Mapping[str, Any]

HERE, WAITING = -1, -2
"""In ``SeenValue.source``: what the project that others are merged into shows, and what waits in it."""


@lru_cache(10_000)
def writes_of(text: str) -> Writes:
    """Raises ProjectError for a text that no project has."""
    try:
        return parse_writes(text)
    except ValueError as error:
        raise ProjectError(
            "A project is damaged: {error}.", "Merge a copy of it that is whole.", error=error
        ) from error


@dataclass(frozen=True, kw_only=True)
class SeenValue:
    """One value of a thing."""

    writes: str
    content: Row | None
    """Columns in the numbers of the project that is merged into, without id and lineage; None = deleted."""
    author: str
    source: int
    """Which of the projects has it: its place in the list, ``HERE`` or ``WAITING``."""
    origin: str = ""
    """The project that a value which waits came from."""

    @cached_property
    def text(self) -> str:
        """The content as JSON, empty when deleted: the same for equal values."""
        return "" if self.content is None else dump_json(self.content)

    @cached_property
    def key(self) -> tuple[str, str]:
        """The same for one value in two copies."""
        return format_writes(writes_of(self.writes)), self.text


def surviving(candidates: Iterable[SeenValue]) -> list[SeenValue]:
    """The values that no other rests on, each once; the first of equal ones, in the order that they came."""
    once: dict[tuple[str, str], SeenValue] = {}
    for candidate in candidates:
        once.setdefault(candidate.key, candidate)
    if len(once) < 2:
        return list(once.values())
    listed = [(candidate, writes_of(candidate.writes)) for candidate in once.values()]
    return [one for one, own in listed if not any(rests_on(other, own) for _, other in listed)]


def choose(left: Iterable[SeenValue]) -> SeenValue:
    """The value that is shown: the one that is shown here already, else one that is not deleted, else any.

    Of several the same one in every copy.
    """
    return min(left, key=lambda one: (one.content is None, one.source != HERE, one.key))


def differ(left: Iterable[SeenValue], silent: frozenset[str]) -> bool:
    """Whether values that are left say different things; columns in ``silent`` are not worth a question."""
    found = {
        dump_json({n: v for n, v in one.content.items() if n not in silent})
        if one.content is not None
        else ""
        for one in left
    }
    return len(found) > 1
