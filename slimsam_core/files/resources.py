"""Where the files that ship with the program lie: beside the source tree, or inside the wheel."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parents[1]


def resources_dir() -> Path:
    """The ``resources`` folder. Raises FileNotFoundError when the installation is incomplete."""
    for folder in (_HERE / "_resources", _HERE.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the resources folder is missing beside {_HERE}; reinstall the program")


def guides_dir() -> Path:
    """The folder of the guides, Markdown with pictures. Raises FileNotFoundError as ``resources_dir``."""
    resources = resources_dir()
    return next((p for p in (resources / "docs", resources.parent / "docs") if p.is_dir()), resources)
