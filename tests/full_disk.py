"""A disk that takes no more: the system itself refuses files beyond a size."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def files_up_to(size: int | None) -> Iterator[Callable[[int], None]]:
    """No file of this process grows beyond ``size`` bytes inside the block; yields a way to change that."""
    if sys.platform == "win32":
        pytest.skip("Windows has no limit for the size of files")
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    try:
        if size is not None:
            limit(size)
        yield limit
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
