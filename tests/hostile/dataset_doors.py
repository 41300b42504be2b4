"""Doors for folders of annotations. Run as a script it is the child of ``forks.try_plan``."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
from collections.abc import Mapping
from pathlib import Path

import slimsam_app
from slimsam_core.cli import main
from slimsam_core.formats.registry import formats
from tests.hostile.forks import Door, Places, child
from tests.hostile.record_doors import copy_plain
from tests.hostile.window_door import in_the_window


def _as_named(places: Places) -> int:
    """Import as the format that the name of the folder begins with; what came in is exported again."""
    name = Path(places["file"]).name.partition(":")[0]
    source, project = file_of(places["file"]), f"{places['out']}/p.slimsam"
    reads = next(one for one in formats() if one.name == name).read is not None
    arguments = ["--format", name] if reads else []
    code = main(["import", project, source, "--images", places["file"], *arguments])
    return max(code, main(["export", project, f"{places['out']}/e.json"])) if code == 0 else code


def file_of(folder: str) -> str:
    """The only file of a folder that has annotations, for formats that are one file."""
    if Path(folder).name.startswith("png"):
        return folder
    found = [path for path in Path(folder).iterdir() if path.suffix in (".json", ".xml") and path.is_file()]
    return str(found[0]) if len(found) == 1 else folder


def _convert(places: Places) -> int:
    return main(["convert", places["file"], "--to", "geojson", "--out", f"{places['out']}/geo"])


def _doctor(places: Places) -> int:
    return main(["doctor", file_of(places["file"]), "--images", places["file"]])


def _repair(places: Places) -> int:
    source = file_of(places["file"])
    return main(["doctor", source, "--images", places["file"], "--repair", f"{places['out']}/repaired"])


def _copy(places: Places) -> Path:
    """What a door writes to; pipes stay pipes, and holes are left out."""
    target = Path(places["out"]) / "copy"
    shutil.copytree(places["file"], target, symlinks=True, copy_function=copy_plain, ignore=_large)
    return target


def _large(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if Path(folder, name).lstat().st_size > 1 << 30]


def _export_into(places: Places) -> int:
    arguments = ["--format", "yolo", "--overwrite"]
    return main(["export", places["project"], str(_copy(places)), *arguments])


def _window(places: Places) -> int:
    return in_the_window({**places, "file": str(_copy(places))})


DOORS: Mapping[str, Door] = {
    "import as named": _as_named,
    "import": ("import", "{out}/p.slimsam", "{file}"),
    "import into a project": ("import", "{copy}", "{file}", "--images", "{pictures}"),
    "convert": _convert,
    "doctor": _doctor,
    "doctor --repair": _repair,
    "classes": ("project", "classes", "{copy}", "--load", "{file}"),
    "project create": ("project", "create", "{out}/c.slimsam", "{file}"),
    "train --data": ("train", "--init", "{model}", "--data", "{file}", "--out", "{out}/run", "--steps", "1"),
    "evaluate": ("evaluate", "{model}", "--data", "{file}", "--runtime", "torch"),
    "prepare": ("prepare", "{file}", "--model", "{model}", "--cache", "{out}/cache"),
    "everything": ("everything", "{file}", "--model", "{model}", "--out", "{out}/e"),
    "export into it": _export_into,
    "window": _window,
}


if __name__ == "__main__":
    for module in pkgutil.walk_packages(slimsam_app.__path__, "slimsam_app."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    import slimsam_core.formats.transfer  # noqa: F401 - before the forks
    import slimsam_core.library.model_library  # noqa: F401 - before the forks
    import slimsam_core.training.run  # noqa: F401 - torch and Qt are loaded once, before the forks

    child(DOORS)
