"""How far the work on each picture is travels with the formats that have room for it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry, ImageState
from slimsam_core.cli import main
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.registry import WriteOptions, get_format
from slimsam_core.formats.transfer import export_project, import_into
from slimsam_core.pixels.geometry import Size
from slimsam_core.pixels.mask import encode
from slimsam_core.project import Edit, Project
from tests.formats.foreign_files import picture

SIZE = Size(40, 60)
STATES = {
    "done.png": ImageState.DONE,
    "empty.png": ImageState.EMPTY_CHECKED,
    "review.png": ImageState.NEEDS_REVIEW,
    "begun.png": ImageState.IN_PROGRESS,
    "new.png": ImageState.NEW,
}
ALL = Selection(unlabelled=True)


def states(project: Project) -> dict[str, ImageState]:
    entries = project.images_by_id(project.image_ids()).values()
    return {entry.path: entry.state for entry in entries}


def project_over(folder: Path, name: str) -> Project:
    """A new project over the pictures of a folder."""
    assert main(["project", "create", str(folder.parent / f"{name}.slimsam"), str(folder)]) == 0
    return Project.open(folder.parent / f"{name}.slimsam")


def say(project: Project, path: str, state: ImageState) -> None:
    entry = project.image_by_path(project.roots()[0].id, path)
    assert entry is not None
    changed = ImageEntry(**{**vars(entry), "state": state})
    if changed != entry:
        project.apply("Say", [Edit(entry, changed)])


def add_object(project: Project, path: str) -> None:
    entry = project.image_by_path(project.roots()[0].id, path)
    assert entry is not None
    mask = np.zeros(SIZE.hw, np.bool_)
    mask[5:20, 5:25] = True
    category = None if project.categories() else Category(id=1, name="cat")
    made = Annotation(id=project.next_id(Annotation), image_id=entry.id, category_id=1, mask=encode(mask))
    project.apply("Add", [*([Edit(None, category)] if category else []), Edit(None, made)])


@pytest.fixture
def labelled(tmp_path: Path) -> Project:
    """Pictures in every state; all but the empty and the new one have an object."""
    for name in STATES:
        picture(tmp_path / "img" / name, (SIZE.width, SIZE.height))
    project = project_over(tmp_path / "img", "first")
    for name, state in STATES.items():
        if name not in ("empty.png", "new.png"):
            add_object(project, name)
        say(project, name, state)
    return project


def brought(project: Project, format_: str, folder: Path, selection: Selection = ALL) -> Path:
    target = folder / ("out.json" if not get_format(format_).is_folder else "out")
    export_project(project, get_format(format_), target, selection, WriteOptions())
    return target


@pytest.mark.parametrize("format_", ["coco", "labelme"])
@pytest.mark.parametrize("fresh", [True, False], ids=["new project", "pictures known already"])
def test_states_come_back(format_: str, fresh: bool, labelled: Project, tmp_path: Path) -> None:
    out = brought(labelled, format_, tmp_path)
    if fresh:
        other = Project.create(tmp_path / "second.slimsam")
        import_into(other, get_format(format_), out, images_root=tmp_path / "img")
    else:
        other = project_over(tmp_path / "img", "second")
        import_into(other, get_format(format_), out)
    assert states(other) == STATES
    other.close()
    labelled.close()


def test_a_checked_picture_without_objects_goes_round_twice(labelled: Project, tmp_path: Path) -> None:
    out = brought(labelled, "coco", tmp_path, Selection())
    other = project_over(tmp_path / "img", "second")
    import_into(other, get_format("coco"), out)
    again = brought(other, "coco", tmp_path / "img", Selection())
    first, second = (
        {i["file_name"] for i in json.loads(path.read_text())["images"]} for path in (out, again)
    )
    assert first == second >= {"empty.png"}
    other.close()
    labelled.close()


def test_what_the_project_says_of_a_picture_counts(labelled: Project, tmp_path: Path) -> None:
    out = brought(labelled, "coco", tmp_path)
    other = project_over(tmp_path / "img", "second")
    say(other, "done.png", ImageState.NEEDS_REVIEW)
    add_object(other, "empty.png")
    import_into(other, get_format("coco"), out)
    assert states(other)["done.png"] is ImageState.NEEDS_REVIEW
    assert states(other)["empty.png"] is ImageState.NEW, "it has an object here"
    other.close()
    labelled.close()


def test_a_picture_that_is_said_to_be_empty_and_is_not_is_in_progress(
    labelled: Project, tmp_path: Path
) -> None:
    out = brought(labelled, "coco", tmp_path)
    said = json.loads(out.read_text())
    empty = next(image for image in said["images"] if image["file_name"] == "empty.png")
    said["annotations"].append({**said["annotations"][0], "id": 99, "image_id": empty["id"]})
    out.write_text(json.dumps(said))
    other = project_over(tmp_path / "img", "second")
    import_into(other, get_format("coco"), out)
    assert states(other)["empty.png"] is ImageState.IN_PROGRESS
    other.close()
    labelled.close()


def test_an_unknown_state_is_told_and_costs_nothing_else(labelled: Project, tmp_path: Path) -> None:
    out = brought(labelled, "coco", tmp_path)
    out.write_text(out.read_text().replace('"needs_review"', '"so la la"'))
    other = project_over(tmp_path / "img", "second")
    report = import_into(other, get_format("coco"), out)
    assert report.objects_imported == 3
    assert [issue.where for issue in report.issues.examples] == ["images[4].slimsam"]
    assert states(other) == {**STATES, "review.png": ImageState.NEW}
    other.close()
    labelled.close()
