"""The objects of the next image are read and outlined before it is asked for, and never stale."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from slimsam_app.canvas.objects import ObjectItem
from slimsam_app.kept import Intent
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, Category
from slimsam_core.errors import ProjectError
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import encode
from slimsam_core.project import Edit
from tests.app_shell.conftest import open_and_wait, write_picture

COUNT = 6


@pytest.fixture
def labelled(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    """A window on the first of some images that have two objects each."""
    for number in range(COUNT):
        write_picture(tmp_path / "many" / f"{number}.png", number)
    open_and_wait(qtbot, window, tmp_path / "many")
    document, navigator = window.workbench.document, window.workbench.navigator
    assert navigator.picture is not None
    height, width = navigator.picture.rgb.shape[:2]
    pixels = np.zeros((height, width), bool)
    pixels[2:9, 3:12] = True
    thing = Category(id=1, name="thing")
    objects = [
        Annotation(id=2 * image_id + k, image_id=image_id, category_id=1, mask=encode(pixels), layer=float(k))
        for image_id in navigator.ids
        for k in range(2)
    ]
    known = [category for category in document.categories() if category.id == 1]
    edits = [Edit(known[0] if known else None, thing), *(Edit(None, one) for one in objects)]
    assert document.run(Intent("Add objects", tuple(edits))) is not None
    return window


class Reads:
    """Which images' objects are read from the project."""

    def __init__(self, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ids: list[int] = []
        project = window.workbench.document.project
        read = project.annotations

        def counted(image_id: int) -> tuple[Annotation, ...]:
            self.ids.append(image_id)
            return read(image_id)

        monkeypatch.setattr(project, "annotations", counted)


def step(qtbot: QtBot, window: MainWindow, by: int = 1) -> None:
    window.workbench.navigator.step(by)
    settle(qtbot, window)


def settle(qtbot: QtBot, window: MainWindow) -> None:
    navigator, ahead = window.workbench.navigator, window.workspace.objects_ahead
    qtbot.waitUntil(lambda: navigator.picture is not None and not navigator._rest.isActive(), timeout=60_000)
    qtbot.waitUntil(lambda: ahead.done, timeout=60_000)


def test_the_next_image_is_read_where_the_keys_lead(
    qtbot: QtBot, labelled: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    navigator = labelled.workbench.navigator
    step(qtbot, labelled)
    reads = Reads(labelled, monkeypatch)
    navigator.step(1)
    assert not reads.ids, "it was read ahead"
    assert [one.image_id for one in labelled.workbench.objects.objects] == [navigator.ids[2]] * 2
    settle(qtbot, labelled)
    assert reads.ids == [navigator.ids[3]]
    navigator.step(-1)
    settle(qtbot, labelled)
    assert reads.ids == [navigator.ids[3], navigator.ids[1], navigator.ids[0]], "the other way now"


def test_outlines_are_made_ahead(qtbot: QtBot, labelled: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    path = ObjectItem.path
    monkeypatch.setattr(
        ObjectItem, "path", lambda item, d: asked.append(item.annotation.image_id) or path(item, d)
    )
    step(qtbot, labelled)
    assert asked.count(labelled.workbench.navigator.ids[2]) == 2


@pytest.mark.parametrize("what", ["changed", "added", "removed", "state", "bulk", "undone"])
def test_what_was_read_ahead_is_never_stale(qtbot: QtBot, labelled: MainWindow, what: str) -> None:
    document, navigator = labelled.workbench.document, labelled.workbench.navigator
    target = navigator.ids[2]
    first = document.annotations(target)[0]
    if what == "undone":
        document.run(Intent("Hide", (Edit(first, replace(first, hidden=True)),)))
    step(qtbot, labelled)
    before = document.annotations(target)
    one = before[0]
    match what:
        case "changed":
            document.run(Intent("Hide", (Edit(one, replace(one, hidden=True)),)))
        case "added":
            document.run(Intent("Add", (Edit(None, replace(one, id=999)),)))
        case "removed":
            document.run(Intent("Delete", (Edit(one, None),)))
        case "state":
            entry = document.image(target)
            document.run(Intent("Move", (Edit(entry, replace(entry, comment="other")),)))
            assert document.annotations(target) is not before
            return
        case "bulk":
            document.project.apply("Hide", [Edit(one, replace(one, hidden=True))])
            document.catch_up()
        case "undone":
            document.undo_stack.undo()
    assert document.annotations(target) == document.project.annotations(target) != before
    navigator.go(target)
    assert labelled.workbench.objects.objects == document.project.annotations(target)


def test_another_project_has_objects_of_its_own(qtbot: QtBot, labelled: MainWindow, tmp_path: Path) -> None:
    step(qtbot, labelled)
    for number in range(3):
        write_picture(tmp_path / "other" / f"{number}.png", number)
    open_and_wait(qtbot, labelled, tmp_path / "other")
    navigator = labelled.workbench.navigator
    assert [labelled.workbench.document.annotations(image_id) for image_id in navigator.ids] == [()] * 3


def test_what_cannot_be_read_is_told_when_somebody_goes_there(
    qtbot: QtBot, labelled: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    navigator, project = labelled.workbench.navigator, labelled.workbench.document.project
    read = project.annotations

    def broken(image_id: int) -> tuple[Annotation, ...]:
        if image_id == navigator.ids[2]:
            raise ProjectError("broken")
        return read(image_id)

    monkeypatch.setattr(project, "annotations", broken)
    step(qtbot, labelled)
    assert labelled.workbench.objects.objects
    with pytest.raises(ProjectError):
        labelled.workbench.document.annotations(navigator.ids[2])


def test_a_step_in_the_middle_stops_it(labelled: MainWindow) -> None:
    ahead, navigator = labelled.workspace.objects_ahead, labelled.workbench.navigator
    ahead._begin(None)
    assert not ahead.done
    navigator.moved.emit(navigator.current_id)
    assert ahead.done


def test_the_size_of_masks_does_not_matter_to_the_key_of_outlines() -> None:
    """Equal codes in images of other sizes are other masks."""
    small, large = np.ones((4, 4), bool), np.ones((8, 2), bool)
    one, other = (
        ObjectItem(Annotation(id=1, image_id=1, category_id=1, mask=encode(pixels)))
        for pixels in (small, large)
    )
    assert one.annotation.mask.counts == other.annotation.mask.counts
    assert one.annotation.mask.size == Size(4, 4)
    assert one.path(-1).boundingRect() != other.path(-1).boundingRect()
