"""The keys in force: those of a preset, and on top of them the user's own for single actions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from PySide6.QtGui import QKeySequence

from slimsam_app.actions import ACTIONS, BY_ID, keys_of, overlap
from slimsam_app.settings import Settings
from slimsam_core.files.foreign import parse_json

MAX_KEYS = 3
"""Of one action."""
_ARROWS = ("Left", "Right", "Up", "Down")
RESERVED = frozenset({"Space", "S", *(held + arrow for held in ("", "Shift+", "Ctrl+") for arrow in _ARROWS)})
"""Keys that the canvas handles itself, whatever the settings say: arrows move the cross of the keyboard."""


def portable(sequence: QKeySequence) -> str:
    """The name of a key as it is kept: the same on every system."""
    return sequence.toString(QKeySequence.SequenceFormat.PortableText)


def native(key: str) -> str:
    """The name of a key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def own_keys(settings: Settings) -> dict[str, tuple[str, ...]]:
    """What the user chose, by action; what is not an action or not a key any more is left out."""
    try:
        found = parse_json(settings.get("keys.own"))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        action_id: tuple(key for key in keys if _usable(key))[:MAX_KEYS]
        for action_id, keys in found.items()
        if action_id in BY_ID and isinstance(keys, list)
    }


def keys_in_force(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The keys of every action."""
    preset, own = settings.get("keys.preset"), own_keys(settings)
    return {action.id: own.get(action.id, keys_of(action, preset)) for action in ACTIONS}


def set_keys(settings: Settings, changes: Mapping[str, Iterable[str]]) -> None:
    """Give actions other keys; those that the preset has anyway are not kept. Raises KeyError, ValueError."""
    own = own_keys(settings)
    for action_id, keys in changes.items():
        chosen = tuple(dict.fromkeys(keys))[:MAX_KEYS]
        if wrong := [key for key in chosen if not _usable(key)]:
            raise ValueError(f"{wrong[0]!r} cannot be a key of an action")
        own[action_id] = chosen
        if chosen == keys_of(BY_ID[action_id], settings.get("keys.preset")):
            del own[action_id]
    settings.set("keys.own", json.dumps(own))


def reset_keys(settings: Settings, action_id: str) -> None:
    """Give an action the keys of the preset again."""
    own = own_keys(settings)
    own.pop(action_id, None)
    settings.set("keys.own", json.dumps(own))


def users(settings: Settings, key: str, action_id: str) -> tuple[str, ...]:
    """Other actions that this key triggers in a situation where ``action_id`` can be used too."""
    wanted, scope = key.casefold(), BY_ID[action_id].scope
    return tuple(
        other
        for other, keys in keys_in_force(settings).items()
        if other != action_id
        and overlap(scope, BY_ID[other].scope)
        and wanted in {found.casefold() for found in keys}
    )


def _usable(key: object) -> bool:
    if not isinstance(key, str) or key in RESERVED:
        return False
    sequence = QKeySequence(key)
    return sequence.count() == 1 and portable(sequence) != "" and "Unknown" not in portable(sequence)
