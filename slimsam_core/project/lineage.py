"""Which changes a value rests on: how two copies of a project know which of two values is the later one.

Every session that writes to a project file has a token of its own, and counts its commands. A value carries,
for each session that changed it, the number of that session's last command on it (a version vector). A value
whose numbers are nowhere lower than another's rests on that one and replaces it; when each has a number that
the other lacks, two people changed the same thing at the same time. No clock is asked. A session's token is
new each time a project is opened for writing, so that copies of a file, made by any means, never count alike.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

TOKEN_BYTES = 9
"""72 random bits, 12 letters: of a million sessions two have the same token once in ten thousand million."""

MAX_SESSIONS = 5000
"""Sessions that one value names; of a hand-made file it could be any number."""

LONGEST_UID = 200
"""Letters; ours have some 40: room for those that a later version makes."""

_TOKEN = re.compile(r"[0-9A-Za-z_-]{1,64}")
_MAX_COUNT = 1 << 53
"""No session counts that far: beyond it floats of other programs lose numbers."""

Writes = Mapping[str, int]
"""Token of a session -> the number of its last command on the value."""


@dataclass(frozen=True)
class Stamp:
    """What a command leaves on each value that it adds or changes."""

    token: str
    count: int
    author: str


def new_token() -> str:
    """The token of a new session."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def uid_of(project_uid: str, uid: str, number: int) -> str:
    """What tells a value from every other: its ``uid``; of an older version the project's uid and its id."""
    return uid or f"{project_uid}:{number}"


def parse_writes(text: str) -> Writes:
    """Raises ValueError for a text that is none."""
    found: dict[str, int] = {}
    for part in text.split(" ") if text else ():
        token, _, count = part.partition(":")
        if not _TOKEN.fullmatch(token) or not (count.isascii() and count.isdecimal() and len(count) < 17):
            raise ValueError("a value names changes that are none")
        if int(count) > _MAX_COUNT or len(found) >= MAX_SESSIONS or token in found:
            raise ValueError("a value names more changes than there can be")
        found[token] = int(count)
    return found


def format_writes(writes: Writes) -> str:
    """One text for equal writes."""
    return " ".join(f"{token}:{count}" for token, count in sorted(writes.items()))


def joined_writes(*writes: Writes) -> dict[str, int]:
    """What a value rests on that was made with all of these before one's eyes."""
    found: dict[str, int] = {}
    for one in writes:
        for token, count in one.items():
            found[token] = max(count, found.get(token, 0))
    return found


def rests_on(later: Writes, earlier: Writes) -> bool:
    """Whether ``later`` rests on everything that ``earlier`` does, and on more."""
    return later != earlier and all(later.get(token, -1) >= count for token, count in earlier.items())


def changed_by(stamp: Stamp, writes: str | None, seen: str | None = None) -> str:
    """The writes of a value that a command changes. Others than those of this program are written anew.

    ``seen``: further writes that it rests on, of other values that were looked at when it was decided.
    """
    own = f"{stamp.token}:{stamp.count}"
    if seen in (None, "", writes) and (
        not writes or (writes.startswith(f"{stamp.token}:") and " " not in writes)
    ):
        return own
    try:
        known = (parse_writes(writes or ""), parse_writes(seen or ""))
        return format_writes(joined_writes(*known, {stamp.token: stamp.count}))
    except ValueError:
        return own


def adds_to(writes: str | None, seen: str | None) -> bool:
    """Whether ``seen`` has changes that are not in ``writes``; texts that are none add nothing."""
    if not seen or seen == writes:
        return False
    try:
        known = parse_writes(writes or "")
        return joined_writes(known, parse_writes(seen)) != known
    except ValueError:
        return False
