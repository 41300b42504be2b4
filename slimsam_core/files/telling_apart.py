"""Whether a disk takes names that differ only in capitals or accents for different files."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from slimsam_core.files.temporary import temporary_folder

_NAME = "a\u00e9"
"""A letter that has a capital, and one whose accent can be coded in two ways."""


def tells_names_apart(folder: Path) -> bool:
    """Tried out in a folder inside ``folder``, which is gone afterwards. Raises OSError."""
    with temporary_folder(beside=folder / _NAME) as made:
        (made / _NAME).mkdir()
        alike = (_NAME.upper(), unicodedata.normalize("NFD", _NAME))
        return not any((made / name).exists() for name in alike)
