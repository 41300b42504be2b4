"""A sub-folder of a labelled folder, or its parent, is opened: the labels are offered, not hidden."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from slimsam_app.windows.dialogs.existing_project_dialog import ExistingProjectDialog
from slimsam_app.windows.main_window import MainWindow
from slimsam_core.annotation import Annotation, Category
from slimsam_core.files.listing import is_file
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import Edit, beside_path
from slimsam_core.teamwork import Deal, SplitOptions, split
from tests.app_shell.conftest import open_and_wait
from tests.app_shell.test_teamwork import settle


@pytest.fixture
def labelled(qtbot: QtBot, window: MainWindow, folder: Path) -> Path:
    """The folder of pictures with one object, closed again."""
    open_and_wait(qtbot, window, folder)
    project = window.workbench.document.project
    size = Size(60, 80)
    image_id = project.image_ids()[0]
    project.apply(
        "label",
        [
            Edit(None, Category(id=1, name="cat")),
            Edit(None, Annotation(id=1, image_id=image_id, category_id=1, mask=mask.empty(size))),
        ],
    )
    window.workbench.close()
    return folder


def asked(qtbot: QtBot, window: MainWindow, path: Path) -> ExistingProjectDialog:
    with qtbot.waitSignal(window.workbench.opener.labelled_elsewhere, timeout=60_000):
        window.workbench.open([path])
    dialog = window.findChild(ExistingProjectDialog)
    assert dialog is not None
    return dialog


def test_a_sub_folder_offers_the_project_above_and_begins_there(
    qtbot: QtBot, window: MainWindow, labelled: Path
) -> None:
    dialog = asked(qtbot, window, labelled / "sub")
    assert f"{labelled}: 1 object, 3 images" in dialog.list.item(0).text()
    assert not (labelled / "sub" / ".slimsam").exists()
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        dialog.ok.click()
    assert window.workbench.document.project.path == beside_path(labelled)
    assert window.workbench.document.project.count_annotations() == 1
    qtbot.waitUntil(lambda: "ünïcode 1.png" in window.windowTitle(), timeout=60_000)


def test_the_parent_offers_the_project_inside(qtbot: QtBot, window: MainWindow, labelled: Path) -> None:
    dialog = asked(qtbot, window, labelled.parent)
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        dialog.ok.click()
    assert window.workbench.document.project.path == beside_path(labelled)
    assert not (labelled.parent / ".slimsam").exists()


def test_a_new_project_is_made_only_when_wished(qtbot: QtBot, window: MainWindow, labelled: Path) -> None:
    dialog = asked(qtbot, window, labelled / "sub")
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        dialog.fresh.click()
    assert window.workbench.document.project.path == beside_path(labelled / "sub")
    assert window.workbench.document.project.count_annotations() == 0
    window.workbench.close()
    open_and_wait(qtbot, window, labelled / "sub")  # from now on it has one of its own
    assert window.workbench.document.project.path == beside_path(labelled / "sub")


def test_cancel_opens_nothing(qtbot: QtBot, window: MainWindow, labelled: Path) -> None:
    asked(qtbot, window, labelled / "sub").close()
    assert not window.workbench.document.is_open
    assert not (labelled / "sub" / ".slimsam").exists()


@pytest.mark.parametrize("place", ["ben", "ben/pictures"])
def test_the_folder_of_a_part_offers_the_part(
    qtbot: QtBot, window: MainWindow, folder: Path, tmp_path: Path, place: str
) -> None:
    """It was split on another computer: its pictures came along and are found again."""
    open_and_wait(qtbot, window, folder)
    (part,) = split(
        window.workbench.document.project, tmp_path / "parts", SplitOptions(deal=Deal(annotators=("ben",)))
    )
    window.workbench.close()
    home = tmp_path / "ben"
    part.path.parent.rename(home)
    dialog = asked(qtbot, window, tmp_path / place)
    assert f"{home / 'ben.slimsam'}: 0 objects, 3 images" in dialog.list.item(0).text()
    with qtbot.waitSignal(window.workbench.navigator.picture_ready, timeout=60_000):
        dialog.ok.click()
    assert window.workbench.document.project.path == home / "ben.slimsam"
    assert not list(home.rglob("project.slimsam"))


def label(window: MainWindow, folder: Path, number: int = 1) -> None:
    """One object on the first picture of a folder, in its own project, closed again."""
    project = window.workbench.document.project
    image_id = project.image_ids()[0]
    project.apply(
        "label",
        [
            Edit(None, Category(id=number, name=f"class {number}")),
            Edit(
                None,
                Annotation(
                    id=number,
                    image_id=image_id,
                    category_id=number,
                    mask=mask.encode(np.ones((60, 80), bool)),
                ),
            ),
        ],
    )
    assert project.path == beside_path(folder)
    window.workbench.close()


def labelled_names(window: MainWindow) -> list[str]:
    """Every picture of the open project once for each of its objects, without objects in brackets."""
    project = window.workbench.document.project
    found = []
    for image_id in project.image_ids():
        count, name = len(project.annotations(image_id)), project.image(image_id).path
        found += [name] * count or [f"({name})"]
    return sorted(found)


ALL = ["(photo 10.png)", "(photo 2.png)", "sub/ünïcode 1.png"]


def test_the_labels_of_a_folder_inside_are_taken_over_into_a_new_project(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    """The new project of the folder above began without them."""
    open_and_wait(qtbot, window, folder / "sub")
    label(window, folder / "sub")
    dialog = asked(qtbot, window, folder)
    with qtbot.waitSignal(window.workbench.parts.merged, timeout=60_000):
        dialog.take.click()
    assert window.workbench.document.project.path == beside_path(folder)
    assert labelled_names(window) == ALL, "no picture stands there twice"
    assert is_file(beside_path(folder / "sub"))
    window.workbench.undo()
    assert window.workbench.document.project.count_annotations() == 0
    settle(qtbot, window)


def test_labels_made_inside_later_are_offered_until_they_were_taken(
    qtbot: QtBot, window: MainWindow, folder: Path
) -> None:
    """A folder that had a project opened without a word about them."""
    open_and_wait(qtbot, window, folder)
    window.workbench.close()
    open_and_wait(qtbot, window, folder / "sub")
    label(window, folder / "sub")
    with qtbot.waitSignal(window.workbench.asked, timeout=60_000) as told:
        window.workbench.open([folder])
    words, hint, (offer, take) = told.args
    assert words == "Folders inside this one have projects of their own: sub."
    assert hint.startswith("1 object is there and not here.")
    assert offer == "Take the labels over"
    with qtbot.waitSignal(window.workbench.parts.merged, timeout=60_000):
        take()
    assert labelled_names(window) == ALL
    settle(qtbot, window)
    window.workbench.close()
    heard: list[object] = []
    window.workbench.asked.connect(heard.append)
    open_and_wait(qtbot, window, folder)
    settle(qtbot, window)
    assert heard == []


def test_a_project_above_has_no_labels_to_be_copied(qtbot: QtBot, window: MainWindow, labelled: Path) -> None:
    dialog = asked(qtbot, window, labelled / "sub")
    assert dialog.take.isHidden()
    dialog.close()
