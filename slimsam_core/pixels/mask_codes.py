"""Run-length codes of unknown origin, looked at before any decoder sees them, many at once.

COCO's decoder trusts its input: it loops without end on ``5@5@...``, reads a negative run as a huge one, and
fills a mask of the wrong size without a word. A code that passes here is exactly what COCO's own encoder
writes for a mask of this size.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Code = tuple[str, int]
"""``counts`` and the number of pixels that they must cover."""

MAX_RUN_CHARS = 8
"""Characters of one run: seven hold 2^34, more than any picture; eight fit the arithmetic below."""

_CHUNK_CHARS = 1 << 14
"""Characters that are looked at together: few calls of numpy, and arrays that leave room in the cache."""

_SHORT_CHARS = 250
"""Up to this many characters Python's own loop is faster than starting numpy's functions."""

_INT32_CHARS = 6
"""Characters of one run that the quick way takes: 30 bits, more than ``mask.MAX_MASK_PIXELS``."""

_MAX_PIXELS = 1 << 40
"""More than any code of that length says, and little enough for the arithmetic."""

_FIRST, _GOES_ON, _LAST = 48, 48 + 32, 48 + 63
"""Characters: the first one, the first of those after which a run goes on, the last one."""

_LONGER_THAN_NEEDED = 0x7FFF
"""No two characters say this."""

BAD = -1


def areas_of(codes: Sequence[Code]) -> list[int]:
    """The number of set pixels of each code; ``BAD`` for one that is not right and canonical."""
    if len(codes) == 1 and type(codes[0][0]) is str and 0 < len(codes[0][0]) <= _SHORT_CHARS:
        return [_short(*codes[0])]
    texts = [counts for counts, _ in codes]
    if set(map(type, texts)) != {str}:
        return _areas_one_by_one(codes)
    areas: list[int] = []
    stops = np.cumsum(list(map(len, texts)))
    while len(areas) < len(codes):
        before = stops[len(areas) - 1] if areas else 0
        chunk = codes[len(areas) : int(np.searchsorted(stops, before + _CHUNK_CHARS)) + 1]
        good = _areas_when_all_are_good(chunk)
        areas += _areas_one_by_one(chunk) if good is None else good.tolist()
    return areas


def area_of(counts: str, pixels: int) -> int:
    """The same of one code."""
    return areas_of([(counts, pixels)])[0]


def _areas_one_by_one(codes: Sequence[Code]) -> list[int]:
    """Of any codes, those that are good among them."""
    areas = [BAD] * len(codes)
    some = [
        index
        for index, (counts, pixels) in enumerate(codes)
        # a longer one has more runs than pixels
        if type(counts) is str and counts.isascii() and 0 < len(counts) <= max(pixels + 2, 2 * MAX_RUN_CHARS)
    ]
    if some:
        found = _areas_of_chunk([codes[index] for index in some]).tolist()
        for index, area in zip(some, found, strict=True):
            areas[index] = area
    return areas


def _short(counts: str, pixels: int) -> int:
    total = area = value = shift = previous = index = 0
    before = last = 0  # the runs at index - 2 and index - 1
    for char in counts:
        code = ord(char) - 48
        if not 0 <= code < 64 or shift >= 5 * MAX_RUN_CHARS:
            return BAD
        value |= (code & 0x1F) << shift
        shift += 5
        if code & 0x20:
            previous = code
            continue
        if shift > 5 and ((code == 0 and not previous & 0x10) or (code == 0x1F and previous & 0x10)):
            return BAD  # a group more than needed
        if code & 0x10:
            value -= 1 << shift
        if index > 2:
            value += before
        if value < 0 or value > pixels or (index and not value):
            return BAD
        total += value
        area += value if index % 2 else 0
        before, last = last, value
        index += 1
        value = shift = 0
    return area if not shift and total == pixels else BAD


def _areas_when_all_are_good(codes: Sequence[Code]) -> NDArray[np.int64] | None:
    """The areas when every code is right and canonical, else None: which one is not is not asked here.

    That is what is found nearly always, and it takes a tenth of the time of ``_areas_of_chunk``.
    """
    texts, pixels = zip(*codes, strict=True)
    text = "".join(texts)
    if not all(texts) or not text.isascii() or max(pixels) > _MAX_PIXELS:
        return None
    chars = np.frombuffer(text.encode("ascii"), np.uint8)
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    mask_ends = np.cumsum(sizes) - 1
    if chars.min() < _FIRST or chars.max() > _LAST or chars[mask_ends].max() >= _GOES_ON:
        return None
    ends = np.flatnonzero(chars < _GOES_ON)
    runs = _runs(chars, ends)
    if runs is None:
        return None
    stops = np.searchsorted(ends, mask_ends) + 1  # of each mask, as places among the runs
    firsts = np.concatenate([[0], stops[:-1]])
    heads = runs[firsts]
    # from the fourth on a run is the difference to the one two before it; the first one is none's neighbour
    runs[firsts] = 0
    sums = [_lane_sums(runs, firsts, stops, lane) for lane in (0, 1)]
    # within a mask the runs take turns: those of zeros lie at places of the first one's parity
    starts_odd = firsts % 2 == 1
    zeros, ones = np.where(starts_odd, sums[1], sums[0]), np.where(starts_odd, sums[0], sums[1])
    runs[firsts] = 1
    if heads.min() < 0 or runs.min() <= 0 or (heads + zeros + ones != np.array(pixels)).any():
        return None
    return ones


def _runs(chars: NDArray[np.uint8], ends: NDArray[np.intp]) -> NDArray[np.int32] | None:
    """What the groups of characters that end there say; None when one is longer than needed, or so long that
    it does not fit the arithmetic of ``_lane_sums``."""
    before = np.empty_like(chars)
    before[0], before[1:] = _FIRST, chars[:-1]
    # the places lie in the array, so nothing is wrapped: numpy is fastest with this mode
    pairs = (before.astype(np.uint16) << 8 | chars).take(ends, mode="wrap")
    found = _values_of_pairs().take(pairs, mode="wrap")
    if found.max() == _LONGER_THAN_NEEDED:
        return None
    runs = found.astype(np.int32)
    goes_on = chars >= _GOES_ON
    at = np.flatnonzero(goes_on[:-2] & goes_on[1:-1] & ~goes_on[2:]) + 2  # ends of groups of three and more
    some = np.searchsorted(ends, at)
    taken = 2
    while at.size:
        if taken == _INT32_CHARS:
            return None
        runs[some] = (runs[some] << 5) + ((chars[at - taken] - _FIRST) & 31)
        taken += 1
        more = goes_on[np.maximum(at - taken, 0)] & (at >= taken)
        at, some = at[more], some[more]
    return runs


@cache
def _values_of_pairs() -> NDArray[np.int16]:
    """What a run's last character says together with the one before it, by both: ``before << 8 | last``."""
    before, last = (np.arange(256, dtype=np.int16) - _FIRST)[:, None], np.arange(256, dtype=np.int16) - _FIRST
    low = (last & 31 ^ 16) - 16  # the highest of five bits is the sign
    further = before & 31
    both = (low << 5) + further
    both[low == -(further >> 4)] = _LONGER_THAN_NEEDED
    return np.where(before & 32, both, low).astype(np.int16).ravel()


