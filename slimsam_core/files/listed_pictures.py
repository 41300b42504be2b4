"""Where the pictures of an export lie that did not come along, as this program noted it for itself.

The note stands in the manifest of the export with a seal that only this user's installation can make: so a
data set from a stranger cannot lead an import into folders of this computer, and our own exports find back.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slimsam_core.errors import OutputError
from slimsam_core.files.atomic import atomic_write_bytes
from slimsam_core.files.export_manifest import MANIFEST, MAX_MANIFEST, MAX_UP, SPLITS
from slimsam_core.files.foreign import read_bytes, read_json
from slimsam_core.files.user_folders import data_dir

KEY_BYTES = 32
"""As long as the hash of the seal."""


@dataclass(frozen=True)
class ListedPictures:
    """``files``: POSIX name below the folder that was asked about -> the picture; all lie in ``folders``."""

    folders: tuple[Path, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)


def note(files: Mapping[str, Path], folders: tuple[Path, ...]) -> dict[str, Any] | None:
    """What a manifest says of pictures that lie elsewhere; None when no seal can be made or there is none."""
    key = _key(make=True)
    if key is None or not files:
        return None
    said = {"folders": list(map(str, folders)), "files": {name: str(path) for name, path in files.items()}}
    return {**said, "seal": _seal(key, said)}


def listed_pictures(folder: Path) -> ListedPictures:
    """The pictures of an export that lies in ``folder``, of its parts, or that the folder is a part of."""
    for up, above in enumerate((folder.absolute(), *folder.absolute().parents[:MAX_UP])):
        found = _read(above)
        if found is not None:
            below = folder.absolute().relative_to(above).as_posix()
            return _below(found, "" if up == 0 else f"{below}/")
    parts = [(name, found) for name in SPLITS if (found := _read(folder / name)) is not None]
    return ListedPictures(
        tuple(dict.fromkeys(path for _, part in parts for path in part.folders)),
        {f"{name}/{file}": path for name, part in parts for file, path in part.files.items()},
    )


def _below(found: ListedPictures, prefix: str) -> ListedPictures:
    files = found.files.items()
    return ListedPictures(
        found.folders, {n.removeprefix(prefix): path for n, path in files if n.startswith(prefix)}
    )


def _read(folder: Path) -> ListedPictures | None:
    """The note of one manifest; None without one that this user made."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        said = read_json(path, MAX_MANIFEST)["pictures"]
        seal, text = said.pop("seal"), {"folders": said["folders"], "files": said["files"]}
        key = _key(make=False)
        if key is None or not hmac.compare_digest(str(seal), _seal(key, text)):
            return None
        folders = tuple(Path(name) for name in text["folders"])
        return ListedPictures(folders, {name: Path(file) for name, file in text["files"].items()})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _seal(key: bytes, said: Mapping[str, Any]) -> str:
    text = json.dumps(said, sort_keys=True, ensure_ascii=True)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _key(*, make: bool) -> bytes | None:
    """The key of this user, which never leaves the computer; None when there is none."""
    path = data_dir() / "export-key"
    try:
        key = read_bytes(path, KEY_BYTES)
        return key if len(key) == KEY_BYTES else None
    except FileNotFoundError:
        pass
    except (OSError, ValueError):
        return None
    if not make:
        return None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write_bytes(path, os.urandom(KEY_BYTES))
        path.chmod(0o600)
        return read_bytes(path, KEY_BYTES)
    except (OSError, OutputError, ValueError):
        return None
