"""Pictures of the window in its states: ``python packaging/screenshots.py FOLDER [--scale 2] [--only NAME]``.

Works on a copy of the sample photographs with the bundled model, off screen unless QT_QPA_PLATFORM says else.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slimsam_core.project import Reader

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SIZE = (1280, 720)
CLICKS = {
    "astronaut.jpg": [((180, 330), (420, 450))],
    "chelsea.jpg": [((230, 150),)],
    "coffee.jpg": [((300, 200),), ((480, 330),)],
    "rocket.jpg": [((323, 250),)],
}
"""For each object a click on it, then clicks on what does not belong to it."""

Step = Callable[[], bool]
"""Asked again and again until it is true."""


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Take pictures of the window in its states.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--only", default="", help="names that contain this")
    return parser.parse_args()


class Studio:
    """One window over a copy of the samples, and the states it is brought into."""

    def __init__(self, target: Path, only: str) -> None:
        from PySide6.QtWidgets import QApplication

        from slimsam_app.app import create_window
        from slimsam_app.settings import Settings

        self.application = QApplication(["slimsam-app"])
        self._home = tempfile.TemporaryDirectory()
        self.pictures = Path(self._home.name) / "photographs"
        shutil.copytree(ROOT / "resources" / "samples", self.pictures)
        self.target, self.only = target, only
        self.settings = Settings(Path(self._home.name) / "settings.json")
        self.settings.set("state.told_bundled", True)
        self.settings.set("look.scheme", "light")
        self.window = create_window(self.application, self.settings)
        self.window.resize(*SIZE)
        self.window.show()

    def shoot(self, name: str, widget: object = None) -> None:
        """Save what is seen now."""
        if self.only in name:
            shown = widget or self.window
            path = self.target / f"{name}.jpg"
            shown.grab().save(str(path), "JPG", 88)  # type: ignore[attr-defined]
            print(path)

    def dialog(
        self, action_id: str, name: str, ready: Step = lambda: True, child: str = ""
    ) -> Iterator[Step]:
        """Open what an action opens (or a button in it, by its name), take its picture, close it."""
        from PySide6.QtWidgets import QDialog, QPushButton

        self.window.actions_[action_id].trigger()
        yield pause(0.3)
        yield ready
        opener = self.window.findChild(QPushButton, child) if child else None
        if opener is not None:
            opener.click()
            yield pause(0.3)
        dialog = [d for d in self.window.findChildren(QDialog) if d.isVisible()][-1]
        dialog.resize(dialog.sizeHint())
        yield pause(0.2)
        self.shoot(name, dialog)
        for shown in reversed(self.window.findChildren(QDialog)):
            shown.close()

    def go(self, file_name: str) -> Iterator[Step]:
        """Show a picture and wait until it is there."""
        workbench = self.window.workbench
        entries = workbench.document.project.images()
        workbench.navigator.go(next(e.id for e in entries if e.path == file_name))
        yield lambda: self.window.workspace.canvas.image_id == workbench.navigator.current_id

    def label(self) -> Iterator[Step]:
        """Click, and accept what the model offers."""
        from slimsam_core.pixels.geometry import PointPrompt

        workbench, prompts = self.window.workbench, self.window.prompting.prompts
        for number, (file_name, clicks) in enumerate(CLICKS.items(), 1):
            yield from self.go(file_name)
            workbench.classes.add(Path(file_name).stem)
            for (x, y), *others in clicks:
                before = len(workbench.objects.objects)
                prompts.add_point(PointPrompt(x, y))
                yield lambda: len(prompts.candidates) > 0
                if number == 1:
                    yield pause(0.3)
                    self.shoot("prompt")
                for x, y in others:
                    prompts.add_point(PointPrompt(x, y, positive=False))
                    yield pause(0.5)
                prompts.accept()
                yield lambda before=before: len(workbench.objects.objects) > before
        yield pause(1.0)

    def prompts_of_many(self) -> Iterator[Step]:
        """Several boxes at once, and the proposals of a search for everything."""
        from slimsam_core.pixels.geometry import BoxXYXY

        window, prompting = self.window, self.window.prompting
        yield from self.go("coffee.jpg")
        window.workspace.canvas.set_tool("boxes")
        for corners in ((190, 20, 430, 330), (320, 240, 410, 340)):
            prompting.boxes.add(BoxXYXY(*corners))
        yield lambda: None not in prompting.boxes.answers
        yield pause(0.3)
        self.shoot("several-boxes")
        prompting.boxes.clear()
        window.actions_["proposal.find"].trigger()
        yield lambda: not prompting.client.spare.busy
        yield pause(0.5)
        self.shoot("proposals")
        prompting.everything.discard()

    def states(self) -> Iterator[Step]:
        """Every state, one after another."""
        window, workbench = self.window, self.window.workbench
        yield pause(0.3)
        self.shoot("welcome")
        self.settings.set("look.scheme", "dark")
        self.shoot("welcome-dark")
        window.workbench.model_in_use.start()
        yield lambda: window.prompting.client.status is not None
        workbench.open([self.pictures])
        yield lambda: window.workspace.canvas.image_id is not None
        yield lambda: not workbench.pool.busy
        self.settings.set("look.scheme", "light")
        yield pause(0.5)
        self.shoot("empty-image")
        yield from self.label()
        yield from self.prompts_of_many()
        yield from self.go("astronaut.jpg")
        window.messages.clear()
        window.messages.note("")  # in place of what was told on the way
        yield pause(8.0)
        self.shoot("labelled")
        self.settings.set("look.scheme", "dark")
        yield pause(0.3)
        self.shoot("labelled-dark")
        window.actions_["image.queue"].trigger()
        yield lambda: workbench.review.checked
        yield pause(0.3)
        self.shoot("review-dark")
        self.settings.set("look.scheme", "light")
        window.review_dock.hide()
        yield from self.dialog("image.statistics", "statistics", lambda: not workbench.pool.busy)
        yield from self.dialog("help.keys", "shortcuts")
        yield from self.dialog("help.palette", "palette")
        yield from self.dialog("edit.settings", "settings")
        yield from self.dialog("class.edit", "classes")
        yield from self.dialog("file.export", "export")
        yield from self.dialog("model.manage", "models", lambda: not workbench.pool.busy)
        yield from self.dialog("help.about", "about")
        yield from self.dialog("edit.settings", "keys", child="setting_keys.own")
        yield from self.trouble()
        yield from self.long_names()
        yield from self.many_objects()
        yield from self.sixteen_bits()
        yield from self.people()
        workbench.open([self.pictures])
        yield lambda: workbench.document.is_open and self.pictures in workbench.document.project.path.parents
        self.application.setLayoutDirection(window.layoutDirection().RightToLeft)
        yield from self.go("astronaut.jpg")
        yield pause(0.5)
        self.shoot("right-to-left")
        self.settings.set("look.scheme", "dark")
        yield pause(0.3)
        self.shoot("right-to-left-dark")

    def people(self) -> Iterator[Step]:
        """Two people on the same photographs: what is asked before a merge, and how far they agree."""
        from slimsam_app.windows.dialogs.agreement_page import AgreementPage
        from slimsam_app.windows.dialogs.merge_dialog import MergeDialog

        window, workbench = self.window, self.window.workbench
        base, *parts = write_team(workbench.document.project, self.pictures, Path(self._home.name) / "team")
        workbench.open([base])
        yield lambda: workbench.document.is_open and workbench.document.project.path == base
        yield from self.go("astronaut.jpg")
        for place, scheme in enumerate(("light", "dark")):
            self.settings.set("look.scheme", scheme)
            window.actions_["project.merge"].trigger()
            merging = next(d for d in window.findChildren(MergeDialog) if d.isVisible())
            merging.projects.add(parts)
            yield merging.go.isEnabled
            yield pause(0.3)
            self.shoot(f"merge{place * '-dark'}", merging)
            merging.close()
        found: list[object] = []
        workbench.parts.compared.connect(found.append)
        workbench.parts.merged.connect(lambda _: workbench.parts.compare((), gold=False))
        workbench.parts.merge(parts, {"Cat": "chelsea"})
        yield lambda: bool(found)
        page = AgreementPage(found[0], workbench.parts, str, str, parent=window)  # type: ignore[arg-type]
        page.open()
        for scheme, name in (("dark", "agreement-dark"), ("light", "agreement")):
            self.settings.set("look.scheme", scheme)
            yield lambda: bool(page.tiles.pictures)
            yield pause(0.5)
            self.shoot(name, page)
        page.close()

    def trouble(self) -> Iterator[Step]:
        """An error in words, and a picture that cannot be read."""
        from slimsam_core.errors import ProjectError

        window = self.window
        window.workbench.failed.emit(
            ProjectError(
                "The disk of /data is full; the change was not saved.", "Free some space, then try again."
            )
        )
        yield pause(0.3)
        self.shoot("error")
        window.messages.clear()
        yield from self.go("rocket.jpg")
        (self.pictures / "camera.jpg").write_bytes(b"not a picture")
        workbench = window.workbench
        entries = workbench.document.project.images()
        workbench.navigator.go(next(e.id for e in entries if e.path == "camera.jpg"))
        yield lambda: not workbench.pool.busy
        yield pause(0.3)
        self.shoot("unreadable")
        yield from self.go("astronaut.jpg")

    def long_names(self) -> Iterator[Step]:
        """Names that somebody wrote without thinking of the width of a list."""
        workbench = self.window.workbench
        workbench.classes.add("a class name that somebody wrote without thinking of the width of a list " * 2)
        workbench.classes.add("فئة باسم عربي")
        shutil.copy(self.pictures / "coffee.jpg", self.pictures / f"{'a very long file name ' * 6}.jpg")
        workbench.open([self.pictures])
        yield lambda: len(workbench.navigator.ids) == 6
        yield lambda: not workbench.pool.busy
        yield pause(0.5)
        self.shoot("long-names")

    def many_objects(self) -> Iterator[Step]:
        """500 objects in one picture."""
        import numpy as np

        from slimsam_core.annotation import Annotation
        from slimsam_core.pixels.mask_crop import paste
        from slimsam_core.project import Edit

        workbench, rng = self.window.workbench, np.random.default_rng(0)
        yield from self.go("coffee.jpg")
        picture = workbench.navigator.picture
        classes = [category.id for category in workbench.document.categories()]
        first, edits = workbench.document.project.next_id(Annotation), []
        for number in range(500):
            radius = int(rng.integers(4, 22))
            yy, xx = np.mgrid[-radius:radius, -radius:radius]
            disc = xx**2 + (yy * rng.uniform(1.0, 1.8)) ** 2 < radius**2
            x, y = (
                int(rng.integers(0, side - 2 * radius)) for side in (picture.size.width, picture.size.height)
            )
            mask, category = paste(disc, x, y, picture.size), classes[number % len(classes)]
            edits.append(
                Edit(
                    None,
                    Annotation(
                        id=first + number,
                        image_id=workbench.navigator.current_id,
                        category_id=category,
                        mask=mask,
                    ),
                )
            )
        workbench.document.project.apply("Many", edits)
        workbench.document.catch_up()
        yield lambda: len(workbench.objects.objects) > 500
        yield lambda: self.window.workspace.canvas.layers.objects.settled
        yield pause(0.3)
        self.shoot("500-objects")

    def sixteen_bits(self) -> Iterator[Step]:
        """A picture of 16 bits, and the sheet that chooses its window."""
        import numpy as np
        from PIL import Image

        from slimsam_app.windows.view_popup import ViewPopup
        from slimsam_core.pixels.image_io import read_image

        grey = read_image(ROOT / "resources" / "samples" / "camera.jpg").rgb[:, :, 1].astype(np.uint16)
        Image.fromarray(grey * 12 + 700).save(self.pictures / "deep 16 bit.tif")
        workbench = self.window.workbench
        workbench.open([self.pictures])
        yield lambda: len(workbench.navigator.ids) == 7
        yield from self.go("deep 16 bit.tif")
        self.window.actions_["view.adjust"].trigger()
        popup = self.window.findChild(ViewPopup)
        yield pause(0.3)
        self.shoot("sixteen-bits")
        self.shoot("window-and-tones", popup)
        popup.close()

    def run(self) -> int:
        """Go through all states, then close."""
        from PySide6.QtCore import QTimer

        steps, waiting = self.states(), [pause(0.0)]

        def tick() -> None:
            while waiting[0]():
                try:
                    waiting[0] = next(steps)
                except StopIteration:
                    timer.stop()
                    self.window.close()
                    self.application.quit()
                    return

        timer = QTimer(interval=30)
        timer.timeout.connect(tick)
        timer.start()
        return int(self.application.exec())


def write_team(labelled: Reader, pictures: Path, folder: Path) -> list[Path]:
    """An unlabelled project of the pictures, and the parts of Ana, who labelled as in ``labelled``, and Ben,
    whose masks lie a little beside hers, who missed one and calls the cat by another name."""
    import numpy as np

    from slimsam_core.annotation import Annotation, Category
    from slimsam_core.pixels.mask import encode
    from slimsam_core.project import Edit, Project, fill_facts, scan_root
    from slimsam_core.teamwork import Deal, SplitOptions, split

    names = {category.id: category.name for category in labelled.categories()}
    made = {image.path: labelled.annotations(image.id) for image in labelled.images()}
    folder.mkdir()
    base = folder / "pets.slimsam"
    with Project.create(base, [pictures]) as project:
        classes = [Category(id=number, name=name) for number, name in names.items()]
        project.apply("Classes", [Edit(None, one) for one in classes])
        scan_root(project, 1)
        fill_facts(project)
        parts = split(
            project, folder / "parts", SplitOptions(deal=Deal(annotators=("Ana", "Ben"), overlap=1.0))
        )
    for part in parts:
        shift = 9 * (part.annotator == "Ben")
        with Project.open(part.path) as project:
            cat = Category(id=project.next_id(Category), name="Cat")
            project.apply("Class", [Edit(None, cat)] * bool(shift))
            for image in project.images():
                for one in made.get(image.path, ())[: 1 if shift else None]:
                    known = one.category_id
                    new = Annotation(
                        id=project.next_id(Annotation),
                        image_id=image.id,
                        category_id=cat.id if shift and names[known] == "chelsea" else known,
                        mask=encode(np.roll(one.mask.decode(), (shift, shift), (0, 1))),
                    )
                    project.apply("Add object", [Edit(None, new)])
    return [base, *(part.path for part in parts)]


def pause(seconds: float) -> Step:
    """True once this time has passed since the first question."""
    import time

    start: list[float] = []

    def passed() -> bool:
        start.append(time.monotonic())
        return start[-1] - start[0] >= seconds

    return passed


def main() -> int:
    """Take the pictures; returns the exit code."""
    args = arguments()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = str(args.scale)
    args.folder.mkdir(parents=True, exist_ok=True)
    return Studio(args.folder, args.only).run()


if __name__ == "__main__":
    sys.exit(main())
