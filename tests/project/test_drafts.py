"""Drafts in the store: beside a command, in its transaction, and in no history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from slimsam_core.annotation import Category
from slimsam_core.errors import ProjectError
from slimsam_core.project import Edit, Project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "p.slimsam") as made:
        made.keep_draft(1, "one")
        made.keep_draft(2, "two")
        yield made


def test_a_command_takes_drafts_along(project: Project) -> None:
    project.apply("Add", [Edit(None, Category(id=1, name="car"))], {1: "", 3: "three"})
    assert project.drafts() == {2: "two", 3: "three"}
    project.undo()
    assert project.drafts() == {2: "two", 3: "three"}


def test_a_command_that_is_refused_or_does_nothing_leaves_them(project: Project) -> None:
    with pytest.raises(ProjectError):
        project.apply("Remove", [Edit(Category(id=1, name="car"), None)], {1: ""})
    assert not project.apply("Nothing", [], {1: ""}).seq
    assert project.drafts() == {1: "one", 2: "two"}
