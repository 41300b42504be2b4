"""The user's settings: one declarative table, kept as a JSON file that can hold values but never code."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from slimsam_app.i18n import mark
from slimsam_app.signals import tie
from slimsam_core.errors import SlimSamError
from slimsam_core.files.atomic import atomic_write_json
from slimsam_core.files.foreign import parse_json, read_bytes, read_json
from slimsam_core.files.listing import exists
from slimsam_core.files.user_folders import (
    ANNOTATOR_KEY,
    CACHE_KEY,
    DEFAULT_CACHE_GB,
    DEFAULT_SNAPSHOTS,
    MAX_CACHE_GB,
    MAX_SNAPSHOTS,
    SNAPSHOTS_KEY,
)

log = logging.getLogger(__name__)
VERSION = 1


@dataclass(frozen=True)
class Setting:
    """One line of the settings dialog. The type of ``default`` is the type of the value."""

    key: str
    default: bool | int | float | str
    text: str
    group: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """``(value, text)`` pairs for a string setting that is one of a few."""
    minimum: float = 0
    maximum: float = 100
    unit: str = ""
    editor: str = ""
    """Name of a dialog of its own that the line opens, for values that are not typed."""
    hidden: bool = False
    """Remembered state (last folder, window layout) that has no line in the dialog."""

    def accepts(self, value: Any) -> bool:
        """Whether ``value`` has the right type and lies in the range or among the choices."""
        if isinstance(self.default, bool) or isinstance(value, bool):
            return isinstance(self.default, bool) and isinstance(value, bool)
        if isinstance(self.default, int):
            return isinstance(value, int) and self.minimum <= value <= self.maximum
        if isinstance(self.default, float):
            return isinstance(value, int | float) and self.minimum <= value <= self.maximum
        if not isinstance(value, str):
            return False
        return not self.choices or value in {choice for choice, _ in self.choices}


LOOK, CANVAS, LABELLING, MODEL, STATE = (
    mark("Appearance"),
    mark("Canvas"),
    mark("Labelling"),
    mark("Model"),
    "state",
)

TABLE: tuple[Setting, ...] = (
    Setting(
        "look.scheme",
        "auto",
        mark("Colours"),
        LOOK,
        choices=(("auto", mark("Like the system")), ("light", mark("Light")), ("dark", mark("Dark"))),
    ),
    Setting(
        "look.language",
        "auto",
        mark("Language"),
        LOOK,
        mark("Used from the next start on."),
        choices=(("auto", mark("Like the system")), ("en", "English"), ("de", "Deutsch")),
    ),
    Setting("look.thumbnail_size", 48, mark("Thumbnail size"), LOOK, minimum=32, maximum=160, unit="px"),
    Setting("look.tool_words", False, mark("Words under the tools"), LOOK),
    Setting(
        "keys.preset",
        "SlimSAM",
        mark("Keyboard"),
        LOOK,
        mark("The keys that your hands know already."),
        choices=tuple((name, name) for name in ("SlimSAM", "labelme", "CVAT", "X-AnyLabeling")),
    ),
    Setting(
        "keys.own",
        "{}",
        mark("Single keys"),
        LOOK,
        mark("Your own keys, on top of the preset."),
        editor="keys",
    ),
    Setting(
        "canvas.wheel_zooms",
        False,
        mark("The wheel zooms without Ctrl"),
        CANVAS,
        mark("Off: the wheel scrolls, Ctrl + wheel zooms."),
    ),
    Setting(
        "canvas.keep_zoom",
        False,
        mark("Keep zoom and position between images"),
        CANVAS,
    ),
    Setting(
        "canvas.color_by",
        "class",
        mark("Colours of objects"),
        CANVAS,
        choices=(("class", mark("One for each class")), ("instance", mark("One for each object"))),
    ),
    Setting(
        "canvas.class_names",
        False,
        mark("Write the class on each object"),
        CANVAS,
        mark("Where names would overlap, the larger object keeps its name."),
    ),
    Setting(
        "canvas.brush_on_screen",
        True,
        mark("The brush keeps its size on the screen"),
        CANVAS,
        mark("Off: it keeps its size in the image at every zoom."),
    ),
    Setting("canvas.mask_opacity", 25, mark("Mask opacity"), CANVAS, maximum=100, unit="%"),
    Setting(
        "canvas.outline_width", 2.0, mark("Outline width"), CANVAS, minimum=0.0, maximum=8.0, unit="px"
    ),
    Setting(
        "canvas.picture_mb",
        0,
        mark("Memory for pictures around the current one"),
        CANVAS,
        mark("0: as much as suits the memory of this machine."),
        maximum=64_000,
        unit="MB",
    ),
    Setting("canvas.hover_preview", True, mark("Show a preview under the pointer"), CANVAS),
    Setting(
        ANNOTATOR_KEY,
        "",
        mark("Your name as annotator"),
        LABELLING,
        mark("Stands in the history and with each object. A project may have another name of its own."),
    ),
    Setting(
        "label.mark_in_progress",
        True,
        mark("Mark an image as in progress with its first object"),
        LABELLING,
    ),
    Setting(
        "label.ask_class",
        False,
        mark("Ask for the class of every new object"),
        LABELLING,
        mark("Off: new objects get the class chosen in the class list."),
    ),
    Setting(
        "label.suggest_class",
        True,
        mark("Suggest the class of a new mask"),
        LABELLING,
        mark("Learnt from the objects of the project; shown below the mask before Enter takes it."),
    ),
    Setting(
        "model.name",
        "",
        mark("Model"),
        MODEL,
        hidden=True,
    ),
    Setting("model.by_project", "{}", "", MODEL, hidden=True),
    Setting(
        "model.device",
        "auto",
        mark("Device"),
        MODEL,
        choices=(("auto", mark("Automatic")), ("cpu", "CPU"), ("cuda", "CUDA")),
    ),
    Setting(
        "model.runtime",
        "auto",
        mark("Runtime"),
        MODEL,
        choices=(("auto", mark("Automatic")), ("torch", "PyTorch"), ("openvino", "OpenVINO")),
    ),
    Setting(
        "model.adapt",
        False,
        mark("Adapt the model to the project in spare time"),
        MODEL,
        mark(
            "From 20 accepted objects on it learns from them beside your work, for some minutes on one "
            "processor, and is offered only where it needs fewer clicks on objects that were held back."
        ),
    ),
    Setting(
        CACHE_KEY,
        DEFAULT_CACHE_GB,
        mark("Disk space for encoded images"),
        MODEL,
        minimum=0.0,
        maximum=MAX_CACHE_GB,
        unit="GB",
    ),
    Setting(
        SNAPSHOTS_KEY,
        DEFAULT_SNAPSHOTS,
        mark("Daily states of a project to keep"),
        LABELLING,
        mark("0: none. They take up to 5 GB in your data folder."),
        maximum=MAX_SNAPSHOTS,
    ),
    Setting("state.geometry", "", "", STATE, hidden=True),
    Setting("state.place", "", "", STATE, hidden=True),
    Setting("state.layout", "", "", STATE, hidden=True),
    Setting("state.class_source", "", "", STATE, hidden=True),
    Setting("state.classes_height", 0, "", STATE, maximum=100_000, hidden=True),
    Setting("state.left_width", 0, "", STATE, maximum=100_000, hidden=True),
    Setting("state.right_width", 0, "", STATE, maximum=100_000, hidden=True),
    Setting("state.panels", "all", "", STATE, hidden=True),
    Setting("state.folded", "[]", "", STATE, hidden=True),
    Setting("state.recent", "[]", "", STATE, hidden=True),
    Setting("state.last_folder", "", "", STATE, hidden=True),
    Setting("state.exported_folder", "", "", STATE, hidden=True),
    Setting("state.annotations_folder", "", "", STATE, hidden=True),
    Setting("state.open", "", "", STATE, hidden=True),
    Setting("state.places", "{}", "", STATE, hidden=True),
    Setting("state.exports", "{}", "", STATE, hidden=True),
    Setting("state.asked_name", "{}", "", STATE, hidden=True),
    Setting("state.adapted", "{}", "", STATE, hidden=True),
    Setting("state.merged_classes", "{}", "", STATE, hidden=True),
    Setting("state.speeds", "{}", "", STATE, hidden=True),
    Setting("state.told_bundled", False, "", STATE, hidden=True),
)  # fmt: skip

BY_KEY = {setting.key: setting for setting in TABLE}
MAX_RECENT = 12


class Settings(QObject):
    """The values in force; ``changed(key)`` tells of each new value, which is on disk a moment later."""

    changed = Signal(str)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.problem = ""
        """Why the file could not be used as it is, for the window to show; empty when all is well."""
        self._values: dict[str, Any] = {}
        self._foreign: dict[str, Any] = {}
        self._set_here: set[str] = set()
        """Keys that were set in this process: of the others the file may know better."""
        self._load()

    def _load(self) -> None:
        try:
            text = read_bytes(self.path).decode("utf-8")
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError) as error:
            self.problem = f"{self.path}: {error}"
            return
        try:
            data = parse_json(text)
            values = data.get("values") if isinstance(data, dict) else None
            if not isinstance(values, dict):
                raise TypeError("it has no object 'values'")
        except (ValueError, TypeError) as error:
            self.problem = f"{self.path}: {error}"
            self._set_aside()
            return
        version = data.get("version")
        if isinstance(version, int) and version > VERSION:
            self._keep_newer(text)
        for key, value in values.items():
            setting = BY_KEY.get(key)
            if setting is not None and setting.accepts(value):
                self._values[key] = value
            elif setting is None:
                self._foreign[key] = value

    def _keep_newer(self, text: str) -> None:
        """Keep a copy of what a newer program wrote: this one may not understand all of it."""
        kept = self.path.with_suffix(".newer.json")
        self.problem = f"{self.path} was written by a newer version; a copy is kept as {kept.name}."
        try:
            kept.write_text(text, "utf-8")
        except OSError as error:
            log.warning("cannot write %s: %s", kept, error)

    def _set_aside(self) -> None:
        """Keep a file that cannot be read beside the new one, so that nothing the user wrote is lost."""
        try:
            self.path.replace(self.path.with_suffix(".broken.json"))
        except OSError as error:
            log.warning("cannot rename %s: %s", self.path, error)

    def get(self, key: str) -> Any:
        """The value in force for a key of the table. Raises KeyError for another key."""
        return self._values.get(key, BY_KEY[key].default)

    def set(self, key: str, value: Any) -> None:
        """Set and save a value. Raises ValueError for one that the table does not allow."""
        if not BY_KEY[key].accepts(value):
            raise ValueError(f"{key} cannot be {value!r}")
        if value == self.get(key):
            return
        self._values[key] = value
        self._set_here.add(key)
        self.save()
        self.changed.emit(key)

    def save(self) -> None:
        """Write the file; a failure is logged and kept in ``problem``: settings never stop the work."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            values = self._foreign | self._values | self._set_elsewhere()
            atomic_write_json(self.path, {"version": VERSION, "values": values})
        except (OSError, SlimSamError) as error:
            self.problem = str(error)
            log.warning("settings not saved: %s", error)

    def _set_elsewhere(self) -> dict[str, Any]:
        """What another window or the shell has written since, apart from what was set here."""
        return {key: value for key, value in self._written().items() if key not in self._set_here}

    def _written(self) -> dict[str, Any]:
        """What the file says now; empty when it cannot be read."""
        try:
            data = read_json(self.path)
        except (OSError, ValueError):
            return {}
        values = data.get("values") if isinstance(data, dict) else None
        return values if isinstance(values, dict) else {}

    def recent(self) -> tuple[str, ...]:
        """Folders and projects opened lately, newest first; those that vanished are left out."""
        return _existing(self.get("state.recent"))

    def remember(self, path: Path) -> None:
        """Put a folder or project at the head of the recent ones, those of other windows included."""
        elsewhere = self._written().get("state.recent")
        known = [*self.recent(), *_existing(elsewhere if isinstance(elsewhere, str) else "[]")]
        names = list(dict.fromkeys((str(path), *known)))[:MAX_RECENT]
        self.set("state.recent", json.dumps(names))

    def when(self, key: str, listener: QObject, call: Callable[[Any], None]) -> None:
        """Call with the value now, and again with each new one for as long as ``listener`` lives."""
        call(self.get(key))
        tie(self.changed, listener, lambda changed: call(self.get(key)) if changed == key else None)


def _existing(text: str) -> tuple[str, ...]:
    """Paths of a JSON list that still exist; none of a text that is no such list."""
    try:
        found = parse_json(text)
    except ValueError:
        return ()
    names = [name for name in found if isinstance(name, str)] if isinstance(found, list) else []
    return tuple(name for name in names if exists(Path(name)))
