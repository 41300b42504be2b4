"""Commands that take a text file, each tried in a fork with little memory and little time.

Run as a script (``python -m tests.hostile.text_doors FOLDER``): takes every file of ``FOLDER/files`` through
the doors and prints one JSON line for each.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.hostile.weight_doors import try_door

DOORS: Mapping[str, Sequence[str]] = {
    "import": ("import", "{out}/p.slimsam", "{file}"),
    "import as coco": ("import", "{out}/q.slimsam", "{file}", "--format", "coco"),
    "convert": ("convert", "{file}", "--to", "coco", "--out", "{out}/c.json"),
    "doctor": ("doctor", "{file}"),
    "classes": ("project", "classes", "{project}", "--load", "{file}"),
    "project info": ("project", "info", "{file}"),
    "compress": ("compress", "{file}", "--images", "{pictures}", "--out", "{out}/slim"),
    "train": ("train", "{file}", "--data", "{labels}", "--out", "{out}/run"),
    "train --data": ("train", "--data", "{file}", "--out", "{out}/run2", "--steps", "1"),
    "segment": ("segment", "{file}", "--point", "20,20", "--out", "{out}/a.json"),
    "models info": ("models", "info", "{file}"),
    "models import": ("models", "import", "{file}", "--name", "x"),
}
"""Name -> arguments of ``slimsam``."""


def run(folder: Path) -> None:
    """All files through all doors."""
    import slimsam_core.formats.transfer
    import slimsam_core.training.run  # noqa: F401 - torch is loaded once, here

    for file in sorted((folder / "files").iterdir()):
        for door, arguments in DOORS.items():
            out = folder / "out" / f"{file.name} {door}".replace(" ", "-")
            out.mkdir(parents=True)
            places = {
                "file": str(file), "out": str(out), "pictures": str(folder / "pictures"),
                "labels": str(folder / "labels.json"), "project": str(folder / "pictures/p.slimsam"),
            }  # fmt: skip
            found = try_door([argument.format(**places) for argument in arguments], out / "printed")
            print(json.dumps({"file": file.name, "door": door, **found}), flush=True)


if __name__ == "__main__":
    run(Path(sys.argv[1]))
