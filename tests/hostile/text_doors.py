"""Commands that take a text file, each tried in a fork with little memory and little time.

Run as a script (``python -m tests.hostile.text_doors FOLDER``): takes every file of ``FOLDER/files`` through
the doors and prints one JSON line for each.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.hostile.weight_doors import run

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


if __name__ == "__main__":
    import slimsam_core.formats.transfer  # noqa: F401 - loaded once, before the children

    run(Path(sys.argv[1]), DOORS)
