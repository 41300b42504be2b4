"""Small text files from strangers: UTF-8 with or without BOM, YAML without tags, limited in size."""

from __future__ import annotations

import re
from itertools import accumulate
from pathlib import Path
from typing import Any

from slimsam_core.errors import FormatError
from slimsam_core.files.foreign import read_bytes

MAX_TEXT_BYTES = 256 << 20
MAX_YAML_BYTES = 1 << 20
MAX_YAML_VALUES = 1_000_000
"""Values when all aliases are written out: a file of 1 MiB has at most about half as many."""
MAX_DIGITS = 400
"""Of one number: the longest that a float can have has 309; base 60 takes time with the square of them."""
MAX_NESTING = 50
"""Brackets in brackets: the time of the YAML parser grows with the square of them."""


def read_text(path: Path, limit: int = MAX_TEXT_BYTES) -> str:
    """The text of a file. Raises FormatError."""
    try:
        return read_bytes(path, limit).decode("utf-8-sig")
    except OSError as error:
        raise FormatError(
            "{path} cannot be read: {strerror}.",
            "Check the path.",
            path=path,
            strerror=error.strerror or error,
        ) from error
    except UnicodeDecodeError as error:
        raise FormatError(
            "is not UTF-8 text (byte {start:,})",
            "Save it as UTF-8 with a text editor.",
            where=path.name,
            start=error.start,
        ) from error


def read_yaml(path: Path) -> Any:
    """Plain YAML values; tags, which could make objects, are refused. Raises FormatError."""
    import yaml  # the window's lists of classes are known before its first paint, which needs no YAML

    text = read_text(path, MAX_YAML_BYTES)
    steps = (1 if mark in "[{" else -1 for mark in re.findall(r"[][{}]", text))
    if max(accumulate(steps, initial=0)) > MAX_NESTING:
        raise FormatError("is nested too deeply for a list of classes", where=path.name)
    loader = None
    try:
        loader = yaml.SafeLoader(text)  # refuses characters that YAML does not allow
        node = loader.get_single_node()
        if node is None:
            return None
        _check_written_out(node, path)
        return loader.construct_document(node)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line = str(error).splitlines()[0] if str(error) else "it is nested too deeply"
        raise FormatError("is not plain YAML: {line}", where=path.name, line=line) from error
    finally:
        if loader is not None:
            loader.dispose()


def _check_written_out(root: Any, path: Path) -> None:
    """Aliases and merges are small in the file and large in memory: what they come to when each is written
    out is counted on the nodes, before a value is made. Raises FormatError."""
    sizes: dict[int, int] = {}
    stack = [(root, False)]
    while stack:
        node, counted = stack.pop()
        if counted:
            sizes[id(node)] = 1 + sum(sizes[id(below)] for below in _below(node))
            if sizes[id(node)] > MAX_YAML_VALUES:
                raise FormatError("repeats values by aliases too often (write them out)", where=path.name)
            continue
        found = sizes.get(id(node))
        if found == _INSIDE:
            raise FormatError("has an alias that contains itself", where=path.name)
        if found is not None:
            continue
        if isinstance(node.value, str) and _is_number(node) and len(node.value) > MAX_DIGITS:
            raise FormatError("has a number of {value:,} digits", where=path.name, value=len(node.value))
        sizes[id(node)] = _INSIDE
        stack.append((node, True))
        stack.extend((below, False) for below in _below(node) if sizes.get(id(below), 0) <= 0)


_INSIDE = -1
"""Of a node whose values are being counted."""


def _below(node: Any) -> list[Any]:
    if isinstance(node.value, str):
        return []
    return [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]


def _is_number(node: Any) -> bool:
    return bool(node.tag.endswith((":int", ":float")))
