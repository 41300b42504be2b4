"""Who works on a project: one name for each user, another one where a project asks for it.

The name is asked once and stands in the settings. What holds for single projects is kept with the user's
data, never in the project: whoever gets the project is somebody else.
"""

from __future__ import annotations

import os
import threading
import unicodedata
from pathlib import Path

from slimsam_core.errors import OutputError, ProjectError
from slimsam_core.files.atomic import atomic_write_json
from slimsam_core.files.foreign import read_json
from slimsam_core.files.user_folders import annotator_set, data_dir
from slimsam_core.visible_text import one_line

LONGEST_NAME = 100
"""Letters: longer than any person's name, short enough for a line of the history."""

MAX_PROJECTS = 2000
"""Projects with a name of their own that are remembered, the newest; by eye: as for the folders."""

ENVIRONMENT = "SLIMSAM_ANNOTATOR"
"""The name for commands in a shell, before the settings."""

_LOCK = threading.Lock()


def clean_name(text: str) -> str:
    """A name as it is stored: composed letters, single spaces. Empty means not known.

    Raises ProjectError for one that is too long or has characters that cannot be seen.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if len(name) > LONGEST_NAME:
        raise ProjectError(
            "The name of an annotator has at most {most} letters.", "Choose a shorter one.", most=LONGEST_NAME
        )
    if one_line(name) != name:
        raise ProjectError(
            "The name of an annotator has a character that cannot be seen: {name}.",
            "Leave it out.",
            name=one_line(name),
        )
    return name


def person(name: str) -> str:
    """A name out of a project, which may be any text, as it is told: one line, no longer than a name."""
    return one_line(name, LONGEST_NAME)


def annotator_of(uid: str, part_of: str = "") -> str:
    """Who works on the project of this ``uid``: as chosen for it, else whose part it is, else as set.

    ``part_of``: the annotator that a part of a split was made for. Empty when nobody said a name.
    """
    chosen = _read().get(uid)
    if chosen is None:
        chosen = part_of or os.environ.get(ENVIRONMENT) or annotator_set()
    try:
        return clean_name(chosen)
    except ProjectError:
        return ""


def choose_annotator(uid: str, name: str | None) -> None:
    """From now on ``name`` works on this project; None: who works on all others. Raises ProjectError."""
    with _LOCK:
        known = _read()
        known.pop(uid, None)
        if name is not None:
            known[uid] = clean_name(name)
        newest = dict(list(known.items())[-MAX_PROJECTS:])
        try:
            annotators_path().parent.mkdir(parents=True, exist_ok=True)
            atomic_write_json(annotators_path(), {"projects": newest})
        except (OSError, OutputError) as error:
            raise ProjectError(
                "{path} cannot be written: {error}.",
                "Check the permissions of the folder.",
                path=annotators_path(),
                error=error,
            ) from error


def annotators_path() -> Path:
    """The file that remembers names of single projects."""
    return data_dir() / "annotators.json"


def _read() -> dict[str, str]:
    try:
        projects = read_json(annotators_path())["projects"]
        return {str(uid): str(name) for uid, name in projects.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
