"""The C library's allocator, told to return what is freed, where it is the one that can be told (glibc)."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Of ``mallopt``: as malloc.h numbers them."""
_MMAP_THRESHOLD = 256 << 10
"""Bytes from which an array has pages of its own and gives them back when it is gone: below most pictures.
Left alone the C library raises it to 32 MiB, and pictures that are gone leave holes."""


def give_memory_back() -> None:
    """From now on, for the whole process."""
    tell = _function("mallopt")
    if tell is not None:
        for parameter in (_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD):
            tell(parameter, _MMAP_THRESHOLD)


def give_holes_back() -> None:
    """Whole pages that are free between what is in use: up to 4 MB after a model has computed, in a
    millisecond."""
    trim = _function("malloc_trim")
    if trim is not None:
        trim(0)


def _function(name: str) -> Any:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
