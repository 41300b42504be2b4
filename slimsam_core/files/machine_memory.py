"""How much memory this machine has and has left, for what would rather say no than take it all."""

from __future__ import annotations

import os
from pathlib import Path

_NOT_WORTH_ASKING = 64 << 20
"""Bytes; a machine that has not even these left is in trouble anyway."""
_MEMINFO = Path("/proc/meminfo")
_STATM = Path("/proc/self/statm")


def total_memory() -> int | None:
    """Bytes of memory of the machine; None where the system does not tell."""
    return _meminfo("MemTotal") or _pages()


def available_memory() -> int | None:
    """Bytes that can be taken now without pushing others out; None where the system does not tell."""
    return _meminfo("MemAvailable")


def is_more_than_free(needed: int) -> bool:
    """Whether so many bytes are more than is left; False where the system does not tell."""
    left = available_memory() if needed > _NOT_WORTH_ASKING else None
    return left is not None and needed > left


def reserved_memory() -> int | None:
    """Bytes of address space that this process has; None where the system does not tell."""
    try:
        return int(_STATM.read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError, IndexError):
        return None


def _meminfo(field: str) -> int | None:
    try:
        lines = _MEMINFO.read_text("ascii").splitlines()
    except (OSError, ValueError):
        return None
    for line in lines:
        name, _, value = line.partition(":")
        if name == field:
            return 1024 * int(value.split()[0])
    return None


def _pages() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
