"""The labeller who also does what is done now and then: filters, imports, other settings, another model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import rule
from PySide6.QtGui import QAction

from slimsam_app.i18n import tr
from slimsam_core.project import ImageFilter
from tests.robot.machine import CLASSES, HEIGHT, WIDTH, Labeller, Step, places
from tests.robot.world import Difference, Picture, What, differences

PICTURES = 3
SETTINGS: tuple[tuple[str, bool | int | float | str], ...] = (
    ("canvas.keep_zoom", True), ("canvas.keep_zoom", False),
    ("canvas.color_by", "class"), ("canvas.color_by", "instance"),
    ("canvas.brush_on_screen", True), ("canvas.brush_on_screen", False),
    ("canvas.mask_opacity", 25), ("canvas.mask_opacity", 80),
    ("canvas.outline_width", 2.0), ("canvas.outline_width", 0.5),
    ("canvas.wheel_zooms", True), ("canvas.wheel_zooms", False),
    ("canvas.picture_mb", 0), ("canvas.picture_mb", 1),
    ("look.thumbnail_size", 32), ("look.thumbnail_size", 160),
    ("label.mark_in_progress", True), ("label.mark_in_progress", False),
)  # fmt: skip
"""What a labeller may change at any time, and nothing that is labelled may change with it."""
LEAST_SIDE = 10
"""Of an imported rectangle, in pixels."""


class OfficeLabeller(Labeller):
    """A labeller with a desk around the picture. ``models`` are two files of weights."""

    models: tuple[Path, Path]

    def __init__(self) -> None:
        super().__init__()
        self.imports = 0

    # --- filters

    @rule(text=st.sampled_from(["With objects", "Without objects", "New", "Done", CLASSES[0]]))
    def filter_and_show_all(self, text: str) -> None:
        """The list shows what the store holds of that kind; then it shows everything again."""
        dock, former = self.hands.window.images_dock, self.hands.picture
        action = self._filter(text)
        action.trigger()
        wanted = sum(map(FILTERS[text], self.before.values()))
        self.hands.wait(lambda: self._listed() == wanted, f"{wanted} pictures under “{text}”")
        dock.reset_filter()
        self.hands.window.workbench.navigator.set_filter(ImageFilter())
        self.hands.wait(lambda: self._listed() == PICTURES, "the whole list")
        self.hands.settle()
        self.hands.window.workspace.canvas.setFocus()
        assert differences(self.before, self.hands.world) == (), "a filter changed something"
        self._came_to(former)

    def _listed(self) -> int:
        return self.hands.window.images_model.rowCount()

    def _filter(self, text: str) -> QAction:
        menu = self.hands.window.images_dock.filter_button.menu()
        found = [one for one in menu.findChildren(QAction) if one.text() in (text, tr(text))]
        for action in menu.actions():
            inner = action.menu()
            found += [one for one in inner.actions() if one.text() == text] if inner is not None else []
        assert found, f"no filter {text}"
        return found[0]

    def _came_to(self, former: str) -> None:
        """Perhaps another picture is shown now."""
        if self.hands.picture != former:
            self.mine = self.refines = frozenset()
        self._left(former)
        self._returned()

    # --- imports

    @rule(
        number=st.integers(0, PICTURES - 1),
        class_number=st.integers(0, len(CLASSES) - 1),
        corner=places,
    )
    def import_an_object(self, number: int, class_number: int, corner: tuple[float, float]) -> None:
        """One rectangle of a COCO file: it is there with its class, and nothing else changed."""
        name = sorted(self.before)[number]
        self.imports += 1
        target = self.hands.folder.parent / f"import-{id(self)}-{self.imports}.json"
        target.write_text(json.dumps(_coco(name, CLASSES[class_number], corner)), "utf-8")
        former = self.hands.picture
        self.hands.window.workbench.transfer.import_annotations(target)
        self.hands.wait(lambda: bool(differences(self.before, self.hands.world)) or self.told(), "the import")
        self.hands.settle()
        now = self.hands.world
        found = differences(self.before, now)
        added = [one for one in found if one.what == What.ADDED]
        assert [(one.picture, one.after) for one in added] == [(name, CLASSES[class_number])], found
        assert all(one.what == What.STATE and one.picture == name for one in found if one not in added), found
        self._remember(found)
        self._came_to(former)

    def _remember(self, found: tuple[Difference, ...]) -> None:
        if found:
            self.history.append(Step(self.before, self.hands.world, self.chosen))
            self.undone.clear()
        self.before = self.hands.world

    # --- settings and models

    @rule(setting=st.sampled_from(SETTINGS))
    def change_a_setting(self, setting: tuple[str, bool | int | float | str]) -> None:
        self.hands.window.settings.set(*setting)
        self.hands.settle()
        self.happened()

    @rule(number=st.integers(0, 1))
    def change_the_model(self, number: int) -> None:
        """What is open stays open and is answered by the other model; what is labelled stays as it is."""
        wanted, client = self.models[number], self.hands.window.prompting.client
        self.hands.window.workbench.models.choose(str(wanted))
        self.hands.wait(lambda: client.status is not None and client.status.path == wanted, "the other model")
        self.hands.settle()
        self.happened()


FILTERS: dict[str, Callable[[Picture], bool]] = {
    "With objects": lambda picture: bool(picture.things),
    "Without objects": lambda picture: not picture.things,
    "New": lambda picture: picture.state == "new",
    "Done": lambda picture: picture.state == "done",
    CLASSES[0]: lambda picture: any(thing.class_name == CLASSES[0] for thing in picture.things.values()),
}
"""Words of the menu -> which pictures they mean."""


def _coco(name: str, class_name: str, corner: tuple[float, float]) -> dict[str, object]:
    """A file with one rectangle from a corner to the picture's edge or its middle."""
    x, y = corner
    right = WIDTH / 2 if x < WIDTH / 2 - LEAST_SIDE else float(WIDTH)
    bottom = HEIGHT / 2 if y < HEIGHT / 2 - LEAST_SIDE else float(HEIGHT)
    outline = [x, y, right, y, right, bottom, x, bottom]
    width, height = right - x, bottom - y
    return {
        "images": [{"id": 1, "file_name": name, "width": WIDTH, "height": HEIGHT}],
        "categories": [{"id": 1, "name": class_name}],
        "annotations": [
            {
                "id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "segmentation": [outline],
                "bbox": [x, y, width, height], "area": width * height,
            }
        ],
    }  # fmt: skip
