"""Label Studio's run-length code of a brushed mask: bits of a picture of four channels, row by row.

32 bits for the number of values, 5 for the bits of a value less 1, 4 times 4 for the bits of a length less 1;
then runs: one bit whether the value repeats, two for which of the lengths, the length less 1, the value or
values. The fourth channel is the mask.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from slimsam_core.errors import FormatError
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import BoolMask

CHANNELS = 4
MAX_VALUES = 400_000_000
"""Bytes of the picture of four channels: 100 million pixels."""
LENGTH_BITS = (3, 6, 10, 16)
"""Of the lengths that we write: a short one takes few bits."""
VALUE_BITS = 8


class _Bits:
    """Reads numbers of some bits, the highest first."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at, self._end = data, 0, 8 * len(data)

    def read(self, bits: int) -> int:
        """The next number. Raises FormatError behind the end."""
        start, stop = self._at, self._at + bits
        if stop > self._end:
            raise FormatError("the code is cut off")
        self._at = stop
        window = int.from_bytes(self._data[start >> 3 : (stop + 7) >> 3])
        return window >> (-stop & 7) & ((1 << bits) - 1)


def decode_brush(code: Sequence[int], size: Size) -> BoolMask:
    """The pixels of a code, bool HxW. Raises FormatError when it is not one of a picture of this size."""
    try:
        bits = _Bits(bytes(code))
    except (TypeError, ValueError) as error:
        raise FormatError("the code is not a list of bytes") from error
    number = bits.read(32)
    if number != CHANNELS * size.area:
        raise FormatError(
            "the code has {number} values, not four for each pixel of {size}", number=number, size=size
        )
    if number > MAX_VALUES:
        raise FormatError("a code of {number:,} values is too large", number=number)
    value_bits = bits.read(5) + 1
    lengths = [bits.read(4) + 1 for _ in range(4)]
    values: NDArray[np.uint8] = np.zeros(number, np.uint8)
    at = 0
    while at < number:
        repeats = bits.read(1)
        end = at + 1 + bits.read(lengths[bits.read(2)])
        if end > number:
            raise FormatError("a run goes beyond the picture")
        if repeats:
            values[at:end] = min(bits.read(value_bits), 255)
        else:
            values[at:end] = [min(bits.read(value_bits), 255) for _ in range(end - at)]
        at = end
    mask: BoolMask = values.reshape(*size.hw, CHANNELS)[:, :, 3] > 0
    return mask


def encode_brush(pixels: BoolMask) -> list[int]:
    """The code of a mask (bool HxW), all four channels alike. Raises ValueError for huge pictures."""
    flat = pixels.ravel()
    if CHANNELS * flat.size > MAX_VALUES:
        raise ValueError(f"a picture of {flat.size:,} pixels is too large for this code")
    edges = np.flatnonzero(np.diff(flat)) + 1
    starts = np.concatenate(([0], edges))
    lengths = np.diff(np.concatenate((starts, [flat.size]))) * CHANNELS
    text = [f"{CHANNELS * flat.size:032b}", f"{VALUE_BITS - 1:05b}"]
    text += [f"{bits - 1:04b}" for bits in LENGTH_BITS]
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        value = f"{255 if flat[start] else 0:0{VALUE_BITS}b}"
        while length:
            part = min(length, 1 << LENGTH_BITS[-1])
            index = next(i for i, bits in enumerate(LENGTH_BITS) if part <= 1 << bits)
            text.append(f"1{index:02b}{part - 1:0{LENGTH_BITS[index]}b}{value}")
            length -= part
    joined = "".join(text)
    joined += "0" * (-len(joined) % 8)
    return list(int(joined, 2).to_bytes(len(joined) // 8))