def _lane_sums(
    runs: NDArray[np.int32], firsts: NDArray[np.intp], stops: NDArray[np.intp], lane: int
) -> NDArray[np.int64]:
    """Turn differences at places of one parity into runs, in place; their sum in each mask, int64.

    Running sums may overflow, differences of them are right again. A run of 2^31 and more comes out below
    zero: the one before it was less, and no difference is more than 2^29.
    """
    starts, counts = (firsts + 1 - lane) // 2, (stops + 1 - lane) // 2 - (firsts + 1 - lane) // 2
    part = runs[lane::2]
    sums = np.cumsum(part, dtype=np.int32)
    sums -= np.repeat(np.concatenate([np.zeros(1, np.int32), sums])[starts], counts)
    part[:] = sums
    totals = np.concatenate([[0], np.cumsum(sums, dtype=np.int64)])
    return np.asarray(totals[starts + counts] - totals[starts])


def _areas_of_chunk(codes: Sequence[Code]) -> NDArray[np.int64]:
    """All codes as one array of characters; every mask and every run is a segment of it."""
    sizes = np.array([len(counts) for counts, _ in codes], np.int64)
    pixels = np.array([min(pixels, _MAX_PIXELS) for _, pixels in codes], np.int64)
    chars = np.frombuffer("".join(counts for counts, _ in codes).encode("ascii"), np.uint8).astype(np.int64)
    chars -= 48
    mask_ends = np.cumsum(sizes) - 1
    mask_starts = mask_ends + 1 - sizes
    bad = np.minimum.reduceat(chars, mask_starts) < 0
    bad |= np.maximum.reduceat(chars, mask_starts) > 63
    bad |= (chars[mask_ends] & 0x20) != 0  # cut off
    is_end = (chars & 0x20) == 0
    is_end[mask_ends] = True  # so that a code that is cut off ends with its mask
    ends = np.flatnonzero(is_end)
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts + 1
    owner = np.repeat(np.arange(len(codes)), np.add.reduceat(is_end.astype(np.int64), mask_starts))
    last = chars[ends] & 0x1F
    before = chars[np.maximum(ends - 1, 0)]
    too_long = (lengths > 1) & np.where(before & 0x10, last == 0x1F, last == 0)
    _mark(bad, owner, too_long | (lengths > MAX_RUN_CHARS))

    shifts = np.minimum(5 * (np.arange(chars.size) - np.repeat(starts, lengths)), 5 * MAX_RUN_CHARS)
    runs = np.add.reduceat((chars & 0x1F) << shifts, starts)
    runs -= np.where(chars[ends] & 0x10, 1 << (5 * np.minimum(lengths, MAX_RUN_CHARS)), 0)
    first = np.searchsorted(owner, np.arange(len(codes)))
    place = np.arange(owner.size) - first[owner]
    # from the fourth on a run is the difference to the one two before it
    odd = _sums_in_masks(np.where(place % 2 == 1, runs, 0), first, owner)
    even = _sums_in_masks(np.where((place % 2 == 0) & (place > 1), runs, 0), first, owner)
    values = np.where(place % 2 == 1, odd, np.where(place > 1, even, runs))
    _mark(bad, owner, (values < 0) | (values > pixels[owner]) | ((values == 0) & (place > 0)))
    bad |= np.add.reduceat(values, first) != pixels
    areas = np.add.reduceat(np.where(place % 2 == 1, values, 0), first)
    return np.where(bad, BAD, areas)


def _sums_in_masks(
    values: NDArray[np.int64], first: NDArray[np.intp], owner: NDArray[np.intp]
) -> NDArray[np.int64]:
    """Running sums that begin anew with every mask."""
    sums = np.cumsum(values)
    return sums - (sums[first] - values[first])[owner]


def _mark(bad: NDArray[np.bool_], owner: NDArray[np.intp], wrong: NDArray[np.bool_]) -> None:
    bad[owner[wrong]] = True
