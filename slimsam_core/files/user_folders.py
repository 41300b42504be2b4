"""Where data, caches and settings of this user lie, and how much room the caches may take.

Window and shell ask here, so that what one of them keeps is not thrown away by the other. The settings file
is the window's; of its values only those that the shell needs as well are read here.
"""

from __future__ import annotations

import hashlib
import math
import os
import sys
from pathlib import Path
from typing import Any

import platformdirs

from slimsam_core.errors import OutputError
from slimsam_core.files.atomic import atomic_write_json, output_error
from slimsam_core.files.foreign import read_json

_NAME = "slimsam"

CACHE_KEY = "model.cache_gb"
"""The setting that says how much room encoded pictures may take."""

DEFAULT_CACHE_GB = 10.0
"""Some 5,000 pictures of a model with SAM's embeddings (2 MB each), a night's work of a CPU."""

MAX_CACHE_GB = 10_000.0
"""More than any disk of a workstation: what is above is a slip of the finger."""


def models_dir() -> Path:
    """Models that this user installed."""
    return data_dir() / "models"


def data_dir() -> Path:
    """Models, runs, and projects of folders that cannot be written."""
    return Path(platformdirs.user_data_path(_NAME, appauthor=False))


def jobs_dir() -> Path:
    """Where the jobs that make models smaller are recorded, a folder for each."""
    return data_dir() / "runs"


def packages_dir() -> Path:
    """Packages of Python that were added to the stand-alone program, for its version of Python."""
    return data_dir() / f"packages-{sys.implementation.cache_tag}"


def cache_dir() -> Path:
    """What can be computed again."""
    return Path(platformdirs.user_cache_path(_NAME, appauthor=False))


def embeddings_dir() -> Path:
    """Encoded pictures."""
    return cache_dir() / "embeddings"


def runtimes_dir() -> Path:
    """Models compiled for this machine."""
    return cache_dir() / "runtimes"


def settings_path() -> Path:
    """The settings, a JSON file that the window writes."""
    return Path(platformdirs.user_config_path(_NAME, appauthor=False)) / "settings.json"


def embeddings_quota(settings: Path | None = None) -> int:
    """Bytes that encoded pictures may take, as set in a settings file (default: this user's); 0 = none.

    A file that is missing or damaged, or a value that makes no sense, means the default.
    """
    value = _values(settings or settings_path()).get(CACHE_KEY, DEFAULT_CACHE_GB)
    usable = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return round((value if usable and 0 <= value <= MAX_CACHE_GB else DEFAULT_CACHE_GB) * 1e9)


SNAPSHOTS_KEY = "project.snapshots"
"""The setting that says how many daily states of a project are kept."""

DEFAULT_SNAPSHOTS = 7
"""A week of work."""

MAX_SNAPSHOTS = 100


def snapshots_kept(settings: Path | None = None) -> int:
    """Daily states of each project to keep, as set; 0 = none are taken by the window."""
    value = _values(settings or settings_path()).get(SNAPSHOTS_KEY, DEFAULT_SNAPSHOTS)
    usable = type(value) is int and 0 <= value <= MAX_SNAPSHOTS
    return value if usable else DEFAULT_SNAPSHOTS


ANNOTATOR_KEY = "project.annotator"
"""The setting that says who labels; empty = nobody said."""


def annotator_set(settings: Path | None = None) -> str:
    """The name of this user as an annotator, empty when it was not set."""
    value = _values(settings or settings_path()).get(ANNOTATOR_KEY, "")
    return value if isinstance(value, str) else ""


def set_embeddings_quota(quota_bytes: int) -> None:
    """Keep this many bytes as the setting of this user, for the window as well. Raises OutputError."""
    if not 0 <= quota_bytes <= MAX_CACHE_GB * 1e9:
        raise OutputError(
            "The space for encoded pictures cannot be {quota_bytes:.0f} GB.",
            "Choose at most {max_cache_gb:.0f}.",
            quota_bytes=quota_bytes / 1e9,
            max_cache_gb=MAX_CACHE_GB,
        )
    _set_value(CACHE_KEY, quota_bytes / 1e9)


def set_annotator(name: str) -> None:
    """Keep the name of this user as an annotator, for the window as well. Raises OutputError."""
    _set_value(ANNOTATOR_KEY, name)


def _set_value(key: str, value: object) -> None:
    path = settings_path()
    content = _content(path) if path.exists() else {"version": 1, "values": {}}
    values = content.get("values")
    if not isinstance(values, dict):
        raise OutputError(
            "{path} is damaged, so that no setting can be kept there.",
            "Start the window once: it puts the file aside and begins a new one.",
            path=path,
        )
    content["values"] = values | {key: value}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(path, error) from error
    atomic_write_json(path, content)


def _values(settings: Path) -> dict[str, Any]:
    values = _content(settings).get("values")
    return values if isinstance(values, dict) else {}


def _content(settings: Path) -> dict[str, Any]:
    try:
        content = read_json(settings)
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


_ADDRESS_BYTES = 100
"""A socket's address holds 107 bytes on Linux and 103 on macOS."""


def window_address(settings: Path) -> str | None:
    """Where a window of these settings and this display listens for later starts; None: no safe place.

    The folder belongs to this user alone: in a common one somebody else could listen first.
    """
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY", "")
    mark = hashlib.sha256(f"{settings.resolve()}\n{display}".encode()).hexdigest()[:12]
    name = f"slimsam-{mark}"
    if sys.platform == "win32":
        return name
    for folder in (os.environ.get("XDG_RUNTIME_DIR"), str(settings.parent)):
        if folder and _is_own(Path(folder)) and len(os.fsencode(f"{folder}/{name}")) <= _ADDRESS_BYTES:
            return f"{folder}/{name}"
    return None


def _is_own(folder: Path) -> bool:
    """Whether this user alone may put files there."""
    try:
        found = folder.stat()
    except OSError:
        return False
    return sys.platform == "win32" or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)
