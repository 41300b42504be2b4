"""Whether a disk takes names that differ only in capitals or accents for different files."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path

_NAME = "a\u00e9"
"""A letter that has a capital, and one whose accent can be coded in two ways."""


def tells_names_apart(folder: Path) -> bool:
    """Tried out in a folder inside ``folder``, which is gone afterwards. Raises OSError."""
    with tempfile.TemporaryDirectory(dir=folder) as made:
        (Path(made) / _NAME).mkdir()
        alike = (_NAME.upper(), unicodedata.normalize("NFD", _NAME))
        return not any((Path(made) / name).exists() for name in alike)
