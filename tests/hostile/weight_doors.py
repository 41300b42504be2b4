"""Every door for weights. Run as a script it is the child of ``forks.try_plan``."""

from __future__ import annotations

from collections.abc import Mapping

from tests.hostile.forks import Door, child

DOORS: Mapping[str, Door] = {
    "info": ("models", "info", "{file}"),
    "verify": ("models", "verify", "{file}"),
    "import": ("models", "import", "{file}", "--name", "from-a-stranger"),
    "export": ("models", "export", "{file}", "--format", "safetensors", "--out", "{out}/export"),
    "segment": ("segment", "{picture}", "--point", "20,20", "--model", "{file}", "--out", "{out}/a.json"),
    "evaluate": ("evaluate", "{file}", "--data", "{labels}", "--runtime", "torch"),
    "train --init": ("train", "--init", "{file}", "--data", "{labels}", "--out", "{out}/run", "--steps", "1"),
    "compress --teacher": (
        "compress", "--preset", "quick-look", "--teacher", "{file}", "--images", "{pictures}",
        "--out", "{out}/slim",
    ),
}  # fmt: skip
"""The window imports by the function of ``import``."""


if __name__ == "__main__":
    import slimsam_core.library.model_library  # noqa: F401 - before the forks
    import slimsam_core.training.run  # noqa: F401 - torch is loaded once, before the forks

    child(DOORS)
