"""Commands that take a text file. Run as a script it is the child of ``forks.try_plan``."""

from __future__ import annotations

from collections.abc import Mapping

from tests.hostile.forks import Door, child

DOORS: Mapping[str, Door] = {
    "import": ("import", "{out}/p.slimsam", "{file}"),
    "import as coco": ("import", "{out}/q.slimsam", "{file}", "--format", "coco"),
    "convert": ("convert", "{file}", "--to", "coco", "--out", "{out}/c.json"),
    "doctor": ("doctor", "{file}"),
    "classes": ("project", "classes", "{copy}", "--load", "{file}"),
    "project info": ("project", "info", "{file}"),
    "compress": ("compress", "{file}", "--images", "{pictures}", "--out", "{out}/slim"),
    "compress --images": ("compress", "--images", "{file}", "--teacher", "{model}", "--out", "{out}/slim"),
    "compress --masks": (
        "compress", "--preset", "quick-look", "--teacher", "{model}", "--images", "{pictures}",
        "--masks", "{file}", "--out", "{out}/slim", "--dry-run",
    ),
    "train": ("train", "{file}", "--data", "{labels}", "--out", "{out}/run"),
    "train --data": ("train", "--init", "{model}", "--data", "{file}", "--out", "{out}/run2", "--steps", "1"),
    "train --on": ("train", "--init", "{model}", "--on", "{file}", "--out", "{out}/run3", "--steps", "1"),
    "segment": ("segment", "{file}", "--point", "20,20", "--model", "{model}", "--out", "{out}/a.json"),
    "everything": ("everything", "{file}", "--model", "{model}", "--out", "{out}/b.json"),
    "prepare": ("prepare", "{file}", "--model", "{model}", "--cache", "{out}/cache"),
    "boxes-to-masks": ("boxes-to-masks", "{file}", "--model", "{model}"),
    "evaluate": ("evaluate", "{model}", "--data", "{file}", "--runtime", "torch"),
    "evaluate MODEL": ("evaluate", "{file}", "--data", "{labels}", "--runtime", "torch"),
    "export": ("export", "{file}", "{out}/e.json"),
    "verdict": ("verdict", "{model}", "{file}", "--images", "{pictures}"),
    "verdict --on": ("verdict", "{model}", "{model}", "--on", "{file}"),
    "bench": ("bench", "--model", "{file}", "--brief", "--repeat", "1", "--against", "transformers"),
    "bench --image": ("bench", "--model", "{model}", "--image", "{file}", "--brief", "--repeat", "1"),
    "models info": ("models", "info", "{file}"),
    "models import": ("models", "import", "{file}", "--name", "x"),
    "models verify": ("models", "verify", "{file}"),
    "models export": ("models", "export", "{file}", "--format", "onnx", "--out", "{out}/onnx"),
}  # fmt: skip


if __name__ == "__main__":
    import slimsam_core.formats.transfer  # noqa: F401 - before the forks
    import slimsam_core.library.model_library  # noqa: F401 - before the forks
    import slimsam_core.training.run  # noqa: F401 - torch is loaded once, before the forks

    child(DOORS)
