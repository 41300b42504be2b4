"""Run-length codes of unknown origin, looked at before any decoder sees them, many at once.

COCO's decoder trusts its input: it loops without end on ``5@5@...``, reads a negative run as a huge one, and
fills a mask of the wrong size without a word. A code that passes here is exactly what COCO's own encoder
writes for a mask of this size.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Code = tuple[str, int]
"""``counts`` and the number of pixels that they must cover."""

MAX_RUN_CHARS = 8
"""Characters of one run: seven hold 2^34, more than any picture; eight fit the arithmetic below."""

_CHUNK_CHARS = 1 << 13
"""Characters that are looked at together: arrays of 128 KB and more are taken from the system each time."""

_SHORT_CHARS = 250
"""Up to this many characters Python's own loop is faster than starting numpy's functions."""

BAD = -1


def areas_of(codes: Sequence[Code]) -> list[int]:
    """The number of set pixels of each code; ``BAD`` for one that is not right and canonical."""
    areas = [BAD] * len(codes)
    chunk: list[int] = []
    chars = 0
    for index, (counts, pixels) in enumerate(codes):
        if type(counts) is not str or not counts or not counts.isascii():
            continue
        if len(counts) > 2 * MAX_RUN_CHARS and len(counts) > pixels + 2:
            continue  # more runs than pixels
        chunk.append(index)
        chars += len(counts)
        if chars > _CHUNK_CHARS:
            _fill(areas, codes, chunk)
            chunk, chars = [], 0
    if chunk:
        _fill(areas, codes, chunk)
    return areas


def area_of(counts: str, pixels: int) -> int:
    """The same of one code."""
    return areas_of([(counts, pixels)])[0]


def _fill(areas: list[int], codes: Sequence[Code], chunk: Sequence[int]) -> None:
    if len(chunk) == 1 and len(codes[chunk[0]][0]) <= _SHORT_CHARS:
        areas[chunk[0]] = _short(*codes[chunk[0]])
        return
    some = [codes[index] for index in chunk]
    found = _areas_when_all_are_good(some)
    if found is None:
        found = _areas_of_chunk(some)
    for index, area in zip(chunk, found.tolist(), strict=True):
        areas[index] = area


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

    That is what is found nearly always, and it takes a fifth of the time of ``_areas_of_chunk``.
    """
    sizes = np.array([len(counts) for counts, _ in codes])
    chars = np.frombuffer("".join(counts for counts, _ in codes).encode("ascii"), np.uint8) - np.uint8(48)
    mask_ends = np.cumsum(sizes) - 1
    if chars.max() > 63 or chars[mask_ends].max() > 31:  # what is below "0" has become more than 200
        return None
    ends = np.flatnonzero(chars < 32)
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
    pixels = np.array([min(pixels, 1 << 40) for _, pixels in codes])
    if heads.min() < 0 or np.count_nonzero(runs <= 0) != len(codes) or (heads + zeros + ones != pixels).any():
        return None
    return ones


def _runs(chars: NDArray[np.uint8], ends: NDArray[np.intp]) -> NDArray[np.int64] | None:
    """What the groups of characters that end there say, int64; None when one is longer than needed."""
    lengths = np.diff(ends, prepend=-1)
    last = chars[ends].astype(np.int64)
    runs = (last ^ 16) - 16  # the highest of five bits is the sign
    longest = int(lengths.max())
    if longest > MAX_RUN_CHARS:
        return None
    some = np.flatnonzero(lengths > 1)
    for taken in range(1, longest):
        further = chars[ends[some] - taken] & 31
        if taken == 1 and (runs[some] == -(further >> 4).astype(np.int64)).any():
            return None
        runs[some] = (runs[some] << 5) + further
        some = some[lengths[some] > taken + 1]
    return runs


def _lane_sums(
    runs: NDArray[np.int64], firsts: NDArray[np.intp], stops: NDArray[np.intp], lane: int
) -> NDArray[np.int64]:
    """Turn differences at places of one parity into runs, in place; their sum in each mask."""
    starts, counts = (firsts + 1 - lane) // 2, (stops + 1 - lane) // 2 - (firsts + 1 - lane) // 2
    part = runs[lane::2]
    sums = np.concatenate([[0], np.cumsum(part)])
    part[:] = sums[1:] - np.repeat(sums[starts], counts)
    totals = np.concatenate([[0], np.cumsum(part)])
    return np.asarray(totals[starts + counts] - totals[starts])


def _areas_of_chunk(codes: Sequence[Code]) -> NDArray[np.int64]:
    """All codes as one array of characters; every mask and every run is a segment of it."""
    sizes = np.array([len(counts) for counts, _ in codes], np.int64)
    pixels = np.array([min(pixels, 1 << 40) for _, pixels in codes], np.int64)
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
