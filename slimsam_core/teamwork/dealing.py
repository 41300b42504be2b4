"""Who gets which pictures: dealt by a seeded hash, as many to each, some to several."""

from __future__ import annotations

import csv
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slimsam_core.errors import ProjectError
from slimsam_core.project import clean_name

MAX_ANNOTATORS = 100

LONGEST_FOLDER = 60
"""Letters of a folder's name: paths below it stay within 260 letters on Windows."""

_KEPT = frozenset("-_ ")
"""What stays in a folder's name beside letters and digits."""

_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}
)
"""Names that Windows gives to devices."""


@dataclass(frozen=True, kw_only=True)
class Deal:
    """How pictures are dealt."""

    annotators: tuple[str, ...]
    """Different names, at least one."""
    overlap: float = 0.0
    """Share of the pictures, 0..1, that several people get, to see how far they agree."""
    people: int = 2
    """How many get such a picture."""
    seed: int = 0

    def __post_init__(self) -> None:
        count = len(self.annotators)
        if not 1 <= count <= MAX_ANNOTATORS:
            raise ProjectError(
                "A project is split among 1 to {most} people, not {count}.",
                "Name them with a comma between them.",
                most=MAX_ANNOTATORS,
                count=count,
            )
        if not all(self.annotators) or len({_same(name) for name in self.annotators}) < count:
            raise ProjectError(
                "Two people of a split have the same name, or one has none.",
                "Give each a name of their own.",
            )
        if not 0 <= self.overlap <= 1:
            raise ProjectError("The overlap is a share from 0% to 100%.", "Try 10%.")
        if self.overlap and not 2 <= self.people <= count:
            raise ProjectError(
                "A picture cannot go to {people} of {count} people.",
                "Name more people, or leave the overlap out.",
                people=self.people,
                count=count,
            )

    def deal(self, uids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The annotators of each picture; the order of the pictures does not matter, only who they are.

        Each gets as many as any other, or one more; so nearly, too, with the pictures that go to several.
        """
        ranked, names = sorted(set(uids), key=lambda uid: self._hash("deal", uid)), self.annotators
        found: dict[str, tuple[str, ...]] = {
            uid: (names[place % len(names)],) for place, uid in enumerate(ranked)
        }
        taken: Counter[str] = Counter()
        turns: dict[str, int] = {}
        for uid in sorted(ranked, key=lambda uid: self._hash("overlap", uid)):
            turns[uid] = taken[found[uid][0]]  # as many of each person as of any other are shared
            taken[found[uid][0]] += 1
        shared = set(sorted(turns, key=turns.__getitem__)[: round(self.overlap * len(ranked))])
        loads = Counter(first for (first,) in found.values())
        for uid in ranked:
            if uid in shared:
                others = [name for name in names if name != found[uid][0]]
                others.sort(key=lambda name: (loads[name], self._hash(name, uid)))
                more = tuple(others[: self.people - 1])
                loads.update(more)
                found[uid] = (*found[uid], *more)
        return found

    def _hash(self, what: str, uid: str) -> bytes:
        return hashlib.blake2b(f"{self.seed}/{what}/{uid}".encode(), digest_size=16).digest()


def names_in(text: str) -> tuple[str, ...]:
    """Names with commas between them, as they are stored; one with a comma stands in quotes.

    Raises ProjectError for one that cannot be.
    """
    listed = next(csv.reader([text.replace("\n", ",")], skipinitialspace=True), [])
    return tuple(name for name in map(clean_name, listed) if name)


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def folder_names(annotators: Sequence[str]) -> dict[str, str]:
    """A name of a folder for each annotator that every system takes, all different."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for annotator in annotators:
        kept = "".join(
            c if c.isalnum() or c in _KEPT else "-" for c in unicodedata.normalize("NFC", annotator)
        )
        name = kept.strip(" -")[:LONGEST_FOLDER].strip() or "part"
        if name.casefold() in _RESERVED:
            name = f"{name}-part"
        chosen, number = name, 2
        while _same(chosen) in taken:
            chosen, number = f"{name}-{number}", number + 1
        taken.add(_same(chosen))
        found[annotator] = chosen
    return found
