"""Small text files from strangers: UTF-8 with or without BOM, YAML without tags, limited in size."""

from __future__ import annotations

import re
from itertools import accumulate
from pathlib import Path
from typing import Any

from slimsam_core.errors import FormatError

MAX_TEXT_BYTES = 256 << 20
MAX_YAML_BYTES = 1 << 20
MAX_NESTING = 50
"""Brackets in brackets: the time of the YAML parser grows with the square of them."""


def read_text(path: Path, limit: int = MAX_TEXT_BYTES) -> str:
    """The text of a file. Raises FormatError."""
    try:
        if path.stat().st_size > limit:
            raise FormatError(f"is larger than {limit >> 20} MiB", where=path.name)
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror or error}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise FormatError(f"is not UTF-8 text (byte {error.start:,})", where=path.name) from error


def read_yaml(path: Path) -> Any:
    """Plain YAML values; tags, which could make objects, are refused. Raises FormatError."""
    import yaml

    text = read_text(path, MAX_YAML_BYTES)
    steps = (1 if mark in "[{" else -1 for mark in re.findall(r"[][{}]", text))
    if max(accumulate(steps, initial=0)) > MAX_NESTING:
        raise FormatError("is nested too deeply for a list of classes", where=path.name)
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line = str(error).splitlines()[0] if str(error) else "it is nested too deeply"
        raise FormatError(f"is not plain YAML: {line}", where=path.name) from error
