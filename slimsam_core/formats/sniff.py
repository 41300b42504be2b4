"""A quick look into files, to guess what they are."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from slimsam_core.files.foreign import open_regular
from slimsam_core.files.listing import files_below, is_file

HEAD_BYTES = 65_536
LOOK_AT = 20
"""Files of a folder that are looked at."""
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|[][{}]')


@dataclass(frozen=True)
class JsonHead:
    """What the first and last bytes of a JSON file tell; of anything else nothing."""

    is_list: bool = False
    keys: frozenset[str] = frozenset()
    """Keys at the top; of a list those of its first element."""
    text: str = ""

    def has(self, *keys: str) -> bool:
        """Whether every key stands at the top, or near the end of a large file, where that is not certain."""
        return all(
            key in self.keys or (len(self.text) > HEAD_BYTES and f'"{key}"' in self.text) for key in keys
        )

    def names(self, *keys: str) -> bool:
        """Whether every key stands anywhere in what was looked at."""
        return all(f'"{key}"' in self.text for key in keys)


def json_head(path: Path) -> JsonHead:
    """A look into a file that ends in ``.json`` or ``.geojson``."""
    if path.suffix.lower() not in (".json", ".geojson") or not is_file(path):
        return JsonHead()
    try:
        status = path.stat()
        return _json_head(path, status.st_mtime_ns, status.st_size)
    except OSError:
        return JsonHead()


@functools.lru_cache(64)
def _json_head(path: Path, _: int, size: int) -> JsonHead:
    with open_regular(path) as file:
        first = file.read(HEAD_BYTES)
        # of UTF-16 only to say what it is: readers take UTF-8 alone, and tell so
        code = "utf-16" if first[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        head = first.decode(code, "replace").removeprefix("\ufeff")
        file.seek(max(HEAD_BYTES, size - HEAD_BYTES))
        tail = file.read(HEAD_BYTES).decode(code, "replace")
    is_list = head.lstrip()[:1] == "["
    return JsonHead(is_list, frozenset(_keys(head, 2 if is_list else 1)), head + tail)


def _keys(head: str, level: int) -> Iterator[str]:
    """The keys of the object at this depth: of the whole, or of the first element of a list."""
    depth = 0
    for token in _TOKEN.finditer(head):
        mark = token[0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
            if depth < level:
                return
        elif token[2] and depth == level:
            yield token[1]


def first_files(path: Path, suffix: str) -> Iterator[Path]:
    """The file itself, or the first files with this suffix below a folder; hidden ones not."""
    if is_file(path):
        return iter([path] if path.suffix.lower() == suffix else [])
    return islice((p for p in files_below(path, suffix) if not is_hidden(p, path)), LOOK_AT)


def is_hidden(path: Path, below: Path) -> bool:
    """Whether a file, or a folder on the way to it, has a name that starts with a dot."""
    return any(part.startswith(".") for part in path.relative_to(below).parts)
