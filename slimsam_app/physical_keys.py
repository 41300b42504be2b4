"""Keys by their place on the keyboard, for layouts that do not write what a shortcut asks for.

On a French keyboard the digit row writes "&é..." without Shift, on a Greek or Russian one no key writes a
Latin letter. There the key counts that lies at the same place of a US keyboard. A Latin letter that the
layout does write always counts as itself.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

_ROWS: Mapping[int, str] = {2: "1234567890-=", 16: "QWERTYUIOP[]", 30: "ASDFGHJKL;'`", 43: "\\ZXCVBNM,./"}
"""First scan code of each row, as Linux and Windows number them, and what the row writes on a US keyboard."""
_X_OFFSET = 8
"""X11 and Wayland count scan codes from 8 on."""
_MAC = "ASDFHGZXCV\0BQWERYT123465=97-80]OU[IP\0LJ'K;\\,/NM."
"""What the virtual key codes of macOS, from 0 on, write on a US keyboard."""

_US: Mapping[int, str] = {first + n: char for first, row in _ROWS.items() for n, char in enumerate(row)}


def us_char(scan_code: int, virtual_key: int, platform: str) -> str:
    """What the key at this place writes on a US keyboard; empty for keys that write nothing there.

    ``platform`` is the name that Qt gives its platform, such as ``xcb``, ``wayland``, ``windows``, ``cocoa``.
    """
    if platform == "cocoa":  # gives no scan codes
        return _MAC[virtual_key].strip("\0") if 0 <= virtual_key < len(_MAC) else ""
    return _US.get(scan_code if platform == "windows" else scan_code - _X_OFFSET, "")


def key_by_place(event: QKeyEvent) -> Qt.Key | None:
    """The key that lies there on a US keyboard; None where the layout writes a Latin letter."""
    if Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z or event.key() in _NEVER:
        return None
    platform = QGuiApplication.platformName()
    if platform == "offscreen":  # no keyboard of its own: events there look as those of this system
        platform = {"win32": "windows", "darwin": "cocoa"}.get(sys.platform, "xcb")
    char = us_char(event.nativeScanCode(), event.nativeVirtualKey(), platform)
    return Qt.Key(ord(char)) if char else None


def sequence_by_place(event: QKeyEvent) -> QKeySequence | None:
    """The shortcut that the same keys are on a US keyboard, None when there is none."""
    key = key_by_place(event)
    return None if key is None else QKeySequence(QKeyCombination(event.modifiers() & _HELD, key))


def is_key(event: QKeyEvent, key: Qt.Key) -> bool:
    """Whether this key is meant, by what it writes or by its place."""
    return event.key() == key or key_by_place(event) == key


_HELD = ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier)
_NEVER = frozenset({Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_Space})
