"""Ids from files: those that every reader understands stay as they are, others get new ones."""

from __future__ import annotations

from slimsam_core.formats.context import warning
from slimsam_core.formats.json_stream import is_id, plain_id
from slimsam_core.formats.records import Issue
from slimsam_core.sentences import sentence


class Ids:
    """The ids of one kind in one file. New ones lie above ``highest``, the largest usable id of the file."""

    def __init__(self, kind: str, highest: int) -> None:
        self._kind, self._next = kind, highest + 1
        self._taken: set[int] = set()

    def take(self, raw: object, where: str) -> tuple[int, Issue | None]:
        """``raw`` itself where it is a whole number >= 1 that is not taken, else a new id and a warning."""
        number = plain_id(raw)
        if is_id(number):
            assert isinstance(number, int)
            if number not in self._taken:
                self._taken.add(number)
                if type(raw) is int:
                    return number, None
                message = sentence(
                    "{kind} id {raw!r} was read as the number {number}",
                    kind=self._kind,
                    raw=raw,
                    number=number,
                )
                return number, warning("id-spelling", where, message)
            code, reason = "duplicate-id", f"{self._kind} id {raw} is used twice"
        elif raw == 0 and not isinstance(raw, bool):
            code, reason = "id-0", f"{self._kind} id 0 means 'no match' to COCO's evaluation"
        else:
            code, reason = "wrong-type", f"{self._kind} id {str(raw)[:40]!r} is not a whole number >= 1"
        new = self._next
        self._next += 1
        self._taken.add(new)
        return new, warning(code, where, "{reason}; it became {new}", reason=reason, new=new)


def highest_id(current: int, raw: object) -> int:
    """The larger of ``current`` and ``raw``, when ``raw`` can be an id."""
    number = plain_id(raw)
    return max(current, number) if is_id(number) and isinstance(number, int) else current
