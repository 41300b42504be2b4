"""Opening files that may come from a stranger: regular files only, in one piece of bounded size, and JSON
that is neither endless nor bottomless.

Errors are those that a careful caller expects anyway: OSError for the file and ValueError for what is in it.
"""

from __future__ import annotations

import errno
import io
import json
import math
import mmap
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SMALL_BYTES = 64 << 20
"""Records, recipes, settings: the longest events of a run that was seen have 3 MB."""
MAX_DEPTH = 60
"""Brackets in brackets; an architecture has 4, a run's state 12. Python itself gives up near 1000."""
MAX_CONTAINERS = 4_000_000
"""Objects and lists in one JSON value: each takes 160 bytes where it may be two letters of the file. An
outline of pairs has one for each corner: two million are those of 400,000 regions of VIA."""
MAX_VALUES = 20_000_000
"""Commas in one JSON value; a number or a short text takes up to 60 bytes."""
_MAX_INTEGER = 1 << 63
"""JSON numbers beyond 64 bits are read by no other program either."""


class NotRegular(OSError):
    """A pipe, a socket or a device stands where a file should."""


def open_regular(path: Path | str) -> io.BufferedReader:
    """Open a regular file for reading. Raises OSError, NotRegular for pipes and devices, which would wait or
    never end."""
    return os.fdopen(regular_descriptor(path), "rb")


def regular_descriptor(path: Path | str) -> int:
    """The same as a descriptor. Looked at before it is opened (opening a device may do something) and after
    (it may have been replaced meanwhile; a pipe is then opened without waiting)."""
    _must_be_regular(path, Path(path).stat().st_mode)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags)
    try:
        _must_be_regular(path, os.fstat(handle).st_mode)
    except BaseException:
        os.close(handle)
        raise
    return handle


def _must_be_regular(path: Path | str, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise NotRegular(errno.EINVAL, "This is not a regular file", str(path))


def read_bytes(path: Path | str, limit: int = SMALL_BYTES) -> bytes:
    """A whole file of at most ``limit`` bytes. Raises OSError."""
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(min(size, limit) + 1)  # asking for more reserves more, whatever the file has
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"The file is larger than {limit / 1e6:,.0f} MB", str(path))
    return data


def map_bytes(path: Path | str, limit: int) -> bytes | mmap.mmap:
    """The same for a file that is only ever replaced, never changed in place (``files.atomic``): its pages
    come and go with their use (``let_go``). On Windows, where nobody could delete the file meanwhile, it is
    read. Raises OSError."""
    if not hasattr(mmap, "MADV_DONTNEED"):
        return read_bytes(path, limit)
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if not 0 < size <= limit:
            return read_bytes(path, limit)
        return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY)


def let_go(views: Iterable[object]) -> None:
    """Give back the memory of what ``map_bytes`` gave; whoever reads it again has it from the disk again."""
    for view in views:
        source = view.obj if isinstance(view, memoryview) else view
        if isinstance(source, mmap.mmap):
            source.madvise(mmap.MADV_DONTNEED)


def read_json(path: Path | str, limit: int = SMALL_BYTES) -> Any:
    """The JSON value in a file of at most ``limit`` bytes. Raises OSError; ValueError as ``parse_json``."""
    return parse_json(read_bytes(path, limit))


def parse_json(text: str | bytes | bytearray | memoryview, *, finite: bool = True) -> Any:
    """A JSON value. Raises ValueError for what is not JSON, for NaN and infinity unless ``finite`` is False,
    for whole numbers beyond 64 bits, and for values nested deeper than ``MAX_DEPTH`` or of more than
    ``MAX_CONTAINERS`` objects and lists."""
    if isinstance(text, memoryview):
        text = bytes(text)
    try:
        letters = text if isinstance(text, str) else text.decode(json.detect_encoding(text), "surrogatepass")
        if has_too_many_values(letters):
            raise ValueError("JSON of more than four million objects and lists")
        value = json.loads(letters)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    except ValueError as error:
        if "integer string conversion" in str(error):  # Python's words name a setting of Python
            raise ValueError(_TOO_LARGE) from None
        raise
    _check(value, finite)
    return value


def count_values(text: str) -> tuple[int, int]:
    """At most so many objects and lists, and so many commas, has what stands in this text."""
    return text.count("{") + text.count("["), text.count(",")


def too_many_values(containers: int, commas: int) -> bool:
    """Whether a value of so many is refused before it is made."""
    return containers > MAX_CONTAINERS or commas > MAX_VALUES


def has_too_many_values(text: str) -> bool:
    """The same of a whole text."""
    return len(text) > MAX_CONTAINERS and too_many_values(*count_values(text))


_TOO_DEEP = f"JSON nested deeper than {MAX_DEPTH} levels"
_TOO_LARGE = "a JSON number of more than 64 bits"


def _check(value: Any, finite: bool) -> None:
    """Level by level, without recursion."""
    level, depth = [value], 0
    while level:
        if depth > MAX_DEPTH:
            raise ValueError(_TOO_DEEP)
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
            elif isinstance(item, float):
                if finite and not math.isfinite(item):
                    raise ValueError("a JSON number that is not finite")
            elif isinstance(item, int) and abs(item) >= _MAX_INTEGER:
                raise ValueError(_TOO_LARGE)
        level, depth = below, depth + 1
