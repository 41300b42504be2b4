"""Approved, rejected with a note at a place, fixed, approved: as typed, counted and exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slimsam_core.annotation import ReviewState
from slimsam_core.cli import main
from slimsam_core.errors import ProjectError
from slimsam_core.project import Project, choose_annotator
from slimsam_core.teamwork import merge, reject_picture
from tests.teamwork.people import copy_of, write_base


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = write_base(tmp_path / "base.slimsam")
    with Project.open(path) as project:
        choose_annotator(project.uid, "lea")
    return path


def review(path: Path, *args: str) -> int:
    return main(["project", "review", str(path), *args])


def test_from_rejected_to_approved(base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert review(base, "1.jpg", "2.jpg", "--reject", "an ear is missing", "--at", "3,4.5") == 0
    assert review(base, "1.jpg", "--reject", "and the tail") == 0
    assert review(base, "3.jpg", "--approve") == 0
    capsys.readouterr()
    assert review(base, "--state", "rejected") == 0
    text = capsys.readouterr().out
    assert (
        "rejected by lea  1.jpg\n      at 3,4.5: an ear is missing (lea)\n      at 8,6: and the tail" in text
    )
    assert text.endswith("2 pictures.\n")
    assert review(base, "1.jpg", "3.jpg", "--fixed") == 0
    with Project.open(base) as project:
        states = [image.review.state for image in project.images() if image.review]
        assert states == [ReviewState.FIXED, ReviewState.REJECTED, ReviewState.APPROVED]
        assert project.statistics().images_by_review[ReviewState.FIXED] == 1
        project.undo()
        found = project.image(1).review
        assert found is not None
        assert (found.state, len(found.notes)) == (ReviewState.REJECTED, 2)
    assert review(base, "1.jpg", "--approve") == 0
    assert main(["export", str(base), str(tmp_path / "a.json"), "--approved"]) == 0
    names = [entry["file_name"] for entry in json.loads((tmp_path / "a.json").read_text("utf-8"))["images"]]
    assert names == ["1.jpg", "3.jpg"]


def test_reviews_are_merged(base: Path) -> None:
    other = copy_of(base, "other")
    assert review(other, "1.jpg", "--reject", "no") == 0
    with Project.open(base) as project:
        merge(project, [other])
        found = project.image(1).review
        assert found is not None
        assert (found.state, found.notes[0].text, found.author) == (ReviewState.REJECTED, "no", "lea")


@pytest.mark.parametrize(
    ("text", "place"), [("", (1, 1)), ("x" * 2001, (1, 1)), ("x", (-1, 1)), ("x", (1, 99))]
)
def test_a_note_says_something_at_a_place(base: Path, text: str, place: tuple[float, float]) -> None:
    with Project.open(base, read_only=True) as project, pytest.raises(ProjectError):
        reject_picture(project.image(1), "lea", text, place)


def test_bad_words_change_nothing(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert review(base, "--approve") == 1
    assert review(base, "9.jpg", "--approve") == 1
    assert "no picture 9.jpg" in capsys.readouterr().err
