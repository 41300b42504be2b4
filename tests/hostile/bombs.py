"""Compressed data that grows: made in no time, since the same small piece is repeated."""

from __future__ import annotations

import struct
import zlib

_BLOCK = 1 << 20
_ADLER = 65_521
"""The prime of Adler-32 (RFC 1950)."""


def raw_deflate(value: int, count: int) -> bytes:
    """``count`` bytes of one value as a deflate stream without a header; a thousandth as long."""
    deflate = zlib.compressobj(9, wbits=-15)
    block = deflate.compress(bytes([value]) * _BLOCK) + deflate.flush(zlib.Z_FULL_FLUSH)
    last = zlib.compressobj(9, wbits=-15)
    rest = last.compress(bytes([value]) * (count % _BLOCK)) + last.flush()
    return block * (count // _BLOCK) + rest


def inflating(value: int, count: int) -> bytes:
    """The same as a whole zlib stream, with a right checksum."""
    low = (1 + value * count) % _ADLER
    high = (count + value * count * (count + 1) // 2) % _ADLER
    return b"\x78\xda" + raw_deflate(value, count) + struct.pack(">HH", high, low)
