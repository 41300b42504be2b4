"""Endings of the files that this package reads, for dialogs and for what is dropped; cheap to import."""

from __future__ import annotations

from slimsam_core.project import PROJECT_SUFFIX

LABEL_SUFFIXES = frozenset({".json", ".xml", ".txt", ".csv", ".yaml", ".yml"})
"""Files that an annotation format may be in; the file itself tells which, or that it is none."""

CLASS_LIST_SUFFIXES = (".json", ".txt", ".names", ".yaml", ".yml", PROJECT_SUFFIX)
"""Files that classes can be taken from."""
