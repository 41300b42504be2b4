"""Doors for folders of records. Run as a script it is the child of ``forks.try_plan``.

What a door writes to is a copy: a run that goes on, a cache that is cleared.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
from collections.abc import Mapping
from pathlib import Path

import slimsam_app
from slimsam_core.cli import main
from tests.hostile.forks import Door, Places, child
from tests.hostile.window_door import in_the_window


def _copy(places: Places) -> Path:
    target = Path(places["out"]) / "copy"
    shutil.copytree(places["file"], target, symlinks=True, copy_function=copy_plain)
    return target


def copy_plain(source: str, target: str) -> None:
    """Pipes stay pipes."""
    if Path(source).is_fifo():
        os.mkfifo(target)
    else:
        shutil.copy2(source, target, follow_symlinks=False)


def _compress(places: Places) -> int:
    return main(["compress", "--resume", "--out", str(_copy(places))])


def _train(places: Places) -> int:
    return main(
        [
            "train",
            "--resume",
            "--init",
            places["model"],
            "--data",
            places["labels"],
            "--out",
            str(_copy(places)),
        ]
    )


def _cache(places: Places) -> int:
    cache = str(_copy(places))
    return main(["prepare", places["pictures"], "--model", places["model"], "--cache", cache])


def _user_cache(places: Places) -> int:
    """Everything that the user's own cache folder can hold, embeddings and compiled models among it."""
    os.environ["XDG_CACHE_HOME"] = str(_copy(places))
    model = ["--model", places["model"], "--runtime", "openvino"]
    code = main(["prepare", places["pictures"], *model])
    return max(
        code,
        main(["segment", places["picture"], "--point", "9,9", *model, "--out", f"{places['out']}/a.json"]),
    )


def _snapshots(places: Places) -> int:
    os.environ["XDG_DATA_HOME"] = str(_copy(places))
    listed = main(["project", "snapshots", places["copy"]])
    return max(listed, main(["project", "go-back", places["copy"], "2"]))


DOORS: Mapping[str, Door] = {
    "compress --resume": _compress,
    "train --resume": _train,
    "prepare --cache": _cache,
    "the user's cache": _user_cache,
    "snapshots": _snapshots,
    "evaluate": ("evaluate", "{file}", "--data", "{labels}"),
    "window": in_the_window,
}


if __name__ == "__main__":
    for module in pkgutil.walk_packages(slimsam_app.__path__, "slimsam_app."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    import slimsam_core.library.model_library  # noqa: F401 - before the forks
    import slimsam_core.training.run  # noqa: F401 - torch and Qt are loaded once, before the forks

    child(DOORS)
