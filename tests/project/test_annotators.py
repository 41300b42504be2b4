"""Who did what: every command, object and statistic of a project knows its annotator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from slimsam_core.annotation import Annotation, Category, ImageEntry, PictureReview, ReviewState
from slimsam_core.cli import main
from slimsam_core.errors import ProjectError
from slimsam_core.files.user_folders import set_annotator
from slimsam_core.formats.project_records import Selection
from slimsam_core.formats.registry import get_format
from slimsam_core.formats.transfer import export_project, import_into
from slimsam_core.pixels import mask
from slimsam_core.pixels.geometry import Size
from slimsam_core.project import (
    AnnotatorStatistics,
    Edit,
    ImageFilter,
    Project,
    annotator_of,
    choose_annotator,
    clean_name,
)
from slimsam_core.project.checkup import examine

SIZE = Size(20, 30)


def square(x: int, y: int, side: int = 6) -> mask.Rle:
    pixels = np.zeros(SIZE.hw, bool)
    pixels[y : y + side, x : x + side] = True
    return mask.encode(pixels)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.slimsam", [tmp_path / "pictures"]) as opened:
        values = [
            Category(id=1, name="cat"),
            *(ImageEntry(id=n, root_id=1, path=f"{n}.jpg", size=SIZE) for n in (1, 2, 3)),
        ]
        opened.apply("Begin", [Edit(None, value) for value in values])
        yield opened


def add(project: Project, image_id: int, x: int) -> Annotation:
    made = Annotation(id=project.next_id(Annotation), image_id=image_id, category_id=1, mask=square(x, 2))
    project.apply("Add object", [Edit(None, made)])
    return project.annotation(made.id)


def test_commands_and_objects_know_who(project: Project) -> None:
    nobody = add(project, 1, 0)
    project.annotator = "ana"
    by_ana = add(project, 1, 3)
    project.annotator = "ben"
    by_ben = add(project, 2, 5)
    assert [nobody.author, by_ana.author, by_ben.author] == ["", "ana", "ben"]
    hidden = replace(by_ana, hidden=True)
    project.apply("Hide", [Edit(by_ana, hidden)])
    assert project.annotation(by_ana.id).author == "ana", "hiding is no labelling"
    project.apply("Redraw", [Edit(hidden, replace(hidden, mask=square(9, 9)))])
    assert project.annotation(by_ana.id).author == "ben"
    project.undo()
    assert project.annotation(by_ana.id).author == "ana"
    project.redo()
    assert project.annotation(by_ana.id).author == "ben"
    assert [entry.author for entry in project.history()] == ["ben", "ben", "ben", "ana", "", ""]
    found = project.statistics()
    assert found.annotators == (
        AnnotatorStatistics(name="ben", objects=2, images=2, time_spent_s=0.0),
        AnnotatorStatistics(name="", objects=1, images=0, time_spent_s=0.0),
    )
    assert not list(examine(project))


def test_filters_find_annotators_and_reviews(project: Project) -> None:
    add(project, 1, 0)
    project.annotator = "ana"
    add(project, 2, 0)
    image = project.image(3)
    review = PictureReview(state=ReviewState.APPROVED, author="ana")
    project.apply("Approve", [Edit(image, replace(image, review=review))])
    assert project.image_ids(ImageFilter(authors=frozenset({"ana"}))) == [2]
    assert project.image_ids(ImageFilter(authors=frozenset({""}))) == [1]
    assert project.image_ids(ImageFilter(authors=frozenset({"", "ana"}))) == [1, 2]
    assert project.image_ids(ImageFilter(reviews=frozenset({ReviewState.APPROVED}))) == [3]
    assert project.image_ids(ImageFilter(reviews=frozenset({ReviewState.REJECTED}))) == []
    assert project.statistics().images_by_review[ReviewState.APPROVED] == 1


def test_exports_take_objects_of_some_and_keep_the_authors(project: Project, tmp_path: Path) -> None:
    project.annotator = "ana"
    add(project, 1, 0)
    add(project, 2, 0)
    project.annotator = "ben"
    add(project, 2, 12)
    target = tmp_path / "ben.json"
    export_project(project, get_format("coco"), target, Selection(authors=frozenset({"ben"})))
    written = json.loads(target.read_text("utf-8"))
    assert [entry["slimsam"]["author"] for entry in written["annotations"]] == ["ben"]
    assert [entry["file_name"] for entry in written["images"]] == ["2.jpg"]
    export_project(project, get_format("coco"), tmp_path / "all.json", Selection())
    with Project.create(tmp_path / "other.slimsam", [tmp_path / "pictures"]) as other:
        other.annotator = "carl"
        import_into(other, get_format("coco"), tmp_path / "all.json", check_pictures=False)
        objects = [o for image in other.images() for o in other.annotations(image.id)]
        assert sorted(annotation.author for annotation in objects) == ["ana", "ana", "ben"]
        assert other.history(1)[0].author == "carl"


def test_only_approved_pictures_are_exported(project: Project, tmp_path: Path) -> None:
    for number in (1, 2):
        add(project, number, 0)
    image = project.image(2)
    review = PictureReview(state=ReviewState.APPROVED, author="ben")
    project.apply("Approve", [Edit(image, replace(image, review=review))])
    assert main(["export", str(project.path), str(tmp_path / "a.json"), "--approved"]) == 0
    written = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert [entry["file_name"] for entry in written["images"]] == ["2.jpg"]


def test_a_name_for_all_projects_and_one_for_this(project: Project) -> None:
    assert annotator_of(project.uid) == ""
    set_annotator("ana")
    assert annotator_of(project.uid) == "ana"
    assert annotator_of(project.uid, "ben") == "ben", "a part is for whom it was made"
    choose_annotator(project.uid, "carl")
    assert annotator_of(project.uid, "ben") == "carl"
    choose_annotator(project.uid, None)
    assert annotator_of(project.uid) == "ana"


def test_the_shell_says_and_chooses_who(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(project.path)

    def annotator(*args: str) -> str:
        assert main(["project", "annotator", path, *args]) == 0
        return capsys.readouterr().out.strip()

    assert annotator() == "not known"
    assert annotator("Ana María", "--everywhere") == "Ana María"
    assert annotator("李雷") == "李雷"
    assert annotator("--forget") == "Ana María"
    project.annotator = "Zoë"
    add(project, 1, 0)
    assert main(["project", "history", path, "-n", "1"]) == 0
    assert "Zoë: Add object" in capsys.readouterr().out
    assert main(["project", "info", path]) == 0
    assert "1  by Zoë" in capsys.readouterr().out
    assert main(["export", path, str(project.path.with_suffix(".json")), "--annotator", "nemo"]) == 1
    assert "There are objects by: Zoë" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  Ana   B. ", "Ana B."), ("e\u0301", "é"), ('"; DROP TABLE', '"; DROP TABLE'), ("../../x", "../../x")],
)
def test_a_name_has_any_letters(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize("typed", ["a\x1b[31m", "a\u202eb", "x" * 101, "a\x00"])
def test_a_name_has_no_hidden_characters(typed: str) -> None:
    with pytest.raises(ProjectError):
        clean_name(typed)
