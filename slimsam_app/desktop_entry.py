"""Entry in the menu of a Linux desktop, icon and file type of this user: put there and taken away again.

The files follow the Desktop Entry, Icon Theme and Shared MIME-info specifications of freedesktop.org.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from slimsam_core.errors import OutputError
from slimsam_core.files.atomic import atomic_write_bytes, output_error
from slimsam_core.files.resources import resources_dir

APP_ID = "org.slimsam.SlimSAM"
PROJECT_TYPE = "application-x-slimsam-project"

_PLACES = {
    f"{APP_ID}.desktop": "applications",
    f"{APP_ID}.xml": "mime/packages",
    f"{APP_ID}.svg": "icons/hicolor/scalable/apps",
    f"{PROJECT_TYPE}.svg": "icons/hicolor/scalable/mimetypes",
}
"""Resource -> folder below the user's data folder (``$XDG_DATA_HOME``)."""

_UPDATERS = (
    ("update-desktop-database", "applications"),
    ("update-mime-database", "mime"),
    ("gtk-update-icon-cache", "icons/hicolor"),
)
_APPIMAGE = "APPIMAGE"
"""Environment variable: the file that an AppImage was started from; its program lies in a folder that is gone
when it ends."""

_UPDATE_SECONDS = 60
"""A database of thousands of types is written in seconds; a hanging disk must not hang this."""


def icon_path() -> Path:
    """The program's own icon, an SVG file."""
    return resources_dir() / "desktop" / f"{APP_ID}.svg"


def install(data_home: Path, program: Path | None = None) -> list[Path]:
    """Write the files below ``data_home`` (``~/.local/share``); returns them. Raises OutputError.

    ``program`` is what the entry starts (default: the ``slimsam-app`` of this installation).
    """
    command = _quoted(str(program)) if program is not None else _own_command()
    written = []
    for name, folder in _PLACES.items():
        target = data_home / folder / name
        content = (resources_dir() / "desktop" / name).read_bytes()
        if target.suffix == ".desktop":
            content = _started_by(content.decode(), command).encode()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise output_error(target, error) from error
        atomic_write_bytes(target, content)
        written.append(target)
    _update(data_home)
    return written


def remove(data_home: Path) -> list[Path]:
    """Take away what ``install`` wrote; returns the files that were there. Raises OutputError."""
    removed = []
    for name, folder in _PLACES.items():
        target = data_home / folder / name
        try:
            target.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise OutputError(f"Cannot remove {target}: {error.strerror}.", "Remove it by hand.") from error
        removed.append(target)
    if removed:
        _update(data_home)
    return removed


def _started_by(entry: str, command: str) -> str:
    """The entry with this program by its whole path; a desktop has another search path than a shell."""
    lines = []
    for line in entry.splitlines():
        if line.startswith("TryExec="):
            continue
        lines.append(line.replace("Exec=slimsam-app", f"Exec={command}", 1))
    return "\n".join(lines) + "\n"


def _own_command() -> str:
    beside = Path(sys.executable).with_name("slimsam-app")
    if getattr(sys, "frozen", False):
        program = [os.environ.get(_APPIMAGE) or sys.executable]
    else:
        program = [str(beside)] if beside.is_file() else [sys.executable, "-m", "slimsam_app"]
    return " ".join(_quoted(part) for part in program)


def _quoted(text: str) -> str:
    """One argument of an ``Exec`` line: quoted, its backslashes escaped again as in every string there."""
    for sign in ("\\", '"', "`", "$"):
        text = text.replace(sign, f"\\{sign}")
    return '"' + text.replace("\\", "\\\\").replace("%", "%%") + '"'


def _update(data_home: Path) -> None:
    """Tell the desktop's own tables, where their programs are; later they look for themselves."""
    for program, folder in _UPDATERS:
        if (found := shutil.which(program)) and (data_home / folder).is_dir():
            subprocess.run(
                [found, str(data_home / folder)], capture_output=True, timeout=_UPDATE_SECONDS, check=False
            )
