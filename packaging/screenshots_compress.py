"""Pictures of the compress-model wizard: ``python packaging/screenshots_compress.py FOLDER [--scale 2]``.

Labels the sample photographs, slims the bundled model on them with a small budget (some minutes on two cores)
and takes a picture of every page on the way.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from screenshots import Step, Studio, arguments, pause

SIZE = (1000, 640)


class WizardStudio(Studio):
    """The same window, led through the wizard."""

    def states(self) -> Iterator[Step]:
        """Every page, one after another."""
        window, workbench = self.window, self.window.workbench
        window.workbench.model_in_use.start()
        yield lambda: window.prompting.client.status is not None
        workbench.open([self.pictures])
        yield lambda: window.workspace.canvas.image_id is not None
        yield lambda: not workbench.pool.busy
        yield from self.label()
        compression, client = workbench.compression, workbench.compression_client
        window.actions_["model.compress"].trigger()
        wizard = window.compressing.wizard
        wizard.resize(*SIZE)
        yield lambda: compression.teacher is not None
        compression.measure_teacher()
        yield lambda: compression.teacher is not None and compression.teacher.encode_ms is not None
        for name in ("model", "pictures", "labels"):
            yield pause(1.0)
            self.shoot(f"compress-{name}", wizard)
            wizard.next()
        yield lambda: compression.goal is not None and compression.goal.encode_ms is not None
        yield pause(0.5)
        self.shoot("compress-goal", wizard)
        compression.change_advanced(epochs=3)
        wizard.goal.fold.click()
        yield pause(0.5)
        self.shoot("compress-goal-advanced", wizard)
        wizard.next()
        yield lambda: client.view is not None and bool(client.view.previews)
        client.pause()
        yield lambda: client.view is not None and client.view.paused
        yield pause(0.3)
        self.shoot("compress-paused", wizard)
        client.resume()
        yield lambda: client.view is not None and client.view.phase == "judge"
        yield pause(0.5)
        self.shoot("compress-run", wizard)
        yield lambda: not client.busy and wizard.verdict.complete
        yield lambda: bool(wizard.verdict.strip.examples)
        yield pause(0.5)
        self.shoot("compress-verdict", wizard)
        wizard.next()
        yield pause(0.3)
        self.shoot("compress-use", wizard)
        self.settings.set("look.scheme", "dark")
        for number, name in ((3, "goal"), (4, "run"), (5, "verdict"), (6, "use")):
            wizard.go_to(number)
            yield pause(0.4)
            self.shoot(f"compress-{name}-dark", wizard)


def main() -> int:
    """Take the pictures; returns the exit code."""
    args = arguments()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = str(args.scale)
    args.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_DATA_HOME"] = home
        return WizardStudio(args.folder, args.only).run()


if __name__ == "__main__":
    sys.exit(main())
