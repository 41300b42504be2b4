"""The list in an export folder of what this program wrote there, by which its files are told from others."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from slimsam_core.files.foreign import read_json

MANIFEST = ".slimsam-export"
"""Not ``*.json``: other programs take every JSON file of a folder for annotations, hidden ones too."""
OLD_MANIFEST = ".slimsam-export.json"
"""The name until 0.1.0; read, and replaced by the new one."""
SPLITS = ("train", "val", "test")
"""Parts of a data set; folders with manifests of their own, where a format keeps no parts in one folder."""
MAX_UP = 3
"""Folders above a chosen one in which its data set is looked for: ``labels/train/cats`` is as deep as such
layouts go."""
MAX_MANIFEST = 512 << 20
"""Bytes: a name and a checksum for each of two million files."""


def is_export(folder: Path | str) -> bool:
    """Whether something was exported into the folder itself."""
    return any(os.path.lexists(Path(folder, name)) for name in (MANIFEST, OLD_MANIFEST))


def read_manifest(folder: Path | str) -> dict[str, list[str]]:
    """POSIX path below ``folder`` -> checksums of what was written there; empty where nothing was exported.

    Raises OSError and ValueError for a list that cannot be read.
    """
    for name in (MANIFEST, OLD_MANIFEST):
        path = Path(folder, name)
        if os.path.lexists(path):
            try:
                files = read_json(path, MAX_MANIFEST)["files"]
                return {str(name): [str(digest) for digest in digests] for name, digests in files.items()}
            except (TypeError, KeyError, AttributeError) as error:
                raise ValueError(f"it is no list of files: {error}") from error
    return {}


def read_copies(folder: Path | str) -> frozenset[str]:
    """Which of those files are copies of pictures; empty where the list does not say. Raises as above."""
    path = Path(folder, MANIFEST)
    if not os.path.lexists(path):
        return frozenset()
    found = read_json(path, MAX_MANIFEST)
    names = found.get("copies", ()) if isinstance(found, dict) else ()
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise ValueError("its list of copies is none")
    return frozenset(names)


def exported(root: Path | str, names: Iterable[str]) -> set[str]:
    """Those of the files (POSIX paths below ``root``) that are part of an export into a folder below it.

    The root itself may be an export: whoever opens it means its files. A list that cannot be read names none.
    """
    lists: dict[str, dict[str, list[str]]] = {}
    found: set[str] = set()
    for name in names:
        parts = name.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            if folder not in lists:
                try:
                    lists[folder] = read_manifest(Path(root, folder))
                except (OSError, ValueError):
                    lists[folder] = {}
            if lists[folder] and "/".join(parts[depth:]) in lists[folder]:
                found.add(name)
                break
    return found
