"""A quick look into files, to guess what they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

HEAD_BYTES = 65_536
LOOK_AT = 20


def json_head(path: Path) -> str:
    """The first and last bytes of a JSON file as text; empty for anything else."""
    if not path.is_file() or path.suffix.lower() != ".json":
        return ""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            file.seek(max(0, path.stat().st_size - HEAD_BYTES))
            return (head + file.read(HEAD_BYTES)).decode("utf-8", "replace")
    except OSError:
        return ""


def first_files(path: Path, suffix: str) -> Iterator[Path]:
    """The file itself, or the first files with this suffix below a folder."""
    if path.is_file():
        return iter([path] if path.suffix.lower() == suffix else [])
    return islice((p for p in path.rglob(f"*{suffix}") if p.is_file()), LOOK_AT)
